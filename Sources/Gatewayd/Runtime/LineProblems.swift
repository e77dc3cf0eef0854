import HostSystem
import Protocol
import Telemetry

/// What is wrong on a line of instruments: with which of them, or with nobody that is known.
struct LineProblems: Sendable {
    /// Refusals that are logged one by one, each once. Whoever tries many MN cannot fill the log.
    private static let mostTold = 64
    /// A peer that says nothing usable for so long is said to.
    private static let patience = Duration.seconds(10)

    /// What a problem is about; some outlast others.
    enum Kind: Equatable, Sendable {
        /// Nothing has connected, or a connection was just made.
        case absent
        /// A connection is open, and nothing comes on it.
        case quiet(connection: UInt64)
        /// The line cannot be opened, or a peer was turned away.
        case closed
        case ended
        /// Bytes or frames came that cannot be used.
        case useless
        case unanswered
    }

    struct Problem: Equatable, Sendable {
        var kind: Kind
        var text: BilingualText
    }

    /// What came on an open connection.
    private struct Hearing: Sendable {
        let peer: String
        /// When it was opened, or the first byte came after the last that is explained.
        var since: Uptime
        /// Whether bytes came that no frame, and nothing that was said, explains yet.
        var hasBytes = false
        /// Whether a good frame of a device came.
        var isHeard = false
        /// Whether what came was said to be useless, since the last good frame or question.
        var isRefused = false
    }

    private var ofDevice: [Int: Problem] = [:]
    private var connections: [UInt64: Hearing] = [:]
    /// Devices that were heard since the line was opened.
    private(set) var heard: Set<Int> = []
    /// The last problem that concerns nobody that is known.
    private(set) var ofStrangers: BilingualText?
    private var told: Set<String> = []

    subscript(device: Int) -> BilingualText? { ofDevice[device]?.text }

    /// Whether a device has no problem but one of these kinds.
    func allows(_ device: Int, _ kinds: [Kind]) -> Bool { ofDevice[device].map { kinds.contains($0.kind) } ?? true }

    /// Notes a problem of some devices; those for which it is news.
    mutating func note(_ kind: Kind, _ text: BilingualText, of devices: [Int]) -> [Int] {
        let problem = Problem(kind: kind, text: text)
        let news = devices.filter { ofDevice[$0] != problem }
        for device in news { ofDevice[device] = problem }
        return news
    }

    /// Notes what came from nobody that is known.
    mutating func note(ofStrangers problem: BilingualText) { ofStrangers = problem }

    /// Whether `words` were not said before, and are to be said.
    mutating func isNews(_ words: String) -> Bool { told.count < Self.mostTold && told.insert(words).inserted }

    // MARK: Connections

    /// The address of the peer of a connection, without its port.
    func host(of connection: UInt64) -> String? {
        guard let peer = connections[connection]?.peer else { return nil }
        return peer.lastIndex(of: ":").map { String(peer[..<$0]) } ?? peer
    }

    mutating func opened(_ connection: UInt64, peer: String, at now: Uptime) {
        connections[connection] = Hearing(peer: peer, since: now)
    }

    /// Whether a good frame came on it.
    mutating func closed(_ connection: UInt64) -> Bool { connections.removeValue(forKey: connection)?.isHeard ?? false }

    /// Nothing is open any more.
    mutating func forgetHeard() { heard = [] }

    mutating func received(on connection: UInt64, at now: Uptime) {
        guard connections[connection]?.hasBytes == false else { return }
        connections[connection]?.hasBytes = true
        connections[connection]?.since = now
    }

    /// A good frame of a device came. Devices that were thought to be behind the connection are absent: returned.
    mutating func end(_ device: Int, on connection: UInt64?) -> [Int] {
        ofDevice[device] = nil
        heard.insert(device)
        guard let connection else { return [] }
        connections[connection]?.hasBytes = false
        connections[connection]?.isRefused = false
        guard connections[connection]?.isHeard == false else { return [] }
        connections[connection]?.isHeard = true
        return ofDevice.filter { $0.value.kind == .quiet(connection: connection) }.map(\.key).sorted()
    }

    /// What came was said to be useless.
    mutating func refused(on connection: UInt64) {
        connections[connection]?.hasBytes = false
        connections[connection]?.isRefused = true
    }

    /// A question got no answer; whether something came instead.
    mutating func unanswered() -> Bool {
        let hasCome = connections.values.contains { $0.hasBytes || $0.isRefused }
        for connection in connections.keys {
            connections[connection]?.hasBytes = false
            connections[connection]?.isRefused = false
        }
        return hasCome
    }

    /// What is to be said of a connection by now; nil: nothing.
    mutating func takeProblem(of connection: UInt64, at now: Uptime) -> Problem? {
        guard let hearing = connections[connection], now - hearing.since >= Self.patience else { return nil }
        if hearing.hasBytes {
            refused(on: connection)
            return Problem(kind: .useless, text: .badBytes(.garbage(sample: [])))
        }
        guard !hearing.isHeard, !hearing.isRefused else { return nil }
        return Problem(kind: .quiet(connection: connection), text: .quiet(hearing.peer))
    }
}
