import Telemetry

/// What an instrument measured, as it will say when asked: the data of minutes, hours and days, by its own clock.
struct InstrumentMemory: Sendable {
    /// A period that is over or still going on.
    struct Period: Equatable, Sendable {
        /// What a factor showed.
        struct Statistics: Equatable, Sendable {
            var least: Double
            var greatest: Double
            var sum: Double
        }

        let start: WallInstant
        var factors: [Statistics]
        var count = 1
        /// Whether it was measured from its beginning on.
        let isWhole: Bool

        func mean(of index: Int) -> Double { factors[index].sum / Double(count) }
    }

    /// Lengths of period with the command of their data.
    enum Kind: String, CaseIterable, Sendable {
        case minute = "2051"
        case hour = "2061"
        case day = "2031"

        /// How many finished periods are kept.
        var limit: Int {
            switch self {
            case .minute: 2_880
            case .hour: 1_500
            case .day: 400
            }
        }
    }

    /// Minutes per period of minute data.
    var minutes = 1
    private var current: [Kind: Period] = [:]
    private var finished: [Kind: [Period]] = [:]
    private var last: WallInstant?

    /// Adds one measurement of all factors; the periods that are over by it.
    mutating func add(_ values: [Double], at wall: WallInstant) -> [(kind: Kind, period: Period)] {
        var over: [(kind: Kind, period: Period)] = []
        for kind in Kind.allCases {
            let start = start(of: kind, at: wall)
            if var period = current[kind], period.start == start {
                period.add(values)
                current[kind] = period
                continue
            }
            if let period = current[kind] {
                finished[kind, default: []].append(period)
                if finished[kind, default: []].count > kind.limit { finished[kind]?.removeFirst() }
                over.append((kind, period))
            }
            let isWhole = last.map { $0 <= start } ?? (wall == start)
            current[kind] = Period(values, start: start, isWhole: isWhole)
        }
        last = wall
        return over
    }

    /// The finished periods that begin within `range`.
    func periods(_ kind: Kind, in range: ClosedRange<WallInstant>) -> [Period] {
        finished[kind, default: []].filter { range.contains($0.start) }
    }

    private func start(of kind: Kind, at wall: WallInstant) -> WallInstant {
        let length: Int64 =
            switch kind {
            case .minute: Int64(minutes) * 60_000
            case .hour: 3_600_000
            case .day: 86_400_000
            }
        // Periods are those of China Standard Time.
        let offset: Int64 = 8 * 3_600_000
        let local = (wall.millisecondsSince1970 + offset).flooredQuotient(length) * length
        return WallInstant(millisecondsSince1970: local - offset)
    }
}

extension InstrumentMemory.Period {
    fileprivate init(_ values: [Double], start: WallInstant, isWhole: Bool) {
        self.start = start
        self.isWhole = isWhole
        factors = values.map { Statistics(least: $0, greatest: $0, sum: $0) }
    }

    fileprivate mutating func add(_ values: [Double]) {
        count += 1
        for (index, value) in values.enumerated() {
            factors[index].least = min(factors[index].least, value)
            factors[index].greatest = max(factors[index].greatest, value)
            factors[index].sum += value
        }
    }
}
