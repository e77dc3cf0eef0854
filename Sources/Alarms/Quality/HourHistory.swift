/// The good minutes of the last hour of one factor.
struct HourHistory: Equatable, Sendable {
    static let length = 60

    private struct Minute: Equatable, Sendable {
        var average: Double
        var variance: Double
    }

    /// Nil: no good value in that minute. The newest last.
    private var minutes: [Minute?] = []

    var last: Double? { minutes.last?.map(\.average) }
    var count: Int { minutes.count { $0 != nil } }

    mutating func add(_ average: Double?, deviation: Double) {
        if minutes.count == Self.length { minutes.removeFirst() }
        minutes.append(average.map { Minute(average: $0, variance: deviation * deviation) })
    }

    /// The standard deviation of the hour's samples: of the minutes about the hour's mean, and within the minutes.
    var deviation: Double? {
        let good = minutes.compactMap(\.self)
        guard !good.isEmpty else { return nil }
        let count = Double(good.count)
        let mean = good.reduce(0) { $0 + $1.average } / count
        let between = good.reduce(0) { $0 + ($1.average - mean) * ($1.average - mean) } / count
        return (between + good.reduce(0) { $0 + $1.variance } / count).squareRoot()
    }

    var extremes: ClosedRange<Double>? {
        let values = minutes.compactMap { $0?.average }
        guard let low = values.min(), let high = values.max(), low <= high else { return nil }
        return low...high
    }
}
