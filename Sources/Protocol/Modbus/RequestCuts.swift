/// What a device taught us about its gaps: fields that one request must not join.
///
/// A cut stands between two neighbouring fields in the order of the planner. It is made when a device refuses a request
/// that spans several fields, and kept for the life of the process.
package struct RequestCuts: Equatable, Sendable {
    private var starts: Set<FieldPlace> = []

    package init() {}

    package var isEmpty: Bool { starts.isEmpty }
    package var count: Int { starts.count }

    /// Whether a field at `place` may not share a request with the fields before it.
    func starts(at place: FieldPlace) -> Bool { starts.contains(place) }

    mutating func cut(before place: FieldPlace) { starts.insert(place) }
}

/// Where a field lies, as far as requests are concerned. In ascending order a plan goes through a device.
struct FieldPlace: Hashable, Comparable, Sendable {
    let table: RegisterTable
    let address: Int
    let count: Int

    init(_ field: RegisterField) {
        table = field.table
        address = Int(field.address)
        count = field.table.holdsBits ? 1 : field.type.count
    }

    /// The address after the last register or bit.
    var end: Int { address + count }

    static func < (a: FieldPlace, b: FieldPlace) -> Bool {
        (a.table.functionCode, a.address, a.count) < (b.table.functionCode, b.address, b.count)
    }
}
