import GatewayCore
import Glibc
import HostSystem
import Protocol
import Telemetry
import TelemetryStore
import TestSupport
import Testing

@testable import Gatewayd

@Suite("Orders on a line of instruments", .timeLimit(.minutes(1)))
struct InstrumentLineTests {
    @Test("an order that the line does not take, as too much waits for the instrument, is logged")
    func fullLine() throws {
        let directory = TemporaryDirectory()
        let text = """
            gateway: { id: g, data_directory: \(directory.file("data")), language: en }
            instruments: [ { id: m, listen: "127.0.0.1:\(freePort())", mn: "88" } ]
            outlets: [ { id: water, st: "32", factors: [ { code: w01018, from: m.w01018 } ] } ]

            """
        let loaded = try ConfigurationFile.read(try directory.write(text, to: "gateway.yaml"))
        let configuration = try #require(loaded.result.configuration, "\(loaded.result.problems)")
        let journal = try Journal(directory: directory.file("data"), settings: JournalSettings())
        var ends: [Int32] = [0, 0]
        try #require(unsafe pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        let log = LogSink(style: .plain, descriptor: ends[1])
        let machine = GatewayMachine(
            configuration: configuration, zone: .china, at: SystemClock.uptime, wall: SystemClock.wall, alarmState: "")
        let core = CoreHost(machine, configuration, journal: journal, log: log)
        let group = try #require(InstrumentGroup.groups(of: configuration).first)
        let endpoint = LineEndpoint(group.transport)
        let handler = InstrumentLine(endpoint, group, of: configuration.instruments, core: core, log: log)
        // Nothing may wait, and nobody takes it away.
        var limits = group.limits
        limits.waitingBytes = 0
        handler.use(Line(name: "m", endpoint: endpoint, limits: limits, handler: handler))

        let connection = ConnectionID(number: 1)
        _ = handler.opened(connection, peer: "peer", at: SystemClock.uptime)
        let segment =
            "QN=20261121100000000;ST=32;CN=2011;PW=123456;MN=88;Flag=4;"
            + "CP=&&DataTime=20261121100000;w01018-Rtd=1.0,w01018-Flag=N&&"
        let frame = try #require(FrameEncoder.frame(segment: Array(segment.utf8)))
        _ = handler.received(frame[...], on: connection, at: SystemClock.uptime)
        #expect(handler.order(.setTimeouts(overTime: 5, reCount: 3), device: 0) { _ in } == true)

        log.flush()
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = unsafe read(ends[0], &buffer, buffer.count)
        let lines = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
        #expect(lines.contains("HJ 212 frame not sent"), "\(lines)")
        _ = journal.close(deadline: .seconds(5))
    }
}
