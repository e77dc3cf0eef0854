import Cipher
import Telemetry
import TestSupport
import Testing

@testable import Protocol

/// Requests to devices: sent, answered, refused, repeated, given up. Dialogues of HJ 212-2017, appendix C.
@Suite struct HostOrderTests {
    private let start = Uptime(nanoseconds: 5_000_000_000)
    private static let mn = "010000A8900016F000169DC0"

    /// A line whose device has just been heard.
    private func host(
        flag: String = ";Flag=4", edition: Edition? = nil, configure: (inout InstrumentDevice) -> Void = { _ in }
    ) -> HostOnOneLine {
        var device = InstrumentDevice(mn: Self.mn)
        device.edition = edition
        configure(&device)
        var line = HostOnOneLine(devices: [device])
        _ = line.receive(
            segment: "ST=32;CN=2011;PW=123456;MN=\(Self.mn)\(flag);CP=&&DataTime=20240601080000;w01001-Rtd=7.1&&",
            at: start)
        return line
    }

    /// The QN of a request that was sent.
    private func qn(_ events: [HostEvent]) throws -> String {
        let segment = try #require(events.sent.last)
        return try #require(Packet(segment: Array(segment.utf8)[...]).qn?.text)
    }

    private func answer(_ command: Int, _ qn: String, _ area: String = "", mn: String = mn) -> String {
        "QN=\(qn);ST=91;CN=\(command);PW=123456;MN=\(mn);Flag=4;CP=&&\(area)&&"
    }

