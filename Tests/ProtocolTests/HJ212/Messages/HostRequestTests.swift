import Telemetry
import TestSupport
import Testing

@testable import Protocol

@Suite struct HostRequestTests {
    private func read(_ segment: String) -> HostRequest? { HostRequest(Packet(segment: Array(segment.utf8)[...])) }

    @Test("What is sent is read back, in every edition that has it", arguments: MessageSamples.requestsByEdition)
    func roundTrip(request: HostRequest, edition: Edition) throws {
        let packet = try request.packet(to: MessageSamples.station(edition), qn: "20240601085857223")
        let frame = try #require(FrameEncoder.frame(packet))
        let received = Packet(segment: try #require(scan(frame).first?.frame).segment)
        #expect(received == packet)
        #expect(received.edition == edition)
        #expect(received.cn == request.command)
        #expect(received.flag?.asksForAnswer == true)
        #expect(HostRequest(received) == request)
        #expect(HostRequest.isKnown(request.command, in: edition))
    }

    @Test("Random requests are read back")
    func randomRoundTrip() throws {
        var random = SeededGenerator()
        for _ in 0..<2_000 {
            let request = MessageSamples.randomRequest(&random)
            for edition in request.editions {
                let packet = try request.packet(to: MessageSamples.station(edition), qn: "1")
                #expect(HostRequest(Packet(segment: packet.segment[...])) == request, "\(random) \(edition.name)")
            }
        }
    }

    @Test("An edition that does not have a request refuses to send it", arguments: MessageSamples.requests)
    func editions(request: HostRequest) {
        for (edition, station) in MessageSamples.stations where !request.editions.contains(edition) {
            #expect(throws: MessageError.notInEdition(request.command, edition)) {
                try request.packet(to: station, qn: "1")
            }
        }
    }

    @Test("Only what some request of the edition has is known")
    func known() {
        for edition in MessageSamples.stations.keys {
            let commands = Set(MessageSamples.requests.filter { $0.editions.contains(edition) }.map(\.command.rawValue))
            let known = (0...9999).filter { HostRequest.isKnown(CommandCode(rawValue: $0), in: edition) }
            #expect(Set(known) == commands, "\(edition.name)")
        }
        #expect(HostRequest.isKnown(CommandCode(rawValue: 3015), in: .surfaceWater))
    }

