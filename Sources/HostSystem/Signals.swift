import Glibc

/// Signals as a queue that one thread waits on, in place of handlers that interrupt anywhere.
package enum Signals {
    package static let terminate = SIGTERM
    package static let interrupt = SIGINT
    package static let hangUp = SIGHUP

    /// Keeps these signals from interrupting any thread started later; a write to a closed pipe becomes an error.
    package static func block(_ numbers: [Int32]) {
        var set = set(numbers)
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
        _ = signal(SIGPIPE, SIG_IGN)
    }

    /// Waits up to `milliseconds` for one of `numbers`; nil when none came.
    package static func wait(for numbers: [Int32], milliseconds: Int) -> Int32? {
        var set = set(numbers)
        var limit = timespec(tv_sec: milliseconds / 1_000, tv_nsec: (milliseconds % 1_000) * 1_000_000)
        let number = unsafe sigtimedwait(&set, nil, &limit)
        return number > 0 ? number : nil
    }

    private static func set(_ numbers: [Int32]) -> sigset_t {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        for number in numbers { unsafe sigaddset(&set, number) }
        return set
    }
}
