import Alarms
import Emissions
package import Protocol
package import Telemetry

/// The gateway's mind on the samples' own clock: samples in, in order of time; records out.
///
/// Both clocks stand at the latest sample. What falls due between two samples (present values on their grid, periods that are
/// over, silent sources) happens at its own time, after the samples of that instant; a period is therefore closed by the first
/// sample behind its end. Rules about uplinks, disk, clock and configuration do not run, nor D1 for sources without factors.
///
/// **Silence.** While no sample comes at all, periods close and sources are found silent as in the daemon for
/// ``longestSilence``, present values are recorded for ``longestPresence``. A longer silence is a hole, as if the gateway had
/// been off: work and output stay bounded however far the next sample lies ahead.
package struct ReplayMachine: Sendable {
    /// Further into a silence than this there are no records until the next sample.
    package static let longestSilence = Duration.seconds(86_400)
    /// Further into a silence than this, or than the realtime interval if that is longer, there are no `realtime` records.
    package static let longestPresence = Duration.seconds(600)

    private let configuration: GatewayConfiguration
    private let withoutFactors: Set<String>
    private let presence: Duration
    /// By outlet and factor, in milliseconds.
    private let intervals: [[Int64]]
    /// The same for the meters beside factors.
    private let meterIntervals: [[Int64]]
    private let start: WallInstant
    private var machine: GatewayMachine
    /// The instant of the latest sample.
    package private(set) var latest: WallInstant
    private var latestUptime = Uptime.zero
    /// When the machine must be ticked next.
    private var due: WallInstant
    /// Before this no source can be found silent.
    private var nextGapCheck: WallInstant
    /// By outlet: how far its samples reach, each for one sample interval.
    private var covered: [WallInstant]
    /// By outlet: the instant of its latest reading.
    private var lastReading: [WallInstant]
    private let calendar: PeriodCalendar

    /// - Parameter start: the instant of the first sample.
    package init(_ configuration: GatewayConfiguration, zone: ZoneRules, startingAt start: WallInstant) {
        var configuration = configuration
        configuration.uplinks = []
        self.configuration = configuration
        withoutFactors = configuration.sourcesWithoutFactors
        presence = max(Self.longestPresence, configuration.gateway.realtimeInterval)
        intervals = configuration.outlets.map { outlet in
            outlet.factors.map { configuration.sampleInterval(of: $0.source).wholeMilliseconds }
        }
        meterIntervals = configuration.outlets.map { outlet in
            outlet.factors.map { configuration.sampleInterval(of: $0.meter?.source ?? $0.source).wholeMilliseconds }
        }
        self.start = start
        machine = GatewayMachine(configuration: configuration, zone: zone, at: .zero, wall: start, pace: .replay)
        latest = start
        due = start
        nextGapCheck = start
        covered = Array(repeating: start, count: configuration.outlets.count)
        lastReading = covered
        calendar = PeriodCalendar(zone: zone)
        var actions: [GatewayMachine.Action] = []
        tick(at: start, &actions)
    }

    /// How many rules of how many subjects are judged.
    package var ruleCount: Int { machine.alarms.desk.count }

    /// Takes the next sample, which is not earlier than the one before; the records that are made before it and by it.
    package mutating func take(_ sample: OutletSample) -> [Record] {
        precondition(sample.at >= latest, "samples come in order of time")
        var actions: [GatewayMachine.Action] = []
        if due < sample.at { pass(to: sample.at, &actions) }
        if sample.at > latest {
            latest = sample.at
            latestUptime = uptime(latest)
        }
        let events = machine.take(sample: sample, at: latestUptime, wall: latest)
        if !events.isEmpty {
            actions += events
            // A source that came back may have come back without some of its factors.
            nextGapCheck = min(nextGapCheck, latest.nextSecond)
            due = min(due, nextGapCheck)
        }
        switch sample.content {
        case .reading(_, let factor): cover(sample.outlet, intervals[sample.outlet][factor])
        case .total(_, let factor): cover(sample.outlet, meterIntervals[sample.outlet][factor])
        case .mark, .meter: break
        }
        return actions.isEmpty ? [] : records(of: actions)
    }

    private mutating func cover(_ outlet: Int, _ interval: Int64) {
        let end = WallInstant(millisecondsSince1970: latest.millisecondsSince1970 + interval)
        covered[outlet] = max(covered[outlet], end)
        lastReading[outlet] = latest
    }

    /// The input is over: the records of what is due by the latest sample, and of periods whose samples reach to their end.
    package mutating func finish() -> [Record] {
        var actions: [GatewayMachine.Action] = []
        while due <= latest { tick(at: due, &actions) }
        for outlet in covered.indices {
            let end = max(completed(outlet), latest)
            machine.closePeriods(outlet: outlet, at: Moment(wall: end, uptime: uptime(end)), isLast: true, to: &actions)
        }
        return records(of: actions)
    }

    /// The end of the window of the outlet's last reading if the readings reach it. A window without any does not close.
    private func completed(_ outlet: Int) -> WallInstant {
        let length = PeriodLength.minutes(configuration.gateway.minuteInterval)
        let start = calendar.start(of: length, containing: lastReading[outlet])
        let end = calendar.end(of: length, startingAt: start)
        return covered[outlet] >= end ? end : lastReading[outlet]
    }

    /// Lets the time between two samples pass.
    private mutating func pass(to next: WallInstant, _ actions: inout [GatewayMachine.Action]) {
        let end = min(next, latest + Self.longestSilence)
        while due < end { tick(at: due, &actions) }
        if end < next { tick(at: next, &actions) }
    }

    private mutating func tick(at wall: WallInstant, _ actions: inout [GatewayMachine.Action]) {
        let isPresent = wall - latest <= presence
        actions += machine.tick(at: uptime(wall), wall: wall).filter { isPresent || !$0.isRealtime }
        if wall >= nextGapCheck {
            // A gap that begins later is at least as long as the shortest there is.
            let unforeseen = wall + configuration.alarms.instrumentGap
            nextGapCheck =
                min(machine.nextGap(at: Moment(wall: wall, uptime: uptime(wall))) ?? unforeseen, unforeseen)
                .roundedUpToSecond
        }
        due = max(min(machine.nextRecord, nextGapCheck), wall.nextSecond)
    }

    private func uptime(_ wall: WallInstant) -> Uptime { .zero + (wall - start) }

    private func records(of actions: [GatewayMachine.Action]) -> [Record] {
        actions.compactMap { action in
            guard let record = action.record else { return nil }
            if case .alarm(let alarm) = record.content, alarm.rule == "D1", withoutFactors.contains(alarm.source) {
                return nil
            }
            return record
        }
    }
}

extension GatewayMachine.Action {
    fileprivate var record: Record? {
        switch self {
        case .journal(let record), .close(let record, _): record
        case .publishAlarms: nil
        }
    }

    fileprivate var isRealtime: Bool { record?.kind == .realtime }
}

extension WallInstant {
    /// The first whole second after this instant.
    fileprivate var nextSecond: WallInstant { (self + .milliseconds(1)).roundedUpToSecond }

    fileprivate var roundedUpToSecond: WallInstant {
        WallInstant(millisecondsSince1970: (millisecondsSince1970 + 999).flooredQuotient(1_000) * 1_000)
    }
}
