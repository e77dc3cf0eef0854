/// Mean and extremes of numbers that come one by one.
struct Extent: Hashable, Sendable {
    private(set) var sum = 0.0
    private(set) var count = 0
    private(set) var minimum: Double?
    private(set) var maximum: Double?

    init() {}

    init(_ values: [MinuteSamples.Instant]) {
        for instant in values { add(instant.value) }
    }

    init(sum: Double, count: Int, minimum: Double?, maximum: Double?) {
        self.sum = sum
        self.count = count
        self.minimum = minimum
        self.maximum = maximum
    }

    mutating func add(_ value: Double) { add(value, from: value, to: value) }

    /// Counts a mean with its own extremes, for so many parts.
    mutating func add(_ mean: Double, from low: Double?, to high: Double?, times: Int = 1) {
        sum += times == 1 ? mean : mean * Double(times)
        count += times
        if let low { minimum = Swift.min(minimum ?? low, low) }
        if let high { maximum = Swift.max(maximum ?? high, high) }
    }

    /// Counts parts whose number is in the sum already.
    mutating func count(further parts: Int) { count += parts }

    var mean: Double? { mean(leavingOut: 0) }

    /// The mean where so many of the numbers are in no sum; nil without others.
    func mean(leavingOut others: Int) -> Double? {
        guard count > others else { return nil }
        return (sum / Double(count - others)).withoutNoise(from: minimum, to: maximum)
    }
}

extension Double {
    /// Far above the noise of sums of thousands of numbers, and far below what a record shows.
    private static let noise = 1e-12

    /// A mean of numbers that lie between `low` and `high`, without the noise of their sum that puts it outside of these. What is
    /// further outside is no noise: the flow of mean conditions may be above that of each instant.
    func withoutNoise(from low: Double?, to high: Double?) -> Double {
        if let low, self < low, low - self <= Self.noise * low.magnitude { return low }
        if let high, self > high, self - high <= Self.noise * high.magnitude { return high }
        return self
    }
}
