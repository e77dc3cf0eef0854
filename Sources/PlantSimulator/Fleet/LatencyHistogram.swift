/// How long things took, in buckets that are at most 1/16 wide of what they hold: 1 µs to an hour in a few kilobytes.
package struct LatencyHistogram: Equatable, Sendable {
    private static let steps = 16
    private var counts: [Int] = []
    package private(set) var count = 0
    /// The longest, in microseconds.
    package private(set) var longest = 0

    package init() {}

    /// Takes a duration in; what is negative counts as nothing.
    package mutating func add(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let micros =
            max(0, min(Int(clamping: seconds), 3_600)) * 1_000_000 + Int(max(0, attoseconds) / 1_000_000_000_000)
        let bucket = Self.bucket(of: micros)
        if bucket >= counts.count { counts += Array(repeating: 0, count: bucket + 1 - counts.count) }
        counts[bucket] += 1
        count += 1
        longest = max(longest, micros)
    }

    package mutating func add(_ other: LatencyHistogram) {
        if other.counts.count > counts.count {
            counts += Array(repeating: 0, count: other.counts.count - counts.count)
        }
        for (bucket, number) in other.counts.enumerated() { counts[bucket] += number }
        count += other.count
        longest = max(longest, other.longest)
    }

    /// So many microseconds or fewer it took in `share` (0…1) of all cases, up to a sixteenth too many; nil without a case.
    package func percentile(_ share: Double) -> Int? {
        guard count > 0 else { return nil }
        let rank = max(1, Int((share * Double(count)).rounded(.up)))
        var seen = 0
        for (bucket, number) in counts.enumerated() {
            seen += number
            if seen >= rank { return min(Self.upperBound(of: bucket), longest) }
        }
        return longest
    }

    /// Below 16 each number has its own bucket; above, each power of two has 16.
    private static func bucket(of micros: Int) -> Int {
        guard micros >= steps else { return micros }
        let exponent = Int.bitWidth - 1 - micros.leadingZeroBitCount
        return (exponent - 3) * steps + (micros >> (exponent - 4)) - steps
    }

    private static func upperBound(of bucket: Int) -> Int {
        guard bucket >= steps else { return bucket }
        let exponent = bucket / steps + 3
        return ((steps + bucket % steps + 1) << (exponent - 4)) - 1
    }
}
