import PlantSimulator
import Protocol
import Telemetry

/// For some seconds factors show something else.
struct SiteDeparture: Sendable {
    /// Codes, or sources, that it concerns.
    var places: Set<String>
    var time: Range<Int>
    /// What is shown in place of the reading; nil: nothing.
    var change: @Sendable (Reading?, SimulatedSite.Factor) -> Reading?

    init(
        _ places: Set<String>, _ time: Range<Int>,
        _ change: @escaping @Sendable (Reading?, SimulatedSite.Factor) -> Reading?
    ) {
        self.places = places
        self.time = time
        self.change = change
    }

    func concerns(_ factor: SimulatedSite.Factor) -> Bool {
        places.contains(factor.code) || places.contains(factor.source)
    }

    /// Swings around another level as it did around its own; `ripple`: how much of that is left.
    static func level(_ code: String, _ level: Double, _ time: Range<Int>, ripple: Double = 1) -> SiteDeparture {
        SiteDeparture([code], time) { reading, factor in
            guard let reading, reading.isGood, let value = reading.value else { return reading }
            return Reading(value: level + ripple * (value - factor.calm.mean))
        }
    }
    static func stuck(_ code: String, at level: Double, _ time: Range<Int>) -> SiteDeparture {
        SiteDeparture([code], time) { reading, _ in reading.map { _ in Reading(value: level) } }
    }
    static func flagged(_ code: String, _ flag: DataFlag, _ value: Double, _ time: Range<Int>) -> SiteDeparture {
        SiteDeparture([code], time) { _, _ in Reading(value: value, flag: flag) }
    }
    static func scaled(_ codes: Set<String>, by factor: Double, _ time: Range<Int>) -> SiteDeparture {
        SiteDeparture(codes, time) { reading, _ in
            guard let reading, let value = reading.value else { return reading }
            return Reading(value: value * factor, flag: reading.flag)
        }
    }
    static func silent(_ place: String, _ time: Range<Int>) -> SiteDeparture {
        SiteDeparture([place], time) { _, _ in nil }
    }
}

/// An alarm that must come, and the seconds in which it must be raised and cleared.
struct ExpectedAlarm: Sendable, CustomStringConvertible {
    var rule: String
    var subject: String
    var raised: ClosedRange<Int>
    var cleared: ClosedRange<Int>

    /// `slack`: how much later than the first moment is still in time.
    init(_ rule: String, _ subject: String, raised: Int, cleared: Int, slack: Int = 0, clearSlack: Int? = nil) {
        self.rule = rule
        self.subject = subject
        self.raised = raised...raised + slack
        self.cleared = cleared...cleared + (clearSlack ?? slack)
    }

    func matches(_ alarm: SeenAlarm) -> Bool {
        guard alarm.report.rule == rule, alarm.subject == subject, let end = alarm.cleared else { return false }
        func second(_ instant: WallInstant) -> Int { Int((instant - midnight).wholeMilliseconds / 1_000) }
        return raised.contains(second(alarm.raised)) && cleared.contains(second(end))
    }

    var description: String { "\(rule) \(subject) \(raised)-\(cleared)" }
}

/// Something that happens at a site, and every alarm that must come of it.
struct Incident: Sendable {
    var name: String
    var departures: [SiteDeparture]
    var expected: [ExpectedAlarm]
}
