import Telemetry
import TestSupport
import Testing

@testable import Protocol

/// What a device is asked without anybody's order.
@Suite struct DeviceCareTests {
    private let start = Uptime(nanoseconds: 0)
    private static let mn = "A1"

    private func line(_ configure: (inout InstrumentDevice) -> Void) -> HostOnOneLine {
        var device = InstrumentDevice(mn: Self.mn)
        configure(&device)
        return HostOnOneLine(devices: [device])
    }

    /// An upload whose numbers are of the given times; each with a QN of its own.
    private func upload(_ command: Int, _ dataTime: String, qn: String? = nil, flag: Int = 4) -> String {
        "QN=\(qn ?? dataTime + "000");ST=31;CN=\(command);PW=123456;MN=\(Self.mn);Flag=\(flag);CP=&&"
            + "DataTime=\(dataTime);a21026-\(command == 2011 ? "Rtd" : "Avg")=1&&"
    }

    /// Commands and data areas of the requests that are to be sent.
    private func requests(_ events: [HostEvent]) -> [String] {
        events.sent.map { segment in
            let packet = Packet(segment: Array(segment.utf8)[...])
            return "\(packet["CN"]?.text ?? "") \(String(decoding: packet.cp.bytes, as: UTF8.self))"
        }
    }

    /// Answers every request that `events` sends with success, and goes on until none is sent; all requests made.
    private func obey(_ line: inout HostOnOneLine, _ events: [HostEvent], at now: Uptime) -> [String] {
        var made = requests(events)
        var segments = events.sent
        while let segment = segments.popLast() {
            guard let qn = Packet(segment: Array(segment.utf8)[...]).qn?.text else { continue }
            let answer = "QN=\(qn);ST=91;CN=9012;PW=123456;MN=\(Self.mn);Flag=4;CP=&&ExeRtn=1&&"
            let next = line.receive(segment: answer, at: now)
            made += requests(next)
            segments += next.sent
        }
        return made
    }

    @Test("Nothing is asked of a device unless the configuration says so")
    func quiet() {
        var line = line { _ in }
        #expect(line.receive(segment: upload(2011, "20240101000000"), at: start).sent.isEmpty)
        #expect(line.receive(segment: upload(2051, "20240101000000"), at: start).sent.isEmpty)
        #expect(line.receive(segment: upload(2051, "20240101010000"), at: start).sent.isEmpty)
        #expect(line.tick(at: start + .seconds(3600)).isEmpty)
    }

    @Test("The first frame of each connection starts the first-connection dialogue in the standard's order")
    func commissioning() {
        var line = line {
            $0.commissioning = .init(realtimeInterval: 30, minuteInterval: 10)
            $0.overTime = .seconds(5)
        }
        let expected = [
            "1012 SystemTime=20240601080000", "1000 OverTime=5;ReCount=3", "1062 RtdInterval=30", "1064 MinInterval=10",
            "2011 ",
        ]
        for _ in 0..<2 {
            let first = line.receive(segment: upload(2011, "20240601080000"), at: start)
            #expect(obey(&line, first, at: start) == expected)
            let second = line.receive(segment: upload(2011, "20240601080030"), at: start)
            #expect(second.sent.isEmpty)
            _ = line.close(at: start)
        }
    }

