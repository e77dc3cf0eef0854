import Telemetry
import TestSupport
import Testing

@testable import Protocol

@Suite struct InstrumentHostTests {
    private let start = Uptime(nanoseconds: 5_000_000_000)

    private func text(_ events: [HostEvent]) -> [String] {
        events.compactMap { if case .send(let bytes, _) = $0 { String(decoding: bytes, as: UTF8.self) } else { nil } }
    }

    private func uploads(_ events: [HostEvent]) -> [HJ212Upload] {
        events.compactMap { if case .upload(let upload, _) = $0 { upload } else { nil } }
    }

    private func receive(_ frame: String) -> [HostEvent] {
        var session = HostOnOneLine()
        return session.receive(Array((frame + "\r\n").utf8), at: start)
    }

    /// What a field device sends and what the host answers, as printed in the editions' dialogues.
    static let dialogues: [(String, String)] = [
        (
            "##0218QN=20160801085857223;ST=32;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=&&DataTime=20160801085857;w01001-Rtd=7.1,w01001-Flag=N;w01018-SampleTime=20160801070000,w01018-Rtd=2.2,w01018-Flag=N,w01018-EFlag=A01&&6E80",
            "##0087QN=20160801085857223;ST=91;CN=9014;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&&&3240"
        ),
        (
            "##0201QN=20160801085857534;ST=32;CN=2061;PW=123456;MN=010000A8900016F000169DC0;Flag=7;PNUM=2;PNO=1;CP=&&DataTime=20160801080000;w00000-Cou=63.0,w00000-Min=16.4,w00000-Avg=17.5,w00000-Max=20.1,w00000-Flag=N&&1980",
            "##0087QN=20160801085857534;ST=91;CN=9014;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&&&5B40"
        ),
        (
            "##0201QN=20160801085857535;ST=32;CN=2061;PW=123456;MN=010000A8900016F000169DC0;Flag=7;PNUM=2;PNO=2;CP=&&DataTime=20160801080000;w01018-Cou=63.0,w01018-Min=40.1,w01018-Avg=40.1,w01018-Max=40.1,w01018-Flag=N&&E2C1",
            "##0087QN=20160801085857535;ST=91;CN=9014;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&&&4A40"
        ),
        (
            "##0087QN=20240601085857223;ST=32;CN=9015;PW=123456;MN=010000A8900016F000169DC0;Flag=9;CP=&&&&F001",
            "##0087QN=20240601085857223;ST=91;CN=9013;PW=123456;MN=010000A8900016F000169DC0;Flag=8;CP=&&&&3900"
        ),
        (
            "##0177QN=20240601085857223;ST=31;CN=2051;PW=123456;MN=010000A8900016F000169DC0;Flag=9;RF=1;CP=&&DataTime=20240601080100;a21026-Min=1.10,a21026-Avg=1.50,a21026-Max=2.00,a21026-Flag=N&&4380",
            "##0087QN=20240601085857223;ST=91;CN=9014;PW=123456;MN=010000A8900016F000169DC0;Flag=8;CP=&&&&21C0"
        ),
    ]

    @Test("Uploads and heartbeats are answered byte for byte as in the dialogues", arguments: dialogues)
    func dialogue(frame: String, answer: String) {
        let events = receive(frame)
        #expect(text(events) == [answer + "\r\n"])
        // The frame as it came, the answer, and what it says unless it is half of a message.
        #expect(events.count == (frame.contains("PNUM") ? 2 : 3))
    }

    /// What the field sends in the dialogues without asking for an answer.
    static let unanswered = [
        "##0094QN=20160801085857223;ST=91;CN=9011;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&QnRtn=1&&1B00",
        "##0125QN=20160801085857223;ST=32;CN=1011;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&PolId=w01018;SystemTime=20160801085857&&3740",
        "##0095QN=20160801085857223;ST=91;CN=9012;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&ExeRtn=1&&6240",
        "##0087QN=20160801085857223;ST=91;CN=9013;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&&&2A80",
        "##0084ST=91;CN=9011;PW=123456;MN=88888880000001;Flag=0;CP=&&QN=20040516010101001;QnRtn=1&&7200",
        "##0084ST=32;CN=1061;PW=123456;MN=88888880000001;CP=&&QN=20040516010101001;RtdInterval=30&&EB01",
        "##0078ST=91;CN=9012;PW=123456;MN=88888880000001;CP=&&QN=20040516010101001;ExeRtn=1&&C601",
        "##0078QN=20201008154743635;ST=91;CN=9014;PW=123456;MN=SD000001;Flag=9;CP=&&QnRtn=1&&71c0",
    ]

