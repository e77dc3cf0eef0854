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

    /// Counts a mean with its own extremes, for so many parts.
    mutating func add(_ mean: Double, from low: Double?, to high: Double?, times: Int = 1) {
        sum += times == 1 ? mean : mean * Double(times)
        count += times
        if let low { minimum = Swift.min(minimum ?? low, low) }
        if let high { maximum = Swift.max(maximum ?? high, high) }
    }

    /// Counts parts whose number is in the sum already.
    mutating func count(further parts: Int) { count += parts }

    var mean: Double? { count > 0 ? sum / Double(count) : nil }
}
