/// Rule Q1: a value that does not move. All raw values of a minute are identical, and so are those of the next.
///
/// The minutes are counted by the life cycle's delay. A batch analyser is judged by its results: four identical ones.
struct ConstantWatch: Equatable, Sendable {
    /// Identical results of a batch analyser that are suspicious.
    static let identicalResults = 4
    /// The time that so many stand for at least: the life cycle's usual delay.
    private static let leastTime = Duration.seconds(3600)
    /// Minutes that a quantity which changes slowly may stand at a coarse step, before the life cycle counts: with its hour a
    /// day.
    static let quietMinutes = 23 * 60
    /// The least decimal place that is told apart.
    private static let finestPlace = 6

    /// What the minute before stood at; nil: it moved, or there was none.
    private var level: Double?
    private var minutes = 0
    /// The last decimal place that readings have shown, 0.1 of 18.3; nil before the first.
    private var step: Double?
    private var result: Double?
    private var results = 0

    mutating func judge(_ minute: FactorMinute, _ traits: FactorTraits) -> Verdict {
        guard !traits.isConstant else { return .clear }
        guard minute.flag.isGood, let low = minute.rawMinimum, let high = minute.rawMaximum else { return .unknown }
        if let newResult = minute.newResult {
            guard newResult else { return .unknown }
            // Several results in one minute, as after a gap in the line.
            guard low == high else {
                result = high
                results = 1
                return .clear
            }
            return judge(result: high, shown: minute.average ?? high, cycle: traits.cycle)
        }
        guard minute.count > 0 else { return .unknown }
        // Water that does not flow and gas that does not move are no fault; of what is emitted Q2 asks too.
        if low == 0, high == 0, !traits.isEmitted {
            level = nil
            minutes = 0
            return .clear
        }
        if let quiet = traits.quietStep { note([low, high], upTo: quiet) }
        let isSame = low == high && (level == nil || level == high)
        level = low == high ? high : nil
        guard isSame else {
            minutes = low == high ? 1 : 0
            return .clear
        }
        minutes += 1
        if let quiet = traits.quietStep, step ?? 0 >= quiet, minutes <= Self.quietMinutes { return .unknown }
        let shown = minute.average ?? high
        return .holds(
            Evidence(
                value: shown, span: .minutes(1),
                facts: AlarmFacts([
                    .value: .number(shown), .unit: traits.unit.map { .text($0) }, .minutes: .number(Double(minutes)),
                ])))
    }

    /// Looks for a finer step than those seen, as far as it matters.
    private mutating func note(_ readings: [Double], upTo quiet: Double) {
        guard step.map({ $0 >= quiet }) ?? true else { return }
        for reading in readings { step = min(step ?? .infinity, Self.place(of: reading)) }
    }

    /// The last decimal place of a reading, which may have been a single-precision number.
    private static func place(of reading: Double) -> Double {
        var place = 1.0
        for _ in 0..<finestPlace {
            let digits = reading / place
            if (digits - digits.rounded()).magnitude < 1e-3 { break }
            place /= 10
        }
        return place
    }

    /// Too few results, as after a start, say nothing; a different one does.
    private mutating func judge(result new: Double, shown: Double, cycle: Duration) -> Verdict {
        let isSame = result == new
        let isFirst = result == nil
        result = new
        results = isSame ? results + 1 : 1
        if !isSame { return isFirst ? .unknown : .clear }
        guard results >= Self.identicalResults else { return .unknown }
        return .holds(
            Evidence(
                // The fourth is enough, however short the cycle is.
                value: shown, span: results == Self.identicalResults ? max(cycle, Self.leastTime) : cycle,
                facts: AlarmFacts([.value: .number(shown), .count: .number(Double(results))])))
    }
}
