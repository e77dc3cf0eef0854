/// Looks for the true end of a segment whose length field cannot be right: `&&`, four hex digits and what may follow a
/// frame, at the first place where the HJ 212 checksum fits.
///
/// It can be taken up again when more bytes have arrived and then looks at no byte twice. All positions count from the
/// start of the segment, so the buffer may move in between.
struct EndSearch {
    enum Finding: Equatable {
        /// More bytes are needed.
        case open
        /// The segment has this length and its checksum fits.
        case fits(length: Int)
        /// Nothing fits before `end`: another frame's header, the limit or the end of the stream. `lastPlace`: the last
        /// segment length that looked like an end but for its checksum.
        case nothing(end: Int, lastPlace: Int?)
    }

    private let keys: KeyRing
    private var position = 0
    private var checksum = CRC16()
    private var checkedLength = 0
    private var lastPlace: Int?

    /// `keys`: with which a list of hex numbers is decrypted.
    init(keys: KeyRing) {
        self.keys = keys
    }

    /// Goes on to the end of `bytes` or to `limit` (a length of the segment).
    mutating func run(_ bytes: [UInt8], segment: Int, limit: Int, ended: Bool) -> Finding {
        while segment + position < bytes.count {
            if position >= limit { return .nothing(end: position, lastPlace: lastPlace) }
            let index = segment + position
            switch bytes[index] {
            case ASCII.ampersand:
                guard let place = isPlace(bytes, at: index, ended: ended) else { return .open }
                if place, position + 2 <= limit, fits(bytes, segment: segment, length: position + 2) {
                    return .fits(length: position + 2)
                }
            case ASCII.hash:
                switch FrameHeader.read(bytes, at: index, ended: ended) {
                case .header, .cut: return .nothing(end: position, lastPlace: lastPlace)
                case .incomplete: return .open
                case .other: break
                }
            default: break
            }
            position += 1
        }
        return ended ? .nothing(end: position, lastPlace: lastPlace) : .open
    }

    /// Whether `&&`, four hex digits and a possible successor stand at `index`; nil: more bytes are needed.
    private func isPlace(_ bytes: [UInt8], at index: Int, ended: Bool) -> Bool? {
        let field = index + 2
        for digit in index + 1..<field + 4 {
            guard digit < bytes.count else { return ended ? false : nil }
            let good = digit < field ? bytes[digit] == ASCII.ampersand : ASCII.hexDigit(bytes[digit]) != nil
            if !good { return false }
        }
        let next = field + 4
        guard next < bytes.count else { return ended ? true : nil }
        guard bytes[next] == ASCII.hash else { return ASCII.isLineEnd(bytes[next]) || bytes[next] == ASCII.star }
        guard next + 1 < bytes.count else { return ended ? false : nil }
        return bytes[next + 1] == ASCII.hash
    }

    private mutating func fits(_ bytes: [UInt8], segment: Int, length: Int) -> Bool {
        checksum.update(bytes[segment + checkedLength..<segment + length])
        checkedLength = length
        let field = CRCField.read(bytes, at: segment + length)
        if field == .complete(checksum.value) { return true }
        if case .complete(let stated) = field,
            Ciphertext(bytes[segment..<segment + length], checksum: stated, keys: keys)?.isList == true
        {
            return true
        }
        lastPlace = length
        return false
    }
}
