import Protocol
import Telemetry

/// What decides on a line of HJ 212 instruments: a host for devices that send, or a master that polls stations. One of
/// them is there; each is changed in place.
struct LineMind: Sendable {
    var host: InstrumentHost?
    private var poller: AddressedPoller?

    init(_ host: InstrumentHost) { self.host = host }

    init(_ poller: AddressedPoller) { self.poller = poller }

    var counters: InstrumentHost.Counters { host?.counters ?? poller?.counters ?? InstrumentHost.Counters() }

    /// Questions that got no answer; only a master asks.
    var unanswered: Int { poller?.unanswered ?? 0 }

    /// Uses a device whose secrets are known now.
    mutating func release(_ device: Int, password: Secret?, keys: KeyRing) {
        host?.release(device, password: password, keys: keys)
        poller?.release(device, password: password)
    }

    /// The device whose bytes come on a connection; nil: nobody's that is known.
    func device(on connection: UInt64) -> Int? { host?.device(on: connection) ?? poller?.asked }

    /// Whether a device was heard on a connection that is open; a master's stations always are.
    func isConnected(device: Int) -> Bool { host?.isConnected(device: device) ?? true }

    /// The devices that were heard last on a connection.
    func devices(on connection: UInt64, of count: Int) -> [Int] {
        guard let host else { return Array(0..<count) }
        return (0..<count).filter { host.wasHeard(device: $0, on: connection) }
    }

    mutating func opened(_ connection: UInt64) {
        host?.opened(connection)
        poller?.opened(connection)
    }

    mutating func receive(
        _ bytes: ArraySlice<UInt8>, on connection: UInt64, at now: Uptime, civil: CivilTime
    ) -> [HostEvent] {
        host?.receive(bytes, on: connection, at: now, civil: civil)
            ?? poller?.receive(bytes, on: connection, at: now, civil: civil) ?? []
    }

    mutating func tick(at now: Uptime, civil: CivilTime) -> [HostEvent] {
        host?.tick(at: now, civil: civil) ?? poller?.tick(at: now, civil: civil) ?? []
    }

    mutating func closed(_ connection: UInt64, at now: Uptime, civil: CivilTime) -> [HostEvent] {
        poller?.closed(connection)
        return host?.closed(connection, at: now, civil: civil) ?? []
    }
}
