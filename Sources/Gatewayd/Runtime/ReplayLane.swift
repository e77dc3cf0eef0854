import GatewayCore
import MQTTUplink
import Telemetry

/// The replay of one uplink with what the client library has of it in flight. For the uplink's thread.
struct ReplayLane {
    /// The part of the library's window that is kept for replays.
    static func window(of uplink: UplinkConfiguration) -> Int {
        uplink.commands.contains(.replay) ? max(1, uplink.window / 4) : 0
    }

    private(set) var replay: UplinkReplay?
    private var sequences: [MQTTMessageID: Int64] = [:]
    private var refusedByBroker = 0
    private var rejected = 0
    /// Records of this replay that the broker took.
    var sent: Int { (replay?.sent ?? 0) - refusedByBroker }
    /// Records of this replay that the broker or the client library refused.
    var refused: Int { refusedByBroker + rejected }

    var isRunning: Bool { replay != nil }

    mutating func begin(_ wanted: [Int64], _ uplink: UplinkConfiguration, at now: Uptime) {
        replay = UplinkReplay(wanted, window: Self.window(of: uplink), rate: uplink.historyRate, at: now)
    }

    /// Nil: no replay is running.
    mutating func next(at now: Uptime) -> UplinkReplay.Step? { replay?.next(at: now) }

    mutating func handedOver(_ sequence: Int64, as id: MQTTMessageID) {
        sequences[id] = sequence
        replay?.handedOver(sequence)
    }

    /// True when `id` was one of the replay.
    mutating func acknowledged(_ id: MQTTMessageID) -> Bool {
        guard let sequence = sequences.removeValue(forKey: id) else { return false }
        replay?.acknowledged(sequence)
        return true
    }

    /// True when `id` was one of the replay, which goes on without it.
    mutating func refused(_ id: MQTTMessageID) -> Bool {
        guard acknowledged(id) else { return false }
        refusedByBroker += 1
        return true
    }

    /// The client library does not take a record of the replay, which goes on without it.
    mutating func reject() { rejected += 1 }

    /// All of it that is in flight.
    var messageIDs: some Sequence<MQTTMessageID> { sequences.keys }

    /// The client library forgot what it had in flight.
    mutating func renewed() {
        sequences.removeAll()
        replay?.renewed()
    }

    /// True: it must be given up.
    mutating func connectionEnded() -> Bool { replay?.connectionEnded() ?? false }

    mutating func end() {
        replay = nil
        refusedByBroker = 0
        rejected = 0
        sequences.removeAll()
    }
}

/// At most one replay of an uplink, from the wish to its end.
struct WantedReplay: Sendable {
    private(set) var isBusy = false
    private var wanted: [Int64]?

    /// False when one is running or wanted already.
    mutating func want(_ sequences: [Int64]) -> Bool {
        guard !isBusy else { return false }
        isBusy = true
        wanted = sequences
        return true
    }

    mutating func takeWanted() -> [Int64]? { wanted.take() }

    mutating func ended() { isBusy = false }
}
