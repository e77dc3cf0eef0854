import Alarms
import Protocol
package import Telemetry

/// The alarms of the gateway's own links and surroundings: their places on the desk and what their rules remember.
struct HealthAlarms: Sendable {
    /// What alarms of the journal are about.
    static let journal = "journal"
    /// What alarms of the gateway itself are about.
    static let gateway = "gateway"

    /// Rules D5, D7, D11 and D12 of one uplink.
    struct Uplink: Sendable {
        var deliveries = DeliveryWatch()
        /// Nil where it carries no hours.
        let deliveryPlace: Int?
        let backlogPlace: Int
        let refusalPlace: Int
        let identifierPlace: Int
    }

    /// Rule D2 of one device or line.
    struct Requests: Sendable {
        let place: Int
        /// When it was judged last; the start of the gateway before the first time.
        var judgedAt: Uptime
        var share = ErrorShare()
        var counted = RequestCount()

        mutating func resume(_ earlier: Requests?) {
            guard let earlier else { return }
            share = earlier.share
            counted = earlier.counted
            judgedAt = earlier.judgedAt
        }
    }

    var uplinks: [Uplink]
    /// By bus and device.
    var devices: [[Requests]]
    /// By instrument; those that share a line are counted with its first.
    var instruments: [Requests]
    /// By instrument: those of the same line.
    let lineMates: [[Int]]
    /// Rule D13, by instrument; those that share a line are told of with its first.
    let intrusionPlaces: [[(kind: Intrusion, place: Int)]]
    /// Rule D8, by outlet.
    let ratePlaces: [Int]
    let journalPlace: Int
    /// What is known for rule D10.
    var storage = StorageHealth()
    let clockPlace: Int
    /// Whether the time service has said that the clock is off; then only the time service can say that it is not.
    var isClockOff = false
    /// Rule M2.
    let eventPlaces: [GatewayHappening: Int]

    init(_ configuration: GatewayConfiguration, at now: Uptime, alarms: inout GatewayAlarms) {
        func place(_ rule: RuleID, _ source: String, _ part: String? = nil, at place: RecordPlace = .gateway) -> Int {
            alarms.add(AlarmSubject(rule, source: source, part: part), recordedAt: place)
        }
        uplinks = configuration.uplinks.map { uplink in
            Uplink(
                deliveryPlace: uplink.kinds.contains(.hour) ? place(.undeliveredHour, uplink.id) : nil,
                backlogPlace: place(.oldBacklog, uplink.id), refusalPlace: place(.recordRefused, uplink.id),
                identifierPlace: place(.sharedIdentifier, uplink.id))
        }
        devices = configuration.buses.map { bus in
            bus.devices.map { Requests(place: place(.errorShare, $0.id, at: .device($0.id)), judgedAt: now) }
        }
        instruments = configuration.instruments.map {
            Requests(place: place(.errorShare, $0.id, at: .device($0.id)), judgedAt: now)
        }
        intrusionPlaces = configuration.instruments.map { instrument in
            guard case .listen = instrument.transport else { return [] }
            return Intrusion.allCases.map {
                ($0, place(.intruder, instrument.id, $0.rawValue, at: .device(instrument.id)))
            }
        }
        let transports = configuration.instruments.map(\.transport)
        lineMates = transports.map { transport in transports.indices.filter { transports[$0] == transport } }
        ratePlaces = configuration.outlets.map { outlet in
            place(.rateForecast, outlet.id, at: .outlet(OutletIdentity(id: outlet.id, mn: outlet.mn, st: outlet.st)))
        }
        journalPlace = place(.storageTrouble, Self.journal)
        clockPlace = place(.clockOffset, Self.gateway)
        var events: [GatewayHappening: Int] = [:]
        for event in GatewayHappening.allCases { events[event] = place(.gatewayEvent, Self.gateway, event.rawValue) }
        eventPlaces = events
    }

    /// Goes on where `earlier`, of the configuration `before`, is; `now`: the configuration of these.
    mutating func resume(_ earlier: HealthAlarms, _ now: GatewayConfiguration, after before: GatewayConfiguration) {
        isClockOff = earlier.isClockOff
        storage = earlier.storage
        for (index, uplink) in now.uplinks.enumerated() {
            guard let known = before.uplinks.firstIndex(where: { $0.id == uplink.id }) else { continue }
            uplinks[index].deliveries = earlier.uplinks[known].deliveries
        }
        let known = Dictionary(
            before.buses.enumerated().flatMap { bus, entry in
                entry.devices.enumerated().map { ($1.id, earlier.devices[bus][$0]) }
            } + zip(before.instruments.map(\.id), earlier.instruments), uniquingKeysWith: { first, _ in first })
        for (bus, entry) in now.buses.enumerated() {
            for (device, entry) in entry.devices.enumerated() { devices[bus][device].resume(known[entry.id]) }
        }
        for (index, instrument) in now.instruments.enumerated() { instruments[index].resume(known[instrument.id]) }
    }
}

/// How many requests of a device, or frames of a line, there were since the start, and how many of them went wrong.
package struct RequestCount: Equatable, Sendable {
    package var requests: UInt64
    /// Exceptions, answers that are no answers, no answer in time.
    package var failures: UInt64
    /// The latest failure in words.
    package var reason: BilingualText?

    package init(requests: UInt64 = 0, failures: UInt64 = 0, reason: BilingualText? = nil) {
        self.requests = requests
        self.failures = failures
        self.reason = reason
    }

    /// Of a Modbus device. What only taught where its registers have gaps is no failure.
    package init(_ statistics: DeviceStatistics) {
        let failures = statistics.failures
        let all = failures.timeouts &+ failures.badReplies &+ failures.exceptions
        self.init(
            requests: statistics.requests, failures: all - min(all, statistics.splits),
            reason: statistics.lastFailure?.reason)
    }

    /// What was added since `earlier`; everything, when counting has begun anew.
    func since(_ earlier: RequestCount) -> (requests: Int, failures: Int) {
        guard requests >= earlier.requests, failures >= earlier.failures else {
            return (Int(clamping: requests), Int(clamping: failures))
        }
        return (Int(clamping: requests - earlier.requests), Int(clamping: failures - earlier.failures))
    }
}
