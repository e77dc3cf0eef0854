import Glibc

/// How many files and sockets the program may have open at once. Source: getrlimit(2), RLIMIT_NOFILE.
package enum DescriptorLimit {
    /// Raises the limit to `count` as far as the system lets this program do so; the limit that holds then.
    package static func raise(to count: Int) -> Int {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 0 }
        if limit.rlim_cur < rlim_t(count), limit.rlim_cur < limit.rlim_max {
            let raised = rlimit(rlim_cur: min(rlim_t(count), limit.rlim_max), rlim_max: limit.rlim_max)
            if unsafe withUnsafePointer(
                to: raised, { unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), $0) }) == 0
            {
                limit = raised
            }
        }
        return Int(clamping: limit.rlim_cur)
    }
}
