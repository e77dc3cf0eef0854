/// What an instrument shows.
package enum Quantity: Equatable, Sendable {
    case constant(Double)
    case signal(Signal)
    /// A counter: what has passed of a flow, times `factor` (to change the unit), from `start` on.
    case total(of: Signal, factor: Double, start: Double)

    package func value(at moment: PlantMoment) -> Double {
        switch self {
        case .constant(let value): value
        case .signal(let signal): signal.value(at: moment)
        case .total(let signal, let factor, let start): start + factor * signal.total(at: moment)
        }
    }
}

/// `value` with exactly `decimals` digits after the point, rounded half away from zero; `0` for what is no number.
func fixedPoint(_ value: Double, decimals: Int) -> String {
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let scaled = (value * scale).rounded()
    guard scaled.isFinite, abs(scaled) < 1e15 else { return "0" }
    let digits = String(Int64(abs(scaled)))
    let sign = scaled < 0 ? "-" : ""
    guard decimals > 0 else { return sign + digits }
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    return "\(sign)\(padded.dropLast(decimals)).\(padded.suffix(decimals))"
}
