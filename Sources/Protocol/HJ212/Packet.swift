/// A data segment taken apart: the header by key, and the pairs of CP in their order. Values keep their text.
///
/// Source: HJ 212-2017, 6.3; the quirks of real devices are docs/hj212.md, "Segment".
package struct Packet: Equatable, Sendable {
    /// A name with its value. In CP, `item` counts the `;` groups from 0.
    package struct Pair: Equatable, Sendable {
        package var name: String
        package var value: String
        package var item: Int

        package init(_ name: String, _ value: String, item: Int = 0) {
            self.name = name
            self.value = value
            self.item = item
        }
    }

    /// The header without CP, in the order of the frame.
    package var header: [Pair]
    /// The pairs of CP, in the order of the frame.
    package var parameters: [Pair]

    package init(header: [Pair], parameters: [Pair]) {
        self.header = header
        self.parameters = parameters
    }

    /// The value of a header field; letter case is the sender's business (`FLAG` is seen).
    package func field(_ name: String) -> String? {
        header.first { $0.name == name }?.value ?? header.first { $0.name.uppercased() == name.uppercased() }?.value
    }

    /// The first value of a CP field.
    package func parameter(_ name: String) -> String? {
        parameters.first { $0.name == name }?.value
    }

    /// The request number; in a 2005 reply it is in CP.
    package var qn: String? { field("QN") ?? parameter("QN") }
    package var st: String { field("ST") ?? "" }
    /// The command number; 0 when there is none.
    package var cn: Int { field("CN").flatMap { Int($0) } ?? 0 }
    package var mn: String { field("MN") ?? "" }
    package var password: String? { field("PW") }
    package var flag: Int? { field("Flag").flatMap { Int($0) } }
    package var edition: Edition { Edition(flag: flag, st: st) }
    /// Whether the sender wants an answer: bit 0 of Flag in all editions.
    package var wantsAnswer: Bool { (flag ?? 0) & 1 == 1 }
}

extension Packet {
    /// Reads a segment. Nil when it has no `CP=&&…&&`, or a header field without a name.
    package init?(segment: [UInt8]) {
        let opening = Array("CP=&&".utf8)
        guard let start = segment.firstIndex(of: opening), segment.count >= start + opening.count + 2,
            segment.suffix(2).elementsEqual("&&".utf8)
        else { return nil }
        var header: [Pair] = []
        for part in segment[..<start].split(whereSeparator: { $0 == UInt8(ascii: ";") || $0 == UInt8(ascii: ",") }) {
            guard let pair = Pair(part, item: 0) else { return nil }
            header.append(pair)
        }
        guard !header.isEmpty else { return nil }
        self.init(
            header: header,
            parameters: Self.parameters(segment[(start + opening.count)..<(segment.count - 2)]))
    }

    /// Splits CP at `;` and `,`, but not inside `//…//`, the form of log text. Empty items are passed over.
    private static func parameters(_ bytes: ArraySlice<UInt8>) -> [Pair] {
        var pairs: [Pair] = []
        var item = 0
        var start = bytes.startIndex
        var index = start
        var isEmptyItem = true
        func take(_ end: Int) {
            if let pair = Pair(bytes[start..<end], item: item) {
                pairs.append(pair)
                isEmptyItem = false
            }
            start = end + 1
        }
        while index < bytes.endIndex {
            switch bytes[index] {
            case UInt8(ascii: ";"):
                take(index)
                if !isEmptyItem { item += 1 }
                isEmptyItem = true
            case UInt8(ascii: ","): take(index)
            case UInt8(ascii: "=") where bytes[(index + 1)...].starts(with: "//".utf8):
                index = endOfText(bytes, from: index + 3)
                continue
            default: break
            }
            index += 1
        }
        take(bytes.endIndex)
        return pairs
    }

    /// The index behind the `//` that closes a text, or where it began when nothing closes it.
    private static func endOfText(_ bytes: ArraySlice<UInt8>, from start: Int) -> Int {
        var index = start
        while index + 1 < bytes.endIndex {
            if bytes[index] == UInt8(ascii: "/"), bytes[index + 1] == UInt8(ascii: "/") { return index + 2 }
            index += 1
        }
        return start
    }
}

extension Packet.Pair {
    /// `name=value`, blanks around both cut off, split at the first `=`. Nil when the name is empty.
    fileprivate init?(_ bytes: ArraySlice<UInt8>, item: Int) {
        let trimmed = bytes.trimmed
        guard !trimmed.isEmpty else { return nil }
        let split = trimmed.firstIndex(of: UInt8(ascii: "="))
        let name = trimmed[..<(split ?? trimmed.endIndex)].trimmed
        guard !name.isEmpty else { return nil }
        let value = split.map { trimmed[($0 + 1)...].trimmed } ?? []
        self.init(String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self), item: item)
    }
}

extension ArraySlice<UInt8> {
    fileprivate var trimmed: ArraySlice<UInt8> {
        var slice = self
        while let first = slice.first, first == 0x20 || first == 0x09 { slice.removeFirst() }
        while let last = slice.last, last == 0x20 || last == 0x09 { slice.removeLast() }
        return slice
    }
}

extension [UInt8] {
    /// Where `pattern` first occurs.
    fileprivate func firstIndex(of pattern: [UInt8]) -> Int? {
        guard count >= pattern.count else { return nil }
        return (0...(count - pattern.count)).first { self[$0...].starts(with: pattern) }
    }
}
