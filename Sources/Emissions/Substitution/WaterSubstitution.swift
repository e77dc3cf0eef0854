/// Values that stand in for invalid hours of waste water in reports, apart from the measured ones.
///
/// A gap takes the mean of the equally long time before it, pH the median. Source: HJ 356-2019.
package enum WaterSubstitution {
    package enum Method: String, CaseIterable, Sendable {
        /// Of concentrations, temperature and flow.
        case mean
        /// Of pH.
        case median

        /// The method for the factor `code`.
        package init(code: String) { self = code == "w01001" ? .median : .mean }
    }

    /// What stands in for one invalid hour.
    package struct Substitute: Hashable, Sendable {
        /// In the factor's unit; nil when nothing valid lies in the window.
        package let value: Double?
        package let method: Method
        /// The hours looked at, as indices into the series; nil when the gap begins the series.
        package let window: ClosedRange<Int>?
    }

    /// The substitutes of a series of hours, oldest first, without a hole; nil for hours that need none.
    ///
    /// Only what was measured in the window counts, never an earlier substitute. A window that would begin before the
    /// series begins with it. Hours without discharge (`stopped`) end a gap: before and after them other water flows.
    package static func substitutes(for hours: [SeriesHour], method: Method) -> [Substitute?] {
        var substitutes = [Substitute?](repeating: nil, count: hours.count)
        var start = 0
        while start < hours.count {
            guard hours[start].isGap else {
                start += 1
                continue
            }
            let end = hours[start...].firstIndex { !$0.isGap } ?? hours.count
            let window = max(0, start - (end - start))..<start
            let substitute = Substitute(
                value: value(method, of: hours[window]), method: method,
                window: window.isEmpty ? nil : ClosedRange(window))
            for index in start..<end { substitutes[index] = substitute }
            start = end
        }
        return substitutes
    }

    private static func value(_ method: Method, of window: ArraySlice<SeriesHour>) -> Double? {
        let values = window.compactMap { hour in if case .valid(let value) = hour { value } else { nil } }
        guard !values.isEmpty else { return nil }
        switch method {
        case .mean: return values.reduce(0, +) / Double(values.count)
        case .median:
            let sorted = values.sorted()
            let middle = sorted.count / 2
            return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
        }
    }
}
