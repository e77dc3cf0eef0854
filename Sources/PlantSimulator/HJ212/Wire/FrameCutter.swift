import Cipher

/// Cuts frames out of what a simulated peer receives and checks them with code of its own: length and checksum must be
/// right, the tail may be missing. Anything else is dropped two bytes at a time until the next frame.
struct FrameCutter: Sendable {
    enum Item: Equatable, Sendable {
        /// A good frame with its bytes, tail apart.
        case frame(IncomingFrame, [UInt8])
        /// Bytes that are no good frame.
        case junk([UInt8])
    }

    private static let longest = 4_096

    /// Keys that are tried on a frame whose checksum does not fit.
    var keys: [SM4Key]
    /// Whether four digits of station address stand before the length, and the checksum is that of Modbus.
    let isAddressed: Bool
    private var buffer: [UInt8] = []
    private var skipped: [UInt8] = []

    init(isAddressed: Bool = false, keys: [SM4Key] = []) {
        self.isAddressed = isAddressed
        self.keys = keys
    }

    /// Whether a frame has begun.
    var isWaiting: Bool { !buffer.isEmpty }

    mutating func feed(_ bytes: some Sequence<UInt8>) -> [Item] {
        buffer += bytes
        var items: [Item] = []
        while let item = next() {
            reportSkipped(&items)
            items.append(item)
        }
        reportSkipped(&items)
        return items
    }

    /// Gives up the frame that has begun: its rest did not come.
    mutating func expire() -> [Item] {
        guard !buffer.isEmpty else { return [] }
        skip(1)
        return feed([])
    }

    private mutating func next() -> Item? {
        while true {
            skip(junkBeforeFrame())
            guard buffer.count >= headLength else { return nil }
            guard let length = statedLength, length <= Self.longest else {
                skip(1)
                continue
            }
            let end = headLength + length
            guard buffer.count >= end + 4 else { return nil }
            if let frame = frame(until: end) {
                defer { buffer.removeFirst(end + 4) }
                return .frame(frame, Array(buffer[..<(end + 4)]))
            }
            skip(2)
        }
    }

    private var headLength: Int { isAddressed ? 10 : 6 }

    private var statedLength: Int? {
        let digits = buffer[2..<headLength]
        guard digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(String(decoding: digits.suffix(4), as: UTF8.self))
    }

    private func frame(until end: Int) -> IncomingFrame? {
        let segment = Array(buffer[headLength..<end])
        let digits = String(decoding: buffer[end..<(end + 4)], as: UTF8.self)
        guard digits.utf8.allSatisfy({ $0 != 0x2B && $0 != 0x2D }), let stated = UInt16(digits, radix: 16) else {
            return nil
        }
        if isAddressed {
            return PeerChecksum.modbus(segment).byteSwapped == stated ? IncomingFrame(segment: segment) : nil
        }
        let plain = PeerChecksum.hj212(segment) == stated ? IncomingFrame(segment: segment) : nil
        if let plain, keys.isEmpty || plain.isLegible { return plain }
        // There are only 256 checksums, so that of the ciphertext is right now and then.
        return IncomingFrame(segment: segment, checksum: stated, keys: keys) ?? plain
    }

    /// The station address of the frame `bytes` of the serial dialect.
    static func address(of bytes: [UInt8]) -> Int? {
        Int(String(decoding: bytes.prefix(6).dropFirst(2), as: UTF8.self))
    }

    /// How many bytes stand before the next `##`, or before a single `#` at the end.
    private func junkBeforeFrame() -> Int {
        let mark = UInt8(ascii: "#")
        return buffer.indices.first { index in
            buffer[index] == mark && (index + 1 == buffer.count || buffer[index + 1] == mark)
        } ?? buffer.count
    }

    private mutating func skip(_ count: Int) {
        skipped += buffer.prefix(count)
        buffer.removeFirst(min(count, buffer.count))
    }

    /// Line ends between frames are no news.
    private mutating func reportSkipped(_ items: inout [Item]) {
        if !skipped.allSatisfy({ $0 == 0x0D || $0 == 0x0A }) { items.append(.junk(skipped)) }
        skipped = []
    }
}
