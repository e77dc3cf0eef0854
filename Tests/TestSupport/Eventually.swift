import Glibc

/// Looks at `condition` every few milliseconds until it holds; false when it does not within `limit`.
///
/// For events in another process, which cannot be awaited otherwise; the limit is a backstop, not a delay.
package func eventually(within limit: Duration = .seconds(30), _ condition: () throws -> Bool) rethrows -> Bool {
    let end = ContinuousClock.now + limit
    while ContinuousClock.now < end {
        if try condition() { return true }
        usleep(5_000)
    }
    return try condition()
}
