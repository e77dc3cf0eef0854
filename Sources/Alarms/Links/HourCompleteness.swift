package import Telemetry

/// Rule D4: the running hour can no longer become valid for one need of a factor.
package struct HourCompleteness: Equatable, Sendable {
    private static let minutesOfHour = 60

    private let needs: NeededParts
    /// Due and not valid.
    private var bad = 0
    private var notDue = 0
    /// Of the bad ones, those in which somebody worked on the instrument, and what they did.
    private var marked = 0
    private var workMarks: HoldMarks = []
    /// Bad minutes by the other factor that was lacking, by its code.
    private var culprits: [String: Int] = [:]
    /// Minutes without a reading of a meter, whose next amount may stand for them, and the factor that was lacking.
    private var open = 0
    private var openCulprit: String?

    /// With the usual needs of gas the 16th bad minute decides.
    package init(_ needs: NeededParts = NeededParts()) {
        self.needs = needs
    }

    /// A new hour begins; the alarm of the one before ends.
    package mutating func begin() -> Verdict {
        self = HourCompleteness(needs)
        return .clear
    }

    /// The minutes that may still be valid, or are.
    private var due: Int { Self.minutesOfHour - (needs.isOfWater ? notDue : 0) }
    private var needed: Int { needs.minutes(ofDue: due) }

    /// The marks of the instrument, when the minutes under them alone cost the hour: then nobody needs to be told.
    package var marks: HoldMarks { due - marked < needed ? workMarks : [] }

    /// The other factor that was lacking most often, if that cost more minutes than the factor itself did.
    private var culprit: String? {
        let worst = culprits.max { ($0.value, $1.key) < ($1.value, $0.key) }
        let own = bad - culprits.values.reduce(0, +)
        return worst.flatMap { $0.value >= own ? $0.key : nil }
    }

    /// The next minute of the hour. `isDue`: false while nothing is to be measured, when nothing is missing. `culprit`: the factor
    /// that was lacking where it is another one. `marks`: of the instrument. `isOpen`: a later amount may stand for it. `makesGood`: for
    /// so many minutes before it its amount stands.
    package mutating func minute(
        isValid: Bool, isDue: Bool = true, culprit code: String? = nil, marks: HoldMarks = [], makesGood: Int = 0,
        isOpen: Bool = false, until end: WallInstant
    ) -> Verdict {
        if !isDue { notDue += 1 }
        if !isOpen { close(makingGood: isValid ? makesGood : 0) }
        if !isValid, isDue, isOpen {
            open += 1
            openCulprit = code
        } else if !isValid, isDue {
            bad += 1
            marked += marks.isEmpty ? 0 : 1
            workMarks.formUnion(marks)
            if let code { culprits[code, default: 0] += 1 }
        }
        guard due - bad < needed else { return .unknown }
        return .holds(
            Evidence(
                value: Double(bad), limit: Double(due + 1 - needed), span: .minutes(1),
                facts: AlarmFacts([
                    .count: .number(Double(bad)), .needed: .number(Double(needed)), .until: .clock(end),
                    .other: culprit.map { .init(FactorTable.shownName(of: $0)) },
                ])))
    }

    /// The meter was read: what its amount does not stand for is lost.
    private mutating func close(makingGood minutes: Int) {
        let lost = max(0, open - minutes)
        open = 0
        guard lost > 0 else { return }
        bad += lost
        if let openCulprit { culprits[openCulprit, default: 0] += lost }
    }
}

extension HourCompleteness {
    /// Bad minutes of the running hour, for a state that survives restarts.
    package func write(to line: inout StateLine) {
        line.add(bad)
        line.add(marked)
        line.add(Int(workMarks.rawValue))
    }

    package mutating func restore(from line: inout StateLine) throws(StateLine.Unreadable) {
        bad = try line.count(limit: Self.minutesOfHour)
        marked = try line.count(limit: Self.minutesOfHour)
        workMarks = HoldMarks(rawValue: UInt8(try line.count(limit: 255)))
    }

    /// Writes what earlier versions did not have, behind ``write(to:)``.
    func writeMore(to line: inout StateLine) {
        line.add(notDue)
        line.add(culprits.count)
        for (code, count) in culprits.sorted(by: { $0.key < $1.key }) {
            line.add(word: code)
            line.add(count)
        }
    }

    mutating func restoreMore(from line: inout StateLine) throws(StateLine.Unreadable) {
        notDue = try line.count(limit: Self.minutesOfHour)
        culprits = [:]
        for _ in 0..<(try line.count(limit: 1000)) {
            let code = try line.word() ?? ""
            culprits[code] = try line.count(limit: Self.minutesOfHour)
        }
    }

    /// Whether minutes may still be made good, which ``writeOpen(to:)`` writes.
    var hasOpen: Bool { open > 0 }

    func writeOpen(to line: inout StateLine) {
        line.add(open)
        line.add(word: openCulprit)
    }

    mutating func restoreOpen(from line: inout StateLine) throws(StateLine.Unreadable) {
        open = try line.count(limit: Self.minutesOfHour)
        openCulprit = try line.word()
    }
}
