/// One segment, understood as header fields and a data area.
///
/// Header fields are found by name, whatever their order and case. Source: HJ 212-2017, table 2.
package struct Packet: Hashable, Sendable {
    /// The header fields in the order received, without CP.
    package let header: [DataSegment.Pair]
    package let cp: DataSegment

    package init(header: [DataSegment.Pair], cp: DataSegment) {
        self.header = header
        self.cp = cp
    }

    /// Reads a segment. Nothing in it is an error: what is missing is nil.
    package init(segment: ArraySlice<UInt8>) {
        let start = Self.dataAreaStart(segment)
        let fields = start.map { segment[..<($0 - Self.opening.count)] } ?? Self.withoutClosing(segment)
        header = DataSegment(parsing: fields).pairs
        cp = Self.dataArea(of: segment).map { DataSegment(parsing: $0) } ?? DataSegment()
    }

    private static let opening = Array("CP=&&".utf8)

    /// Where the data area begins: behind the first `CP=&&`.
    private static func dataAreaStart(_ segment: ArraySlice<UInt8>) -> Int? {
        var rest = segment
        while let index = rest.firstIndex(of: opening[0]) {
            rest = rest[index...]
            if rest.starts(with: opening) { return index + opening.count }
            rest = rest.dropFirst()
        }
        return nil
    }

    /// What stands between the first `CP=&&` and the closing `&&`; nil when there is no `CP=&&`.
    static func dataArea(of segment: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        dataAreaStart(segment).map { withoutClosing(segment[$0...]) }
    }

    /// `bytes` up to the last `&&`, all of them when there is none.
    private static func withoutClosing(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var rest = bytes
        while let index = rest.lastIndex(of: ASCII.ampersand) {
            rest = rest[..<index]
            if rest.last == ASCII.ampersand { return rest.dropLast() }
        }
        return bytes
    }
}

extension Packet {
    /// The first header field `name`, upper and lower case being alike.
    package subscript(name: StaticString) -> FieldText? {
        header.first { $0.key.isSpelled(name) }?.value
    }

    /// The request number. In an upload of the 2005 edition it may stand in the data area.
    package var qn: FieldText? { self["QN"] ?? cp["QN"] }
    /// The system code.
    package var st: FieldText? { self["ST"] }
    package var cn: CommandCode? { self["CN"].flatMap { CommandCode($0) } }
    /// The identity of the device.
    package var mn: FieldText? { self["MN"] }
    /// The access password.
    package var pw: FieldText? { self["PW"] }
    /// How many packets make the message.
    package var pnum: Int? { (self["PNUM"] ?? cp["PNUM"])?.integer }
    /// Which of them this is, from 1.
    package var pno: Int? { (self["PNO"] ?? cp["PNO"])?.integer }

    /// The version and answer bits. One in the data area counts if it cannot be a data mark, which is 0…3 at air stations.
    package var flag: PacketFlag? {
        if let text = self["Flag"] { return PacketFlag(text) }
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
        bytes += Self.opening
        bytes += cp.bytes
        bytes += [ASCII.ampersand, ASCII.ampersand]
        return bytes
    }
}
