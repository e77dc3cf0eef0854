import Telemetry
import TestSupport
import Testing

@testable import Protocol

/// The dialect of some analysers: a station address before the length, Modbus' checksum with its low byte first.
@Suite struct AddressedPollerTests {
    private let start = Uptime(nanoseconds: 5_000_000_000)
    private let civil = CivilTime(year: 2015, month: 5, day: 30, hour: 19, minute: 6, second: 15, millisecond: 121)

    private func poller(_ stations: [AddressedPoller.Station]) -> AddressedPoller {
        var poller = AddressedPoller(stations: stations)
        poller.opened(1)
        return poller
    }

    private func reply(_ station: Int, _ area: String) -> [UInt8] {
        let segment = "ST=31;CN=2013;PW=123456;MN=88888880000001;CP=&&\(area)&&"
        return FrameEncoder.addressedFrame(segment: Array(segment.utf8), station: station) ?? []
    }

    /// The station that is asked, for each frame sent.
    private func asked(_ events: [HostEvent]) -> [String] {
        events.compactMap {
            if case .send(let bytes, _) = $0 { String(decoding: bytes[2..<6], as: UTF8.self) } else { nil }
        }
    }

    @Test("The frame seen on the wire is made byte for byte")
    func wireFrame() {
        var poller = poller([.init(address: 1, mn: "88888880000001")])
        let events = poller.tick(at: start, civil: civil)
        #expect(
            events.sentFrames == [
                "##00010077QN=20150530190615121;ST=31;CN=2013;PW=123456;MN=88888880000001;Flag=3;CP=&&&&2414"
            ])
    }

    @Test("Values come under their codes, other keys under their whole names, and marks stay with their factor")
    func values() throws {
        var poller = poller([.init(address: 1)])
        _ = poller.tick(at: start, civil: civil)
        let area =
            "DataTime=20150530190610;w01018-Rtd=23.5,w01018-Flag=N;02-CurrZero=0.12,02-DemCoeff=1.05;SB1-InstrState=2;"
            + "Temp=25;Name=abc"
        let events = poller.receive(reply(1, area), on: 1, at: start, civil: civil)
        let upload = try #require(events.uploads.first)
        #expect(upload.kind == .realtime)
        #expect(upload.dataTime == CivilTime(year: 2015, month: 5, day: 30, hour: 19, minute: 6, second: 10))
        #expect(upload.factors.map(\.code) == ["w01018", "02-CurrZero", "02-DemCoeff", "SB1-InstrState", "Temp"])
        #expect(upload.factors.map(\.rtd) == [23.5, 0.12, 1.05, 2, 25])
        #expect(upload.factors.first?.flag == .normal)
    }

    @Test("Stations are asked in turn at their own pace, one question at a time")
    func turns() {
        var poller = poller([
            .init(address: 1, poll: .seconds(5)), .init(address: 2, poll: .seconds(10)),
            .init(address: 30, poll: .seconds(5)),
        ])
        var order: [String] = []
        var now = start
        for _ in 0..<100 {
            var events = poller.tick(at: now, civil: civil)
            while let station = asked(events).last {
                order.append(station)
                events = poller.receive(reply(Int(station) ?? 0, "a-Rtd=1"), on: 1, at: now, civil: civil)
            }
            now = now + .milliseconds(200)
        }
        #expect(order == ["0001", "0002", "0030", "0001", "0030", "0001", "0002", "0030", "0001", "0030"])
        #expect(poller.unanswered == 0)
    }

    @Test("A station that does not answer is given up and does not hold up its neighbours")
    func silence() throws {
        var poller = poller([
            .init(address: 1, poll: .seconds(2), timeout: .milliseconds(500)),
            .init(address: 2, poll: .seconds(2), timeout: .milliseconds(500)),
        ])
        var answered = 0
        var unanswered = 0
        var now = start
        for _ in 0..<200 {
            var events = poller.tick(at: now, civil: civil)
            unanswered += events.count { $0 == .unanswered(device: 0) }
            #expect(!events.contains(.unanswered(device: 1)))
            if asked(events).last == "0002" {
                events = poller.receive(reply(2, "a-Rtd=1"), on: 1, at: now, civil: civil)
                answered += events.uploads.count
            }
            now = now + .milliseconds(100)
        }
        #expect(answered == 10 && unanswered == 10 && poller.unanswered == 10)
    }

    @Test("A late answer is still that of the station it names, and does not answer for another")
    func late() throws {
        var poller = poller([.init(address: 1), .init(address: 2)])
        #expect(asked(poller.tick(at: start, civil: civil)) == ["0001"])
        let next = poller.tick(at: start + .seconds(1), civil: civil)
        #expect(asked(next) == ["0002"] && next.contains(.unanswered(device: 0)))
        let events = poller.receive(reply(1, "a-Rtd=1"), on: 1, at: start + .milliseconds(1_100), civil: civil)
        guard case .upload(_, device: 0) = events.last else {
            Issue.record("\(events)")
            return
        }
        // Station 2 is still waited for.
        #expect(poller.deadline == start + .seconds(2))
    }

    @Test("Frames of unknown stations, frames without address and damaged ones are not used")
    func unusable() {
        var poller = poller([.init(address: 1)])
        var damaged = reply(1, "a-Rtd=1")
        damaged[40] ^= 1
        let events = poller.receive(
            reply(7, "a-Rtd=1") + framed("ST=31;CN=2013;MN=1;CP=&&a-Rtd=1&&") + damaged, on: 1, at: start, civil: civil)
        #expect(events.uploads.isEmpty)
        #expect(poller.counters.refused == 2)
        #expect(poller.counters.defects.values.reduce(0, +) == 1)
    }

    @Test("Without a connection nothing is asked; a new one starts at once")
    func connections() {
        var poller = poller([.init(address: 1, poll: .seconds(60))])
        _ = poller.tick(at: start, civil: civil)
        poller.closed(1)
        #expect(poller.deadline == nil)
        #expect(poller.tick(at: start + .seconds(300), civil: civil).isEmpty)
        poller.opened(2)
        #expect(asked(poller.tick(at: start + .seconds(300), civil: civil)) == ["0001"])
        #expect(poller.receive(reply(1, "a-Rtd=1"), on: 1, at: start + .seconds(300), civil: civil).isEmpty)
    }
}
