/// How many data were due, came, counted and reached their platform.
///
/// What is one item is the caller's matter, an hour of a factor for instance; all four count the same. Data of a plant
/// that stands are not due.
package struct RateCounts: Hashable, Sendable {
    /// What should have been there (应传).
    package var due: Int
    /// What was there (实传).
    package var received: Int
    /// What was there and is valid (有效).
    package var valid: Int
    /// What a platform has confirmed.
    package var acknowledged: Int

    /// A count below zero is none.
    package init(due: Int = 0, received: Int = 0, valid: Int = 0, acknowledged: Int = 0) {
        self.due = max(0, due)
        self.received = max(0, received)
        self.valid = max(0, valid)
        self.acknowledged = max(0, acknowledged)
    }

    package static func += (total: inout RateCounts, more: RateCounts) {
        total.due = total.due.adding(more.due)
        total.received = total.received.adding(more.received)
        total.valid = total.valid.adding(more.valid)
        total.acknowledged = total.acknowledged.adding(more.acknowledged)
    }

    // MARK: Rates, 1 for all

    /// Received of due (传输率); nil when nothing is due.
    package var transmissionRate: Double? { Self.rate(received, of: due) }

    /// Valid of received (有效率); nil when nothing was received.
    package var validityRate: Double? { Self.rate(valid, of: received) }

    /// Transmission rate times validity rate (传输有效率): 0 when all that is due is missing; nil when nothing is due.
    ///
    /// Source: the effective transmission rate of the national assessment, completeness times validity.
    package var effectiveRate: Double? { transmissionRate.map { $0 * (validityRate ?? 0) } }

    /// Acknowledged of due, what a platform has of all it should have; nil when nothing is due.
    package var acknowledgedRate: Double? { Self.rate(acknowledged, of: due) }

    private static func rate(_ part: Int, of whole: Int) -> Double? {
        whole > 0 ? Double(part) / Double(whole) : nil
    }
}

extension Int {
    /// The sum of two counts, or the greatest number there is.
    fileprivate func adding(_ other: Int) -> Int {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
