import Cipher

/// How encrypted bytes stand in a data area; the 2025 edition prints the second where the first is meant.
package enum CipherForm: String, CaseIterable, Sendable {
    /// The bytes themselves.
    case raw
    /// `{0xE4,0x3E,…}`, then the rest that stays plain.
    case list
}

/// A frame as it goes to the line.
struct WrittenFrame: Equatable, Sendable {
    /// The bytes of the frame itself with header, checksum and tail, for people.
    var frame: [UInt8]
    /// What is to be written, one after the other; nothing for a frame that is held or never sent.
    var writes: [[UInt8]]
    /// What was done wrong.
    var struck: [HJ212Fault.Kind]

    func isStruck(by kind: HJ212Fault.Kind) -> Bool { struck.contains(kind) }
}

/// Turns frames into bytes, with the faults of a plan.
struct FrameWriter: Sendable {
    /// The key of a wrong-key fault, and of an encrypted one when no key is known.
    static let testKey = SM4Key(Array("0000000000000000".utf8))
    private static let strangeKey = SM4Key(Array("wrong key's bits".utf8))

    var plan: FaultPlan
    /// The station address of the serial dialect; nil: ordinary frames.
    let address: Int?
    var key: SM4Key?
    /// Whether confidential data areas are encrypted with `key`.
    let encrypts: Bool
    let form: CipherForm
    /// A frame that waits for the next one.
    private var held: [UInt8] = []

    init(
        plan: FaultPlan, address: Int? = nil, key: SM4Key? = nil, encrypts: Bool = false, form: CipherForm = .raw
    ) {
        self.plan = plan
        self.address = address
        self.key = key
        self.encrypts = encrypts
        self.form = form
    }

    mutating func write(_ frame: OutgoingFrame) -> WrittenFrame {
        var struck: [HJ212Fault.Kind] = []
        let content = omitting(from: frame, &struck)
        let plain = content.head + content.data + Array("&&".utf8)
        let wire = content.head + cipher(of: content, &struck) + Array("&&".utf8)
        let bytes =
            Array("##".utf8) + length(wire.count, &struck) + wire + checksum(of: plain, &struck) + tail(&struck)
        return WrittenFrame(frame: bytes, writes: writes(of: bytes, &struck), struck: struck)
    }

    private mutating func strikes(_ kind: HJ212Fault.Kind, _ struck: inout [HJ212Fault.Kind]) -> Bool {
        guard plan.strikes(kind) else { return false }
        struck.append(kind)
        return true
    }

    private mutating func omitting(from frame: OutgoingFrame, _ struck: inout [HJ212Fault.Kind]) -> OutgoingFrame {
        var frame = frame
        for (kind, name) in [(HJ212Fault.Kind.noQN, "QN"), (.noFlag, "Flag"), (.noPW, "PW")]
        where frame[name] != nil && strikes(kind, &struck) {
            frame.fields.removeAll { $0.name == name }
        }
        return frame
    }

    /// The data area as it is sent.
    private mutating func cipher(of frame: OutgoingFrame, _ struck: inout [HJ212Fault.Kind]) -> [UInt8] {
        let data = frame.data
        guard frame.isConfidential else { return data }
        let ordinary = encrypts ? key : nil
        let forced = strikes(.encrypted, &struck) ? key ?? Self.testKey : nil
        let strange = strikes(.wrongKey, &struck) ? Self.strangeKey : nil
        guard let key = strange ?? forced ?? ordinary else { return data }
        let encrypted = key.encrypt(data[...])
        return form == .raw ? encrypted : Self.list(encrypted)
    }

    private static func list(_ bytes: [UInt8]) -> [UInt8] {
        let whole = bytes.count / SM4Key.size * SM4Key.size
        let words = bytes[..<whole].map { "0x" + PeerChecksum.text(UInt16($0)).suffix(2) }
        return Array("{\(words.joined(separator: ","))}".utf8) + bytes[whole...]
    }

    private mutating func length(_ count: Int, _ struck: inout [HJ212Fault.Kind]) -> [UInt8] {
        var stated = count
        if strikes(.length, &struck) {
            let change = Int.random(in: 1...9, using: &plan.random)
            stated += Bool.random(using: &plan.random) ? change : -change
        }
        let width = strikes(.shortLength, &struck) ? 1 : 4
        let station = address.map { paddedDecimal($0, width: 4) } ?? ""
        return Array((station + paddedDecimal(max(0, stated), width: width)).utf8)
    }

    private mutating func checksum(of plain: [UInt8], _ struck: inout [HJ212Fault.Kind]) -> [UInt8] {
        let modbus = PeerChecksum.modbus(plain)
        var value = address == nil ? PeerChecksum.hj212(plain) : modbus.byteSwapped
        if strikes(.modbusCRC, &struck) { value = modbus }
        if strikes(.modbusCRCLow, &struck) { value = modbus.byteSwapped }
        if strikes(.crc, &struck) {
            let known = [PeerChecksum.hj212(plain), modbus, modbus.byteSwapped]
            repeat { value = UInt16.random(in: .min ... .max, using: &plan.random) } while known.contains(value)
        }
        let text = PeerChecksum.text(value)
        return Array((strikes(.lowerCase, &struck) ? text.lowercased() : text).utf8)
    }

    private mutating func tail(_ struck: inout [HJ212Fault.Kind]) -> [UInt8] {
        let (cr, lf) = (UInt8(0x0D), UInt8(0x0A))
        if strikes(.noTail, &struck) { return [] }
        if strikes(.lfOnly, &struck) { return [lf] }
        return strikes(.doubleTail, &struck) ? [cr, lf, cr, lf] : [cr, lf]
    }

    private mutating func writes(of frame: [UInt8], _ struck: inout [HJ212Fault.Kind]) -> [[UInt8]] {
        _ = strikes(.late, &struck)
        _ = strikes(.close, &struck)
        if strikes(.silent, &struck) { return [] }
        var bytes = frame
        if strikes(.garbage, &struck) { bytes = garbage() + bytes }
        let twice = strikes(.duplicate, &struck)
        let isGlued = strikes(.glued, &struck)
        let isSlow = strikes(.slow, &struck)
        let inPieces = strikes(.pieces, &struck) || isSlow
        if isGlued, held.isEmpty {
            held = twice ? bytes + bytes : bytes
            return []
        }
        var writes = [held + bytes]
        held = []
        if twice { writes.append(bytes) }
        return inPieces ? writes.flatMap { $0.map { [$0] } } : writes
    }

    private mutating func garbage() -> [UInt8] {
        (0..<Int.random(in: 1...40, using: &plan.random)).map { _ in
            UInt8.random(in: .min ... .max, using: &plan.random)
        }
    }
}
