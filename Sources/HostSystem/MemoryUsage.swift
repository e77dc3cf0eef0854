import Glibc

/// How much memory the program has at the moment. Source: proc(5), /proc/pid/statm.
package enum MemoryUsage {
    /// Bytes that are resident in memory, shared libraries included; nil when the kernel does not tell.
    package static var residentBytes: Int? {
        guard let text = try? Files.read("/proc/self/statm", limit: 4_096) else { return nil }
        return residentBytes(statm: text, pageSize: sysconf(Int32(_SC_PAGESIZE)))
    }

    /// The second number of `statm` counts pages.
    static func residentBytes(statm: [UInt8], pageSize: Int) -> Int? {
        let fields = statm.split(separator: UInt8(ascii: " "))
        guard fields.count >= 2, let pages = Int(String(decoding: fields[1], as: UTF8.self)) else { return nil }
        let (bytes, overflow) = pages.multipliedReportingOverflow(by: pageSize)
        return overflow ? nil : bytes
    }
}
