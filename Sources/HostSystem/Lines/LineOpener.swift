import Telemetry

/// Where the connections of a line come from. Used on the line's thread only.
protocol LineOpener: AnyObject {
    /// What to watch besides the open connections; nil: nothing at the moment.
    var watched: (descriptor: Int32, events: Int16)? { get }
    /// When ``proceed(ready:open:at:)`` is due although the watched descriptor is quiet.
    var deadline: Uptime { get }
    /// Does what can be done now: accepts, connects, opens. `ready`: the watched descriptor reported something.
    func proceed(ready: Bool, open: Int, at now: Uptime) -> [LineOpenerEvent]
    /// A connection has ended; `hadTraffic`: it had received something.
    func ended(hadTraffic: Bool, at now: Uptime)
}

enum LineOpenerEvent {
    case opened(LineConnection)
    /// Turned away, and why, in words that are the same each time this host tries again.
    case refused(BilingualText)
    case failed(SystemError)
}
