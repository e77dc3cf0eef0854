import Emissions
package import Telemetry

/// Rule D4: the running hour can no longer become valid.
package struct HourCompleteness: Equatable, Sendable {
    private let needed: Int
    private var bad = 0
    /// Of the bad ones, those in which somebody worked on the instrument, and what they did.
    private var marked = 0
    private var workMarks: HoldMarks = []

    /// `needed`: valid minutes of an hour; with 45 the 16th bad one decides.
    package init(needed: Int = ValidityRule.hour.minimum) {
        self.needed = needed
    }

    /// Bad minutes of the running hour, for a state that survives restarts.
    package func write(to line: inout StateLine) {
        line.add(bad)
        line.add(marked)
        line.add(Int(workMarks.rawValue))
    }

    package mutating func restore(from line: inout StateLine) throws(StateLine.Unreadable) {
        bad = try line.count(limit: 60)
        marked = try line.count(limit: 60)
        workMarks = HoldMarks(rawValue: UInt8(try line.count(limit: 255)))
    }

    /// A new hour begins; the alarm of the one before ends.
    package mutating func begin() -> Verdict {
        self = HourCompleteness(needed: needed)
        return .clear
    }

    /// The marks of the instrument, when the minutes under them alone cost the hour: then nobody needs to be told.
    package var marks: HoldMarks { 60 - marked < needed ? workMarks : [] }

    /// The next minute of the hour. `isDue`: false while the plant stands, when nothing is missing. `marks`: of the
    /// instrument. After a restart the minutes of the open hour are given again.
    package mutating func minute(
        isValid: Bool, isDue: Bool = true, marks: HoldMarks = [], until end: WallInstant
    ) -> Verdict {
        if !isValid, isDue {
            bad += 1
            marked += marks.isEmpty ? 0 : 1
            workMarks.formUnion(marks)
        }
        guard 60 - bad < needed else { return .unknown }
        return .holds(
            Evidence(
                value: Double(bad), limit: Double(61 - needed), span: .minutes(1),
                facts: AlarmFacts([
                    .count: .number(Double(bad)), .needed: .number(Double(needed)), .until: .clock(end),
                ])))
    }
}
