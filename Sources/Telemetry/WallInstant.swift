/// A moment on the wall clock: milliseconds since 1970-01-01T00:00:00 UTC, leap seconds not counted.
///
/// It labels data. It may step, so no timer and no timeout uses it; see ``Uptime``.
package struct WallInstant: Hashable, Comparable, Sendable {
    package var millisecondsSince1970: Int64

    package init(millisecondsSince1970: Int64) {
        self.millisecondsSince1970 = millisecondsSince1970
    }

    package static func < (a: WallInstant, b: WallInstant) -> Bool {
        a.millisecondsSince1970 < b.millisecondsSince1970
    }

    /// The instant `duration` later, cut to whole milliseconds.
    package static func + (instant: WallInstant, duration: Duration) -> WallInstant {
        WallInstant(millisecondsSince1970: instant.millisecondsSince1970 + duration.wholeMilliseconds)
    }

    /// The instant `duration` earlier, cut to whole milliseconds.
    package static func - (instant: WallInstant, duration: Duration) -> WallInstant {
        WallInstant(millisecondsSince1970: instant.millisecondsSince1970 - duration.wholeMilliseconds)
    }

    /// The time from `earlier` to `later`; negative when they are the other way round.
    package static func - (later: WallInstant, earlier: WallInstant) -> Duration {
        .milliseconds(later.millisecondsSince1970 - earlier.millisecondsSince1970)
    }
}