    @Test("A device of 2005 is not told a minute interval, which its edition does not know")
    func commissioning2005() {
        var line = line { $0.commissioning = .init(realtimeInterval: 30, minuteInterval: 10) }
        let first = line.receive(
            segment: "ST=31;CN=2011;PW=123456;MN=\(Self.mn);CP=&&DataTime=20240601080000;01-Rtd=1&&", at: start)
        #expect(
            obey(&line, first, at: start) == [
                "1012 SystemTime=20240601080000", "1000 OverTime=10;ReCount=3", "1062 RtdInterval=30", "2011 ",
            ])
    }

    private static let parameters: [InstrumentDevice.Parameter] = [
        .init(FieldText("i13008"), factor: FieldText("w01018")), .init(FieldText("i13004")),
    ]

    @Test("Registered parameters are asked for one after the other, and again when their time has come")
    func parameters() {
        var line = line {
            $0.parameters = Self.parameters
            $0.parameterInterval = .seconds(7_200)
        }
        let questions = ["3020 PolId=w01018;InfoId=i13008", "3020 InfoId=i13004"]
        let first = line.receive(segment: upload(2011, "20240601080000"), at: start)
        #expect(requests(first) == [questions[0]])
        #expect(obey(&line, first, at: start) == questions)
        #expect(line.tick(at: start + .seconds(7_199)).sent.isEmpty)
        #expect(requests(line.tick(at: start + .seconds(7_200))) == [questions[0]])
    }

    @Test("What the device tells of a parameter belongs to the factor of the question")
    func toldParameters() throws {
        var line = line { $0.parameters = Self.parameters }
        let question = line.receive(segment: upload(2011, "20240601080000"), at: start).sent[0]
        let qn = try #require(Packet(segment: Array(question.utf8)[...]).qn?.text)
        let head = "QN=\(qn);ST=32;PW=123456;MN=\(Self.mn);Flag=4;"
        _ = line.receive(
            segment: head + "CN=3020;CP=&&DataTime=20240601080000;i13008-Info=1.1&&", at: start)
        let events = line.receive(segment: head + "CN=9012;CP=&&ExeRtn=1&&", at: start)
        let report = try #require(
            events.lazy.compactMap { if case .done(let report) = $0 { report } else { nil } }.first)
        #expect(
            report.information == [
                DeviceInformation(
                    factor: FieldText("w01018"), values: [CodedValue(FieldText("i13008"), FieldText("1.1"))])
            ])
    }

    @Test("A device that does not answer for one parameter is not asked for the others, and again after an hour")
    func silentAboutParameters() {
        var line = line {
            $0.parameters = Self.parameters
            $0.reCount = 0
        }
        #expect(requests(line.receive(segment: upload(2011, "20240601080000"), at: start)).count == 1)
        #expect(line.tick(at: start + .seconds(10)).sent.isEmpty)
        #expect(line.tick(at: start + .seconds(3_609)).sent.isEmpty)
        #expect(line.tick(at: start + .seconds(3_610)).sent.count == 1)
    }

    @Test("A device that wants to be registered is acknowledged and given its MN")
    func activation() {
        let mn = "010000A8900016F000169DC0"
        var device = InstrumentDevice(mn: mn)
        device.commissioning = .init(realtimeInterval: 30, minuteInterval: 1)
        var line = HostOnOneLine(devices: [device])
        let hello =
            "QN=20240601080000000;ST=31;CN=1001;PW=123456;MN=;Flag=9;CP=&&i23005-Info=0123456789ABCDEF01234567,"
            + "i23006-Info=CPU1,i23007-Info=001122334455,i23008-Info=001122334456&&"
        let events = line.receive(segment: hello, at: start)
        #expect(requests(events) == ["9013 ", "1002 i23005-Info=\(mn)"])
        #expect(events.sent.allSatisfy { $0.contains(";MN=;") })
        // From then on it is itself, and is told its parameters.
        let qn = events.sent.last.flatMap { Packet(segment: Array($0.utf8)[...]).qn?.text } ?? ""
        let answer = "QN=\(qn);ST=91;CN=9012;PW=123456;MN=\(mn);Flag=8;CP=&&ExeRtn=1&&"
        let next = line.receive(segment: answer, at: start)
        #expect(next.reports.map(\.outcome) == [.finished(.success)])
        #expect(requests(next) == ["1012 SystemTime=20240601080000"])
    }

    @Test("With several devices on a line a nameless one is refused: nobody knows which it is")
    func ambiguousActivation() {
        var line = HostOnOneLine(mns: ["A1", "B2"])
        let hello =
            "QN=20240601080000000;ST=31;CN=1001;PW=123456;MN=;Flag=9;CP=&&i23005-Info=0,i23006-Info=1&&"
        let events = line.receive(segment: hello, at: start)
        #expect(events.sent.isEmpty)
        #expect(line.host.counters.refused == 1)
    }

    /// Drift of the device's clock in seconds, and whether it is set.
    static let drifts = [(0, false), (59, false), (-59, false), (61, true), (-61, true), (86_400, true)]

    @Test("A clock that is off by more than allowed is set", arguments: drifts)
    func drift(seconds: Int, isSet: Bool) {
        var line = line { $0.timeSetting = .drift(.seconds(60)) }
        let stamp = CivilTime(
            localMilliseconds: HostOnOneLine.epoch.localMilliseconds + Int64(seconds) * 1_000)
        let events = line.receive(
            segment: upload(2011, stamp.compact, qn: stamp.compactWithMilliseconds), at: start)
        #expect(requests(events) == (isSet ? ["1012 SystemTime=20240601080000"] : []))
    }

    @Test("A clock that stays wrong is set once an hour")
    func driftRepeats() {
        var line = line { $0.timeSetting = .drift(.seconds(60)) }
        var settings = 0
        for minute in 0..<125 {
            let now = start + .seconds(minute * 60)
            let stamp = "2024010100\(minute % 60 < 10 ? "0" : "")\(minute % 60)00"
            let events = line.receive(segment: upload(2011, stamp, qn: stamp + "\(100 + minute)"), at: now)
            settings += obey(&line, events, at: now).count
        }
        #expect(settings == 3)
    }

    @Test("A device that asks for the time gets it, unless its clock is not to be touched")
    func askedForTime() {
        let request = "QN=20240601080000000;ST=31;CN=1013;PW=123456;MN=\(Self.mn);Flag=5;CP=&&&&"
        var willing = line { $0.timeSetting = .drift(.seconds(60)) }
        let events = willing.receive(segment: request, at: start)
        #expect(requests(events) == ["9013 ", "1012 SystemTime=20240601080000"])
        var unwilling = line { _ in }
        #expect(requests(unwilling.receive(segment: request, at: start)) == ["9013 "])
    }

    /// Uploads in their order, and the ranges that are then asked for.
    static let gaps: [(String, [(Int, String)], [String])] = [
        ("none", [(2051, "20240601080000"), (2051, "20240601080100")], []),
        (
            "one minute", [(2051, "20240601080000"), (2051, "20240601080200")],
            ["2051 BeginTime=20240601080100;EndTime=20240601080100"]
        ),
        (
            "an hour of minutes", [(2051, "20240601080000"), (2051, "20240601090100")],
            ["2051 BeginTime=20240601080100;EndTime=20240601090000"]
        ),
        (
            "more than a day of minutes", [(2051, "20240530080000"), (2051, "20240601080100")],
            [
                "2051 BeginTime=20240530080100;EndTime=20240531080100",
                "2051 BeginTime=20240531080200;EndTime=20240601080000",
            ]
        ),
        (
            "hours and days",
            [(2061, "20240601050000"), (2061, "20240601070000"), (2031, "20240529000000"), (2031, "20240531000000")],
            [
                "2061 BeginTime=20240601060000;EndTime=20240601060000",
                "2031 BeginTime=20240530000000;EndTime=20240530000000",
            ]
        ),
        ("out of order", [(2051, "20240601080200"), (2051, "20240601080100"), (2051, "20240601080300")], []),
        ("a clock that jumped by years", [(2051, "20000101000000"), (2051, "20240601080000")], []),
        (
            "realtime only", [(2011, "20240601080030"), (2011, "20240601081015")],
            ["2051 BeginTime=20240601080000;EndTime=20240601080900"]
        ),
        (
            "realtime of a device with minute data",
            [(2051, "20240601080000"), (2011, "20240601080030"), (2011, "20240601081015")], []
        ),
    ]

    @Test("What is missing between two uploads is asked for", arguments: gaps)
    func history(name: String, uploads: [(Int, String)], expected: [String]) {
        var line = line { $0.asksForHistory = true }
        var made: [String] = []
        for (index, (command, time)) in uploads.enumerated() {
            let now = start + .seconds(index)
            made += obey(&line, line.receive(segment: upload(command, time), at: now), at: now)
        }
        #expect(made == expected)
        #expect(line.host.openGaps(ofDevice: 0) == 0)
    }

    @Test("The data that a request for history brings are uploads, acknowledged and counted once")
    func historyArrives() throws {
        var line = line { $0.asksForHistory = true }
        _ = line.receive(segment: upload(2051, "20240601080000"), at: start)
        let asked = line.receive(segment: upload(2051, "20240601080300"), at: start)
        let request = try #require(asked.sent.last)
        let qn = try #require(Packet(segment: Array(request.utf8)[...]).qn?.text)
        _ = line.receive(
            segment: "QN=\(qn);ST=91;CN=9011;PW=123456;MN=A1;Flag=4;CP=&&QnRtn=1&&", at: start)
        for minute in [1, 2, 2] {
            let data = upload(
                2051, "2024060108\(10 + minute - 10 < 10 ? "0" : "")\(minute)00", qn: "2024060109000000\(minute)",
                flag: 5)
            let events = line.receive(segment: data, at: start + .seconds(minute))
            #expect(events.sent.count == 1 && events.sent[0].contains("CN=9014"))
        }
        let end = line.receive(
            segment: "QN=\(qn);ST=91;CN=9012;PW=123456;MN=A1;Flag=4;CP=&&ExeRtn=1&&", at: start + .seconds(3))
        #expect(end.reports.map(\.dataPackets) == [3])
        #expect(line.host.counters.uploads == 4)
        #expect(line.host.counters.duplicates == 1)
    }

    @Test("A gap is asked for again after a failure, three times at most, and never after 'no data'")
    func historyFails() throws {
        for (code, times) in [(2, 3), (100, 1)] {
            var line = line { $0.asksForHistory = true }
            _ = line.receive(segment: upload(2051, "20240601080000"), at: start)
            var events = line.receive(segment: upload(2051, "20240601080300"), at: start)
            var asked = 0
            var now = start
            for _ in 0..<20 {
                if let segment = events.sent.last {
                    asked += 1
                    let qn = try #require(Packet(segment: Array(segment.utf8)[...]).qn?.text)
                    events = line.receive(
                        segment: "QN=\(qn);ST=91;CN=9012;PW=123456;MN=A1;Flag=4;CP=&&ExeRtn=\(code)&&", at: now)
                } else {
                    now = now + .seconds(30)
                    events = line.tick(at: now)
                }
            }
            #expect(asked == times)
        }
    }

    @Test("A gap that a lost connection left open is asked for on the next one")
    func historyAcrossConnections() {
        var line = line { $0.asksForHistory = true }
        _ = line.receive(segment: upload(2051, "20240601080000"), at: start)
        let asked = line.receive(segment: upload(2051, "20240601080300"), at: start)
        #expect(asked.sent.count == 1)
        #expect(line.close(at: start).reports.map(\.outcome) == [.disconnected])
        #expect(line.host.openGaps(ofDevice: 0) == 1)
        let again = line.receive(segment: upload(2051, "20240601080400"), at: start + .seconds(30))
        #expect(requests(again) == ["2051 BeginTime=20240601080100;EndTime=20240601080200"])
    }

    @Test("However uploads come, a minute is asked for only when it was skipped, and the list of gaps is bounded")
    func historyProperty() {
        var generator = SeededGenerator()
        for _ in 0..<300 {
            var gaps = HistoryGaps(minuteInterval: 1)
            var heard: Set<Int64> = []
            var newest: Int64 = .min
            let base = HostOnOneLine.epoch.localMilliseconds
            for _ in 0..<100 {
                let minute = Int64.random(in: 0...500, using: &generator)
                gaps.heard(.minute, CivilTime(localMilliseconds: base + minute * 60_000))
                heard.insert(minute)
                newest = max(newest, minute)
            }
            while let gap = gaps.next() {
                let begin = (gap.range.begin.localMilliseconds - base) / 60_000
                let end = (gap.range.end.localMilliseconds - base) / 60_000
                #expect(begin <= end && end < newest, "\(generator)")
            }
        }
        var gaps = HistoryGaps(minuteInterval: 1)
        for index in 0..<10_000 {
            gaps.heard(
                .minute, CivilTime(localMilliseconds: HostOnOneLine.epoch.localMilliseconds + Int64(index) * 120_000))
        }
        #expect(gaps.gaps.count == HistoryGaps.capacity)
    }
}

