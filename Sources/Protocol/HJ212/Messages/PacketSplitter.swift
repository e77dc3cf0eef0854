package import Telemetry

/// Makes the packets of a field machine's messages, splitting what is too long for one.
///
/// A message is split between factors, never inside one; every packet repeats DataTime and has its own QN.
/// Source: HJ 212-2017, examples C.47…C.50; HJ 212-2025, C.55…C.58 by implementations.
package struct PacketSplitter: Sendable {
    /// The longest data area, in bytes. Source: HJ 212-2017 and 2025, table 2; kept in 2005 too, whose limit is 950 or 960
    /// depending on the transcription.
    package static let maximumAreaLength = 950

    package let station: Station
    /// Whether every packet asks for an answer.
    package let asksForAnswer: Bool
    /// Whether the data could not be sent at their time; 2025 says so by `RF=1`.
    package let isBackfill: Bool

    package init(station: Station, asksForAnswer: Bool, isBackfill: Bool = false) {
        self.station = station
        self.asksForAnswer = asksForAnswer
        self.isBackfill = isBackfill
    }

    /// The packets of `message`, at least one, in their order.
    package func packets(
        of message: FieldMessage, numbers: inout QNSource, at now: CivilTime
    ) throws(MessageError) -> [Packet] {
        try message.validate(edition: station.edition)
        let areas = try areas(of: message.splittableArea, message.command)
        var packets: [Packet] = []
        for (index, area) in areas.enumerated() {
            let part = areas.count > 1 ? (number: index + 1, count: areas.count) : nil
            let packet = packet(message.command, area, qn: numbers.next(at: now), part: part)
            try FieldCheck.readsBack(packet)
            packets.append(packet)
        }
        return packets
    }

    private func packet(
        _ command: CommandCode, _ area: DataSegment, qn: FieldText, part: (number: Int, count: Int)?
    ) -> Packet {
        var marks = HeaderMarks(part: part, isBackfill: isBackfill)
        // An upload of 2005 says neither unless it must.
        let is2005 = station.edition == .hj2005
        if !is2005 || asksForAnswer { marks.qn = qn }
        if !is2005 || asksForAnswer || part != nil {
            let bits: UInt8 = (asksForAnswer ? 1 : 0) | (part == nil ? 0 : 2)
            marks.flag = PacketFlag(rawValue: station.edition.flag.rawValue | bits)
        }
        return Packet(header: station.header(command, marks), cp: area)
    }

    /// The data areas, tried with ever wider packet numbers.
    private func areas(of area: SplittableArea, _ command: CommandCode) throws(MessageError) -> [DataSegment] {
        let whole = area.whole
        if whole.bytes.count <= room(command, widest: nil) { return [whole] }
        guard !area.units.isEmpty else { throw .itemTooLong(item: Self.name(area.lead)) }
        let limit = station.edition.maximumPackets
        var widest = 9
        while true {
            let areas = try fill(area, room: room(command, widest: widest))
            if areas.count <= widest { return areas }
            guard widest < limit else { throw .tooManyPackets(limit: limit) }
            widest = widest * 10 + 9
        }
    }

    /// Bytes left for the data area; `widest`: the highest packet number, nil when not split.
    private func room(_ command: CommandCode, widest: Int?) -> Int {
        let longestQN = FieldText("00000000000000000")
        let empty = packet(command, DataSegment(), qn: longestQN, part: widest.map { ($0, $0) })
        return min(Self.maximumAreaLength, Frame.maximumSegmentLength - empty.segment.count)
    }

    private func fill(_ area: SplittableArea, room: Int) throws(MessageError) -> [DataSegment] {
        let leadLength = Self.length(area.lead)
        var areas: [DataSegment] = []
        var items = area.lead
        var length = leadLength
        for unit in area.units {
            let unitLength = Self.length(unit) + 1
            guard leadLength + unitLength <= room else { throw .itemTooLong(item: Self.name(unit)) }
            if length + unitLength > room {
                areas.append(DataSegment(items: items))
                items = area.lead
                length = leadLength
            }
            items += unit
            length += unitLength
        }
        areas.append(DataSegment(items: items))
        return areas
    }

    private static func length(_ items: [[DataSegment.Pair]]) -> Int { DataSegment(items: items).bytes.count }

    private static func name(_ unit: [[DataSegment.Pair]]) -> String { unit.first?.first?.key.text ?? "" }
}

extension FieldMessage {
    /// The one packet by which `station` sends this of its own accord; fails when it needs more, see ``PacketSplitter``.
    package func packet(
        from station: Station, qn: FieldText, asksForAnswer: Bool, isBackfill: Bool = false
    ) throws(MessageError) -> Packet {
        let splitter = PacketSplitter(station: station, asksForAnswer: asksForAnswer, isBackfill: isBackfill)
        return try splitter.packet(of: self, qn: qn)
    }

    /// The packet that returns this to `request`: with its QN, which 2005 writes into the data area, and asking for no
    /// answer. Source: HJ 212-2017, example C.2.
    package func packet(answering request: Packet, from station: Station) throws(MessageError) -> Packet {
        try validate(edition: station.edition)
        let area = area(edition: station.edition)
        let packet: Packet
        if station.edition == .hj2005 {
            let qn = request.qn.map { [[DataSegment.Pair("QN", $0)]] } ?? []
            packet = Packet(
                header: station.header(command, HeaderMarks()), cp: DataSegment(items: qn + area.items.map(Array.init)))
        } else {
            packet = Packet(
                header: station.header(command, HeaderMarks(qn: request.qn, flag: station.edition.flag)), cp: area)
        }
        try FieldCheck.readsBack(packet)
        return packet
    }
}

extension PacketSplitter {
    /// `message` as one packet with this QN.
    fileprivate func packet(of message: FieldMessage, qn: FieldText) throws(MessageError) -> Packet {
        try message.validate(edition: station.edition)
        let area = message.area(edition: station.edition)
        guard area.bytes.count <= room(message.command, widest: nil) else { throw .tooManyPackets(limit: 1) }
        let packet = packet(message.command, area, qn: qn, part: nil)
        try FieldCheck.readsBack(packet)
        return packet
    }
}
