/// When a meter last rose, which tells whether the water it counts still flows: between two steps of a coarse meter nothing is
/// counted either.
package struct MeterRises: Hashable, Sendable {
    /// Read for so long without rising, ms, a meter says that nothing flows as long as its rhythm is not known.
    private static let patience: Int64 = 3_600_000

    /// When it rose last, ms since 1970; nil: it has not.
    private(set) var last: Int64?
    /// When it rose before that.
    private(set) var before: Int64?

    init(last: Int64? = nil, before: Int64? = nil) {
        self.last = last
        self.before = before
    }

    /// The meter rose. On a clock that was set back it begins anew.
    mutating func note(at instant: Int64) {
        guard instant != last else { return }
        before = last.flatMap { $0 < instant ? $0 : nil }
        last = instant
    }

    /// Whether a step has been awaited twice in vain at a reading. `since`: when the meter was first read to stand there.
    func areOver(at reading: Int64, standingSince since: Int64?) -> Bool {
        guard let last, let before else { return since.map { reading - $0 >= Self.patience } ?? false }
        return reading - last >= 2 * (last - before)
    }
}