    @Test("Answers and responses are reported and never answered", arguments: unanswered)
    func noAnswer(frame: String) {
        let events = receive(frame)
        #expect(text(events).isEmpty)
        switch events.last {
        case .other(let packet, _): #expect(packet.cn != nil)
        case .message(.time, _), .message(.realtimeInterval(seconds: 30), _): break
        default: Issue.record("\(events)")
        }
    }

    @Test("A 2005 upload that asks is answered with what it answers in the data area")
    func answer2005() {
        let plain = framed(
            "QN=20040516010101001;ST=32;CN=2011;PW=123456;MN=A;Flag=1;CP=&&DataTime=20040516010101;B01-Rtd=1&&")
        let split1 = framed(
            "QN=20040516010101001;ST=32;CN=2011;PW=123456;MN=A;Flag=3;PNUM=2;PNO=1;CP=&&B01-Rtd=1&&")
        let alarm = framed("QN=20040516010101001;ST=32;CN=2072;PW=123456;MN=A;Flag=1;CP=&&101-Ala=1.1&&")
        let bare = framed("ST=32;CN=2011;PW=123456;MN=A;CP=&&DataTime=20040516010101;B01-Rtd=1&&")
        var session = HostOnOneLine()
        let expected = [
            (plain, ["ST=91;CN=9014;PW=123456;MN=A;Flag=0;CP=&&QN=20040516010101001;CN=2011&&"]),
            (split1, ["ST=91;CN=9014;PW=123456;MN=A;Flag=0;CP=&&QN=20040516010101001;CN=2011;PNUM=2;PNO=1&&"]),
            (alarm, ["ST=91;CN=9013;PW=123456;MN=A;Flag=0;CP=&&QN=20040516010101001&&"]),
            (bare, []),
        ]
        for (frame, answers) in expected {
            let events = session.receive(frame, at: start)
            #expect(text(events) == answers.map { String(decoding: framed($0), as: UTF8.self) })
        }
        // The first half of the split upload waits for the other.
        #expect(session.host.counters.uploads == 2)
        #expect(session.host.counters.replies == 3)
    }

    @Test("An upload that is sent again is acknowledged again and delivered once")
    func duplicates() {
        let frame = framed(sampleSegment)
        var session = HostOnOneLine(mns: ["010000A8900016F000169DC0"])
        let first = session.receive(frame, at: start)
        let second = session.receive(frame + frame, at: start + .seconds(10))
        #expect(uploads(first).count == 1)
        #expect(text(first) == Array(text(second).prefix(1)))
        #expect(text(second).count == 2)
        #expect(uploads(second).isEmpty)
        #expect(second.contains(.duplicate(.realtime, device: 0)))
        #expect(session.host.counters.duplicates == 2)
        #expect(session.host.counters.uploads == 1)
        #expect(session.host.counters.frames == 3)
    }

    @Test("Different data under one QN, and data without a QN, are no duplicates")
    func notDuplicates() {
        var session = HostOnOneLine()
        for segment in [
            "QN=1;ST=32;CN=2011;MN=A;Flag=5;CP=&&DataTime=20160801085857;a-Rtd=1&&",
            "QN=1;ST=32;CN=2051;MN=A;Flag=5;CP=&&DataTime=20160801085857;a-Avg=1&&",
            "QN=1;ST=32;CN=2011;MN=B;Flag=5;CP=&&DataTime=20160801085857;a-Rtd=1&&",
            "QN=1;ST=32;CN=2011;MN=A;Flag=5;CP=&&DataTime=20160801085927;a-Rtd=1&&",
            "ST=32;CN=2011;MN=A;CP=&&DataTime=20160801085927;a-Rtd=1&&",
            "ST=32;CN=2011;MN=A;CP=&&DataTime=20160801085927;a-Rtd=1&&",
            "QN=;ST=32;CN=2011;MN=A;CP=&&DataTime=20160801085927;a-Rtd=1&&",
            "QN=;ST=32;CN=2011;MN=A;CP=&&DataTime=20160801085927;a-Rtd=1&&",
        ] {
            #expect(uploads(session.receive(framed(segment), at: start)).count == 1)
        }
    }

