/// Where the members of a JSON object lie in a journalled body: nothing is decoded, nothing copied.
///
/// Bodies are written by the gateway without blanks; text of another form is no object.
struct JSONMembers {
    struct Member {
        /// Without its quotes.
        var name: Range<Int>
        var value: Range<Int>
        /// Name, colon and value.
        var whole: Range<Int> { (name.lowerBound - 1)..<value.upperBound }
    }

    private(set) var list: [Member] = []

    /// Nil when the bytes of `range` are not an object.
    init?(of bytes: [UInt8], in range: Range<Int>) {
        var scanner = Scanner(bytes: bytes, position: range.lowerBound, end: range.upperBound)
        guard scanner.take("{") else { return nil }
        let isEmpty = scanner.take("}")
        guard !isEmpty || scanner.isAtEnd else { return nil }
        if isEmpty { return }
        repeat {
            guard let name = scanner.string(), scanner.take(":"), let value = scanner.value() else { return nil }
            list.append(Member(name: name, value: value))
        } while scanner.take(",")
        guard scanner.take("}"), scanner.isAtEnd else { return nil }
    }

    private struct Scanner {
        let bytes: [UInt8]
        var position: Int
        let end: Int

        var isAtEnd: Bool { position == end }

        mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard position < end, bytes[position] == UInt8(ascii: character) else { return false }
            position += 1
            return true
        }

        /// The bytes between two quotes; what is escaped stays so.
        mutating func string() -> Range<Int>? {
            guard take("\"") else { return nil }
            let start = position
            while position < end {
                switch bytes[position] {
                case UInt8(ascii: "\""):
                    position += 1
                    return start..<(position - 1)
                case UInt8(ascii: "\\"): position += 2
                default: position += 1
                }
            }
            return nil
        }

        /// A value up to the comma or bracket that ends it.
        mutating func value() -> Range<Int>? {
            let start = position
            var depth = 0
            while position < end {
                switch bytes[position] {
                case UInt8(ascii: "\""):
                    guard string() != nil else { return nil }
                    continue
                case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
                case UInt8(ascii: "}"), UInt8(ascii: "]"):
                    if depth == 0 { return start < position ? start..<position : nil }
                    depth -= 1
                case UInt8(ascii: ",") where depth == 0: return start < position ? start..<position : nil
                default: break
                }
                position += 1
            }
            return depth == 0 && start < position ? start..<position : nil
        }
    }
}
