import Telemetry
import Testing

@testable import Protocol

@Suite struct CentreRequestTests {
    private typealias Bench = CentreBench
    private typealias Action = CentreSession.Action

    private func opened(_ edition: Edition = .hj2017) -> CentreBench {
        var bench = Bench(edition)
        bench.open()
        return bench
    }

    /// The worked dialogues as they stand on the wire, without line ends: what the host sends and what it gets.
    private func dialogue(
        _ edition: Edition, _ request: String, _ answers: [String], password: Secret = "123456",
        data: [FieldMessage] = [],
        _ result: ExecutionResult = .success
    ) {
        var bench = Bench(edition) { _, settings in
            settings.password = password
            if edition == .hj2005 { settings.mn = "88888880000001" }
        }
        bench.open()
        var actions = bench.receive(Array((request + "\r\n").utf8))
        for case .execute(let id, _) in actions {
            actions += bench.session.complete(id, result: result, data: data, at: bench.now, civil: bench.civil)
        }
        let sent = actions.compactMap { action in
            if case .send(let bytes) = action { String(decoding: bytes, as: UTF8.self) } else { nil }
        }
        #expect(sent == answers.map { $0 + "\r\n" })
    }

    @Test("The worked dialogues, byte for byte")
    func worked() {
        dialogue(
            .hj2017,
            "##0099QN=20160801085857223;ST=32;CN=1011;PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=&&PolId=w01018&&5A00",
            [
                "##0094QN=20160801085857223;ST=91;CN=9011;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&QnRtn=1&&1B00",
                "##0125QN=20160801085857223;ST=32;CN=1011;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&PolId=w01018;SystemTime=20160801085857&&3740",
                "##0095QN=20160801085857223;ST=91;CN=9012;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&ExeRtn=1&&6240",
            ], data: [.time(MessageSamples.time("20160801085857"), factor: "w01018")])
        dialogue(
            .hj2017,
            "##0101QN=20160801085857223;ST=32;CN=1062;PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&4400",
            [
                "##0094QN=20160801085857223;ST=91;CN=9011;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&QnRtn=3&&7700"
            ], password: "654321")
        dialogue(
            .hj2017,
            "##0087QN=20160801085857223;ST=32;CN=2012;PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=&&&&3C00",
            [
                "##0087QN=20160801085857223;ST=91;CN=9013;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&&&2A80"
            ])
        dialogue(
            .hj2017,
            "##0134QN=20160801085857223;ST=32;CN=2051;PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=&&BeginTime=20160801084000;EndTime=20160801084000&&56C0",
            [
                "##0094QN=20160801085857223;ST=91;CN=9011;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&QnRtn=1&&1B00",
                "##0097QN=20160801085857223;ST=91;CN=9012;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&ExeRtn=100&&1C80",
            ])
        dialogue(
            .hj2005, "##0077QN=20040516010101001;ST=32;CN=1061;PW=123456;MN=88888880000001;Flag=3;CP=&&&&5F00",
            [
                "##0084ST=91;CN=9011;PW=123456;MN=88888880000001;Flag=0;CP=&&QN=20040516010101001;QnRtn=1&&7200",
                "##0084ST=32;CN=1061;PW=123456;MN=88888880000001;CP=&&QN=20040516010101001;RtdInterval=30&&EB01",
                "##0078ST=91;CN=9012;PW=123456;MN=88888880000001;CP=&&QN=20040516010101001;ExeRtn=1&&C601",
            ])
    }

    @Test("Without a factor the clock is the session's own")
    func clock() {
        var bench = opened()
        let actions = bench.request(1011)
        #expect(Bench.brief(actions) == ["9011 QnRtn=1", "1011 SystemTime=20240601081640", "9012 ExeRtn=1"])
    }

