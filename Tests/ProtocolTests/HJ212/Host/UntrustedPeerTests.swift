import Telemetry
import Testing

@testable import Protocol

/// A line to which strangers can connect: who guesses is left, and secrets go to nobody who may be another.
@Suite struct UntrustedPeerTests {
    private let start = Uptime(nanoseconds: 5_000_000_000)
    private var civil: CivilTime { HostOnOneLine.civil(at: start) }

    private func host(isPrivate: Bool = false, password: Secret? = nil) -> InstrumentHost {
        var device = InstrumentDevice(mn: "A1")
        device.password = password
        var settings = HostSettings()
        settings.isPrivate = isPrivate
        return InstrumentHost(devices: [device], settings: settings)
    }

    private func frame(_ mn: String = "A1", pw: String = "123456", second: Int = 0) -> [UInt8] {
        framed(
            "QN=202406010800\(10 + second)000;ST=32;CN=2011;PW=\(pw);MN=\(mn);Flag=4;CP=&&DataTime=20240601080000;"
                + "w01018-Rtd=1&&")
    }

    private func refusals(_ events: [HostEvent]) -> Int {
        events.count { if case .refused = $0 { true } else { false } }
    }

    private func closings(_ events: [HostEvent]) -> [String] {
        events.compactMap { if case .close(_, let reason) = $0 { reason.en } else { nil } }
    }

    @Test("R38: of 4,000 guesses at once ten are looked at; the right one behind them is none")
    func guesses() {
        var host = host(password: "654321")
        host.opened(1)
        let bytes = (0..<4_000).flatMap { frame(pw: String(100_000 + $0)) } + frame(pw: "654321")
        let events = host.receive(bytes, on: 1, at: start, civil: civil)
        #expect(refusals(events) == 10)
        #expect(closings(events) == ["10 refused frames and no good one"])
        #expect(events.uploads.isEmpty)
    }

    @Test("A good frame in between begins the count anew")
    func goodFrames() {
        var host = host()
        host.opened(1)
        for round in 0..<5 {
            let bytes = (0..<9).flatMap { frame("X\($0)") } + frame(second: round)
            #expect(closings(host.receive(bytes, on: 1, at: start, civil: civil)).isEmpty)
        }
        #expect(host.counters.refused == 45)
    }

    @Test("Whom we connect to is not left for refused frames")
    func ownChoice() {
        var host = host(isPrivate: true)
        host.opened(1)
        let bytes = (0..<20).flatMap { frame("X\($0)") }
        let events = host.receive(bytes, on: 1, at: start, civil: civil)
        #expect(refusals(events) == 20 && closings(events).isEmpty)
    }

    @Test("An MN on a second connection is told while the first is open, and not when it has ended")
    func rivals() {
        var host = host()
        host.opened(1)
        host.opened(2)
        let first = host.receive(frame(), on: 1, at: start, civil: civil)
        let second = host.receive(frame(second: 1), on: 2, at: start, civil: civil)
        _ = host.closed(1, at: start, civil: civil)
        host.opened(3)
        _ = host.closed(2, at: start, civil: civil)
        let third = host.receive(frame(second: 2), on: 3, at: start, civil: civil)
        let rival = HostEvent.rival(device: 0, connection: 2, earlier: 1)
        #expect([first, second, third].map { $0.contains(rival) } == [false, true, false])
    }

    @Test("A password goes out only while exactly one connection is known to be the device's")
    func secrets() throws {
        var host = host()
        host.opened(1)
        func order(_ request: HostRequest) throws -> [HostEvent] {
            let order = host.order(request, ofDevice: 0, at: start, civil: civil)
            return try #require(order).events
        }
        #expect(try order(.setPassword("654321")).reports.map(\.outcome) == [.withheld(connections: 0)])
        _ = host.receive(frame(), on: 1, at: start, civil: civil)
        host.opened(2)
        _ = host.receive(frame(second: 1), on: 2, at: start, civil: civil)
        let withheld = try order(.setPassword("654321"))
        #expect(withheld.reports.map(\.outcome) == [.withheld(connections: 2)] && withheld.sent.isEmpty)
        _ = host.closed(1, at: start, civil: civil)
        #expect(try order(.setPassword("654321")).sent.count == 1)
    }

    @Test("A password that is on its way is not repeated once a second connection has the MN")
    func repetition() throws {
        var host = host()
        host.opened(1)
        _ = host.receive(frame(), on: 1, at: start, civil: civil)
        let taken = host.order(.setPassword("654321"), ofDevice: 0, at: start, civil: civil)
        let order = try #require(taken)
        #expect(order.events.sent.count == 1)
        host.opened(2)
        _ = host.receive(frame(second: 1), on: 2, at: start, civil: civil)
        let later = host.tick(at: start + .seconds(60), civil: civil)
        #expect(later.sent.isEmpty && later.reports.map(\.outcome) == [.withheld(connections: 2)])
    }
}
