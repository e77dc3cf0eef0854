import Foundation
import Glibc
import Protocol
import TestSupport
import Testing

/// The daemon's log, as an operator and a technician read it.
@Suite(.timeLimit(.minutes(2)))
struct LogDaemonTests {
    private let directory = TemporaryDirectory()
    private let device = freePort()
    private let instrument = freePort()
    private let broker = freePort()

    private func start(_ options: [String] = [], environment: [String: String] = [:]) throws -> ChildProcess {
        let file = try directory.write(
            """
            http: { listen: 127.0.0.1:1 }
            gateway: { id: plant-01, data_directory: \(directory.file("data")), realtime_interval: 1s, commit_interval: 10ms }
            uplinks: [ { id: province, mqtt: { url: "mqtt://127.0.0.1:\(broker)" }, history_delay: 0s, reconnect_limit: 1s } ]
            buses:
              - id: rack
                tcp: 127.0.0.1:\(device)
                devices: [ { id: cems-1, unit: 1, poll: 100ms, registers: [ { name: so2, input: 0, type: uint16 } ] } ]
            instruments: [ { id: cod-1, listen: "127.0.0.1:\(instrument)", mn: "0123" } ]
            outlets: [ { id: stack-1, st: "31", factors: [ { code: a21026, from: cems-1.so2 } ] } ]
            """, to: "gateway.yaml")
        let daemon = try Program.start(["run", "--config", file] + options, environment: environment)
        #expect(eventually { daemon.errors.contains("gateway started") }, "\(daemon.errors)")
        return daemon
    }

    private func connect(to port: UInt16) throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(result == 0)
        return descriptor
    }

    private func stop(_ daemon: ChildProcess) -> [String] {
        daemon.signal(SIGTERM)
        daemon.wait()
        return daemon.errors.split(separator: "\n").map(String.init)
    }

    @Test("every line has a time; a broker and a device that come back are told with how long they were away")
    func recoveries() throws {
        let daemon = try start(environment: ["JOURNAL_STREAM": "1:2"])
        #expect(
            eventually {
                daemon.errors.contains("uplink disconnected") && daemon.errors.contains("Modbus line is down")
            })
        let broker = try Broker(port: broker)
        let plant = ScriptedPeer(port: device) { request in
            let bytes = request.bytes
            guard bytes.count >= 12 else { return [.hangUp] }
            return [.send(Array(bytes[..<4]) + [0, 5, bytes[6], bytes[7], 2, 0, 7])]
        }
        #expect(
            eventually { daemon.errors.contains("uplink connected") && daemon.errors.contains("Modbus line is open") })
        let lines = stop(daemon)
        plant.stop()
        broker.stop()
        let stamp = #/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d (critical|error|warning|notice|info): .*/#
        for line in lines { #expect(line.wholeMatch(of: stamp) != nil, "\(line)") }
        #expect(lines.count { $0.contains("uplink disconnected") } == 1)
        #expect(lines.count { $0.contains("Modbus line is down bus=rack") } == 1)
        #expect(
            lines.contains { $0.contains(#/notice: uplink connected uplink=province after=[0-9.]+s failures=\d+/#) })
        #expect(lines.contains { $0.contains(#/notice: Modbus line is open bus=rack after=[0-9.]+s failures=\d+/#) })
        // A problem of the configuration is a line like any other.
        #expect(lines.contains { $0.contains(#/warning: .*gateway\.yaml:1:7: warning: `http`/#) }, "\(lines)")
        #expect(!lines.contains { $0.contains("debug") })
    }

    @Test("text in GBK is readable in the log, control characters are escaped, and no password is")
    func foreignText() throws {
        let daemon = try start(["--verbose"])
        let head =
            "QN=20261120100000000;ST=32;CN=3020;PW=geheim;MN=0123;Flag=4;CP=&&DataTime=20261120100000;PolId=w01018,"
        // 故障 in GBK, and an escape sequence.
        let segment =
            Array((head + "i11001-Info=//").utf8) + [0xB9, 0xCA, 0xD5, 0xCF, 0x1B] + Array("[2J//&&".utf8)
        let descriptor = try connect(to: instrument)
        defer { close(descriptor) }
        let frame = try #require(FrameEncoder.frame(segment: segment))
        #expect(send(descriptor, frame, frame.count, 0) == frame.count)
        #expect(eventually { daemon.errors.contains("instrument reports") }, "\(daemon.errors)")
        let lines = stop(daemon)
        let told = lines.filter { $0.contains("instrument reports") }
        #expect(told.allSatisfy { $0.contains(#"//故障\u{1b}[2J//"#) }, "\(told)")
        let received = lines.filter { $0.contains("debug: HJ 212 bytes received") }
        #expect(received.contains { $0.contains("PW=***;MN=0123") && $0.contains("故障") }, "\(received)")
        #expect(!lines.contains { $0.contains("geheim") || $0.contains("\u{FFFD}") || $0.contains("\u{1B}") })
    }

    @Test("--verbose tells of each poll, record and acknowledgement")
    func verbose() throws {
        let broker = try Broker(port: broker)
        let plant = ScriptedPeer(port: device) { request in
            let bytes = request.bytes
            guard bytes.count >= 12 else { return [.hangUp] }
            return [.send(Array(bytes[..<4]) + [0, 5, bytes[6], bytes[7], 2, 0x01, 0xAF])]
        }
        let daemon = try start(["--verbose"])
        #expect(
            eventually {
                let text = daemon.errors
                return text.contains("debug: records acknowledged uplink=province")
                    && text.components(separatedBy: "debug: Modbus read bus=rack unit=1 read=\"input 0-0\"").count > 20
            }, "\(daemon.errors)")
        _ = try Program.run(["status", "--config", directory.file("gateway.yaml")])
        let lines = stop(daemon)
        plant.stop()
        broker.stop()
        #expect(lines.contains { $0.contains(#/debug: Modbus read .* ms=\d+ words=01AF$/#) })
        #expect(lines.contains { $0.contains("debug: bus connected bus=rack") })
        #expect(lines.contains { $0.contains(#/debug: record journalled kind=realtime outlet=stack-1 seq=\d+/#) })
        #expect(lines.contains { $0.contains("debug: control request request=table") })
    }
}
