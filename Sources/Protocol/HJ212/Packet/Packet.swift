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
        if let area = Self.dataAreaRange(segment) {
            let fields = segment[..<(area.lowerBound - Self.openingSize)]
            self.init(fields: DataSegment(parsing: fields), cp: DataSegment(parsing: segment[area]))
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
        dataAreaRange(segment).map { segment[$0] }
    }

    private static func dataAreaRange(_ segment: ArraySlice<UInt8>) -> Range<Int>? {
        guard let start = dataAreaStart(segment) else { return nil }
        let end = closing(segment)
        return start..<(end < start ? segment.endIndex : end)
    }

    /// Bytes of `CP=&&`.
    private static let openingSize = 5

    /// Where the data area begins: behind the first `CP=&&`.
    private static func dataAreaStart(_ segment: ArraySlice<UInt8>) -> Int? {
        let bytes = segment.span
        var index = 0
        while index + openingSize <= bytes.count {
            if bytes[index + 3] == ASCII.ampersand, bytes[index + 4] == ASCII.ampersand,
                bytes[index + 2] == ASCII.equals, bytes[index + 1] == UInt8(ascii: "P"),
                bytes[index] == UInt8(ascii: "C")
            {
                return segment.startIndex + index + openingSize
            }
            index += 1
        }
        return nil
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
