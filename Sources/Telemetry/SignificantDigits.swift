extension Double {
    /// The number with seven significant digits, what a 32-bit float of an instrument can hold.
    package var withInstrumentPrecision: Double {
        guard isFinite, self != 0 else { return self }
        var places = 6
        var bound = 10.0
        while magnitude >= bound, places > 0 {
            places -= 1
            bound *= 10
        }
        bound = 1
        while magnitude < bound, places < 15 {
            places += 1
            bound /= 10
        }
        return rounded(toPlaces: places)
    }
}
