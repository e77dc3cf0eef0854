import Telemetry

/// A text as characters, with the lines that an editor counts and the characters that look like others.
///
/// libyaml also begins a line at U+0085, U+2028 and U+2029; editors do not, so places are counted here.
struct SourceText {
    let scalars: [Unicode.Scalar]
    /// In the order of the text.
    let lookAlikes: [LookAlike]
    /// Where each line begins; the first at 0.
    let lineStarts: [Int]

    /// Refuses what libyaml would refuse without saying where: bytes that are not UTF-8, and control characters.
    ///
    /// Source: YAML 1.1, 5.1 (character set).
    init(_ bytes: [UInt8]) throws(YAMLError) {
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            throw YAMLError(
                at: .start, .init("the file is UTF-16", zh: "文件是 UTF-16 编码"),
                hint: .init("save it as UTF-8", zh: "另存为 UTF-8"))
        }
        var scalars: [Unicode.Scalar] = []
        scalars.reserveCapacity(bytes.count)
        var lookAlikes: [LookAlike] = []
        var lineStarts = [0]
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        decoding: while true {
            let index = scalars.count
            var position: YAMLPosition {
                YAMLPosition(line: lineStarts.count, column: index - (lineStarts.last ?? 0) + 1)
            }
            switch decoder.decode(&iterator) {
            case .emptyInput: break decoding
            case .error:
                throw YAMLError(
                    at: position, .init("the file is not UTF-8 here", zh: "文件此处不是 UTF-8 编码"),
                    hint: .init("save it as UTF-8, not as GBK or ANSI", zh: "另存为 UTF-8，不要用 GBK 或 ANSI"))
            case .scalarValue(let scalar):
                // The second half of CR LF moves the line's start behind itself.
                if scalar == "\n", scalars.last == "\r" { lineStarts.removeLast() }
                guard Self.isAllowed(scalar) else { throw Self.refusal(of: scalar, at: index, position) }
                if let found = LookAlike(scalar, at: index, position) { lookAlikes.append(found) }
                scalars.append(scalar)
                if scalar == "\n" || scalar == "\r" { lineStarts.append(scalars.count) }
            }
        }
        self.scalars = scalars
        self.lookAlikes = lookAlikes
        self.lineStarts = lineStarts
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D, 0x20...0x7E, 0x85, 0xA0...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD, 0x10000...0x10FFFF:
            true
        default: false
        }
    }

    private static func refusal(
        of scalar: Unicode.Scalar, at index: Int, _ position: YAMLPosition
    ) -> YAMLError {
        if let known = LookAlike(scalar, at: index, position) {
            return YAMLError(
                at: position, known.words + .init(" inside the file", zh: "出现在文件中间"),
                hint: .init("remove it", zh: "删除它"))
        }
        let number = String(scalar.value, radix: 16, uppercase: true)
        return YAMLError(
            at: position, .init("the character U+\(number) is not allowed", zh: "不允许字符 U+\(number)"),
            hint: .init("remove it", zh: "删除它"))
    }

    // MARK: Places

    /// Where the character `index` stands; the end of the text for what lies beyond.
    func position(of index: Int) -> YAMLPosition {
        let index = min(max(0, index), scalars.count)
        var low = 0
        var high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= index { low = middle } else { high = middle }
        }
        return YAMLPosition(line: low + 1, column: index - lineStarts[low] + 1)
    }

    /// The character at `position`; the last of the text for what lies beyond.
    func index(of position: YAMLPosition) -> Int {
        let line = min(max(1, position.line), lineStarts.count)
        return min(lineStarts[line - 1] + max(0, position.column - 1), scalars.count)
    }

    /// The look-alikes among the characters `range`.
    func lookAlikes(in range: Range<Int>) -> ArraySlice<LookAlike> {
        guard !lookAlikes.isEmpty else { return [] }
        let first = firstLookAlike(notBefore: range.lowerBound)
        return lookAlikes[first..<max(first, firstLookAlike(notBefore: range.upperBound))]
    }

    private func firstLookAlike(notBefore index: Int) -> Int {
        var low = 0
        var high = lookAlikes.count
        while low < high {
            let middle = (low + high) / 2
            if lookAlikes[middle].index < index { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The bytes of the text in UTF-8, with `replacements` in place of the characters at their indices.
    func bytes(replacing replacements: [Int: String] = [:]) -> [UInt8] {
        var text = String.UnicodeScalarView()
        text.reserveCapacity(scalars.count)
        for (index, scalar) in scalars.enumerated() {
            if let replacement = replacements[index] {
                text.append(contentsOf: replacement.unicodeScalars)
            } else {
                text.append(scalar)
            }
        }
        return Array(String(text).utf8)
    }
}
