/// The start of a frame: `##` and the length field.
struct FrameHeader {
    /// Bytes before the segment.
    let size: Int
    /// The segment's length by the length field, 0…9999.
    let declared: Int
    /// How it departs from `##` and four digits.
    let fault: FrameFault?

    enum Reading {
        case header(FrameHeader)
        /// Something else stands there.
        case other
        /// That cannot be said before more bytes arrive.
        case incomplete
        /// The stream ends within the length field.
        case cut
    }

    /// What begins at `index`, which is in `bytes`. `ended`: no more bytes will arrive.
    ///
    /// Besides the standard's form it knows a length of one to three digits and a station address before the length,
    /// both only where the segment begins with `QN=` or `ST=`.
    static func read(_ bytes: [UInt8], at index: Int, ended: Bool) -> Reading {
        guard bytes[index] == ASCII.hash else { return .other }
        guard index + 1 < bytes.count else { return ended ? .other : .incomplete }
        guard bytes[index + 1] == ASCII.hash else { return .other }
        let first = index + 2
        var end = first
        while end < bytes.count, end < first + 8, ASCII.isDigit(bytes[end]) { end += 1 }
        let count = end - first
        if end == bytes.count, !ended { return .incomplete }
        if end == bytes.count, count < 4 { return .cut }
        if (4...7).contains(count) { return .header(standard(bytes, at: first)) }
        guard count > 0 else { return .other }
        switch segmentBegins(bytes, at: end, ended: ended) {
        case nil:
            return .incomplete
        case true? where count == 8:
            let address = String(decoding: bytes[first..<first + 4], as: UTF8.self)
            let length = number(bytes[first + 4..<end])
            return .header(FrameHeader(size: 10, declared: length, fault: .stationAddress(address)))
        case true?:
            let length = number(bytes[first..<end])
            return .header(FrameHeader(size: 2 + count, declared: length, fault: .unpaddedLength(digits: count)))
        case false?:
            return count == 8 ? .header(standard(bytes, at: first)) : .other
        }
    }

    private static func standard(_ bytes: [UInt8], at first: Int) -> FrameHeader {
        FrameHeader(size: 6, declared: number(bytes[first..<first + 4]), fault: nil)
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int {
        digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    /// Whether `QN=` or `ST=` stands at `index`; nil: more bytes are needed.
    private static func segmentBegins(_ bytes: [UInt8], at index: Int, ended: Bool) -> Bool? {
        let available = bytes[index..<min(index + 3, bytes.count)]
        guard "QN=".utf8.starts(with: available) || "ST=".utf8.starts(with: available) else { return false }
        return available.count == 3 ? true : ended ? false : nil
    }
}
