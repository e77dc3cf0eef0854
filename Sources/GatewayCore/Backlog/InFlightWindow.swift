package import Telemetry

/// The publishes that wait for their acknowledgement, in the order in which they were handed over.
///
/// As many as the window at most, so a plain array serves; acknowledgements mostly come for the first.
package struct InFlightWindow: Sendable {
    private var entries: [(sequence: Int64, lane: UplinkLane)] = []
    private var progress = Uptime.zero
    /// Acknowledgements since the connection began.
    package private(set) var acknowledgedOnConnection = 0
    /// Acknowledgements since the start.
    package private(set) var acknowledgedTotal = 0

    package var count: Int { entries.count }
    /// The one that was handed over first.
    package var oldest: Int64? { entries.first?.sequence }
    /// When the window last moved: an acknowledgement, a first publish, a new connection; nil when nothing is in flight.
    package var lastProgress: Uptime? { entries.isEmpty ? nil : progress }

    package func count(of lane: UplinkLane) -> Int {
        entries.count { $0.lane == lane }
    }

    package func sequences(in range: ClosedRange<Int64>) -> [Int64] {
        entries.map(\.sequence).filter(range.contains)
    }

    mutating func add(_ sequence: Int64, lane: UplinkLane, at now: Uptime) {
        if entries.isEmpty { progress = now }
        entries.append((sequence, lane))
    }

    mutating func acknowledged(_ sequence: Int64, at now: Uptime) {
        remove(sequence)
        acknowledgedOnConnection += 1
        acknowledgedTotal += 1
        progress = now
    }

    /// The broker answered that it does not take `sequence`.
    mutating func refused(_ sequence: Int64, at now: Uptime) {
        remove(sequence)
        progress = now
    }

    mutating func remove(_ sequence: Int64) {
        guard let index = entries.firstIndex(where: { $0.sequence == sequence }) else { return }
        entries.remove(at: index)
    }

    mutating func connectionBegan(at now: Uptime) {
        acknowledgedOnConnection = 0
        progress = now
    }

    mutating func forgetAll() {
        entries.removeAll(keepingCapacity: true)
    }
}