    @Test("Requests of 2005 write their data area as its examples do")
    func form2005() throws {
        let station = MessageSamples.station(.hj2005)
        func area(_ request: HostRequest) throws -> String {
            String(decoding: try request.packet(to: station, qn: "1").cp.bytes, as: UTF8.self)
        }
        #expect(try area(.setPassword("654321")) == "PW=654321")
        #expect(try area(.setSamplingHours(factor: "101", [4, 10])) == "PolId=101,CTime=04,CTime=10")
        #expect(try area(.getAlarmLimits(factors: ["101", "102"])) == "PolId=101;PolId=102")
        #expect(
            try area(.records(.day, MessageSamples.hour)) == "BeginTime=20240601120000,EndTime=20240601130000")
        #expect(try area(.setReportTime(TimeOfDay(hour: 1, minute: 2))) == "ReportTime=0102")
    }

    static let variants: [(String, HostRequest)] = [
        ("CN=1000;CP=&&Overtime=5,Recount=3&&", .setTimeouts(overTime: 5, reCount: 3)),
        ("CN=1000;CP=&&ReCount=3;OverTime=5;&&", .setTimeouts(overTime: 5, reCount: 3)),
        ("CN=1001;CP=&&WarmTime=5&&", .setWarnTime(seconds: 5)),
        ("CN=1011;CP=&& PolId=w01018&&", .getTime(factor: "w01018")),
        ("CN=1011;CP=&&PollD=101&&", .getTime(factor: "101")), ("CN=1011;CP=&&PolId=&&", .getTime(factor: nil)),
        (
            "CN=1012;CP=&&SystemTime=20040516010101002&&",
            .setTime(MessageSamples.time("20040516010101"), factor: nil)
        ),
        ("CN=1072;CP=&&NewPW=1&&", .setPassword("1")), ("PW=9;CN=1072;CP=&&PW=2&&", .setPassword("2")),
        (
            "CN=2041;CP=&&begintime=20240601120000 , ENDTIME=20240601130000&&",
            .records(.runningHours, MessageSamples.hour)
        ),
        ("CN=2011;CP=&& &&", .startRealtime),
        ("CN=3011;CP=&&PolId =w01018;CalibrationType=1&&", .calibrate(factor: "w01018", .span)),
        (
            "CN=3016;CP=&&PolId=w01018,CstartTime=010203,Ctime=2&&",
            .setSamplingPeriod(factor: "w01018", start: TimeOfDay(hour: 1, minute: 2, second: 3), hours: 2)
        ),
        ("CN=3014;CP=&&PolId=w01018&&", .compare(factor: "w01018")),
        (
            "CN=3021;CP=&&InfoId=i13004;i13005-Info=1;i13004-Info =2&&",
            .setParameter(factor: nil, info: "i13004", value: "2")
        ),
    ]

    @Test("Deviations of real hosts are understood", arguments: variants)
    func tolerant(segment: String, request: HostRequest) {
        #expect(read(segment) == request)
    }

    static let faults: [(String, MessageError)] = [
        ("ST=32;CP=&&&&", .otherCommand(nil)), ("CN=2081;CP=&&&&", .otherCommand(CommandCode(rawValue: 2081))),
        ("CN=9011;CP=&&QnRtn=1&&", .otherCommand(.requestAnswer)),
        ("CN=1000;CP=&&OverTime=5&&", .missing(field: "ReCount")),
        ("CN=1000;CP=&&OverTime=5s;ReCount=3&&", .malformed(field: "OverTime")),
        ("CN=1000;CP=&&OverTime=-5;ReCount=3&&", .malformed(field: "OverTime")),
        ("CN=1012;CP=&&SystemTime=20240231000000&&", .malformed(field: "SystemTime")),
        ("CN=1042;CP=&&ReportTime=2400&&", .malformed(field: "ReportTime")),
        ("CN=2031;CP=&&BeginTime=20240601120000&&", .missing(field: "EndTime")),
        ("CN=3012;CP=&&&&", .missing(field: "PolId")),
        (
            "CN=3011;CP=&&PolId=1;CalibrationType=2&&",
            .outOfRange(field: "CalibrationType", allowed: .init(verbatim: "0…1"))
        ),
        ("CN=3014;CP=&&PolId=1,CTime=1,CTime=x&&", .malformed(field: "CTime")),
        ("CN=3021;CP=&&InfoId=i13004;i13005-Info=1&&", .missing(field: "Info")),
        ("CN=1014;CP=&&SKCreateTime=20240601085857223&&", .missing(field: "NewSK")),
    ]

    @Test("What cannot be read is named", arguments: faults)
    func errors(segment: String, error: MessageError) {
        #expect(throws: error) { try HostRequest(decoding: Packet(segment: Array(segment.utf8)[...])) }
        #expect(read(segment) == nil)
    }

    static let ranges: [(HostRequest, Edition, String)] = [
        (.setTimeouts(overTime: 0, reCount: 1), .hj2017, "OverTime"),
        (.setTimeouts(overTime: 100, reCount: 1), .hj2025, "OverTime"),
        (.setTimeouts(overTime: 100_000, reCount: 1), .hj2005, "OverTime"),
        (.setTimeouts(overTime: 1, reCount: 100), .hj2017, "ReCount"),
        (.setRealtimeInterval(seconds: 29), .hj2017, "RtdInterval"),
        (.setRealtimeInterval(seconds: 3601), .hj2025, "RtdInterval"),
        (.setRealtimeInterval(seconds: 10_000), .hj2005, "RtdInterval"),
        (.setMinuteInterval(minutes: 7), .hj2017, "MinInterval"),
        (.setPassword("1234567"), .hj2017, "NewPW"), (.setKey(createdAt: MessageSamples.noon, "0"), .hj2025, "NewSK"),
        (.sampleNow(factor: "w010181"), .hj2017, "PolId"),
        (.setSamplingPeriod(factor: "1", start: TimeOfDay(hour: 0, minute: 0), hours: 25), .hj2017, "CTime"),
        (.setSamplingPeriod(factor: "1", start: TimeOfDay(hour: 24, minute: 0), hours: 2), .hj2017, "CstartTime"),
        (.setSamplingHours(factor: "1", [25]), .hj2005, "CTime"),
        (.setAlarmLimits([AlarmLimits(factor: "1", low: "1e5", up: nil)]), .hj2005, "LowValue"),
        (
            .records(.hour, TimeRange(begin: MessageSamples.hour.end, end: MessageSamples.hour.begin)), .hj2017,
            "EndTime"
        ),
    ]

    @Test("A field outside its range is named, with the range", arguments: ranges)
    func outOfRange(request: HostRequest, edition: Edition, field: String) throws {
        let error = #expect(throws: MessageError.self) {
            try request.packet(to: MessageSamples.station(edition), qn: "1")
        }
        guard case .outOfRange(field, let allowed)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(!allowed.en.isEmpty && !allowed.zh.isEmpty)
    }

    @Test("The bounds themselves are allowed")
    func bounds() throws {
        try HostRequest.setTimeouts(overTime: 0, reCount: 0).validate(edition: .hj2025)
        try HostRequest.setTimeouts(overTime: 99, reCount: 99).validate(edition: .hj2017)
        try HostRequest.setRealtimeInterval(seconds: 30).validate(edition: .hj2017)
        try HostRequest.setRealtimeInterval(seconds: 3600).validate(edition: .hj2017)
        try HostRequest.setRealtimeInterval(seconds: 5).validate(edition: .hj2005)
    }

    @Test("Nothing that would be read as something else is sent")
    func injection() {
        let station = MessageSamples.station(.hj2017)
        for value in ["1;NewPW=2", "1,2", "&&", "a&", "a\r\n", " a"] {
            #expect(throws: MessageError.malformed(field: "i13004-Info")) {
                try HostRequest.setParameter(factor: nil, info: "i13004", value: FieldText(value))
                    .packet(to: station, qn: "1")
            }
        }
        #expect(throws: MessageError.malformed(field: "NewPW")) {
            try HostRequest.setPassword("a;b").packet(to: station, qn: "1")
        }
    }

    @Test("What is returned before 9012, and who is only notified")
    func kinds() {
        let notifications = MessageSamples.requests.filter(\.isNotification)
        #expect(notifications.map(\.command.rawValue) == [2012, 2022])
        let returning = Set(MessageSamples.requests.compactMap { $0.returns?.rawValue })
        #expect(
            returning == [
                1011, 1021, 1031, 1041, 1061, 1063, 2011, 2013, 2031, 2041, 2051, 2061, 2062, 2071, 3015, 3017, 3018,
                3019, 3020,
            ])
        #expect(HostRequest.startRealtime.returns == nil)
    }

    @Test("A password shows itself nowhere")
    func secrets() {
        let request = HostRequest.setPassword("s3cr3t")
        var dumped = ""
        dump(request, to: &dumped)
        for text in ["\(request)", String(reflecting: request), dumped] { #expect(!text.contains("s3cr3t")) }
    }
}