/// Messages in several packets, several devices and several connections on one line.
@Suite struct HostLineTests {
    private let start = Uptime(nanoseconds: 0)

    private func part(_ number: Int, of count: Int, qn: Int, _ factor: String) -> String {
        "QN=2024060108000000\(qn);ST=32;CN=2061;PW=123456;MN=A;Flag=7;PNUM=\(count);PNO=\(number);CP=&&"
            + "DataTime=20240601070000;\(factor)-Avg=\(number)&&"
    }

    @Test("A split upload is one upload when all its packets are there, in whatever order, each acknowledged")
    func reassembly() {
        for order in [[1, 2, 3], [3, 1, 2]] {
            var line = HostOnOneLine(mns: ["A"])
            var uploads: [HJ212Upload] = []
            for number in order {
                let events = line.receive(segment: part(number, of: 3, qn: number, "w0100\(number)"), at: start)
                #expect(events.sent.count == 1 && events.sent[0].contains("CN=9014"))
                uploads += events.uploads
            }
            #expect(uploads.count == 1)
            #expect(uploads.first?.factors.map(\.code) == ["w01001", "w01002", "w01003"])
        }
    }

    @Test("What came of a split upload is delivered after a while, and what is missing is said")
    func partial() {
        var line = HostOnOneLine(mns: ["A"])
        _ = line.receive(segment: part(1, of: 3, qn: 1, "w01001"), at: start)
        _ = line.receive(segment: part(3, of: 3, qn: 3, "w01003"), at: start)
        guard let deadline = line.host.deadline else {
            Issue.record("nothing is waited for")
            return
        }
        #expect(line.tick(at: deadline - .milliseconds(1)).isEmpty)
        let events = line.tick(at: deadline)
        #expect(events.uploads.map { $0.factors.map(\.code) } == [["w01001", "w01003"]])
        #expect(events.contains(.partial(.hour, missing: [2], device: 0)))
        #expect(line.host.deadline == nil)
        // Nor is anything kept back when the last connection ends.
        _ = line.receive(segment: part(1, of: 2, qn: 5, "w01001"), at: start)
        #expect(line.close(at: start).uploads.count == 1)
    }

