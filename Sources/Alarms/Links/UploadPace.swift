import Telemetry

/// How often an instrument sends that keeps its own time, learnt from its uploads: the middle of the last three intervals.
package struct UploadPace: Equatable, Sendable {
    /// What comes within so long is of one upload.
    private static let oneUpload = Duration.seconds(1)

    /// The oldest first.
    private var intervals: [Duration] = []

    package init() {}

    /// Data have come, so long after those before.
    package mutating func came(after interval: Duration) {
        guard interval > Self.oneUpload else { return }
        if intervals.count == 3 { intervals.removeFirst() }
        intervals.append(interval)
    }

    /// How long a silence is none: `gap`, but two and a half of the usual intervals where one and a half exceed it.
    package func patience(_ gap: Duration) -> Duration {
        guard !intervals.isEmpty else { return gap }
        let usual = intervals.sorted()[(intervals.count - 1) / 2]
        return usual * 3 / 2 > gap ? usual * 5 / 2 : gap
    }
}
