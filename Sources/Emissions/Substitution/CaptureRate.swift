/// How much of what was due in a quarter is valid (有效数据捕集率).
///
/// Source: HJ 75-2017 and the field's practice: (hours − stopped − invalid) / (hours − stopped).
package struct CaptureRate: Hashable, Sendable {
    /// All hours.
    package private(set) var hours: Int
    /// Hours in which the plant stood; they are not due.
    package private(set) var stopped: Int
    /// Hours that were due and are not valid.
    package private(set) var invalid: Int

    package init(hours: Int = 0, stopped: Int = 0, invalid: Int = 0) {
        self.hours = hours
        self.stopped = stopped
        self.invalid = invalid
    }

    package mutating func count(_ hour: SeriesHour) {
        hours += 1
        switch hour {
        case .valid: break
        case .stopped: stopped += 1
        case .invalid, .outOfControl: invalid += 1
        }
    }

    package static func += (total: inout CaptureRate, more: CaptureRate) {
        total.hours += more.hours
        total.stopped += more.stopped
        total.invalid += more.invalid
    }

    package var due: Int { hours - stopped }
    package var valid: Int { due - invalid }

    /// 1 for all; nil when nothing was due.
    package var rate: Double? { due > 0 ? Double(valid) / Double(due) : nil }

    /// Whether the rate is at least so many percent, without rounding. What was never due misses nothing.
    package func isAtLeast(percent: Int) -> Bool { valid * 100 >= due * percent }
}

/// One hour of a series as substitution sees it.
package enum SeriesHour: Hashable, Sendable {
    /// The measured value of a valid hour, finite.
    case valid(Double)
    /// The plant stood: nothing is due, and nothing is substituted.
    case stopped
    /// Maintenance, fault, or no record at all.
    case invalid
    /// The instrument had failed a check; reaches from the last passed calibration to the next.
    case outOfControl

    /// Whether a value is due and missing.
    var isGap: Bool {
        switch self {
        case .valid, .stopped: false
        case .invalid, .outOfControl: true
        }
    }
}
