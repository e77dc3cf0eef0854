/// Refuses what libyaml would refuse without saying where: bytes that are not UTF-8, and control characters.
///
/// Source: YAML 1.1, 5.1 (character set).
func checkCharacters(of bytes: [UInt8]) throws(YAMLError) {
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
        throw YAMLError(at: .start, "the file is UTF-16", hint: "save it as UTF-8")
    }
    var position = YAMLPosition.start
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    var previous: Unicode.Scalar = " "
    while true {
        switch decoder.decode(&iterator) {
        case .emptyInput:
            return
        case .error:
            throw YAMLError(at: position, "the file is not UTF-8 here", hint: "save it as UTF-8, not as GBK or ANSI")
        case .scalarValue(let scalar):
            guard isAllowed(scalar) else {
                let number = String(scalar.value, radix: 16, uppercase: true)
                throw YAMLError(at: position, "the character U+\(number) is not allowed", hint: "remove it")
            }
            position.advance(over: scalar, after: previous)
            previous = scalar
        }
    }
}

extension YAMLPosition {
    /// Moves behind `scalar`; CR LF is one line break.
    fileprivate mutating func advance(over scalar: Unicode.Scalar, after previous: Unicode.Scalar) {
        switch scalar {
        case "\n" where previous == "\r": break
        case "\n", "\r":
            line += 1
            column = 1
        default: column += 1
        }
    }
}

private func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A, 0x0D, 0x20...0x7E, 0x85, 0xA0...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD, 0x10000...0x10FFFF: true
    default: false
    }
}
