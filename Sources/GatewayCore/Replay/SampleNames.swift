import Telemetry

/// The names that lines of samples use: ids of outlets and the codes of their factors, ids of meters.
struct SampleNames: Sendable {
    private var outlets: NameList
    /// By outlet.
    private var factors: [NameList]
    /// By outlet and factor: factors without readings of their own.
    private let computed: [[Bool]]
    /// By outlet: the factors whose meters stand behind them in ``factors``, `w00000.meter`; and whether each is read beside.
    private let metered: [[(factor: Int, isBeside: Bool)]]
    private var meters: NameList

    init(_ configurations: [OutletConfiguration], meters: [PowerMeterConfiguration]) {
        self.meters = NameList(meters.map(\.id))
        outlets = NameList(configurations.map(\.id))
        metered = configurations.map { outlet in
            outlet.factors.indices.compactMap { factor in
                outlet.factors[factor].meter.map { (factor, $0.source != nil) }
            }
        }
        factors = configurations.map { outlet in
            NameList(outlet.factors.map(\.code) + outlet.factors.filter { $0.meter != nil }.map(\.meterCode))
        }
        computed = configurations.map { $0.factors.map { $0.source == .computed } }
    }

    mutating func outlet(_ name: Span<UInt8>) -> Int? { outlets.index(of: name) }

    /// The factor of this name, or the one whose meter has it.
    mutating func factor(_ name: Span<UInt8>, outlet: Int) -> SampledFactor? {
        guard let place = factors[outlet].index(of: name) else { return nil }
        let count = computed[outlet].count
        guard place >= count else { return SampledFactor(index: place, isMeter: false) }
        let entry = metered[outlet][place - count]
        // The meter alone is the factor's own reading.
        return SampledFactor(index: entry.factor, isMeter: entry.isBeside)
    }

    func isComputed(factor: Int, outlet: Int) -> Bool { computed[outlet][factor] }

    mutating func meter(_ name: Span<UInt8>) -> Int? { meters.index(of: name) }

    var meterNames: [String] { meters.names }

    var outletNames: [String] { outlets.names }

    func factorNames(outlet: Int) -> [String] { factors[outlet].names }
}

/// What the name of a factor in a line of samples stands for.
struct SampledFactor: Equatable, Sendable {
    /// In its outlet.
    var index: Int
    /// The meter beside it.
    var isMeter: Bool

    func content(_ reading: Reading) -> OutletSample.Content {
        isMeter ? .total(reading, factor: index) : .reading(reading, factor: index)
    }
}

/// Names and their places. Samples come outlet by outlet and factor by factor, so the place found last and the one behind it
/// are nearly always right.
private struct NameList: Sendable {
    let names: [String]
    private let bytes: [[UInt8]]
    private var last = 0

    init(_ names: [String]) {
        self.names = names
        bytes = names.map { Array($0.utf8) }
    }

    mutating func index(of name: Span<UInt8>) -> Int? {
        for index in last..<bytes.count where isEqual(bytes[index], name) {
            last = index
            return index
        }
        for index in 0..<min(last, bytes.count) where isEqual(bytes[index], name) {
            last = index
            return index
        }
        return nil
    }

    @inline(__always)
    private func isEqual(_ known: [UInt8], _ name: Span<UInt8>) -> Bool {
        guard known.count == name.count else { return false }
        for index in known.indices where known[index] != name[index] { return false }
        return true
    }
}
