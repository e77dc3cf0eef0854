import Telemetry
import Testing

@testable import Protocol

/// The worked dialogues of the standards, byte for byte, each frame made from its typed message.
@Suite struct DialogueTests {
    private let qn: FieldText = "20160801085857223"
    private let qn2025: FieldText = "20240601085857223"
    private let in2017 = MessageSamples.station(.hj2017)
    private let in2025 = MessageSamples.station(.hj2025)
    private let in2005 = MessageSamples.station(.hj2005)

    private func text(_ packet: Packet) -> String {
        FrameEncoder.frame(packet).map { String(decoding: $0, as: UTF8.self) } ?? "too long"
    }

    @Test("Get the analyser's clock, 2017")
    func clock() throws {
        let request = try HostRequest.getTime(factor: "w01018").packet(to: in2017, qn: qn)
        #expect(
            text(request)
                == "##0099QN=20160801085857223;ST=32;CN=1011;PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=&&PolId=w01018&&5A00\r\n"
        )
        #expect(
            text(request.answer(.request(.ready)))
                == "##0094QN=20160801085857223;ST=91;CN=9011;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&QnRtn=1&&1B00\r\n"
        )
        let time = FieldMessage.time(MessageSamples.time("20160801085857"), factor: "w01018")
        #expect(
            text(try time.packet(answering: request, from: in2017))
                == "##0125QN=20160801085857223;ST=32;CN=1011;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&PolId=w01018;SystemTime=20160801085857&&3740\r\n"
        )
        #expect(
            text(request.answer(.execution(.success)))
                == "##0095QN=20160801085857223;ST=91;CN=9012;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&ExeRtn=1&&6240\r\n"
        )
    }

    @Test("A request with a wrong password, 2017")
    func refused() throws {
        let request = try HostRequest.setRealtimeInterval(seconds: 30).packet(to: in2017, qn: qn)
        #expect(
            text(request)
                == "##0101QN=20160801085857223;ST=32;CN=1062;PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&4400\r\n"
        )
        #expect(
            text(request.answer(.request(.wrongPassword)))
                == "##0094QN=20160801085857223;ST=91;CN=9011;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&QnRtn=3&&7700\r\n"
        )
    }

    @Test("A realtime upload with answer, 2017")
    func realtime() throws {
        typealias Value = DataRecord.Value
        let record = DataRecord(
            .realtime, at: MessageSamples.time("20160801085857"),
            [
                DataRecord.Factor("w01001", [Value("Rtd", "7.1"), Value("Flag", "N")]),
                DataRecord.Factor(
                    "w01018",
                    [
                        Value("SampleTime", "20160801070000"), Value("Rtd", "2.2"), Value("Flag", "N"),
                        Value("EFlag", "A01"),
                    ]),
            ])
        let packet = try FieldMessage.data(record).packet(from: in2017, qn: qn, asksForAnswer: true)
        #expect(
            text(packet)
                == "##0218QN=20160801085857223;ST=32;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=&&DataTime=20160801085857;w01001-Rtd=7.1,w01001-Flag=N;w01018-SampleTime=20160801070000,w01018-Rtd=2.2,w01018-Flag=N,w01018-EFlag=A01&&6E80\r\n"
        )
        #expect(
            packet.hostAnswer.map(text)
                == "##0087QN=20160801085857223;ST=91;CN=9014;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&&&3240\r\n"
        )
    }

    @Test("Stop realtime data, 2017")
    func stop() throws {
        let notification = try HostRequest.stopRealtime.packet(to: in2017, qn: qn)
        #expect(
            text(notification)
                == "##0087QN=20160801085857223;ST=32;CN=2012;PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=&&&&3C00\r\n"
        )
        #expect(
            text(notification.answer(.notification))
                == "##0087QN=20160801085857223;ST=91;CN=9013;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&&&2A80\r\n"
        )
    }

    @Test("Hour history in two packets, 2017")
    func history() throws {
        let eight = MessageSamples.time("20160801080000")
        let request = try HostRequest.records(.hour, TimeRange(begin: eight, end: eight)).packet(to: in2017, qn: qn)
        #expect(
            text(request)
                == "##0134QN=20160801085857223;ST=32;CN=2061;PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=&&BeginTime=20160801080000;EndTime=20160801080000&&7EC0\r\n"
        )
        let parts = [
            "##0201QN=20160801085857534;ST=32;CN=2061;PW=123456;MN=010000A8900016F000169DC0;Flag=7;PNUM=2;PNO=1;CP=&&DataTime=20160801080000;w00000-Cou=63.0,w00000-Min=16.4,w00000-Avg=17.5,w00000-Max=20.1,w00000-Flag=N&&1980\r\n",
            "##0201QN=20160801085857535;ST=32;CN=2061;PW=123456;MN=010000A8900016F000169DC0;Flag=7;PNUM=2;PNO=2;CP=&&DataTime=20160801080000;w01018-Cou=63.0,w01018-Min=40.1,w01018-Avg=40.1,w01018-Max=40.1,w01018-Flag=N&&E2C1\r\n",
        ]
        let packets = try parts.map { Packet(segment: try #require(scan(Array($0.utf8)).first?.frame).segment) }
        #expect(packets.map(text) == parts)
        #expect(
            packets.compactMap(\.hostAnswer).map(text) == [
                "##0087QN=20160801085857534;ST=91;CN=9014;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&&&5B40\r\n",
                "##0087QN=20160801085857535;ST=91;CN=9014;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&&&4A40\r\n",
            ])
        var assembly = PacketAssembly()
        #expect(assembly.insert(packets[0], at: .zero).isEmpty)
        guard case .whole(let whole)? = assembly.insert(packets[1], at: .zero).first,
            case .data(let record)? = FieldMessage(whole)
        else {
            Issue.record("not whole")
            return
        }
        #expect(record.factors.map(\.code.text) == ["w00000", "w01018"])
    }

    @Test("An empty history, 2017")
    func empty() throws {
        let begin = MessageSamples.time("20160801084000")
        let request = try HostRequest.records(.minute, TimeRange(begin: begin, end: begin)).packet(to: in2017, qn: qn)
        #expect(
            text(request)
                == "##0134QN=20160801085857223;ST=32;CN=2051;PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=&&BeginTime=20160801084000;EndTime=20160801084000&&56C0\r\n"
        )
        #expect(
            text(request.answer(.execution(.noData)))
                == "##0097QN=20160801085857223;ST=91;CN=9012;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&ExeRtn=100&&1C80\r\n"
        )
    }

    @Test("Get the realtime interval, 2005")
    func interval2005() throws {
        let request = try HostRequest.getRealtimeInterval.packet(to: in2005, qn: "20040516010101001")
        #expect(
            text(request)
                == "##0077QN=20040516010101001;ST=32;CN=1061;PW=123456;MN=88888880000001;Flag=3;CP=&&&&5F00\r\n")
        #expect(
            text(request.answer(.request(.ready)))
                == "##0084ST=91;CN=9011;PW=123456;MN=88888880000001;Flag=0;CP=&&QN=20040516010101001;QnRtn=1&&7200\r\n")
        #expect(
            text(try FieldMessage.realtimeInterval(seconds: 30).packet(answering: request, from: in2005))
                == "##0084ST=32;CN=1061;PW=123456;MN=88888880000001;CP=&&QN=20040516010101001;RtdInterval=30&&EB01\r\n")
        #expect(
            text(request.answer(.execution(.success)))
                == "##0078ST=91;CN=9012;PW=123456;MN=88888880000001;CP=&&QN=20040516010101001;ExeRtn=1&&C601\r\n")
    }

    @Test("A heartbeat, 2025")
    func heartbeat() throws {
        let packet = try FieldMessage.heartbeat.packet(from: in2025, qn: qn2025, asksForAnswer: true)
        #expect(
            text(packet)
                == "##0087QN=20240601085857223;ST=32;CN=9015;PW=123456;MN=010000A8900016F000169DC0;Flag=9;CP=&&&&F001\r\n"
        )
        #expect(
            packet.hostAnswer.map(text)
                == "##0087QN=20240601085857223;ST=91;CN=9013;PW=123456;MN=010000A8900016F000169DC0;Flag=8;CP=&&&&3900\r\n"
        )
    }

    @Test("A minute record sent later, 2025")
    func backfill() throws {
        typealias Value = DataRecord.Value
        var station = in2025
        station.st = "31"
        let record = DataRecord(
            .minute, at: MessageSamples.time("20240601080100"),
            [
                DataRecord.Factor(
                    "a21026", [Value("Min", "1.10"), Value("Avg", "1.50"), Value("Max", "2.00"), Value("Flag", "N")])
            ])
        let packet = try FieldMessage.data(record)
            .packet(from: station, qn: qn2025, asksForAnswer: true, isBackfill: true)
        #expect(
            text(packet)
                == "##0177QN=20240601085857223;ST=31;CN=2051;PW=123456;MN=010000A8900016F000169DC0;Flag=9;RF=1;CP=&&DataTime=20240601080100;a21026-Min=1.10,a21026-Avg=1.50,a21026-Max=2.00,a21026-Flag=N&&4380\r\n"
        )
        #expect(
            packet.hostAnswer.map(text)
                == "##0087QN=20240601085857223;ST=91;CN=9014;PW=123456;MN=010000A8900016F000169DC0;Flag=8;CP=&&&&21C0\r\n"
        )
    }
}
