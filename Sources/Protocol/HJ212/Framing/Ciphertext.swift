/// The two ways in which encrypted data areas are seen on the wire.
enum Ciphertext {
    /// Whether the data area of `segment` is ciphertext: raw bytes among which control characters occur, or the byte list
    /// `{0x…}` that some senders write. Source: HJ 212-2025, appendix A (SM4 over the data area).
    static func isLikely(in segment: ArraySlice<UInt8>) -> Bool {
        guard let area = Packet.dataArea(of: segment) else { return false }
        return area.starts(with: "{0x".utf8) || area.contains { $0 < 0x20 && !ASCII.isBlank($0) }
    }
}
