import Telemetry
import Testing

@testable import PlantSimulator

@Suite("A simulated instrument answers its host")
struct InstrumentDialogueTests {
    private static let epc = "010000A8900016F000169DC0"

    /// A water monitor at 2016-08-01 08:58:57.223, as in the standard's examples.
    private static func water(_ edition: SimulatedEdition = .hj2017) -> Bench {
        var monitor = SimulatedMonitor(
            id: "cod", mn: edition == .hj2005 ? "88888880000001" : epc, st: "32", role: .connects,
            factors: [SimulatedFactor("w01018", .constant(40.1))])
        monitor.edition = edition
        monitor.interval = .seconds(30)
        let civil = CivilTime(year: 2016, month: 8, day: 1, hour: 8, minute: 58, second: 57, millisecond: 223)
        return Bench(monitor, at: ZoneRules.china.instant(of: civil))
    }

    @Test("with the frames of the worked dialogues, byte by byte")
    func workedDialogues() {
        var bench = Self.water()
        let clock = bench.give("QN=20160801085857223;ST=32;CN=1011;PW=123456;MN=\(Self.epc);Flag=5;CP=&&PolId=w01018&&")
        #expect(
            text(clock)
                == """
                ##0094QN=20160801085857223;ST=91;CN=9011;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&QnRtn=1&&1B00\r
                ##0125QN=20160801085857223;ST=32;CN=1011;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&PolId=w01018;SystemTime=20160801085857&&3740\r
                ##0095QN=20160801085857223;ST=91;CN=9012;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&ExeRtn=1&&6240\r

                """)
        let stop = bench.give("QN=20160801085857223;ST=32;CN=2012;PW=123456;MN=\(Self.epc);Flag=5;CP=&&&&")
        #expect(
            text(stop)
                == "##0087QN=20160801085857223;ST=91;CN=9013;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&&&2A80\r\n"
        )
        let none = bench.give(
            "QN=20160801085857223;ST=32;CN=2051;PW=123456;MN=\(Self.epc);Flag=5;CP=&&BeginTime=20160801084000;EndTime=20160801084000&&"
        )
        #expect(
            text(none)
                == """
                ##0094QN=20160801085857223;ST=91;CN=9011;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&QnRtn=1&&1B00\r
                ##0097QN=20160801085857223;ST=91;CN=9012;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&ExeRtn=100&&1C80\r

                """)
        bench.machine.password = "654321"
        let refused = bench.give(
            "QN=20160801085857223;ST=32;CN=1062;PW=123456;MN=\(Self.epc);Flag=5;CP=&&RtdInterval=30&&")
        #expect(
            text(refused)
                == "##0094QN=20160801085857223;ST=91;CN=9011;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&QnRtn=3&&7700\r\n"
        )
    }

    @Test("in 2005 style with the request's number in the data area")
    func edition2005() {
        var bench = Self.water(.hj2005)
        let answer = bench.give("QN=20040516010101001;ST=32;CN=1061;PW=123456;MN=88888880000001;Flag=3;CP=&&&&")
        #expect(
            text(answer)
                == """
                ##0084ST=91;CN=9011;PW=123456;MN=88888880000001;Flag=0;CP=&&QN=20040516010101001;QnRtn=1&&7200\r
                ##0084ST=32;CN=1061;PW=123456;MN=88888880000001;CP=&&QN=20040516010101001;RtdInterval=30&&EB01\r
                ##0078ST=91;CN=9012;PW=123456;MN=88888880000001;CP=&&QN=20040516010101001;ExeRtn=1&&C601\r

                """)
        // Commands it does not have are refused with the code it has.
        #expect(bench.ask("1063").last?.cp["QnRtn"]?.text == "2")
    }

    @Test("with the heartbeat of the 2025 edition")
    func heartbeat() {
        var monitor = SimulatedMonitor(id: "cod", mn: Self.epc, st: "32", role: .connects, factors: [])
        monitor.edition = .hj2025
        monitor.heartbeat = .milliseconds(100)
        let civil = CivilTime(year: 2024, month: 6, day: 1, hour: 8, minute: 58, second: 57, millisecond: 123)
        var bench = Bench(monitor, at: ZoneRules.china.instant(of: civil))
        #expect(
            text(bench.run(0.2).bytes).contains(
                "##0087QN=20240601085857223;ST=32;CN=9015;PW=123456;MN=010000A8900016F000169DC0;Flag=9;CP=&&&&F001\r\n")
        )
    }

    /// Request, its data, the commands that come back, the key to look at in the frame before the last, its value.
    private static let commands: [(String, String, [String], StaticString, String)] = [
        ("1000", "OverTime=9;ReCount=2", ["9011", "9012"], "QnRtn", "1"),
        ("1011", "", ["9011", "1011", "9012"], "SystemTime", "20261121102000"),
        ("1061", "", ["9011", "1061", "9012"], "RtdInterval", "2"),
        ("1062", "RtdInterval=5", ["9011", "9012"], "QnRtn", "1"),
        ("1063", "", ["9011", "1063", "9012"], "MinInterval", "1"),
        ("1064", "MinInterval=10", ["9011", "9012"], "QnRtn", "1"),
        ("2011", "", ["9011", "9012"], "QnRtn", "1"), ("2021", "", ["9011", "9012"], "QnRtn", "1"),
        ("3011", "PolId=a34013", ["9011", "9012"], "QnRtn", "1"),
        ("3012", "PolId=a34013", ["9011", "9012"], "QnRtn", "1"),
        ("3013", "", ["9011", "9012"], "QnRtn", "1"), ("3014", "", ["9011", "9012"], "QnRtn", "1"),
        ("3015", "", ["9011", "3015", "9012"], "VaseNo", "1"),
        ("3016", "PolId=a34013;CstartTime=010000;CTime=4", ["9011", "9012"], "QnRtn", "1"),
        ("3017", "PolId=a34013", ["9011", "3017", "9012"], "CTime", "2"),
        ("3018", "PolId=a34013", ["9011", "3018", "9012"], "Stime", "40"),
        ("3019", "PolId=a34013", ["9011", "3019", "9012"], "a34013-SN", epc),
        ("3020", "InfoId=i12001", ["9011", "3020", "9012"], "i12001-Info", "0"),
        ("3020", "InfoId=i11001", ["9011", "3020", "9012"], "i11001-Info", "//清洗管路//"),
        ("3021", "InfoId=i13004;i13004-Info=168.0", ["9011", "9012"], "QnRtn", "1"),
        ("9999", "", ["9011"], "", ""),
    ]

    @Test("every command in its order", arguments: [SimulatedEdition.hj2017, .hj2025])
    func everyCommand(edition: SimulatedEdition) {
        for (command, data, expected, key, value) in Self.commands {
            var bench = Bench(Bench.dust(edition))
            let packets = bench.ask(command, data)
            #expect(packets.commands == expected, "\(command)")
            #expect(packets.allSatisfy { $0["QN"]?.text == "20261121102000001" }, "\(command)")
            #expect(packets.allSatisfy { $0["Flag"]?.text == "\(edition.flag)" }, "\(command)")
            #expect(
                packets.allSatisfy { ($0["ST"]?.text == "91") == ($0["CN"]?.text.hasPrefix("901") == true) },
                "\(command)")
            if packets.count > 1 {
                #expect(packets[packets.count - 2].cp[key]?.text == value, "\(command)")
                #expect(packets.last?.cp["ExeRtn"]?.text == "1", "\(command)")
            } else {
                #expect(packets.last?.cp["QnRtn"]?.text == "8", "\(command)")
            }
        }
    }

    @Test("and remembers what it was told")
    func remembers() {
        var bench = Bench(Bench.dust(), length: 1_000)
        _ = bench.ask("3021", "InfoId=i13004;i13004-Info=168.0")
        #expect(bench.ask("3020", "InfoId=i13004").first("3020")?.cp["i13004-Info"]?.text == "168.0")
        _ = bench.ask("3016", "CstartTime=010000;CTime=4")
        #expect(bench.ask("3017").first("3017")?.cp["CstartTime"]?.text == "010000")
        _ = bench.ask("1064", "MinInterval=10")
        #expect(bench.ask("1063").first("1063")?.cp["MinInterval"]?.text == "10")
        #expect(bench.ask("1064", "MinInterval=7").last?.cp["ExeRtn"]?.text == "3")
        #expect(bench.run(4).map(\.time) == [0, 2])
        _ = bench.ask("1062", "RtdInterval=5")
        #expect(bench.run(12).map(\.time) == [4, 9, 14])
        _ = bench.ask("2012")
        #expect(bench.run(20).isEmpty)
        _ = bench.ask("2011")
        _ = bench.ask("2021")
        #expect(strictPackets(bench.run(6).bytes).commands == ["2011", "2021"])
        _ = bench.ask("2022")
        #expect(strictPackets(bench.run(5).bytes).commands == ["2011"])
    }

    @Test("a new password holds for the next request; its own answers still have the old one")
    func password() {
        var bench = Bench(Bench.dust())
        let packets = bench.ask("1072", "NewPW=654321")
        #expect(packets.map { $0["PW"]?.text } == ["123456", "123456"])
        let old = bench.give("QN=1;ST=31;CN=1061;PW=123456;MN=\(Bench.mn);Flag=5;CP=&&&&")
        #expect(strictPackets(old).last?.cp["QnRtn"]?.text == "3")
        #expect(bench.ask("1061").commands == ["9011", "1061", "9012"])
        #expect(strictPackets(bench.run(1).bytes).last?["PW"]?.text == "654321")
    }

    @Test("a request for another MN is refused")
    func otherMN() {
        var bench = Bench(Bench.dust())
        let answer = bench.give("QN=1;ST=31;CN=1061;PW=123456;MN=88888880000099;Flag=5;CP=&&&&")
        #expect(strictPackets(answer).map { $0.cp["QnRtn"]?.text } == ["4"])
    }

    @Test("history packet by packet, each after the answer to the one before, and the result at the end")
    func history() {
        var bench = Bench(Bench.dust(), length: 10_000)
        _ = bench.run(200)
        var packets = bench.ask("2051", "BeginTime=20261121102000;EndTime=20261121102200", number: "20261121102400000")
        #expect(packets.commands == ["9011", "2051"])
        var seen: [String] = []
        while let packet = packets.last, packet["CN"]?.text == "2051" {
            seen.append(packet.cp["DataTime"]?.text ?? "")
            #expect(packet["QN"]?.text != "20261121102400000")
            packets = strictPackets(
                bench.give("QN=\(packet["QN"]?.text ?? "");ST=91;CN=9014;PW=123456;MN=\(Bench.mn);Flag=4;CP=&&&&"))
        }
        #expect(seen == ["20261121102000", "20261121102100", "20261121102200"])
        #expect(packets.commands == ["9012"])
        #expect(packets.last?["QN"]?.text == "20261121102400000")
        #expect(packets.last?.cp["ExeRtn"]?.text == "1")
    }

    @Test("history that nobody answers ends with a time-out, and a second request meanwhile is told so")
    func historyWithoutAnswers() {
        var bench = Bench(Bench.dust(), length: 10_000)
        _ = bench.run(200)
        _ = bench.ask("2012")
        let range = "BeginTime=20261121102000;EndTime=20261121102200"
        #expect(bench.ask("2051", range).commands == ["9011", "2051"])
        let second = bench.ask("2051", range)
        #expect(second.commands == ["9011", "9012"] && second.last?.cp["ExeRtn"]?.text == "5")
        let rest = strictPackets(bench.run(25, answering: false).bytes)
        #expect(rest.first("9012")?.cp["ExeRtn"]?.text == "4")
    }

    @Test("history without questions comes at once", arguments: [SimulatedEdition.hj2005, .hj2017])
    func bareHistory(edition: SimulatedEdition) {
        var monitor = Bench.dust(edition)
        monitor.asksForAnswers = false
        monitor.past = .seconds(3 * 86_400)
        var bench = Bench(monitor, length: 10_000)
        _ = bench.run(1)
        let hours = bench.ask("2061", "BeginTime=20261121070000,EndTime=20261121090000")
        #expect(hours.commands == ["9011", "2061", "2061", "2061", "9012"])
        #expect(hours[1].cp["DataTime"]?.text == "20261121070000")
        #expect((hours[1].cp["a34013-Flag"] == nil) == (edition == .hj2005))
        let days = bench.ask("2031", "BeginTime=20261119000000;EndTime=20261120000000")
        #expect(days.commands == ["9011", "2031", "2031", "9012"])
        #expect(bench.ask("2041", "BeginTime=20261119000000;EndTime=20261119000000")[1].cp["SB1-RT"] != nil)
        #expect(bench.ask("2051", "BeginTime=20261121").last?.cp["ExeRtn"]?.text == (edition == .hj2005 ? "2" : "3"))
    }

    @Test("nothing to frames with a wrong checksum")
    func wrongChecksum() {
        var bench = Bench(Bench.dust())
        var bytes = framed("QN=1;ST=31;CN=1061;PW=123456;MN=\(Bench.mn);Flag=5;CP=&&&&")
        bytes[bytes.count - 3] ^= 1
        bench.machine.receive(bytes[...], at: bench.time)
        #expect(bench.machine.wire.takeDue(at: bench.time.now).writes.isEmpty)
        #expect(bench.ask("1061").count == 3)
    }
}
