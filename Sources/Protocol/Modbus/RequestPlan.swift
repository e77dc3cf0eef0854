/// The requests of one poll of a device, and where in their answers each field lies.
package struct RequestPlan: Equatable, Sendable {
    /// A request and the fields it answers.
    package struct Request: Equatable, Sendable {
        package let read: ReadRequest
        package let fields: [PlacedField]
        /// The positions of the fields in the order of the plan.
        fileprivate let members: Range<Int>
    }

    /// A field in the answer to a request.
    package struct PlacedField: Equatable, Sendable {
        /// Which of the planned fields, in the caller's order.
        package let index: Int
        /// Its first register or bit, counted from the start of the answer.
        package let offset: Int
    }

    /// In ascending order of table and address.
    package private(set) var requests: [Request]
    /// The cuts it keeps to, with those made by ``split(_:)``: to be given to the planner of a later plan.
    package private(set) var cuts: RequestCuts
    /// Field indices in ascending order of place.
    private let order: [Int]
    private let places: [FieldPlace]

    init(requests: [Request], order: [Int], places: [FieldPlace], cuts: RequestCuts) {
        self.requests = requests
        self.order = order
        self.places = places
        self.cuts = cuts
    }

    /// Replaces request `index`, which the device refuses as a whole, by two that ask for its halves.
    ///
    /// False when it cannot be split because it asks for a single place. The cut goes through a hole if there is one,
    /// as a hole is the likeliest thing a device does not have, else between two fields; near the middle in both cases.
    package mutating func split(_ index: Int) -> Bool {
        let members = requests[index].members
        guard let cut = cut(through: members) else { return false }
        cuts.cut(before: places[order[cut]])
        requests.replaceSubrange(
            index...index,
            with: [members.lowerBound..<cut, cut..<members.upperBound].map {
                Request(members: $0, of: order, places: places)
            })
        return true
    }

    private func cut(through members: Range<Int>) -> Int? {
        let middle = members.lowerBound + members.count / 2
        var best: (cut: Int, distance: Int, isHole: Bool)?
        var end = places[order[members.lowerBound]].end
        for candidate in members.dropFirst() {
            let place = places[order[candidate]]
            let isHole = place.address > end
            end = max(end, place.end)
            // Fields of one place, such as the bits of one register, stand and fall together.
            if place == places[order[candidate - 1]] { continue }
            let distance = abs(candidate - middle)
            if let best, best.isHole != isHole ? best.isHole : best.distance <= distance { continue }
            best = (candidate, distance, isHole)
        }
        return best?.cut
    }
}

extension RequestPlan.Request {
    /// The request for the fields at positions `members` of `order`.
    init(members: Range<Int>, of order: [Int], places: [FieldPlace]) {
        let first = places[order[members.lowerBound]]
        let end = members.reduce(first.end) { max($0, places[order[$1]].end) }
        self.init(
            read: ReadRequest(
                table: first.table, address: UInt16(truncatingIfNeeded: first.address), count: end - first.address),
            fields: members.map {
                RequestPlan.PlacedField(index: order[$0], offset: places[order[$0]].address - first.address)
            },
            members: members)
    }
}