    /// Command, data area and what is answered: the data areas behind their commands.
    static let dialogues: [(Edition, Int, String, [String])] = [
        (.hj2017, 1000, "OverTime=5;ReCount=3", ["9011 QnRtn=1", "9012 ExeRtn=1"]),
        (.hj2017, 1061, "", ["9011 QnRtn=1", "1061 RtdInterval=30", "9012 ExeRtn=1"]),
        (.hj2017, 1062, "RtdInterval=60", ["9011 QnRtn=1", "9012 ExeRtn=1"]),
        (.hj2017, 1063, "", ["9011 QnRtn=1", "1063 MinInterval=10", "9012 ExeRtn=1"]),
        (.hj2017, 1064, "MinInterval=5", ["9011 QnRtn=1", "9012 ExeRtn=1"]),
        (.hj2017, 1072, "NewPW=654321", ["9011 QnRtn=1", "9012 ExeRtn=1"]),
        (.hj2017, 2011, "", ["9011 QnRtn=1", "9012 ExeRtn=1"]), (.hj2017, 2012, "", ["9013 "]),
        (.hj2017, 2021, "", ["9011 QnRtn=1", "9012 ExeRtn=1"]), (.hj2017, 2022, "", ["9013 "]),
        (.hj2017, 1062, "RtdInterval=5", ["9011 QnRtn=1", "9012 ExeRtn=3"]),
        (.hj2017, 1062, "", ["9011 QnRtn=1", "9012 ExeRtn=3"]),
        (.hj2017, 1064, "MinInterval=7", ["9011 QnRtn=1", "9012 ExeRtn=3"]),
        // What would break every packet to come.
        (.hj2017, 1072, "NewPW=a&", ["9011 QnRtn=1", "9012 ExeRtn=3"]),
        (.hj2017, 1072, "NewPW=密", ["9011 QnRtn=1", "9012 ExeRtn=3"]),
        (.hj2025, 1002, "i23005-Info=A\u{1}B", ["9011 QnRtn=1", "9012 ExeRtn=3"]),
        (.hj2025, 1002, "i23005-Info=A=B", ["9011 QnRtn=1", "9012 ExeRtn=3"]),
        (.hj2017, 9999, "", ["9011 QnRtn=8"]), (.hj2017, 3022, "PolId=w01018", ["9011 QnRtn=8"]),
        (.hj2017, 1001, "WarnTime=5", ["9011 QnRtn=8"]), (.hj2017, 9015, "", ["9011 QnRtn=8"]),
        (.hj2025, 1061, "", ["9011 QnRtn=1", "1061 RtdInterval=30", "9012 ExeRtn=1"]),
        (.hj2025, 1000, "OverTime=0;ReCount=0", ["9011 QnRtn=1", "9012 ExeRtn=1"]),
        (.hj2025, 3016, "PolId=w01018;CstartTime=000000;CTime=2", ["9011 QnRtn=8"]),
        (
            .hj2005, 1061, "",
            [
                "9011 QN=20240601085857223;QnRtn=1", "1061 QN=20240601085857223;RtdInterval=30",
                "9012 QN=20240601085857223;ExeRtn=1",
            ]
        ),
        (.hj2005, 2012, "", ["9013 QN=20240601085857223"]),
        (.hj2005, 1072, "PW=654321", ["9011 QN=20240601085857223;QnRtn=1", "9012 QN=20240601085857223;ExeRtn=1"]),
        (.hj2005, 1063, "", ["9011 QN=20240601085857223;QnRtn=2"]),
        (
            .hj2005, 1062, "RtdInterval=x",
            ["9011 QN=20240601085857223;QnRtn=1", "9012 QN=20240601085857223;ExeRtn=2"]
        ),
    ]

    @Test("Requests the session executes itself", arguments: dialogues)
    func own(edition: Edition, command: Int, area: String, expected: [String]) {
        var bench = opened(edition)
        let actions = bench.request(command, area)
        #expect(Bench.brief(actions) == expected)
        for segment in Bench.sent(actions) {
            let packet = Packet(segment: Array(segment.utf8)[...])
            #expect(packet.mn?.text == Bench.mn && packet.pw == "123456")
            #expect(packet.flag?.asksForAnswer != true)
        }
    }

    @Test("What a host sets is reported once and in force")
    func settings() throws {
        var bench = opened()
        func changed(_ actions: [Action]) -> CentreSettings? {
            for case .settingsChanged(let settings) in actions { return settings }
            return nil
        }
        #expect(changed(bench.request(1000, "OverTime=7;ReCount=2"))?.overTime == 7)
        #expect(changed(bench.request(1062, "RtdInterval=60"))?.realtimeInterval == 60)
        #expect(changed(bench.request(1062, "RtdInterval=60", qn: "20240601085857224")) == nil)
        #expect(changed(bench.request(1064, "MinInterval=5"))?.minuteInterval == 5)
        #expect(changed(bench.request(2012))?.sendsRealtime == false)
        #expect(changed(bench.request(2022))?.sendsEquipmentState == false)
        #expect(changed(bench.request(2021))?.sendsEquipmentState == true)
        #expect(Bench.brief(bench.request(1061))[1] == "1061 RtdInterval=60")
        #expect(bench.session.settings.reCount == 2)
    }

