import Telemetry
import TestSupport
import Testing

@testable import Protocol

/// Whose frames and bytes are whose on a line where anybody may connect.
@Suite struct StrangerTests {
    private let start = Uptime(nanoseconds: 5_000_000_000)
    private var civil: CivilTime { HostOnOneLine.civil(at: start) }

    private func host(password: Secret? = nil, isPrivate: Bool = false, mns: [String] = ["A", "B"]) -> InstrumentHost {
        var settings = HostSettings()
        settings.isPrivate = isPrivate
        let devices = mns.map { mn in
            var device = InstrumentDevice(mn: mn)
            device.password = password
            return device
        }
        return InstrumentHost(devices: devices, settings: settings)
    }

    private func frame(_ mn: String, password: String = "1", serial: Int = 1) -> [UInt8] {
        framed("QN=2024060108000000\(serial);ST=32;CN=2011;PW=\(password);MN=\(mn);Flag=5;CP=&&w01018-Rtd=1&&")
    }

    private let noise = Array(String(repeating: "GET / HTTP/1.1\r\n\r\n", count: 10).utf8)

    @Test("Bytes before the first frame of a known MN are nobody's, later ones are its device's")
    func attribution() {
        var host = host()
        for connection in 1...2 as ClosedRange<UInt64> { host.opened(connection) }
        _ = host.receive(frame("A"), on: 1, at: start, civil: civil)
        _ = host.receive(noise, on: 2, at: start, civil: civil)
        _ = host.receive(frame("X"), on: 2, at: start, civil: civil)
        #expect(host.counters.failuresOfDevice.isEmpty)
        #expect(host.counters.strangers.frames == 1 && host.counters.strangers.defects >= 1)
        #expect(host.counters.strangers.bytes >= noise.count)
        #expect(host.device(on: 1) == 0 && host.device(on: 2) == nil)
        #expect(host.isConnected(device: 0) && !host.isConnected(device: 1))
        // A known device that sends rubbish too is not well. Its next frame shows that it was rubbish.
        _ = host.receive(noise + frame("A", serial: 2), on: 1, at: start, civil: civil)
        #expect(host.counters.failuresOfDevice[0] ?? 0 >= 1)
        // Two devices behind one connection: the one that spoke last.
        _ = host.receive(frame("B"), on: 1, at: start, civil: civil)
        #expect(host.device(on: 1) == 1)
    }

    @Test("A wrong password is its device's trouble, unless that device is connected elsewhere")
    func passwords() {
        var host = host(password: "1")
        for connection in 1...3 as ClosedRange<UInt64> { host.opened(connection) }
        let wrong = host.receive(frame("A", password: "2"), on: 1, at: start, civil: civil)
        guard case .refused(let refusal) = wrong.first else {
            Issue.record("\(wrong)")
            return
        }
        #expect(refusal.device == 0 && host.counters.failuresOfDevice == [0: 1])
        _ = host.receive(frame("A", serial: 2), on: 2, at: start, civil: civil)
        let forged = host.receive(frame("A", password: "2"), on: 3, at: start, civil: civil)
        guard case .refused(let refusal) = forged.first else {
            Issue.record("\(forged)")
            return
        }
        #expect(refusal.device == nil && host.counters.failuresOfDevice == [0: 1])
        #expect(host.counters.strangers.frames == 1)
    }

    @Test("On a line of its own everything is the device's")
    func privateLine() {
        var host = host(isPrivate: true, mns: ["A"])
        host.opened(1)
        _ = host.receive(noise + frame("A"), on: 1, at: start, civil: civil)
        #expect(host.counters.failuresOfDevice[0] ?? 0 >= 1)
        #expect(host.counters.strangers == InstrumentHost.Strangers())
    }

    @Test("A connection that is gone connects nobody")
    func gone() {
        var host = host()
        host.opened(1)
        _ = host.receive(frame("A"), on: 1, at: start, civil: civil)
        #expect(host.wasHeard(device: 0, on: 1))
        _ = host.closed(1, at: start, civil: civil)
        #expect(!host.isConnected(device: 0) && host.device(on: 1) == nil)
    }

    /// What a device sends to log in, and the segment with which hosts in the field answer.
    static let logins = [
        (
            "QN=20210407112025762;ST=21;CN=9021;PW=123456;MN=A;Flag=5;CP=&&&&",
            "QN=20210407112025762;ST=91;CN=9022;PW=123456;MN=A;Flag=4;CP=&&Logon=1&&"
        ),
        (
            "QN=20120416225111069;ST=91;CN=9021;PW=122333;MN=A;Flag=1;CP=&&&&",
            "ST=91;CN=9022;PW=122333;MN=A;Flag=0;CP=&&QN=20120416225111069;Logon=1&&"
        ),
        ("ST=91;CN=9021;PW=1;MN=A;Flag=1;CP=&&&&", "ST=91;CN=9022;PW=1;MN=A;Flag=0;CP=&&Logon=1&&"),
        ("QN=20230723080035006;ST=91;CN=9021;PW=123456;MN=A;Flag=4;CP=&&&&", ""),
        ("QN=20230723080035006;ST=91;CN=9021;PW=123456;MN=X;Flag=5;CP=&&&&", ""),
    ]

    @Test("A login that asks for an answer gets 9022, in its own edition", arguments: logins)
    func login(request: String, answer: String) {
        var line = HostOnOneLine(mns: ["A"])
        let events = line.receive(segment: request, at: start)
        #expect(events.sent == (answer.isEmpty ? [] : [answer]))
        // It is no packet of unknown meaning, however often it comes as a heartbeat.
        #expect(!events.contains { if case .other = $0 { true } else { false } })
    }
}
