/// Mean and extremes of numbers that come one by one.
struct Extent: Hashable, Sendable {
    private(set) var sum = 0.0
    private(set) var count = 0
    private(set) var minimum: Double?
    private(set) var maximum: Double?

    init() {}

    init(sum: Double, count: Int, minimum: Double?, maximum: Double?) {
        self.sum = sum
        self.count = count
        self.minimum = minimum
        self.maximum = maximum
    }

    mutating func add(_ value: Double) { add(value, from: value, to: value) }

    /// Counts a mean with its own extremes.
    mutating func add(_ mean: Double, from low: Double?, to high: Double?) {
        sum += mean
        count += 1
        if let low { minimum = Swift.min(minimum ?? low, low) }
        if let high { maximum = Swift.max(maximum ?? high, high) }
    }

    var mean: Double? { count > 0 ? sum / Double(count) : nil }
}
