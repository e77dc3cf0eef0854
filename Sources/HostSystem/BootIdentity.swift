/// Tells one start of the machine from another. Source: random(4).
package enum BootIdentity {
    /// The same until the machine starts again; nil: unknown.
    package static var current: String? {
        guard let bytes = try? Files.read("/proc/sys/kernel/random/boot_id", limit: 256) else { return nil }
        let text = String(decoding: bytes.prefix { $0 > 0x20 }, as: UTF8.self)
        return text.isEmpty ? nil : text
    }
}
