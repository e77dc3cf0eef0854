extension Packet {
    /// What a host answers to this packet in the packet's own edition; nil when it asks for no answer or gets none.
    ///
    /// Password, MN and the version bits are kept. Since 2017 the header repeats the QN; in 2005 the data area does, and
    /// in a data answer also names the command and, for one of several packets, its numbers.
    /// Source: HJ 212-2017, examples C.11 and C.14; HJ/T 212-2005 by transcriptions.
    package var hostAnswer: Packet? {
        guard let flag, flag.asksForAnswer, let cn, let answer = cn.hostAnswer else { return nil }
        let is2005 = flag.version == 0
        var header: [DataSegment.Pair] = []
        func add(_ name: FieldText, _ value: FieldText?) {
            if let value { header.append(DataSegment.Pair(name, value)) }
        }
        if !is2005 { add("QN", qn) }
        add("ST", "91")
        add("CN", FieldText(String(answer.rawValue)))
        add("PW", pw)
        add("MN", mn)
        add("Flag", FieldText(String(flag.ofAnswer.rawValue)))
        return Packet(header: header, cp: is2005 ? answerArea2005(answer) : DataSegment())
    }

    private func answerArea2005(_ answer: CommandCode) -> DataSegment {
        var items: [[DataSegment.Pair]] = []
        func add(_ name: FieldText, _ value: FieldText?) {
            if let value { items.append([DataSegment.Pair(name, value)]) }
        }
        add("QN", qn)
        if answer == .dataAnswer {
            add("CN", self["CN"])
            add("PNUM", self["PNUM"])
            add("PNO", self["PNO"])
        }
        return DataSegment(items: items)
    }
}
