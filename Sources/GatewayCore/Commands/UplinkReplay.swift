package import Telemetry

/// One replay under way: records that a platform has asked for again, sent beside everything else of its uplink.
///
/// It has a window and a rate of its own and no part in the ledger of what is owed; whoever runs it lets live records and
/// the backlog go first.
package struct UplinkReplay: Sendable {
    /// Records of one replay at most.
    package static let mostRecords = 100_000
    /// So many connections in a row may end without an acknowledgement of a replayed record.
    package static let patience = 3

    package enum Step: Equatable, Sendable {
        /// Publish these, reporting each with ``handedOver(_:)``; what is not reported needs no sending any more.
        case send([Int64])
        case wait(until: Uptime)
        /// Everything was acknowledged.
        case finished
    }

    private var rest: ArraySlice<Int64>
    /// Handed to a client that is gone.
    private var again: [Int64] = []
    private var inFlight: [Int64] = []
    private let window: Int
    private var bucket: TokenBucket
    private var fruitless = 0
    package let total: Int
    /// Acknowledged so far.
    package private(set) var sent = 0

    /// - Parameters:
    ///   - sequences: ascending, ``mostRecords`` at most.
    ///   - window: publishes in flight at most.
    ///   - rate: records per second.
    package init(_ sequences: [Int64], window: Int, rate: Int, at now: Uptime) {
        rest = sequences.prefix(Self.mostRecords)
        total = rest.count
        self.window = max(1, window)
        bucket = TokenBucket(perSecond: rate, at: now)
    }

    package mutating func next(at now: Uptime) -> Step {
        let open = again.count + rest.count
        guard open > 0 else { return inFlight.isEmpty ? .finished : .wait(until: .never) }
        let free = window - inFlight.count
        // In batches of half the window, so that one acknowledgement does not cost one query.
        let wanted = min(max(1, window / 2), open)
        guard free >= wanted else { return .wait(until: .never) }
        bucket.refill(at: now)
        let ready = bucket.moment(of: wanted)
        guard now >= ready else { return .wait(until: ready) }
        var batch: [Int64] = []
        while batch.count < min(free, max(1, bucket.available)), let next = takeNext() { batch.append(next) }
        bucket.take(batch.count)
        return .send(batch)
    }

    private mutating func takeNext() -> Int64? { again.isEmpty ? rest.popFirst() : again.removeFirst() }

    package mutating func handedOver(_ sequence: Int64) { inFlight.append(sequence) }

    package mutating func acknowledged(_ sequence: Int64) {
        guard let index = inFlight.firstIndex(of: sequence) else { return }
        inFlight.remove(at: index)
        sent += 1
        fruitless = 0
    }

    /// The client library forgot what it had in flight.
    package mutating func renewed() {
        again = inFlight + again
        inFlight = []
    }

    /// The connection ended; true when the broker seems to hang up because of what is replayed, so that it must be given up
    /// together with the client that would send it again.
    package mutating func connectionEnded() -> Bool {
        guard !inFlight.isEmpty else { return false }
        fruitless += 1
        return fruitless >= Self.patience
    }
}
