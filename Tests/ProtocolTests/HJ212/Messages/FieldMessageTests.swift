import Telemetry
import TestSupport
import Testing

@testable import Protocol

@Suite struct FieldMessageTests {
    private func read(_ segment: String) -> FieldMessage? { FieldMessage(Packet(segment: Array(segment.utf8)[...])) }

    @Test("What is sent is read back, in every edition that has it", arguments: MessageSamples.messagesByEdition)
    func roundTrip(message: FieldMessage, edition: Edition) throws {
        for asksForAnswer in [false, true] {
            let packet = try message.packet(
                from: MessageSamples.station(edition), qn: "20240601085857223", asksForAnswer: asksForAnswer)
            let frame = try #require(FrameEncoder.frame(packet))
            let received = Packet(segment: try #require(scan(frame).first?.frame).segment)
            #expect(received == packet)
            #expect(received.edition == edition)
            #expect(received.flag?.asksForAnswer ?? false == asksForAnswer)
            #expect(FieldMessage(received) == message)
        }
    }

    @Test("Answers to requests are read back and carry the request's QN", arguments: MessageSamples.messagesByEdition)
    func answers(message: FieldMessage, edition: Edition) throws {
        guard message.repeatsRequestQN else { return }
        let station = MessageSamples.station(edition)
        let request = try HostRequest.startRealtime.packet(to: station, qn: "20240601085857223")
        let packet = try message.packet(answering: request, from: station)
        #expect(FieldMessage(packet) == message)
        #expect(packet.qn == "20240601085857223")
        #expect((packet["QN"] == nil) == (edition == .hj2005))
        #expect(packet.flag?.asksForAnswer != true)
    }

    @Test("Random messages are read back, split or not")
    func randomRoundTrip() throws {
        var random = SeededGenerator()
        for _ in 0..<500 {
            let message = MessageSamples.randomMessage(&random)
            for edition in message.editions where edition != .hj2005 || Bool.random(using: &random) {
                var numbers = QNSource()
                let splitter = PacketSplitter(station: MessageSamples.station(edition), asksForAnswer: true)
                let packets: [Packet]
                do throws(MessageError) {
                    packets = try splitter.packets(of: message, numbers: &numbers, at: MessageSamples.noon)
                } catch {
                    #expect(error == .tooManyPackets(limit: 9), "\(random)")
                    continue
                }
                #expect(try merged(packets).flatMap { FieldMessage($0) } == message, "\(random) \(edition.name)")
            }
        }
    }

    private func merged(_ packets: [Packet]) throws -> Packet? {
        var assembly = PacketAssembly()
        var whole: Packet?
        for packet in packets {
            let frame = try #require(FrameEncoder.frame(packet))
            let received = Packet(segment: try #require(scan(frame).first?.frame).segment)
            for case .whole(let packet) in assembly.insert(received, at: .zero) { whole = packet }
        }
        return whole
    }

    @Test("An edition that does not have a message refuses to send it", arguments: MessageSamples.messages)
    func editions(message: FieldMessage) {
        for (edition, station) in MessageSamples.stations where !message.editions.contains(edition) {
            #expect(throws: MessageError.notInEdition(message.command, edition)) {
                try message.packet(from: station, qn: "1", asksForAnswer: true)
            }
        }
    }

    @Test("2005 says neither QN nor Flag unless it asks for an answer")
    func header2005() throws {
        let message = FieldMessage.equipmentState(at: MessageSamples.noon, [CodedValue("SB1", "1")])
        let station = MessageSamples.station(.hj2005)
        func text(asksForAnswer: Bool) throws -> String {
            let packet = try message.packet(
                from: station, qn: "20240601120000000", asksForAnswer: asksForAnswer, isBackfill: true)
            return String(decoding: packet.segment, as: UTF8.self)
        }
        #expect(
            try text(asksForAnswer: false)
                == "ST=32;CN=2021;PW=123456;MN=88888880000001;CP=&&DataTime=20240601120000;SB1-RS=1&&")
        #expect(
            try text(asksForAnswer: true)
                == "QN=20240601120000000;ST=32;CN=2021;PW=123456;MN=88888880000001;Flag=1;"
                + "CP=&&DataTime=20240601120000;SB1-RS=1&&")
    }

    @Test("Only 2025 marks what is sent later")
    func backfill() throws {
        for (edition, station) in MessageSamples.stations {
            let packet = try FieldMessage.data(MessageSamples.record(.minute))
                .packet(from: station, qn: "1", asksForAnswer: true, isBackfill: true)
            #expect(packet["RF"]?.text == (edition == .hj2025 ? "1" : nil))
        }
    }

    @Test("An upload made of numbers becomes a record without exponents")
    func upload() throws {
        var factor = HJ212Upload.Factor(code: "a21026")
        factor.avg = 0.00001
        factor.cou = 1e14
        factor.flag = .normal
        var upload = HJ212Upload(
            kind: .minute, mn: "M", st: "31", dataTime: MessageSamples.noon, qnTime: nil, factors: [factor])
        let record = try #require(DataRecord(upload))
        let station = Station(edition: .hj2025, st: "31", mn: "M", password: "123456")
        let packet = try FieldMessage.data(record).packet(from: station, qn: "1", asksForAnswer: true)
        #expect(
            String(decoding: packet.cp.bytes, as: UTF8.self)
                == "DataTime=20240601120000;a21026-Cou=100000000000000,a21026-Avg=0.00001,a21026-Flag=N")
        #expect(HJ212Upload(packet)?.factors == [factor])
        upload.dataTime = nil
        #expect(DataRecord(upload) == nil)
    }

    @Test("A number with an exponent is not sent")
    func exponent() {
        let record = DataRecord(
            .realtime, at: MessageSamples.noon, [DataRecord.Factor("a", [DataRecord.Value("Rtd", "1e5")])])
        #expect(throws: MessageError.self) { try FieldMessage.data(record).validate(edition: .hj2017) }
        let marked = DataRecord(
            .realtime, at: MessageSamples.noon, [DataRecord.Factor("p99101", [DataRecord.Value("Rtd", "St")])])
        #expect(throws: Never.self) { try FieldMessage.data(marked).validate(edition: .hj2025) }
    }

    static let variants: [(String, FieldMessage)] = [
        (
            "CN=2021;CP=&&DataTime=20240601120000000,SB1-rs=1,SB2-RS =0;&&",
            .equipmentState(at: MessageSamples.noon, [CodedValue("SB1", "1"), CodedValue("SB2", "0")])
        ),
        (
            "CN=2051;CP=&&DataTime=20240601120000;a-Min=1;b-Min=2;a-Avg=3&&",
            .data(
                DataRecord(
                    .minute, at: MessageSamples.noon,
                    [
                        DataRecord.Factor("a", [DataRecord.Value("Min", "1"), DataRecord.Value("Avg", "3")]),
                        DataRecord.Factor("b", [DataRecord.Value("Min", "2")]),
                    ]))
        ),
        (
            "CN=3019;CP=&&w01018-SN=X&&", .analyserIdentity(at: nil, factor: "w01018", serial: "X")
        ),
        ("CN=3020;CP=&&DataTime=20240601120000&&", .deviceInformation(at: MessageSamples.noon, [])),
        (
            "CN=3020;CP=&&DataTime=20240601120000; PolId=a;i12003-Info =0&&",
            .deviceInformation(
                at: MessageSamples.noon, [DeviceInformation(factor: "a", values: [CodedValue("i12003", "0")])])
        ),
        ("CN=9015;CP=&&&&", .heartbeat), ("CN=1013;CP=&& &&", .askForCalibration(factor: nil)),
        ("CN=1061;CP=&&QN=20040516010101001;RtdInterval=30&&", .realtimeInterval(seconds: 30)),
    ]

    @Test("Deviations of real devices are understood", arguments: variants)
    func tolerant(segment: String, message: FieldMessage) {
        #expect(read(segment) == message)
    }

    static let faults: [(String, MessageError)] = [
        ("CN=2051;CP=&&a-Avg=1&&", .missing(field: "DataTime")),
        ("CN=2051;CP=&&DataTime=2024;a-Avg=1&&", .malformed(field: "DataTime")),
        ("CN=9014;CP=&&&&", .otherCommand(.dataAnswer)),
        ("CN=2999;CP=&&&&", .otherCommand(CommandCode(rawValue: 2999))),
        ("CN=3018;CP=&&PolId=a;Stime=x&&", .malformed(field: "Stime")),
        ("CN=2062;CP=&&DataTime=20240601120000;a-SampleRd=1&&", .missing(field: "StandardValue")),
        (
            "CN=2062;CP=&&DataTime=20240601120000;a-SampleRd=1;a-StandardValue=1;a-ResultType=2&&",
            .outOfRange(field: "ResultType", allowed: .init(verbatim: "0…1"))
        ),
        ("CN=1001;CP=&&i23005-Info=1&&", .missing(field: "i23006-Info")),
    ]

    @Test("What cannot be read is named", arguments: faults)
    func errors(segment: String, error: MessageError) {
        #expect(throws: error) { try FieldMessage(decoding: Packet(segment: Array(segment.utf8)[...])) }
    }

    static let ranges: [(FieldMessage, Edition, String)] = [
        (.equipmentState(at: MessageSamples.noon, [CodedValue("SB1", "6")]), .hj2017, "RS"),
        (.equipmentState(at: MessageSamples.noon, [CodedValue("SB1", "2")]), .hj2005, "RS"),
        (.runningHours(at: MessageSamples.noon, [CodedValue("SB1", "24.1")]), .hj2017, "RT"),
        (.keptSample(at: MessageSamples.noon, bottle: 0, []), .hj2017, "VaseNo"),
        (.keptSample(at: MessageSamples.noon, bottle: 100, []), .hj2017, "VaseNo"),
        (.measuringTime(factor: "a", minutes: 121), .hj2017, "Stime"),
        (.minuteInterval(minutes: 60), .hj2017, "MinInterval"),
        (.analyserIdentity(at: nil, factor: "a", serial: "0123456789012345678901234"), .hj2017, "SN"),
        (
            .deviceInformation(
                at: MessageSamples.noon,
                [
                    DeviceInformation(
                        factor: nil,
                        values: [CodedValue("i11001", DeviceInformation.logText(String(repeating: "a", count: 890)))])
                ]), .hj2017, "i11001-Info"
        ),
    ]

    @Test("A field outside its range is named", arguments: ranges)
    func outOfRange(message: FieldMessage, edition: Edition, field: String) {
        let error = #expect(throws: MessageError.self) { try message.validate(edition: edition) }
        guard case .outOfRange(field, _)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}
