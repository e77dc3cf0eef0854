/// Fields of one device → as few requests as the rules allow.
///
/// Adjacent and near fields of a table share a request of at most 125 registers or 2,000 bits. Pure: the same fields, hole
/// and cuts give the same plan.
package struct RequestPlanner: Sendable {
    /// Registers or bits nobody asked for that a request may span between two fields, 0 or more.
    package var maximumHole: Int

    package init(maximumHole: Int) {
        self.maximumHole = maximumHole
    }

    /// The requests that read every one of `fields`, whole, without joining what `cuts` keep apart.
    package func plan(_ fields: [RegisterField], cuts: RequestCuts = RequestCuts()) -> RequestPlan {
        let places = fields.map(FieldPlace.init)
        let order = fields.indices.sorted { (places[$0], $0) < (places[$1], $1) }
        let ordered = order.map { places[$0] }
        var requests: [RequestPlan.Request] = []
        var first = 0
        while first < order.count {
            let next = endOfRequest(from: first, in: ordered, cuts: cuts)
            requests.append(RequestPlan.Request(members: first..<next, of: order, places: places))
            first = next
        }
        return RequestPlan(requests: requests, order: order, places: places, cuts: cuts)
    }

    /// The first position after `first` that does not fit in the same request; `places` are in order.
    private func endOfRequest(from first: Int, in places: [FieldPlace], cuts: RequestCuts) -> Int {
        let start = places[first]
        var end = start.end
        var next = first + 1
        while next < places.count {
            let place = places[next]
            let joined = max(end, place.end)
            guard place.table == start.table, place.address <= end + maximumHole,
                joined - start.address <= place.table.maximumCount,
                place == places[next - 1] || !cuts.starts(at: place)
            else { break }
            end = joined
            next += 1
        }
        return next
    }
}
