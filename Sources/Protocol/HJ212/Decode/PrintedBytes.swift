import Telemetry

/// Bytes as one line for a terminal, which knows in which column each byte stands.
///
/// UTF-8 text is printed as it is; what cannot be printed is one `·` a byte. Of ciphertext only ASCII is printed.
struct PrintedBytes: Equatable {
    private(set) var text = ""
    /// The column each byte begins in, from 0, and behind them the column after the last.
    private var columns: [Int] = []
    private var width = 0

    init(_ bytes: some Collection<UInt8>, isCiphertext: Bool = false) {
        var iterator = bytes.makeIterator()
        var parser = Unicode.UTF8.ForwardParser()
        while true {
            switch parser.parseScalar(from: &iterator) {
            case .valid(let encoded): append(Unicode.UTF8.decode(encoded), bytes: encoded.count, isCiphertext)
            case .error(let length): for _ in 0..<length { appendDot() }
            case .emptyInput:
                columns.append(width)
                return
            }
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
