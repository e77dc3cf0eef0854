import Telemetry

/// When the next line about something that goes on is due: after a minute, then ten, then every hour.
struct LogPace: Equatable, Sendable {
    private static let intervals: [Duration] = [.seconds(60), .seconds(600), .seconds(3_600)]

    private var step = 0
    private(set) var writtenAt: Uptime
    private(set) var next: Uptime

    /// The first line is written at `now`.
    init(at now: Uptime) {
        writtenAt = now
        next = now + Self.intervals[0]
    }

    func isDue(at now: Uptime) -> Bool { now >= next }

    /// A line is written at `now`.
    mutating func written(at now: Uptime) {
        step = min(step + 1, Self.intervals.count - 1)
        writtenAt = now
        next = now + Self.intervals[step]
    }
}

extension Duration {
    /// For people: `12s`, `3m20s`, `2h5m`, `4d3h`; less than ten seconds to the tenth.
    package var spoken: String {
        let seconds = wholeMilliseconds / 1_000
        if seconds < 10 { return "\(seconds).\(wholeMilliseconds % 1_000 / 100)s" }
        let parts = [
            (seconds / 86_400, "d"), (seconds / 3_600 % 24, "h"), (seconds / 60 % 60, "m"), (seconds % 60, "s"),
        ]
        let first = parts.firstIndex { $0.0 > 0 } ?? 3
        return parts[first...].prefix(2).filter { $0.0 > 0 }.map { "\($0.0)\($0.1)" }.joined()
    }
}
