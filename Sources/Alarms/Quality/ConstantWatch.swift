/// Rule Q1: a value that does not move. All raw values of a minute are identical, and so are those of the next.
///
/// The minutes are counted by the life cycle's delay. A batch analyser is judged by its results: four identical ones.
struct ConstantWatch: Equatable, Sendable {
    /// Identical results of a batch analyser that are suspicious.
    static let identicalResults = 4

    /// What the minute before stood at; nil: it moved, or there was none.
    private var level: Double?
    private var minutes = 0
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
            return judge(result: high, shown: minute.average ?? high)
        }
        guard minute.count > 0 else { return .unknown }
        // Water that does not flow and gas that does not move are no fault; of what is emitted Q2 asks too.
        if low == 0, high == 0, !traits.isEmitted {
            level = nil
            minutes = 0
            return .clear
        }
        let isSame = low == high && (level == nil || level == high)
        level = low == high ? high : nil
        guard isSame else {
            minutes = low == high ? 1 : 0
            return .clear
        }
        minutes += 1
        let shown = minute.average ?? high
        return .holds(
            Evidence(
                value: shown, span: .minutes(1),
                facts: AlarmFacts([
                    .value: .number(shown), .unit: traits.unit.map { .text($0) }, .minutes: .number(Double(minutes)),
                ])))
    }

    /// Too few results, as after a start, say nothing; a different one does.
    private mutating func judge(result new: Double, shown: Double) -> Verdict {
        let isSame = result == new
        let isFirst = result == nil
        result = new
        results = isSame ? results + 1 : 1
        if !isSame { return isFirst ? .unknown : .clear }
        guard results >= Self.identicalResults else { return .unknown }
        return .holds(
            Evidence(
                // Results are hours apart and their number is the delay.
                value: shown, span: .hours(1),
                facts: AlarmFacts([.value: .number(shown), .count: .number(Double(results))])))
    }
}
