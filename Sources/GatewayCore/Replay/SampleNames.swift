/// The names that lines of samples use: ids of outlets and the codes of their factors, ids of meters.
struct SampleNames: Sendable {
    private var outlets: NameList
    /// By outlet.
    private var factors: [NameList]
    /// By outlet and factor: factors without readings of their own.
    private let computed: [[Bool]]
    private var meters: NameList

    init(_ configurations: [OutletConfiguration], meters: [PowerMeterConfiguration]) {
        self.meters = NameList(meters.map(\.id))
        outlets = NameList(configurations.map(\.id))
        factors = configurations.map { NameList($0.factors.map(\.code)) }
        computed = configurations.map { $0.factors.map { $0.source == .computed } }
    }

    mutating func outlet(_ name: Span<UInt8>) -> Int? { outlets.index(of: name) }

    mutating func factor(_ name: Span<UInt8>, outlet: Int) -> Int? { factors[outlet].index(of: name) }

    func isComputed(factor: Int, outlet: Int) -> Bool { computed[outlet][factor] }

    mutating func meter(_ name: Span<UInt8>) -> Int? { meters.index(of: name) }

    var meterNames: [String] { meters.names }

    var outletNames: [String] { outlets.names }

    func factorNames(outlet: Int) -> [String] { factors[outlet].names }
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