    @Test("A new password counts after the answers, which have the old one; the request may come again")
    func password() {
        var bench = opened()
        let first = bench.request(1072, "NewPW=654321")
        #expect(Bench.sent(first).allSatisfy { $0.contains("PW=123456;") })
        #expect(Bench.sent(bench.request(1072, "NewPW=654321")) == Bench.sent(first))
        #expect(Bench.brief(bench.request(1061)) == ["9011 QnRtn=3"])
        let upload = Bench.sent(bench.upload(1))
        #expect(upload.first?.contains("PW=654321;") == true)
    }

    /// A request that breaks several rules is refused for the first of them.
    static let refused: [(String, String)] = [
        (CentreBench.segment(1061, "", qn: "x", st: "99", pw: "0", mn: "N", flag: 1), "4"),
        (CentreBench.segment(1061, "", qn: "x", st: "99", pw: "0", flag: 1), "3"),
        (CentreBench.segment(1061, "", qn: "x", st: "99", flag: 1), "5"),
        (CentreBench.segment(9999, "", qn: "x", flag: 9), "6"), (CentreBench.segment(9999, "", qn: "x"), "7"),
        (CentreBench.segment(9999, "", qn: ""), "7"), (CentreBench.segment(9999, ""), "8"),
        ("QN=20240601085857223;ST=32;CN=1061;PW=123456;Flag=5;CP=&&&&", "4"),
    ]

    @Test("Requests are refused in the order of the table", arguments: refused)
    func refusals(segment: String, code: String) throws {
        var bench = opened()
        let actions = bench.receive(segment)
        let answer = try #require(Bench.sent(actions).first.map { Packet(segment: Array($0.utf8)[...]) })
        #expect(answer.cn == .requestAnswer)
        #expect(answer.cp["QnRtn"]?.text == code)
        #expect(Bench.sent(actions).count == 1)
        #expect(Bench.told(actions).count == 1)
        #expect(bench.session.counters.refused == 1)
    }

    @Test("A wrong checksum, a foreign answer and a notification to another are met with silence")
    func silence() {
        var bench = opened()
        var damaged = framed(Bench.segment(1061, ""))
        damaged[20] ^= 1
        let actions = bench.receive(damaged) + bench.pass(.seconds(11))
        #expect(Bench.sent(actions).isEmpty)
        #expect(bench.session.counters.defects >= 1)
        #expect(Bench.sent(bench.receive(Bench.segment(2012, "", mn: "N"))).isEmpty)
        #expect(bench.receive(Bench.segment(9014, "", qn: "1")).isEmpty)
        #expect(bench.session.settings.sendsRealtime)
    }

    @Test("A request that asks for no answer is executed without")
    func unanswered() {
        var bench = opened()
        let actions = bench.request(2011, flag: 4) + bench.request(2012, flag: 4)
        #expect(Bench.sent(actions).isEmpty)
        #expect(!bench.session.settings.sendsRealtime)
        #expect(Bench.brief(bench.request(1061, flag: 4)) == ["1061 RtdInterval=30"])
    }

    @Test("A request of 2005 without Flag is answered")
    func bare2005() {
        var bench = opened(.hj2005)
        let actions = bench.receive(
            "QN=20240601085857223;ST=32;CN=2011;PW=123456;MN=\(Bench.mn);CP=&&&&")
        #expect(
            Bench.sent(actions) == [
                "ST=91;CN=9011;PW=123456;MN=\(Bench.mn);Flag=0;CP=&&QN=20240601085857223;QnRtn=1&&",
                "ST=91;CN=9012;PW=123456;MN=\(Bench.mn);CP=&&QN=20240601085857223;ExeRtn=1&&",
            ])
    }

    @Test("Whatever way the bytes are cut, the answers are the same")
    func chunks() {
        var whole = opened()
        let bytes = framed(Bench.segment(1061, "")) + framed(Bench.segment(1063, ""))
        let expected = Bench.sent(whole.receive(bytes))
        #expect(expected.count == 6)
        var pieces = opened()
        var sent: [String] = []
        for byte in bytes { sent += Bench.sent(pieces.receive([byte])) }
        #expect(sent == expected)
    }
}
