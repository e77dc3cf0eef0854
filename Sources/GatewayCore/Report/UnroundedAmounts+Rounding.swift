import Protocol

extension UnroundedAmounts {
    /// Amounts are printed with three decimals.
    private static let halfStep = 0.0005

    /// Whether `printed` is `amount` after rounding, by whatever rule ties were rounded. Less than nothing is printed as 0.
    static func rounds(_ amount: Double, to printed: Double) -> Bool {
        (max(0, amount) - printed).magnitude <= halfStep + 1e-9 + printed.magnitude * 1e-12
    }
}
