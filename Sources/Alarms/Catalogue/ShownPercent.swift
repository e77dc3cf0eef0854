import Emissions

/// A percentage in a sentence, to one decimal, which never says more or less than what was judged.
///
/// Beside a step it is cut where rounding would reach it: 2599.2 of 2600 is 99.9 %, not 100 %.
struct ShownPercent {
    private static let step = 0.1

    let value: Double

    /// `below`: the judged percentage is less than this; `above`: it is more than this.
    init(_ percent: Double, below: Double? = nil, above: Double? = nil) {
        let rounded = percent.rounded(toDecimals: 1)
        if let below, rounded >= below {
            value = (below - Self.step).rounded(toDecimals: 1)
        } else if let above, rounded <= above {
            value = (above + Self.step).rounded(toDecimals: 1)
        } else {
            value = rounded
        }
    }
}

extension AlarmFacts.Value {
    static func percent(_ percent: ShownPercent) -> AlarmFacts.Value { .number(percent.value) }
}
