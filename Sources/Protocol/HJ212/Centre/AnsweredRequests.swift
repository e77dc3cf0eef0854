import Telemetry

/// The requests of the last while with what was answered, so that a host that sends one again gets the same answers and
/// nothing is executed twice.
///
/// The same request is the same segment: a host sends the same frame again when no answer came in time. After a while it
/// is a new one, as hosts exist whose QN stands still.
struct AnsweredRequests: Sendable {
    /// How many are remembered.
    static let capacity = 32
    /// Frames kept of one request; more data are uploads that were acknowledged on their own.
    static let frameCapacity = 8

    private struct Entry {
        let segment: [UInt8]
        let expiry: Uptime
        var frames: [[UInt8]] = []
    }

    private var entries: [Entry] = []

    /// What was answered to `segment` so far; nil when it is new.
    func frames(for segment: [UInt8], at now: Uptime) -> [[UInt8]]? {
        entries.last { $0.segment == segment && $0.expiry > now }?.frames
    }

    mutating func insert(_ segment: [UInt8], until expiry: Uptime) {
        entries.removeAll { $0.segment == segment }
        if entries.count == Self.capacity { entries.removeFirst() }
        entries.append(Entry(segment: segment, expiry: expiry))
    }

    mutating func append(_ frame: [UInt8], to segment: [UInt8]) {
        guard let index = entries.firstIndex(where: { $0.segment == segment }),
            entries[index].frames.count < Self.frameCapacity
        else { return }
        entries[index].frames.append(frame)
    }
}