    @Test("A request is answered by 9011, data and 9012, and its end is reported with what came")
    func readTheClock() throws {
        var line = host()
        let order = try line.order(.getTime(factor: "w01018"), at: start)
        let qn = try qn(order.events)
        #expect(
            order.events.sent == [
                "QN=\(qn);ST=32;CN=1011;PW=123456;MN=\(Self.mn);Flag=5;CP=&&PolId=w01018&&"
            ])
        #expect(line.receive(segment: answer(9011, qn, "QnRtn=1"), at: start + .seconds(1)).reports.isEmpty)
        let response =
            "QN=\(qn);ST=32;CN=1011;PW=123456;MN=\(Self.mn);Flag=4;CP=&&PolId=w01018;SystemTime=20240601075958&&"
        #expect(line.receive(segment: response, at: start + .seconds(2)).reports.isEmpty)
        let end = line.receive(segment: answer(9012, qn, "ExeRtn=1"), at: start + .seconds(3))
        let report = try #require(end.reports.first)
        #expect(end.reports.count == 1 && end.sent.isEmpty)
        #expect(report.id == order.id)
        #expect(report.outcome == .finished(.success) && report.succeeded)
        #expect(
            report.messages == [
                .time(CivilTime(year: 2024, month: 6, day: 1, hour: 7, minute: 59, second: 58), factor: "w01018")
            ])
        #expect(line.host.deadline == nil)
    }

    @Test("Requests in the style of 2005 find their answers in the data area, with or without a 9011")
    func edition2005() throws {
        for withHandshake in [true, false] {
            var line = host(flag: "")
            let order = try line.order(.getRealtimeInterval, at: start)
            let qn = try qn(order.events)
            #expect(order.events.sent == ["QN=\(qn);ST=32;CN=1061;PW=123456;MN=\(Self.mn);Flag=3;CP=&&&&"])
            let head = "PW=123456;MN=\(Self.mn)"
            if withHandshake {
                _ = line.receive(segment: "ST=91;CN=9011;\(head);Flag=0;CP=&&QN=\(qn);QnRtn=1&&", at: start)
            }
            _ = line.receive(segment: "ST=32;CN=1061;\(head);CP=&&QN=\(qn);RtdInterval=30&&", at: start)
            let end = line.receive(segment: "ST=91;CN=9012;\(head);CP=&&QN=\(qn);ExeRtn=1&&", at: start)
            #expect(end.reports.map(\.messages) == [[.realtimeInterval(seconds: 30)]])
            #expect(end.reports.map(\.outcome) == [.finished(.success)])
        }
    }

    @Test(
        "A refusal and a failure are reported with their number", arguments: [2, 3, 4, 5, 6, 7, 8, 9, 100, 77])
    func refusals(number: Int) throws {
        var line = host()
        let first = try line.order(.setRealtimeInterval(seconds: 30), at: start)
        let refused = line.receive(segment: answer(9011, try qn(first.events), "QnRtn=\(number)"), at: start)
        #expect(refused.reports.map(\.outcome) == [.refused(RequestVerdict(rawValue: number))])
        let second = try line.order(.sampleNow(factor: "w01018"), at: start)
        let id = try qn(second.events)
        _ = line.receive(segment: answer(9011, id, "QnRtn=1"), at: start)
        let failed = line.receive(segment: answer(9012, id, "ExeRtn=\(number)"), at: start)
        #expect(failed.reports.map(\.outcome) == [.finished(ExecutionResult(rawValue: number))])
        #expect(failed.reports.first?.succeeded == false)
    }

    @Test("A notification ends with 9013")
    func notification() throws {
        var line = host()
        let order = try line.order(.stopRealtime, at: start)
        let end = line.receive(segment: answer(9013, try qn(order.events)), at: start)
        #expect(end.reports.map(\.outcome) == [.finished(.success)])
    }

    @Test("An unanswered request is sent again as it was, so often and no more")
    func resends() throws {
        var line = host { device in
            device.overTime = .seconds(5)
            device.reCount = 2
        }
        let order = try line.order(.getMinuteInterval, at: start)
        var now = start
        for _ in 0..<2 {
            now = now + .seconds(5)
            #expect(line.tick(at: now - .milliseconds(1)).isEmpty)
            #expect(line.tick(at: now).sentFrames == order.events.sentFrames)
        }
        now = now + .seconds(5)
        let end = line.tick(at: now)
        #expect(end.sent.isEmpty)
        #expect(end.reports.map(\.outcome) == [.noAnswer])
        #expect(line.tick(at: now + .seconds(60)).isEmpty)
    }

    @Test("A device that begins and falls silent is not asked again; what it sent is kept")
    func unfinished() throws {
        var line = host()
        let order = try line.order(.getRealtimeInterval, at: start)
        let qn = try qn(order.events)
        _ = line.receive(segment: answer(9011, qn, "QnRtn=1"), at: start)
        let silent = try line.order(.getMinuteInterval, at: start)
        #expect(silent.events.sent.isEmpty)
        _ = line.receive(
            segment: "QN=\(qn);ST=32;CN=1061;PW=123456;MN=\(Self.mn);Flag=4;CP=&&RtdInterval=30&&",
            at: start + .seconds(8))
        let end = line.tick(at: start + .seconds(18))
        #expect(end.reports.map(\.outcome) == [.unfinished])
        #expect(end.reports.first?.messages == [.realtimeInterval(seconds: 30)])
        // The next order follows at once.
        #expect(end.sent.count == 1 && end.sent[0].contains("CN=1063"))
    }

    @Test("Orders to one device go one after the other, those to two devices side by side")
    func order() throws {
        var line = HostOnOneLine(mns: ["A", "B"])
        for mn in ["A", "B"] {
            _ = line.receive(segment: "ST=32;CN=2011;PW=123456;MN=\(mn);Flag=4;CP=&&a-Rtd=1&&", at: start)
        }
        let first = try line.order(.getRealtimeInterval, device: 0, at: start)
        let second = try line.order(.getMinuteInterval, device: 0, at: start)
        let other = try line.order(.getRealtimeInterval, device: 1, at: start)
        #expect(first.events.sent.count == 1 && second.events.sent.isEmpty && other.events.sent.count == 1)
        #expect(first.id != second.id && second.id != other.id)
        let end = line.receive(segment: answer(9012, try qn(first.events), "ExeRtn=1", mn: "A"), at: start)
        #expect(end.reports.map(\.id) == [first.id])
        #expect(end.sent.count == 1 && end.sent[0].contains("CN=1063"))
    }

    @Test("Answers to something else do not end a request")
    func strangeAnswers() throws {
        var line = host()
        let order = try line.order(.getRealtimeInterval, at: start)
        let events = line.receive(segment: answer(9012, "20200101000000000", "ExeRtn=1"), at: start)
        #expect(events.reports.isEmpty)
        let rubbish = line.receive(segment: answer(9011, try qn(order.events), "QnRtn=x"), at: start)
        #expect(rubbish.reports.isEmpty)
        #expect(line.receive(segment: answer(9012, try qn(order.events), "ExeRtn=1"), at: start).reports.count == 1)
    }

    @Test("Orders without a device on the line, and those a lost connection cuts off, end as disconnected")
    func disconnected() throws {
        var line = HostOnOneLine(mns: [Self.mn])
        let none = try line.order(.getRealtimeInterval, at: start)
        #expect(none.events.reports.map(\.outcome) == [.disconnected])
        line = host()
        try line.order(.getRealtimeInterval, at: start)
        try line.order(.getMinuteInterval, at: start)
        let end = line.close(at: start)
        #expect(end.reports.map(\.outcome) == [.disconnected, .disconnected])
        #expect(end.sent.isEmpty)
        #expect(line.host.deadline == nil)
    }

    @Test("An order that the device's edition cannot say, or that is out of range, ends as impossible")
    func impossible() throws {
        var line = host(flag: "")
        let unknown = try line.order(.startStandardCheck(factor: "w01018"), at: start)
        guard case .impossible(.notInEdition) = unknown.events.reports.first?.outcome else {
            Issue.record("\(unknown.events)")
            return
        }
        let wrong = try line.order(.setRealtimeInterval(seconds: 100_000), at: start)
        guard case .impossible(.outOfRange(field: "RtdInterval", _)) = wrong.events.reports.first?.outcome else {
            Issue.record("\(wrong.events)")
            return
        }
    }

    @Test("The number of waiting orders is bounded")
    func bounded() {
        var line = host()
        let accepted = (0..<1000).count { _ in (try? line.order(.getRealtimeInterval, at: start)) != nil }
        #expect(accepted == DeviceLink.capacity + 1)
    }

    @Test("A configured edition counts more than the frames'; else the latest frame decides")
    func editions() throws {
        var fixed = host(flag: ";Flag=4", edition: .hj2025)
        #expect(try fixed.order(.getRealtimeInterval, at: start).events.sent[0].contains(";Flag=9;"))
        var learned = host(flag: ";Flag=8")
        #expect(try learned.order(.getRealtimeInterval, at: start).events.sent[0].contains(";Flag=9;"))
    }

    @Test("A clock is set to the time at which the order is sent, not at which it was given")
    func presentTime() throws {
        var line = host()
        let first = try line.order(.getRealtimeInterval, at: start)
        try line.order(.setTime(CivilTime(year: 2000, month: 1, day: 1), factor: nil), at: start)
        let end = line.receive(
            segment: answer(9012, try qn(first.events), "ExeRtn=1"), at: Uptime.zero + .seconds(65))
        #expect(end.sent.first?.contains("CP=&&SystemTime=20240601080105&&") == true)
    }

    @Test("After a change of password the device is expected to use the new one")
    func newPassword() throws {
        var line = host { $0.password = "123456" }
        let order = try line.order(.setPassword("654321"), at: start)
        let end = line.receive(segment: answer(9012, try qn(order.events), "ExeRtn=1"), at: start)
        #expect(end.reports.map(\.outcome) == [.finished(.success)])
        let upload = "ST=32;CN=2011;PW=%;MN=\(Self.mn);Flag=4;CP=&&a-Rtd=1&&"
        #expect(line.receive(segment: upload.replacing("%", with: "654321"), at: start).uploads.count == 1)
        let old = line.receive(segment: upload.replacing("%", with: "123456"), at: start)
        #expect(old.uploads.isEmpty && line.host.counters.refused == 1)
        #expect(!"\(old)".contains("123456"))
    }

    @Test("After a change of key the new key is used and the old one still understood")
    func newKey() throws {
        let old = try #require(SM4Key("0000000000000000".utf8))
        let new = try #require(SM4Key("1111111111111111".utf8))
        var keys = KeyRing()
        keys.add(old, for: Self.mn)
        var line = HostOnOneLine(devices: [InstrumentDevice(mn: Self.mn)], keys: keys)
        func upload(_ key: SM4Key, value: Int) -> [UInt8] {
            let head = "QN=2024060108000000\(value);ST=31;CN=2011;PW=123456;MN=\(Self.mn);Flag=8;CP=&&"
            let area = "DataTime=20240601080000;a21026-Rtd=\(value),a21026-Flag=N"
            var frame = framed(head + area + "&&")
            let start = 6 + head.utf8.count
            frame.replaceSubrange(start..<start + area.utf8.count, with: key.encrypt(Array(area.utf8)[...]))
            return frame
        }
        #expect(line.receive(upload(old, value: 1), at: start).uploads.count == 1)
        #expect(line.receive(upload(new, value: 2), at: start).uploads.isEmpty)
        let created = CivilTime(year: 2024, month: 6, day: 1)
        let order = try line.order(.setKey(createdAt: created, "1111111111111111"), at: start)
        _ = line.receive(segment: answer(9011, try qn(order.events), "QnRtn=1"), at: start)
        _ = line.receive(segment: answer(9012, try qn(order.events), "ExeRtn=1"), at: start)
        #expect(line.receive(upload(new, value: 3), at: start).uploads.count == 1)
        #expect(line.receive(upload(old, value: 4), at: start).uploads.count == 1)
        #expect(line.host.counters.decrypted == 3)
    }

    @Test("Every order ends exactly once, whatever the device does and however the line breaks")
    func everyOrderEnds() {
        var generator = SeededGenerator()
        for _ in 0..<200 {
            var line = host()
            var now = start
            var given: [OrderID] = []
            var ended: [OrderID] = []
            var open: [String] = []
            func note(_ events: [HostEvent]) {
                ended += events.reports.map(\.id)
                open += events.sent.compactMap { Packet(segment: Array($0.utf8)[...]).qn?.text }
            }
            for _ in 0..<60 {
                now = now + .milliseconds(Int.random(in: 0...4_000, using: &generator))
                switch Int.random(in: 0..<6, using: &generator) {
                case 0:
                    let request = [HostRequest.getRealtimeInterval, .stopRealtime, .sampleNow(factor: "w01018")]
                        .randomElement(using: &generator)
                    if let order = try? line.order(request ?? .stopRealtime, at: now) {
                        given.append(order.id)
                        note(order.events)
                    }
                case 1 where Int.random(in: 0..<5, using: &generator) == 0: note(line.close(at: now))
                case 1, 2:
                    note(
                        line.receive(
                            segment: "ST=32;CN=2011;PW=123456;MN=\(Self.mn);Flag=4;CP=&&a-Rtd=1&&", at: now))
                case 3: note(line.tick(at: now))
                default:
                    guard let qn = open.randomElement(using: &generator) else { continue }
                    let number = Int.random(in: 1...3, using: &generator)
                    let answers = [
                        answer(9011, qn, "QnRtn=\(number)"), answer(9012, qn, "ExeRtn=\(number)"), answer(9013, qn),
                    ]
                    note(line.receive(segment: answers.randomElement(using: &generator) ?? "", at: now))
                }
            }
            note(line.close(at: now))
            #expect(ended.sorted { $0.number < $1.number } == given, "\(generator)")
        }
    }
}
