import Telemetry
import TestSupport
import Testing

@testable import Protocol

@Suite struct HJ212UploadTests {
    private func interpret(_ segment: String) -> HJ212Upload? {
        HJ212Upload(Packet(segment: Array(segment.utf8)[...]))
    }

    @Test("A realtime upload of 2017 becomes values with marks and sampling times")
    func realtime() throws {
        let upload = try #require(
            interpret(
                "QN=20160801085857223;ST=32;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=&&"
                    + "DataTime=20160801085857;w01001-Rtd=7.1,w01001-Flag=N;w01018-SampleTime=20160801070000,"
                    + "w01018-Rtd=2.2,w01018-Flag=D,w01018-EFlag=A01&&"))
        #expect(upload.kind == .realtime)
        #expect(upload.mn == "010000A8900016F000169DC0")
        #expect(upload.st == "32")
        #expect(upload.dataTime?.compact == "20160801085857")
        #expect(upload.qnTime?.compactWithMilliseconds == "20160801085857223")
        #expect(upload.factors.map(\.code) == ["w01001", "w01018"])
        #expect(upload.factors.map(\.rtd) == [7.1, 2.2])
        #expect(upload.factors.map(\.flag) == [.normal, .fault])
        #expect(upload.factors.map { $0.sampleTime?.compact } == [nil, "20160801070000"])
    }

    @Test("A minute upload becomes statistics, converted ones included")
    func minute() throws {
        let upload = try #require(
            interpret(
                "QN=20240520210700000;ST=31;CN=2051;MN=A;Flag=9;CP=&&DataTime=20240520210600;a21026-Cou=1,"
                    + "a21026-Min=2,a21026-Avg=3,a21026-Max=4,a21026-ZsMin=5,a21026-ZsAvg=6,a21026-ZsMax=7,"
                    + "a21026-Flag=Td;a01011-avg=9&&"))
        let factor = try #require(upload.factors.first)
        #expect(upload.kind == .minute)
        #expect([factor.cou, factor.min, factor.avg, factor.max] == [1, 2, 3, 4])
        #expect([factor.zsMin, factor.zsAvg, factor.zsMax] == [5, 6, 7])
        #expect(factor.rtd == nil && factor.zsRtd == nil)
        #expect(factor.flag?.text == "Td")
        #expect(upload.factors.last?.avg == 9)
        #expect(upload.factors.last?.flag == nil)
    }

    @Test("Separators are alike, codes are gathered, the first of two values counts")
    func gathered() throws {
        let upload = try #require(
            interpret("ST=31;CN=2061;MN=A;CP=&&DataTime=1;B02-Avg=1;S01-Avg=5;B02-Flag=N;B02-Avg=2,S01-Flag=M&&"))
        #expect(upload.factors.map(\.code) == ["B02", "S01"])
        #expect(upload.factors.map(\.avg) == [1, 5])
        #expect(upload.factors.map(\.flag) == [.normal, .maintenance])
        #expect(upload.dataTime == nil)
        #expect(upload.qnTime == nil)
    }

    @Test("A mark without code is for every factor that has none")
    func commonMark() throws {
        let upload = try #require(interpret("CN=2011;CP=&&a-Rtd=1;b-Rtd=2,b-Flag=D;Flag=N&&"))
        #expect(upload.factors.map(\.flag) == [.normal, .fault])
    }

    @Test("Avg stands in for a missing Rtd in realtime data only")
    func averageAsRealtime() throws {
        #expect(try #require(interpret("CN=2011;CP=&&a-Avg=1;b-Avg=2,b-Rtd=3&&")).factors.map(\.rtd) == [1, 3])
        #expect(try #require(interpret("CN=2051;CP=&&a-Avg=1&&")).factors.map(\.rtd) == [nil])
    }

    @Test("Values that are no numbers are missing, fields that are no values are no factors")
    func oddValues() throws {
        let upload = try #require(
            interpret(
                "CN=2011;CP=&&DataTime=20210412154500123;a-Rtd=NaN,a-Flag=D;b-SampleTime=,b-Rtd=;SB1-RS=1;x-Ori=5;"
                    + "c-Rtd=-99,c-Flag=TOOLONG;LA-Rtd-Rtd=54.2&&"))
        #expect(upload.factors.map(\.code) == ["a", "b", "c", "LA-Rtd"])
        #expect(upload.factors.map(\.rtd) == [nil, nil, -99, 54.2])
        #expect(upload.factors.map(\.flag) == [.fault, nil, nil, nil])
        #expect(upload.dataTime?.compact == "20210412154500")
    }

    @Test("A number with a decimal comma is none: what stands before the comma is another number")
    func decimalComma() throws {
        let cut = ["w01018-Rtd=12,5,w01018-Flag=N", "w01018-Flag=N,w01018-Rtd=12,50", "w01018-Rtd=-0,5;w01018-Flag=N"]
        for area in cut {
            let factor = try #require(interpret("ST=32;CN=2011;MN=A;CP=&&DataTime=1;\(area)&&")?.factors.first)
            #expect(factor.rtd == nil && factor.flag == .normal, "\(area)")
        }
        // Codes of 2005 begin with digits too.
        let whole = try #require(interpret("ST=32;CN=2011;MN=A;CP=&&DataTime=1;001-Rtd=7,011-Rtd=12&&"))
        #expect(whole.factors.map(\.rtd) == [7, 12])
    }

    @Test("Numbers under suffixes of a maker's own are kept apart, by their whole name and with the mark of their code")
    func extras() throws {
        let upload = try #require(
            interpret(
                "QN=20210104103302025;ST=80;CN=2011;MN=A;Flag=5;CP=&&DataTime=20210104103000;100003-Ia=74.403,"
                    + "100003-Pt=41.8556,100003-Pa_ave=x,100003-Flag=D;w01018-Rtd=1,w01018-EFlag=3;SB1-RS=1&&"))
        #expect(upload.factors.map(\.code) == ["100003", "w01018"])
        #expect(upload.extras.map(\.code) == ["100003-Ia", "100003-Pt"])
        #expect(upload.extras.map(\.rtd) == [74.403, 41.8556])
        #expect(upload.extras.map(\.flag) == [.fault, .fault])
    }

    @Test(
        "Only the four data commands are uploads",
        arguments: [
            ("2011", .realtime), ("2051", .minute), ("2061", .hour), ("2031", .day), ("2021", nil), ("2041", nil),
            ("2081", nil), ("9014", nil), ("3020", nil), ("", nil),
        ] as [(String, HJ212Upload.Kind?)])
    func kinds(command: String, kind: HJ212Upload.Kind?) {
        #expect(interpret("ST=32;CN=\(command);MN=A;CP=&&&&")?.kind == kind)
    }

    @Test("The uploads of the corpus become samples")
    func corpus() throws {
        let kinds = ["realtime": HJ212Upload.Kind.realtime, "minute": .minute, "hour": .hour, "day": .day]
        var values = 0
        for line in CorpusFrame.good {
            guard let kind = kinds[line.kind], let frame = scan(line.wire).first?.frame else { continue }
            let packet = Packet(segment: frame.segment)
            guard packet.cp.pairs.contains(where: { $0.codeAndSuffix != nil }), packet.cn == kind.command else {
                continue
            }
            let upload = try #require(HJ212Upload(packet), "line \(line.line)")
            #expect(upload.kind == kind, "line \(line.line)")
            #expect(upload.dataTime != nil, "line \(line.line)")
            #expect(!upload.mn.isEmpty, "line \(line.line)")
            for factor in upload.factors
            where [factor.rtd, factor.avg, factor.min, factor.max, factor.cou] != Self.none {
                values += 1
            }
        }
        #expect(values == 246)
    }

    private static let none: [Double?] = [nil, nil, nil, nil, nil]

    @Test("An upload that is sent in any edition is received as it was", arguments: [Edition.hj2005, .hj2017, .hj2025])
    func roundTrip(edition: Edition) throws {
        var generator = SeededGenerator()
        func number(_ generator: inout SeededGenerator) -> Double? {
            Bool.random(using: &generator)
                ? nil : (Double.random(in: -500...5000, using: &generator) * 1000).rounded() / 1000
        }
        for _ in 0..<300 {
            let factors = (0..<Int.random(in: 1...5, using: &generator)).map { index in
                var factor = HJ212Upload.Factor(code: "a2100\(index)")
                factor.rtd = Double.random(in: 0...100, using: &generator).rounded()
                factor.avg = number(&generator)
                factor.min = number(&generator)
                factor.max = number(&generator)
                factor.cou = number(&generator)
                factor.zsRtd = number(&generator)
                factor.zsAvg = number(&generator)
                factor.zsMin = number(&generator)
                factor.zsMax = number(&generator)
                factor.flag = [DataFlag.normal, .fault, nil].randomElement(using: &generator) ?? nil
                return factor
            }
            let time = CivilTime(localMilliseconds: Int64.random(in: 0...2_000_000_000, using: &generator) * 1000)
            let asks = Bool.random(using: &generator)
            let kind = try #require(HJ212Upload.Kind.allCases.randomElement(using: &generator))
            let sent = HJ212Upload(
                kind: kind, mn: "88888880000001", st: "31", dataTime: time,
                qnTime: edition == .hj2005 && !asks ? nil : time, factors: factors)
            let packet = sent.packet(edition: edition, qn: time.compactWithMilliseconds, asksForAnswer: asks)
            let bytes = try #require(FrameEncoder.frame(packet))
            let frame = try #require(scan(bytes).first?.frame)
            let received = Packet(segment: frame.segment)
            #expect(received == packet, "\(generator)")
            #expect(received.edition == edition, "\(generator)")
            #expect(received.flag?.asksForAnswer ?? false == asks, "\(generator)")
            #expect(HJ212Upload(received) == sent, "\(generator)")
        }
    }

    @Test("A packet is written in the standard's order")
    func written() {
        var factor = HJ212Upload.Factor(code: "w01018")
        factor.rtd = 2.2
        factor.flag = .normal
        factor.sampleTime = CivilTime(year: 2016, month: 8, day: 1, hour: 7)
        let time = CivilTime(year: 2016, month: 8, day: 1, hour: 8, minute: 58, second: 57)
        let upload = HJ212Upload(kind: .realtime, mn: "A", st: "32", dataTime: time, qnTime: nil, factors: [factor])
        func text(_ edition: Edition, asks: Bool) -> String {
            let packet = upload.packet(edition: edition, qn: "20160801085857223", asksForAnswer: asks)
            return String(decoding: packet.segment, as: UTF8.self)
        }
        let area =
            "CP=&&DataTime=20160801085857;w01018-SampleTime=20160801070000,w01018-Rtd=2.2,w01018-Flag=N&&"
        #expect(text(.hj2005, asks: false) == "ST=32;CN=2011;PW=123456;MN=A;" + area)
        #expect(
            text(.hj2005, asks: true) == "QN=20160801085857223;ST=32;CN=2011;PW=123456;MN=A;Flag=1;" + area)
        #expect(
            text(.hj2017, asks: false) == "QN=20160801085857223;ST=32;CN=2011;PW=123456;MN=A;Flag=4;" + area)
        #expect(
            text(.surfaceWater, asks: true) == "QN=20160801085857223;ST=32;CN=2011;PW=123456;MN=A;Flag=9;" + area)
    }
}
