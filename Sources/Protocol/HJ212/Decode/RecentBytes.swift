/// The last bytes of a stream, found by their offset in it.
struct RecentBytes {
    /// More than the longest frame that is looked for.
    static let limit = 16_384

    private var bytes: [UInt8] = []
    private var start = 0

    mutating func append(_ more: [UInt8]) {
        bytes += more
    }

    /// Up to `count` bytes from `offset` on; nil when the first of them is gone.
    func from(_ offset: Int, count: Int) -> ArraySlice<UInt8>? {
        guard offset >= start, offset - start <= bytes.count else { return nil }
        return bytes[(offset - start)...].prefix(count)
    }

    /// Forgets what lies before `offset`, and of the rest the oldest beyond the limit.
    mutating func forget(before offset: Int) {
        let count = max(min(offset - start, bytes.count), bytes.count - Self.limit, 0)
        bytes.removeFirst(count)
        start += count
    }
}
