/// Masses that stand in for invalid hours of dust, SO2 and NOx in reports. They are never measured values, never sent as
/// such and never added to them.
///
/// | capture rate of the quarter | consecutive invalid hours | in the place of each hour |
/// |---|---|---|
/// | ≥ 90 % | ≤ 24 | maximum of the last 180 valid hours before |
/// | ≥ 90 % | > 24 | maximum of the last 720 |
/// | 75 % … 90 % | any | maximum of the last 2 160 |
/// | < 75 % | any | nothing: reference measurements are needed |
///
/// Source: HJ 75, the table of substitutes. A period out of control begins with the last passed calibration, so "before" is
/// in both of its columns before the first hour of the gap.
package enum MassSubstitution {
    /// How a substitute was found: the `method` of reports.
    package enum Method: String, CaseIterable, Sendable {
        case maximumOf180 = "max-180"
        case maximumOf720 = "max-720"
        case maximumOf2160 = "max-2160"
        /// There is no substitute: the capture rate is too low, or no valid hour lies before.
        case unavailable = "none"

        /// Valid hours that it looks back.
        package var hours: Int {
            switch self {
            case .maximumOf180: 180
            case .maximumOf720: 720
            case .maximumOf2160: 2_160
            case .unavailable: 0
            }
        }
    }

    /// What stands in for one invalid hour.
    package struct Substitute: Hashable, Sendable {
        /// kg/h; nil with the method `none`.
        package let kilogramsPerHour: Double?
        package let method: Method
        /// From the oldest to the newest hour that was looked at, as indices into the series; nil with the method `none`.
        package let window: ClosedRange<Int>?
        package let isOutOfControl: Bool
    }

    /// The substitutes of a series of hours in kg/h, oldest first, without a hole; nil for hours that need none.
    ///
    /// Hours in which the plant stood neither end a gap nor lengthen it.
    ///
    /// - Parameter quarters: for each hour the number of its quarter. The capture rate of a quarter is that of its hours in
    ///   the series.
    package static func substitutes(for hours: [SeriesHour], quarters: [Int]) -> [Substitute?] {
        precondition(hours.count == quarters.count, "every hour lies in a quarter")
        let rates = captureRates(of: hours, quarters: quarters)
        var substitutes = [Substitute?](repeating: nil, count: hours.count)
        /// The valid hours before the gap.
        var past: [Int] = []
        var gap: [Int] = []
        for index in hours.indices {
            if hours[index].isGap { gap.append(index) }
            guard case .valid = hours[index] else { continue }
            fill(gap, of: hours, past: past, method: { method(rates[quarters[$0]], $1) }, into: &substitutes)
            gap.removeAll(keepingCapacity: true)
            past.append(index)
        }
        fill(gap, of: hours, past: past, method: { method(rates[quarters[$0]], $1) }, into: &substitutes)
        return substitutes
    }

    /// The row of the table.
    package static func method(captureRate: CaptureRate, consecutiveHours: Int) -> Method {
        if captureRate.isAtLeast(percent: 90) { return consecutiveHours <= 24 ? .maximumOf180 : .maximumOf720 }
        return captureRate.isAtLeast(percent: 75) ? .maximumOf2160 : .unavailable
    }

    /// The capture rate of each quarter in the series.
    package static func captureRates(of hours: [SeriesHour], quarters: [Int]) -> [Int: CaptureRate] {
        var rates: [Int: CaptureRate] = [:]
        for (hour, quarter) in zip(hours, quarters) { rates[quarter, default: CaptureRate()].count(hour) }
        return rates
    }

    private static func method(_ rate: CaptureRate?, _ length: Int) -> Method {
        method(captureRate: rate ?? CaptureRate(), consecutiveHours: length)
    }

    private static func fill(
        _ gap: [Int], of hours: [SeriesHour], past: [Int], method: (_ hour: Int, _ length: Int) -> Method,
        into substitutes: inout [Substitute?]
    ) {
        /// A gap may reach into a quarter with another method; there are two of them at most.
        var known: [Method: (kilograms: Double, window: ClosedRange<Int>)] = [:]
        for index in gap {
            let method = method(index, gap.count)
            if known[method] == nil { known[method] = maximum(of: past.suffix(method.hours), in: hours) }
            let found = known[method]
            substitutes[index] = Substitute(
                kilogramsPerHour: found?.kilograms, method: found == nil ? .unavailable : method, window: found?.window,
                isOutOfControl: hours[index] == .outOfControl)
        }
    }

    private static func maximum(
        of window: ArraySlice<Int>, in hours: [SeriesHour]
    ) -> (kilograms: Double, window: ClosedRange<Int>)? {
        guard let first = window.first, let last = window.last else { return nil }
        var maximum = -Double.infinity
        for index in window { if case .valid(let value) = hours[index] { maximum = max(maximum, value) } }
        return (maximum, first...last)
    }
}
