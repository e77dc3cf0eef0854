import Glibc
import HostSystem
import Synchronization

/// A broker on loopback that does to publishes what the test says: it speaks just enough MQTT 3.1.1 and 5 for a publisher.
package final class ScriptedBroker: Sendable {
    /// What it does with one publish.
    package enum Verdict: Sendable {
        /// PUBACK with a reason code, which MQTT 3.1.1 does not have.
        case acknowledge(UInt8 = 0)
        case silence
        case hangUp
    }

    package enum Version: UInt8, Sendable {
        case v311 = 4
        case v5 = 5
    }

    package struct Publish: Equatable, Sendable {
        package var topic: String
        package var payload: [UInt8]
        package var version: Version
        package var isRepeated: Bool
        /// Name and value, in order.
        package var user: [String] = []
        package var expiry: UInt32?
    }

    /// How it receives who connects.
    package enum Welcome: Sendable {
        case accept
        /// Refuses MQTT 5 as MQTT 3.1.1 asks for: CONNACK with return code 1, then the end.
        case onlyOld
        /// Closes the connection on MQTT 5 without a word.
        case hangUpOnNew
    }

    private struct State {
        var publishes: [Publish] = []
        var versions: [Version] = []
    }

    package var port: UInt16 { server?.port ?? 0 }
    private let state = Mutex(State())
    private let buffers = Mutex<[Int: (bytes: [UInt8], version: Version)]>([:])
    private let welcome: Welcome
    private let judge: @Sendable (Publish) -> Verdict
    private let box = Mutex<ScriptedPeer?>(nil)
    private var server: ScriptedPeer? { box.withLock { $0 } }

    /// `judge` is called for every publish, on the thread of its connection.
    package init(
        welcome: Welcome = .accept, _ judge: @escaping @Sendable (Publish) -> Verdict = { _ in .acknowledge() }
    ) {
        self.welcome = welcome
        self.judge = judge
        let peer = ScriptedPeer { [weak self] request in self?.answer(request) ?? [.hangUp] }
        box.withLock { $0 = peer }
    }

    deinit { server?.stop() }

    package var publishes: [Publish] { state.withLock { $0.publishes } }
    /// The versions that connections asked for, in order.
    package var versions: [Version] { state.withLock { $0.versions } }
    package var connections: Int { server?.connections ?? 0 }

    private func answer(_ request: ScriptedPeer.Request) -> [ScriptedPeer.Piece] {
        var (bytes, version) = buffers.withLock { $0[request.connection] ?? ([], .v311) }
        bytes += request.bytes
        var pieces: [ScriptedPeer.Piece] = []
        while let packet = Self.takePacket(from: &bytes) {
            switch packet[0] >> 4 {
            case 1:
                version = Version(rawValue: Self.body(packet)[6]) ?? .v311
                state.withLock { $0.versions.append(version) }
                if version == .v5, welcome == .hangUpOnNew { return [.hangUp] }
                if version == .v5, welcome == .onlyOld { return [.send([0x20, 2, 0, 1]), .hangUp] }
                pieces.append(.send(version == .v5 ? [0x20, 3, 0, 0, 0] : [0x20, 2, 0, 0]))
            case 3:
                guard let piece = take(packet, version) else { continue }
                pieces.append(piece)
                if case .hangUp = piece { return pieces }
            case 8:
                let id = Self.body(packet)[0..<2]
                pieces.append(.send(version == .v5 ? [0x90, 4] + id + [0, 1] : [0x90, 3] + id + [1]))
            case 12: pieces.append(.send([0xD0, 0]))
            case 14: return pieces + [.hangUp]
            default: break
            }
        }
        buffers.withLock { [bytes, version] in $0[request.connection] = (bytes, version) }
        return pieces
    }

    private func take(_ packet: [UInt8], _ version: Version) -> ScriptedPeer.Piece? {
        var rest = Self.body(packet)[...]
        let topic = Self.text(&rest)
        let id = Array(rest.prefix(2))
        rest = rest.dropFirst(2)
        var publish = Publish(topic: topic, payload: [], version: version, isRepeated: packet[0] & 8 != 0)
        if version == .v5 {
            let length = Int(rest.removeFirst())
            var properties = rest.prefix(length)
            rest = rest.dropFirst(length)
            while let property = properties.popFirst() {
                switch property {
                case 0x02: publish.expiry = (0..<4).reduce(0) { sum, _ in sum << 8 | UInt32(properties.removeFirst()) }
                case 0x26: publish.user += [Self.text(&properties), Self.text(&properties)]
                default: preconditionFailure("unexpected property \(property)")
                }
            }
        }
        publish.payload = Array(rest)
        state.withLock { [publish] in $0.publishes.append(publish) }
        switch judge(publish) {
        case .acknowledge(let code):
            return .send(version == .v5 && code != 0 ? [0x40, 3] + id + [code] : [0x40, 2] + id)
        case .silence: return nil
        case .hangUp: return .hangUp
        }
    }

    /// A UTF-8 text with its length before it.
    private static func text(_ bytes: inout ArraySlice<UInt8>) -> String {
        let length = Int(bytes.removeFirst()) << 8 | Int(bytes.removeFirst())
        defer { bytes = bytes.dropFirst(length) }
        return String(decoding: bytes.prefix(length), as: UTF8.self)
    }

    /// Without the fixed header.
    private static func body(_ packet: [UInt8]) -> [UInt8] {
        Array(packet.dropFirst(2).dropFirst(packet.dropFirst().prefix { $0 >= 0x80 }.count))
    }

    /// The first whole packet; nil while it is not all there.
    private static func takePacket(from bytes: inout [UInt8]) -> [UInt8]? {
        var length = 0
        var digits = 0
        while true {
            guard bytes.count > 1 + digits, digits < 4 else { return nil }
            let digit = bytes[1 + digits]
            length |= Int(digit & 0x7F) << (7 * digits)
            digits += 1
            if digit < 0x80 { break }
        }
        let size = 1 + digits + length
        guard bytes.count >= size else { return nil }
        defer { bytes.removeFirst(size) }
        return Array(bytes.prefix(size))
    }
}
