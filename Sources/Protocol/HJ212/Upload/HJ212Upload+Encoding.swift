import Telemetry

extension HJ212Upload {
    /// The packet that carries this upload, as a field device of `edition` sends it.
    ///
    /// A 2005 device sends neither QN nor Flag unless it asks for an answer. `qn`: 17 digits, see
    /// ``CivilTime/compactWithMilliseconds``.
    /// Source: HJ 212-2017, table 2 and example C.14; HJ/T 212-2005 by transcriptions.
    package func packet(edition: Edition, qn: String, asksForAnswer: Bool, password: String = "123456") -> Packet {
        let bare = edition == .hj2005 && !asksForAnswer
        let flag = edition.flag.rawValue | (asksForAnswer ? 1 : 0)
        var header: [DataSegment.Pair] = []
        func add(_ name: FieldText, _ value: String) { header.append(DataSegment.Pair(name, FieldText(value))) }
        if !bare { add("QN", qn) }
        add("ST", st)
        add("CN", String(kind.command.rawValue))
        add("PW", password)
        add("MN", mn)
        if !bare { add("Flag", String(flag)) }
        return Packet(header: header, cp: DataSegment(items: items))
    }

    private var items: [[DataSegment.Pair]] {
        let time = dataTime.map { [DataSegment.Pair("DataTime", FieldText($0.compact))] } ?? []
        return [time] + factors.map(\.pairs)
    }
}

extension HJ212Upload.Factor {
    /// The pairs in the order of the standard's examples: sampling time, numbers, mark.
    fileprivate var pairs: [DataSegment.Pair] {
        let numbers: [(String, Double?)] = [
            ("Rtd", rtd), ("ZsRtd", zsRtd), ("Cou", cou), ("Min", min), ("Avg", avg), ("Max", max), ("ZsMin", zsMin),
            ("ZsAvg", zsAvg), ("ZsMax", zsMax),
        ]
        var fields: [(String, String)] = []
        if let sampleTime { fields.append(("SampleTime", sampleTime.compact)) }
        for (suffix, number) in numbers {
            if let text = number.flatMap(DecimalText.text) { fields.append((suffix, text)) }
        }
        if let flag { fields.append(("Flag", flag.text)) }
        return fields.map { DataSegment.Pair(FieldText(code + "-" + $0.0), FieldText($0.1)) }
    }
}
