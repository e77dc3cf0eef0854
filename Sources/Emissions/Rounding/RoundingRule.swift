package import Telemetry

/// What becomes of a number exactly between two roundings.
package enum RoundingRule: String, CaseIterable, Sendable {
    /// To the even digit: GB/T 8170, the rule of measurement work and the default.
    case halfEven = "half_even"
    /// Away from zero, as some platforms do.
    case halfUp = "half_up"
}

extension Double {
    /// The number as `format` can write it; digits before the point are not cut (see ``NumberFormat/holds(_:)``).
    ///
    /// Rounding comes last: before output and before the comparison with a limit, never between formulas.
    package func rounded(to format: NumberFormat, rule: RoundingRule = .halfEven) -> Double {
        rounded(toDecimals: format.decimals, rule: rule)
    }

    /// The number rounded to so many decimals as its shortest decimal text stands: 50.05 is a tie although the binary
    /// number lies a little above.
    ///
    /// Fewer than 0 decimals count as 0. What is no number stays what it is; a result of zero has no sign.
    package func rounded(toDecimals decimals: Int, rule: RoundingRule = .halfEven) -> Double {
        let decimals = max(0, decimals)
        guard isFinite, decimals <= DecimalText.mostDecimals else { return self + 0 }
        if decimals <= 15 {
            let scaled = self * DecimalText.power(decimals)
            let fraction = (scaled - scaled.rounded(.down)).magnitude
            // Far from a tie, and small enough to see it, the rules agree. Adding 0 takes the sign from a zero.
            if scaled.magnitude < 1e12, (fraction - 0.5).magnitude > 1e-3 { return rounded(toPlaces: decimals) + 0 }
        }
        return DecimalText(magnitude: magnitude).rounded(decimals, rule).map { sign == .minus ? 0 - $0 : $0 } ?? self
            + 0
    }
}

extension Double {
    /// The number between two roundings that this one would be but for the noise of sums in binary, else the number itself.
    ///
    /// The mean of 10.82 and 10.83 is 10.825, and a sum of doubles may make it 10.825000000000001. Samples have few digits, so
    /// their means are often such ties, and the last bits must not decide what becomes of them. Moves a number by no more than
    /// 10⁻¹⁴ of itself and a thousandth of a step: what is further from a tie than that is none, however great the number.
    package func withTieRestored(decimals: Int) -> Double {
        guard isFinite, (0...15).contains(decimals) else { return self }
        let scaled = self * DecimalText.power(decimals)
        let tie = scaled.rounded(.down) + 0.5
        // From 10¹³ on two neighbouring doubles are further apart.
        guard scaled.magnitude < 1e13, (scaled - tie).magnitude <= min(scaled.magnitude * 1e-14, 1e-3) else {
            return self
        }
        return tie / DecimalText.power(decimals)
    }
}

extension Double {
    /// A mean as records carry it: ``withTieRestored(decimals:)``, then rounded.
    package func roundedMean(toDecimals decimals: Int, rule: RoundingRule = .halfEven) -> Double {
        withTieRestored(decimals: decimals).rounded(toDecimals: decimals, rule: rule)
    }
}

extension NumberFormat {
    /// The greatest number of this format, 99 999.99 for `N5.2`: what stands for a converted value without bound.
    package var greatest: Double {
        let whole = String(repeating: "9", count: min(max(integerDigits, 1), 14))
        let text = whole + "." + String(repeating: "9", count: min(max(decimals, 0), 9)) + "0"
        let bound = Double("1" + String(repeating: "0", count: whole.utf8.count)) ?? 0
        // More nines than a double holds round up to the next power of ten, which has a digit too many.
        return min(Double(text) ?? 0, bound.nextDown)
    }

    /// Whether the number, once rounded, has no more digits before the point than the format.
    package func holds(_ value: Double, rule: RoundingRule = .halfEven) -> Bool {
        value.isFinite && value.rounded(to: self, rule: rule).magnitude <= greatest
    }
}
