import Glibc
import Telemetry

/// The time of day in front of log lines that nobody else dates.
enum LogStamp {
    /// The present on the clock of this machine, with its offset: `2026-11-21T10:20:30.123+08:00`.
    static var now: String { text(of: SystemClock.wall) }

    static func text(of instant: WallInstant) -> String {
        let milliseconds = instant.millisecondsSince1970
        var seconds = time_t((Double(milliseconds) / 1_000).rounded(.down))
        var local = unsafe tm()
        guard unsafe localtime_r(&seconds, &local) != nil else { return "-" }
        let fraction = padded(Int(milliseconds - Int64(seconds) * 1_000), 3)
        let offset = unsafe Int(local.tm_gmtoff) / 60
        let sign = offset < 0 ? "-" : "+"
        let date = unsafe [Int(local.tm_year) + 1_900, Int(local.tm_mon) + 1, Int(local.tm_mday)]
        let time = unsafe [Int(local.tm_hour), Int(local.tm_min), Int(local.tm_sec)]
        return date.map { padded($0, 2) }.joined(separator: "-") + "T"
            + time.map { padded($0, 2) }.joined(separator: ":") + ".\(fraction)\(sign)"
            + padded(offset.magnitude / 60, 2) + ":" + padded(offset.magnitude % 60, 2)
    }

    private static func padded(_ number: some BinaryInteger, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}
