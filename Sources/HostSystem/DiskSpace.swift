import Glibc

/// What is free on a file system. Source: statvfs(3).
package enum DiskSpace {
    /// The share, 0…1, of the file system of `path` that this user may still take; nil: unknown.
    package static func freeShare(of path: String) -> Double? {
        var status = statvfs()
        guard unsafe statvfs(path, &status) == 0 else { return nil }
        // What only the superuser may take is no part of it, as df counts.
        let free = Double(status.f_bavail)
        let all = Double(status.f_blocks) - Double(status.f_bfree) + free
        return all > 0 ? free / all : nil
    }
}
