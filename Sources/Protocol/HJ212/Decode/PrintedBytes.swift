import Telemetry
import Transcoding

/// Bytes as one line for a terminal, which knows in which column each byte stands.
///
/// UTF-8 and GB 18030 text is printed as it is; what cannot be printed is one `·` a byte. Of ciphertext only ASCII is printed.
struct PrintedBytes: Equatable {
    private(set) var text = ""
    /// The column each byte begins in, from 0, and behind them the column after the last.
    private var columns: [Int] = []
    private var width = 0

    init(_ bytes: some Collection<UInt8>, isCiphertext: Bool = false) {
        let bytes = Array(bytes)
        // Senders mix encodings, so what stands between two delimiters is read by itself.
        for piece in bytes.split(omittingEmptySubsequences: false, whereSeparator: ReadableText.isDelimiter) {
            let isLast = piece.endIndex == bytes.endIndex
            if isCiphertext || Self.isUTF8(piece, mayBeCut: isLast) {
                appendUTF8(piece, isCiphertext)
            } else if let text = GB18030.text(piece) {
                append(text, encodedAs: piece)
            } else {
                for byte in piece { append(Unicode.Scalar(byte), bytes: 1, byte >= 0x80) }
            }
            if !isLast { append(Unicode.Scalar(bytes[piece.endIndex]), bytes: 1, false) }
        }
        columns.append(width)
    }

    /// `mayBeCut`: the last character may lack bytes, as a frame may.
    private static func isUTF8(_ bytes: ArraySlice<UInt8>, mayBeCut: Bool) -> Bool {
        (0...(mayBeCut ? 3 : 0)).contains { isUTF8(bytes, cutBy: $0) }
    }

    /// Whether they are UTF-8 but for the last `missing` bytes, which begin one more character.
    static func isUTF8(_ bytes: ArraySlice<UInt8>, cutBy missing: Int) -> Bool {
        let (kept, rest) = (bytes.dropLast(missing), bytes.suffix(missing))
        let isHead = rest.first.map { $0 >= 0xC2 && $0 < 0xF5 } ?? true
        return kept.count + missing == bytes.count && isHead && rest.dropFirst().allSatisfy { $0 & 0xC0 == 0x80 }
            && String(validating: kept, as: UTF8.self) != nil
    }

    private mutating func appendUTF8(_ bytes: ArraySlice<UInt8>, _ isCiphertext: Bool) {
        var iterator = bytes.makeIterator()
        var parser = Unicode.UTF8.ForwardParser()
        while true {
            switch parser.parseScalar(from: &iterator) {
            case .valid(let encoded): append(Unicode.UTF8.decode(encoded), bytes: encoded.count, isCiphertext)
            case .error(let length): for _ in 0..<length { appendDot() }
            case .emptyInput: return
            }
        }
    }

    /// One character a byte below 0x80, else two bytes, or four where the second is a digit. Source: GB 18030-2005, table 1.
    private mutating func append(_ decoded: String, encodedAs bytes: ArraySlice<UInt8>) {
        var rest = bytes
        for scalar in decoded.unicodeScalars {
            let second = rest.dropFirst().first
            let count = rest.first.map { $0 < 0x80 } ?? true ? 1 : second.map(ASCII.isDigit) == true ? 4 : 2
            append(scalar, bytes: min(count, rest.count), false)
            rest = rest.dropFirst(count)
        }
    }

    private mutating func append(_ scalar: Unicode.Scalar, bytes: Int, _ isCiphertext: Bool) {
        guard Self.isPrintable(scalar), scalar.isASCII || !isCiphertext else {
            for _ in 0..<bytes { appendDot() }
            return
        }
        text.unicodeScalars.append(scalar)
        columns += repeatElement(width, count: bytes)
        width += scalar.displayWidth
    }

    private mutating func appendDot() {
        text += "·"
        columns.append(width)
        width += 1
    }

    /// Not what moves the cursor or turns the direction of writing.
    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }

    /// A line that points at the bytes in `range` with `^`, at least at one column; behind the last byte for what is beyond.
    func carets(under range: Range<Int>) -> String {
        let start = column(range.lowerBound)
        let end = max(column(range.upperBound), start + 1)
        return String(repeating: " ", count: start) + String(repeating: "^", count: end - start)
    }

    private func column(_ byte: Int) -> Int { byte < columns.count ? columns[max(byte, 0)] : width }
}
