/// What the process occupies.
package enum MemoryUsage {
    /// Resident memory in bytes; 0 when the kernel does not say. Source: proc(5), statm.
    package static var resident: Int {
        guard let bytes = try? Files.read("/proc/self/statm", limit: 1_024) else { return 0 }
        let fields = String(decoding: bytes, as: UTF8.self).split(separator: " ")
        return fields.count > 1 ? (Int(fields[1]) ?? 0) * 4_096 : 0
    }
}
