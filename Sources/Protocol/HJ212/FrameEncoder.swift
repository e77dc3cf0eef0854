package import Telemetry

/// Writes frames exactly as the standard wants them: header order, upper-case CRC, CR LF.
/// Source: HJ 212-2017, 6.2 and 6.3.
package enum FrameEncoder {
    /// The frame around `segment`.
    package static func frame(segment: some Collection<UInt8>) -> [UInt8] {
        var length = ""
        length.appendDecimal(segment.count, width: 4)
        return Array("##\(length)".utf8) + segment + Array("\(CRC16.hj212(segment).hex)\r\n".utf8)
    }

    /// The frame of a packet: header fields in their order, then CP with `;` between items and `,` within.
    package static func frame(_ packet: Packet) -> [UInt8] {
        var text = ""
        for pair in packet.header { text += "\(pair.name)=\(pair.value);" }
        text += "CP=&&"
        for (index, pair) in packet.parameters.enumerated() {
            if index > 0 { text += packet.parameters[index - 1].item == pair.item ? "," : ";" }
            text += "\(pair.name)=\(pair.value)"
        }
        return frame(segment: Array((text + "&&").utf8))
    }

    /// The answer to `packet`, in its edition: system code 91, its password and MN, the answer and split bits cleared.
    ///
    /// A 2005 answer carries the request's QN inside CP. Source: HJ 212-2017, 6.6 and appendix C; HJ/T 212-2005 as devices
    /// speak it.
    package static func answer(to packet: Packet, cn: Int) -> [UInt8] {
        let is2005 = packet.edition == .v2005
        var header: [Packet.Pair] = []
        if !is2005, let qn = packet.qn { header.append(.init("QN", qn)) }
        header.append(.init("ST", "91"))
        header.append(.init("CN", String(cn)))
        if let password = packet.password { header.append(.init("PW", password)) }
        header.append(.init("MN", packet.mn))
        header.append(.init("Flag", String((packet.flag ?? 0) & 0xFC)))
        let parameters = is2005 ? packet.qn.map { [Packet.Pair("QN", $0)] } ?? [] : []
        return frame(Packet(header: header, parameters: parameters))
    }
}
