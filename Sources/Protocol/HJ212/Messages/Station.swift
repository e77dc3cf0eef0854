/// One field machine as one host knows it: what every packet between the two repeats.
package struct Station: Hashable, Sendable {
    package var edition: Edition
    /// The system code.
    package var st: FieldText
    /// The identity; empty before activation (2025).
    package var mn: FieldText
    package var password: Secret

    package init(edition: Edition, st: FieldText, mn: FieldText, password: Secret) {
        self.edition = edition
        self.st = st
        self.mn = mn
        self.password = password
    }
}

/// What the header says besides the station and the command.
struct HeaderMarks {
    /// Nil: no QN, as in uploads of 2005.
    var qn: FieldText?
    /// Nil: no Flag.
    var flag: PacketFlag?
    /// Which of how many packets.
    var part: (number: Int, count: Int)?
    /// Data that are sent later because sending them at their time failed.
    var isBackfill = false
}

extension Station {
    /// The header in the order of the edition. Source: table 2 of HJ 212-2017; table 3 of HJ 212-2025 for RF.
    func header(_ command: CommandCode, _ marks: HeaderMarks) -> [DataSegment.Pair] {
        var header: [DataSegment.Pair] = []
        if let qn = marks.qn { header.append(DataSegment.Pair("QN", qn)) }
        header.append(DataSegment.Pair("ST", st))
        header.append(DataSegment.Pair("CN", command.rawValue))
        header.append(DataSegment.Pair("PW", password.field))
        header.append(DataSegment.Pair("MN", mn))
        if let flag = marks.flag { header.append(DataSegment.Pair("Flag", Int(flag.rawValue))) }
        if let part = marks.part {
            header.append(DataSegment.Pair("PNUM", part.count))
            header.append(DataSegment.Pair("PNO", part.number))
        }
        if marks.isBackfill, edition.marksBackfill { header.append(DataSegment.Pair("RF", 1)) }
        return header
    }
}

extension Edition {
    /// The edition of the three whose commands and widths count: the surface-water dialect and unknown versions are
    /// written like 2017.
    package var rules: Edition {
        switch self {
        case .hj2005, .hj2017, .hj2025: self
        case .surfaceWater, .unknown: .hj2017
        }
    }

    /// Whether data sent later say so. Source: HJ 212-2025, table 3 (RF).
    package var marksBackfill: Bool { self == .hj2025 }

    /// The most packets one message may have: what PNUM can say. Source: table 2 of 2017; table 3 of 2025, where the
    /// field has one digit.
    package var maximumPackets: Int { rules == .hj2025 ? 9 : 9999 }
}
