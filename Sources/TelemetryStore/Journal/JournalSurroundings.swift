import Glibc
import HostSystem
import Telemetry

/// What the journal asks of the machine beside its file, so that tests can have other days and other disks.
struct JournalSurroundings: Sendable {
    var wall: @Sendable () -> WallInstant
    /// The bytes that this user may still take on the file system of a path; nil: unknown.
    var freeBytes: @Sendable (_ path: String) -> Int64?

    static let real = JournalSurroundings(
        wall: { SystemClock.wall },
        freeBytes: { path in
            var status = statvfs()
            guard unsafe statvfs(path, &status) == 0 else { return nil }
            let (bytes, isTooMuch) = UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize))
            return isTooMuch ? .max : Int64(clamping: bytes)
        })

    /// Today, in days since 1970 UTC.
    var day: Int64 {
        let milliseconds = wall().millisecondsSince1970
        let day = milliseconds / 86_400_000
        return milliseconds % 86_400_000 < 0 ? day - 1 : day
    }
}
