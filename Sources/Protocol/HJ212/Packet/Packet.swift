/// One segment, understood as header fields and a data area.
///
/// Header fields are found by name, whatever their order and case. Source: HJ 212-2017, table 2.
package struct Packet: Sendable {
    /// The header fields, without CP.
    private let fields: DataSegment
    private let places: HeaderPlaces
    package let cp: DataSegment

    package init(header: [DataSegment.Pair], cp: DataSegment) {
        self.init(fields: DataSegment(items: header.map { [$0] }), cp: cp)
    }

    /// Reads a segment. Nothing in it is an error: what is missing is nil.
    package init(segment: ArraySlice<UInt8>) {
        if let opening = Self.opening(segment) {
            let area = Self.dataAreaRange(segment, behind: opening)
            self.init(
                fields: DataSegment(parsing: segment[..<opening.lowerBound]), cp: DataSegment(parsing: segment[area]))
        } else {
            self.init(fields: DataSegment(parsing: segment[..<Self.closing(segment)]), cp: DataSegment())
        }
    }

    private init(fields: DataSegment, cp: DataSegment) {
        self.fields = fields
        self.cp = cp
        places = HeaderPlaces(fields.storage.span)
    }

    /// The header fields in the order received, without CP.
    package var header: [DataSegment.Pair] { fields.pairs }

    /// The first key whose pair is not what a receiver will read, see ``DataSegment``.
    var unreadableKey: FieldText? { fields.unreadableKey ?? cp.unreadableKey }

    /// What stands between the first `CP=&&` and the closing `&&`; nil when there is no `CP=&&`.
    static func dataArea(of segment: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        opening(segment).map { segment[dataAreaRange(segment, behind: $0)] }
    }

    private static func dataAreaRange(_ segment: ArraySlice<UInt8>, behind opening: Range<Int>) -> Range<Int> {
        let start = opening.upperBound
        let end = closing(segment)
        return start..<(end < start ? segment.endIndex : end)
    }

    /// Where the first `CP=&&` stands. Blanks around `=` are trimmed, as with every field.
    private static func opening(_ segment: ArraySlice<UInt8>) -> Range<Int>? {
        let bytes = segment.span
        var index = 0
        while index + 1 < bytes.count {
            if bytes[index] == UInt8(ascii: "C"), bytes[index + 1] == UInt8(ascii: "P"),
                let end = openingEnd(bytes, from: index + 2)
            {
                return segment.startIndex + index..<segment.startIndex + end
            }
            index += 1
        }
        return nil
    }

    /// Behind the `=&&` that begins at `start`, blanks apart; nil when something else stands there.
    private static func openingEnd(_ bytes: Span<UInt8>, from start: Int) -> Int? {
        let sign = afterBlanks(bytes, from: start)
        guard sign < bytes.count, bytes[sign] == ASCII.equals else { return nil }
        let mark = afterBlanks(bytes, from: sign + 1)
        guard mark + 1 < bytes.count, bytes[mark] == ASCII.ampersand, bytes[mark + 1] == ASCII.ampersand else {
            return nil
        }
        return mark + 2
    }

    private static func afterBlanks(_ bytes: Span<UInt8>, from start: Int) -> Int {
        var index = start
        while index < bytes.count, ASCII.isBlank(bytes[index]) { index += 1 }
        return index
    }

    /// Where the last `&&` stands; the end when there is none.
    private static func closing(_ segment: ArraySlice<UInt8>) -> Int {
        let bytes = segment.span
        var index = bytes.count - 2
        while index >= 0 {
            if bytes[index] == ASCII.ampersand, bytes[index + 1] == ASCII.ampersand {
                return segment.startIndex + index
            }
            index -= 1
        }
        return segment.endIndex
    }
}

extension Packet: Hashable {
    package static func == (left: Packet, right: Packet) -> Bool {
        left.header == right.header && left.cp == right.cp
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(header)
        hasher.combine(cp)
    }
}

extension Packet {
    /// The first header field `name`, upper and lower case being alike.
    package subscript(name: StaticString) -> FieldText? { fields[name] }

    private func field(_ place: Range<Int>?) -> FieldText? { place.map { fields.text($0) } }

    /// The request number. In an upload of the 2005 edition it may stand in the data area.
    package var qn: FieldText? { field(places.qn) ?? cp["QN"] }
    /// The system code.
    package var st: FieldText? { field(places.st) }
    package var cn: CommandCode? { field(places.cn).flatMap { CommandCode($0) } }
    /// The identity of the device.
    package var mn: FieldText? { field(places.mn) }
    /// The access password.
    package var pw: FieldText? { field(places.pw) }
    /// How many packets make the message.
    package var pnum: Int? { (field(places.pnum) ?? cp["PNUM"])?.integer }
    /// Which of them this is, from 1.
    package var pno: Int? { (field(places.pno) ?? cp["PNO"])?.integer }
    /// Whether the packet sends data again that could not be delivered. Source: HJ 212-2025, table 3 (RF).
    package var isBackfill: Bool { field(places.rf) == "1" }

    /// The version and answer bits. One in the data area counts if it cannot be a data mark, which is 0…3 at air stations.
    package var flag: PacketFlag? {
        if let text = field(places.flag) { return PacketFlag(text) }
        return cp["Flag"].flatMap { PacketFlag($0) }.flatMap { $0.rawValue > 3 ? $0 : nil }
    }

    package var edition: Edition { Edition(flag: flag, st: st) }

    /// The segment as it is sent: the header fields in their order, then CP.
    package var segment: [UInt8] {
        var bytes: [UInt8] = []
        for field in header {
            bytes += field.key.bytes
            bytes.append(ASCII.equals)
            bytes += field.value.bytes
            bytes.append(ASCII.semicolon)
        }
        bytes += "CP=&&".utf8
        bytes += cp.bytes
        bytes += [ASCII.ampersand, ASCII.ampersand]
        return bytes
    }
}