    @Test("A device that reconnects on a second connection is still known, and orders go where it was heard last")
    func twoConnections() throws {
        var host = InstrumentHost(devices: [InstrumentDevice(mn: "A")])
        let civil = HostOnOneLine.epoch
        let frame = framed("QN=1;ST=32;CN=2011;PW=123456;MN=A;Flag=5;CP=&&DataTime=20240601080000;a-Rtd=1&&")
        host.opened(1)
        host.opened(2)
        #expect(host.receive(frame, on: 1, at: start, civil: civil).uploads.count == 1)
        let again = host.receive(frame, on: 2, at: start, civil: civil)
        #expect(again.uploads.isEmpty && again.sent.count == 1)
        let order = host.order(.getRealtimeInterval, ofDevice: 0, at: start, civil: civil)
        guard case .send(_, connection: 2) = order?.events.first else {
            Issue.record("\(String(describing: order))")
            return
        }
        // The old connection goes; the order on the new one stays.
        #expect(host.closed(1, at: start, civil: civil).isEmpty)
        #expect(host.closed(2, at: start, civil: civil).reports.count == 1)
    }

    @Test("A wrong password is refused, counted and not repeated; without one in the configuration none is asked for")
    func passwords() {
        var device = InstrumentDevice(mn: "A")
        device.password = "654321"
        var strict = HostOnOneLine(devices: [device])
        let upload = "ST=32;CN=2011;PW=geheim;MN=A;Flag=5;QN=1;CP=&&DataTime=20240601080000;a-Rtd=1&&"
        let events = strict.receive(segment: upload, at: start)
        #expect(
            events == [
                .refused(Refusal(reason: .wrongPassword, mn: "A", command: .realtime, connection: 1, device: 0))
            ])
        #expect(!"\(events)".contains("geheim") && !"\(events)".contains("654321"))
        #expect(strict.receive(segment: upload.replacing("geheim", with: "654321"), at: start).uploads.count == 1)
        #expect(strict.receive(segment: upload.replacing("PW=geheim;", with: ""), at: start).uploads.isEmpty)
        #expect(strict.host.counters.refused == 2)
        var open = HostOnOneLine(mns: ["A"])
        #expect(open.receive(segment: upload, at: start).uploads.count == 1)
    }

    @Test("A peer that sends garbage without end, or frames that never end, is to be left")
    func complaints() {
        var noisy = HostOnOneLine(mns: ["A"])
        var closes = 0
        for index in 0..<200 {
            let events = noisy.receive(Array(repeating: UInt8(ascii: "x"), count: 1_000) + Array("#\n".utf8), at: start)
            closes += events.count { if case .close = $0 { true } else { false } }
            if closes > 0 {
                #expect(index > 60)
                break
            }
        }
        #expect(closes == 1)
        var slow = HostOnOneLine(mns: ["A"])
        var now = start
        var reasons: [String] = []
        for _ in 0..<HostConnection.standstillLimit {
            _ = slow.receive(Array("##0200QN=1;".utf8), at: now)
            now = now + .seconds(10)
            for case .close(_, let reason) in slow.tick(at: now) { reasons.append(reason.en) }
        }
        #expect(reasons == ["5 frames in a row stopped half-way"])
    }

    @Test("A frame in single bytes with long pauses is taken; one that trickles for ever is given up")
    func slowSenders() throws {
        let frame = framed("ST=32;CN=2011;PW=123456;MN=A;CP=&&DataTime=20240601080000;a-Rtd=1&&")
        var line = HostOnOneLine(mns: ["A"])
        var now = start
        var uploads = 0
        for byte in frame {
            now = now + .milliseconds(600)
            uploads += (line.tick(at: now) + line.receive([byte], at: now)).uploads.count
        }
        #expect(uploads == 1)
        var trickle = HostOnOneLine(mns: ["A"])
        _ = trickle.receive(Array("##0900".utf8), at: start)
        var defects = 0
        for second in stride(from: 5, through: 120, by: 5) {
            let events =
                trickle.tick(at: start + .seconds(second))
                + trickle.receive(Array("x".utf8), at: start + .seconds(second))
            defects += events.count { if case .defect = $0 { true } else { false } }
            if defects > 0 {
                #expect(second >= 60)
                break
            }
        }
        #expect(defects == 1)
    }
}
