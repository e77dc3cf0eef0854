import Telemetry

/// The latest sample of each factor and meter: what a file has twice counts once.
///
/// The rule is that of ``TakenStamps``: the first number of an instant counts, and a good one takes the place of none.
struct SampleStamps: Sendable {
    enum Verdict: Equatable, Sendable {
        case new
        /// The instant has a bad sample already, whose place it takes.
        case better
        /// The instant has this number already, or a better one.
        case known
        /// The instant has another number already.
        case contradiction
    }

    private struct Entry: Sendable {
        var at = Int64.min
        var value: Double?
        var isGood = false
    }

    /// By outlet, two for each factor: its own, and that of the meter beside it.
    private var factors: [[Entry]]
    /// By meter of the section `power`.
    private var meters: [Entry]

    init(_ configuration: GatewayConfiguration) {
        factors = configuration.outlets.map { Array(repeating: Entry(), count: 2 * $0.factors.count) }
        meters = Array(repeating: Entry(), count: configuration.power.meters.count)
    }

    /// Notes `sample` and tells whether it is a new one. Samples come in order of time.
    mutating func take(_ sample: OutletSample) -> Verdict {
        switch sample.content {
        case .reading(let reading, let factor):
            Self.take(reading, at: sample.at, &factors[sample.outlet][2 * factor])
        case .total(let reading, let factor):
            Self.take(reading, at: sample.at, &factors[sample.outlet][2 * factor + 1])
        case .meter(let reading, let index): Self.take(reading, at: sample.at, &meters[index])
        case .mark: .new
        }
    }

    private static func take(_ reading: Reading, at instant: WallInstant, _ entry: inout Entry) -> Verdict {
        let at = instant.millisecondsSince1970
        if at == entry.at {
            guard reading.isGood else { return .known }
            if entry.isGood { return reading.value == entry.value ? .known : .contradiction }
            entry = Entry(at: at, value: reading.value, isGood: true)
            return .better
        }
        entry = Entry(at: at, value: reading.value, isGood: reading.isGood)
        return .new
    }
}
