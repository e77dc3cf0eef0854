import TestSupport
import Testing

@testable import Protocol

@Suite struct PacketTests {
    private func packet(_ segment: String) -> Packet { Packet(segment: Array(segment.utf8)[...]) }

    @Test("Header fields are found by name, in the standard's order and in any other")
    func header() {
        for text in [
            "QN=20160801085857223;ST=32;CN=2011;PW=123456;MN=A1;Flag=7;PNUM=2;PNO=1;CP=&&DataTime=20160801085857&&",
            "PNO=0001;PNUM=02;Flag=7;MN=A1;PW=123456;CN=2011;ST=32;QN=20160801085857223;CP=&&DataTime=20160801085857&&",
            "QN=20160801085857223,ST=32,CN=2011,,PW=123456 ; MN = A1;FLAG=7;PNUM=2;PNO=1CP=&&DataTime=20160801085857&&",
        ] {
            let packet = packet(text)
            #expect(packet.qn?.text == "20160801085857223")
            #expect(packet.st?.text == "32")
            #expect(packet.cn == .realtime)
            #expect(packet.pw?.text == "123456")
            #expect(packet.mn?.text == "A1")
            #expect(packet.flag == PacketFlag(rawValue: 7))
            #expect(packet.pnum == 2)
            #expect(packet.pno == 1)
            #expect(packet.cp["DataTime"]?.text == "20160801085857")
        }
    }

    @Test("Missing fields are nil, empty ones are empty")
    func missing() {
        let packet = packet("ST=;MN=;CP=&&&&")
        #expect(packet.st?.isEmpty == true)
        #expect(packet.mn?.isEmpty == true)
        #expect(packet.qn == nil && packet.cn == nil && packet.pw == nil && packet.flag == nil && packet.pnum == nil)
        #expect(packet.cp.pairs.isEmpty)
        #expect(packet.edition == .hj2005)
    }

    @Test("What the 2005 edition puts into the data area is found there")
    func fieldsInDataArea() {
        let answer = packet("ST=91;CN=9011;PW=1;MN=A;Flag=0;CP=&&QN=20040516010101001;QnRtn=1&&")
        #expect(answer.qn?.text == "20040516010101001")
        #expect(answer.edition == .hj2005)
        let inside = packet("ST=91;CN=9014;MN=A;CP=&&QN=1;PNUM=3;PNO=2;Flag=5&&")
        #expect(inside.pnum == 3 && inside.pno == 2)
        #expect(inside.flag == PacketFlag(rawValue: 5))
        #expect(packet("ST=22;MN=A;CP=&&DataTime=1;Flag=N&&").flag == nil)
        #expect(packet("ST=22;MN=A;CP=&&DataTime=1;Flag=3&&").flag == nil)
    }

    @Test("The data area reaches from the first CP=&& to the last &&")
    func dataArea() {
        #expect(packet("ST=1;CP=&&a=//x&&y//&&").cp["a"]?.text == "//x&&y//")
        #expect(packet("ST=1;CP=&&a=CP=&&&&").cp["a"]?.text == "CP=&&")
        #expect(packet("ST=1;CP=&&a=1").cp["a"]?.text == "1")
        #expect(packet("ST=1; CP = &&a=1&&").cp["a"]?.text == "1")
        #expect(packet("ST=1;CP =&a=1&&").cp == DataSegment())
        #expect(packet("ST=1;CN=2011;USCC=9;IMEI=8&&").header.map(\.value.text) == ["1", "2011", "9", "8"])
        #expect(packet("ST=1;CN=2011;USCC=9;IMEI=8&&").cp == DataSegment())
        #expect(packet("").header.isEmpty)
        #expect(packet("&&").header.isEmpty)
    }

    @Test(
        "Version bits and system code make the edition",
        arguments: [
            (nil, "31", Edition.hj2005), (0, "31", .hj2005), (3, "31", .hj2005), (4, "21", .hj2017), (7, "31", .hj2017),
            (8, "31", .hj2025), (11, "32", .hj2025), (9, "21", .surfaceWater), (12, "31", .unknown(version: 3)),
            (255, "21", .unknown(version: 63)), (256, "31", .hj2005),
        ] as [(Int?, String, Edition)])
    func edition(flag: Int?, st: String, edition: Edition) {
        let field = flag.map { "Flag=\($0);" } ?? ""
        #expect(packet("ST=\(st);\(field)CP=&&&&").edition == edition)
    }

    @Test("Flag bits are what the tables say for all 256 values")
    func flagBits() {
        for raw in 0...UInt8.max {
            let flag = PacketFlag(rawValue: raw)
            #expect(flag.asksForAnswer == (raw % 2 == 1))
            #expect(flag.isSplit == (raw / 2 % 2 == 1))
            #expect(flag.version == raw / 4)
            #expect(flag.ofAnswer.rawValue == raw / 4 * 4)
            #expect(PacketFlag(FieldText(String(raw))) == flag)
            #expect(
                PacketFlag(Edition(flag: flag, st: nil).flag.rawValue == raw / 4 * 4 ? FieldText(String(raw)) : "")
                    == flag)
        }
        for text in ["", "N", "-1", "256", "5.0", " 5", "99999999999"] { #expect(PacketFlag(FieldText(text)) == nil) }
    }

    @Test(
        "A host answers data with 9014, notifications with 9013, a login with 9022 and the rest not",
        arguments: [
            (2011, 9014), (2051, 9014), (2999, 9014), (2072, 9013), (9015, 9013), (1013, 9013), (3020, 9014),
            (1011, nil), (3011, nil), (9011, nil), (9012, nil), (9013, nil), (9014, nil), (9021, 9022), (9022, nil),
        ] as [(Int, Int?)])
    func hostAnswers(command: Int, answer: Int?) {
        #expect(CommandCode(rawValue: command).hostAnswer?.rawValue == answer)
    }

    @Test("Only four digits are a command")
    func commands() {
        #expect(CommandCode("2011") == .realtime)
        for text in ["", "201", "20110", "2O11", "-201", "２０１１"] { #expect(CommandCode(FieldText(text)) == nil) }
    }

    @Test("No bytes make it trap")
    func anyBytes() {
        var generator = SeededGenerator()
        let alphabet = Array("CP=&&;,-/=QN 0a\u{0}é".utf8)
        for _ in 0..<3000 {
            let bytes = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
                alphabet.randomElement(using: &generator) ?? 0
            }
            let packet = Packet(segment: bytes[...])
            let again = Packet(segment: packet.segment[...])
            #expect(again.segment == Packet(segment: again.segment[...]).segment, "\(generator) \(bytes)")
        }
    }
}