    @Test("The memory of duplicates is bounded and forgets the oldest first")
    func boundedMemory() {
        var recent = RecentUploads()
        func packet(_ serial: Int) -> Packet { Packet(segment: Array("QN=\(serial);CN=2011;MN=A;CP=&&&&".utf8)[...]) }
        func insert(_ packet: Packet) -> Bool { recent.insert(packet) }
        for serial in 0..<1000 {
            #expect(insert(packet(serial)))
            #expect(!insert(packet(serial)))
        }
        #expect(!insert(packet(1000 - RecentUploads.capacity)))
        #expect(insert(packet(999 - RecentUploads.capacity)))
        // The one just inserted displaced the oldest, no other.
        #expect(insert(packet(1000 - RecentUploads.capacity)))
        #expect(!insert(packet(1002 - RecentUploads.capacity)))
    }

    @Test("A device that is not expected is refused, counted and not answered; its password is not repeated")
    func refused() {
        var session = HostOnOneLine(mns: ["88888880000002"])
        let stranger = framed(sampleSegment.replacing("PW=123456", with: "PW=geheim"))
        let nameless = framed("QN=1;ST=32;CN=2011;PW=geheim;Flag=5;CP=&&a-Rtd=1&&")
        let events = session.receive(stranger + nameless, at: start)
        #expect(
            events == [
                .refused(
                    Refusal(
                        reason: .unknownMN, mn: "010000A8900016F000169DC0", command: .realtime, connection: 1)),
                .refused(Refusal(reason: .unknownMN, mn: "", command: .realtime, connection: 1)),
            ])
        #expect(!"\(events)".contains("geheim"))
        #expect(session.host.counters.refused == 2)
        #expect(session.host.counters.replies == 0)
        let expected = framed("QN=1;ST=32;CN=2011;MN= 88888880000002 ;Flag=5;CP=&&a-Rtd=1&&")
        #expect(uploads(session.receive(expected, at: start)).map(\.mn) == ["88888880000002"])
    }

    @Test("What cannot be trusted is neither used nor answered")
    func untrusted() {
        var session = HostOnOneLine()
        let wrong = assembled(length: "0139", sampleSegment, crc: "17C1")
        let foreign = assembled(
            length: "0139", sampleSegment, crc: ASCII.hex(CRC16.modbus(Array(sampleSegment.utf8)[...])))
        let events = session.receive(wrong + foreign + framed(sampleSegment), at: start)
        #expect(text(events).count == 1)
        #expect(uploads(events).count == 1)
        #expect(session.host.counters.defects == [.crc: 2])
        #expect(session.host.counters.skippedBytes == wrong.count + foreign.count)
    }

    @Test("A link may be told to take Modbus checksums")
    func tolerant() {
        let foreign = assembled(
            length: "0139", sampleSegment, crc: ASCII.hex(CRC16.modbus(Array(sampleSegment.utf8)[...])))
        var session = HostOnOneLine(tolerance: .everything)
        let events = session.receive(foreign, at: start)
        #expect(uploads(events).count == 1)
        #expect(text(events).count == 1)
        guard case .tolerated(let defect, _) = events.first else {
            Issue.record("\(events)")
            return
        }
        #expect(defect.kind == .crc)
        #expect(session.host.counters.repaired == 1)
    }

    @Test("A frame without line end is taken after a moment, an incomplete one given up after its time")
    func timeouts() throws {
        var session = HostOnOneLine()
        #expect(session.host.deadline == nil)
        #expect(session.receive(framed(sampleSegment).dropLast(2), at: start).isEmpty)
        let tail = try #require(session.host.deadline)
        #expect(tail == start + HostConnection.tailTimeout)
        #expect(session.tick(at: tail - .milliseconds(1)).isEmpty)
        #expect(uploads(session.tick(at: tail)).count == 1)
        #expect(session.host.deadline == nil)

        #expect(session.receive(Array("##0139QN=".utf8), at: start).isEmpty)
        #expect(session.receive(Array("2016".utf8), at: start + .seconds(5)).isEmpty)
        let frame = try #require(session.host.deadline)
        #expect(frame == start + .seconds(5) + HostSettings().frameTimeout)
        #expect(session.tick(at: frame).count == 1)
        #expect(session.host.counters.defects == [.truncated: 1])
        #expect(session.tick(at: frame + .seconds(60)).isEmpty)
    }

    @Test("Closing the line resolves what is incomplete")
    func closing() {
        var session = HostOnOneLine()
        _ = session.receive(Array("##0139QN=".utf8), at: start)
        #expect(session.close(at: start).count == 1)
        #expect(session.close(at: start).isEmpty)
        #expect(session.host.deadline == nil)
    }

    @Test("The next connection still knows what was delivered")
    func reconnected() {
        var session = HostOnOneLine()
        #expect(uploads(session.receive(framed(sampleSegment), at: start)).count == 1)
        _ = session.receive(Array("##01".utf8), at: start)
        #expect(session.close(at: start).count == 1)
        let events = session.receive(framed(sampleSegment), at: start + .seconds(20))
        #expect(uploads(events).isEmpty)
        #expect(text(events).count == 1)
    }

    @Test("Blank lines between frames are tolerated and other bytes reported")
    func blankLines() {
        var session = HostOnOneLine()
        let frame = framed(sampleSegment)
        let other = framed("ST=32;CN=2011;MN=A;CP=&&a-Rtd=1&&")
        let events = session.receive(frame + Array("\r\n".utf8) + other + Array("noise".utf8) + other, at: start)
        #expect(uploads(events).count == 3)
        #expect(session.host.counters.defects == [.garbage: 1])
        #expect(session.host.counters.skippedBytes == 7)
    }

    @Test("An answer that no frame can carry is not sent")
    func answerTooLong() {
        // The 2005 answer repeats QN and CN and is longer than the request.
        let segment = "QN=1;ST=32;CN=2011;PW=;MN=\(String(repeating: "x", count: 980));Flag=1;CP=&&&&"
        var session = HostOnOneLine()
        let events = session.receive(framed(segment), at: start)
        #expect(text(events).isEmpty)
        #expect(uploads(events).count == 1)
    }

    @Test("Any damage to real traffic neither traps nor produces what was not sent")
    func damagedTraffic() {
        var generator = SeededGenerator()
        let frames = CorpusFrame.all.map(\.wire)
        for _ in 0..<300 {
            var bytes = Array((0..<5).compactMap { _ in frames.randomElement(using: &generator) }.joined())
            for _ in 0..<Int.random(in: 0...5, using: &generator) {
                let index = Int.random(in: 0..<bytes.count, using: &generator)
                bytes[index] = UInt8.random(in: 0...255, using: &generator)
            }
            bytes.removeSubrange(0..<Int.random(in: 0..<bytes.count, using: &generator))
            var session = HostOnOneLine()
            var now = start
            var rest = bytes[...]
            while !rest.isEmpty {
                let chunk = rest.prefix(Int.random(in: 1...300, using: &generator))
                rest = rest.dropFirst(chunk.count)
                now = now + .milliseconds(Int.random(in: 0...3000, using: &generator))
                for case .send(let reply, _) in session.tick(at: now) + session.receive(chunk, at: now) {
                    #expect(scan(reply).first?.frame != nil, "\(generator)")
                }
            }
            _ = session.close(at: now)
            let counters = session.host.counters
            #expect(counters.uploads + counters.duplicates + counters.refused <= counters.frames, "\(generator)")
        }
    }
}
