import Foundation
import Glibc
import Protocol
import TestSupport
import Testing

/// A gateway with an instrument that is silent unless it is told to speak, and actions about that.
private final class ActionSite {
    let directory = TemporaryDirectory()
    let port = freePort()
    private(set) var daemon: ChildProcess?

    /// `actions`: entries of `alarms.actions`; `buses`: the section.
    init(actions: String, buses: String = "") throws {
        try directory.write(
            """
            gateway: { id: g, data_directory: data, realtime_interval: 1s, language: en }
            instruments: [ { id: m, listen: "127.0.0.1:\(port)" } ]
            \(buses)
            alarms:
              instrument_gap: 1s
              actions:
            \(actions)
            """, to: "gateway.yaml")
        try start()
    }

    deinit { stop() }

    func start() throws {
        daemon = try Program.start(["run", "--config", directory.file("gateway.yaml")])
        #expect(eventually { daemon?.errors.contains("gateway started") == true }, "\(daemon?.errors ?? "")")
    }

    func stop() {
        daemon?.signal(SIGTERM)
        daemon?.wait()
    }

    /// Audit records of actions, as they are in the journal.
    func audits() throws -> [String] {
        let export = ["journal", "export", "--config", directory.file("gateway.yaml"), "--kinds", "audit"]
        return try Program.run(export).output.split(separator: "\n").map(String.init)
            .filter { $0.contains(#""event":{"name":"action""#) }
    }

    /// The instrument sends one value.
    func speak() throws {
        let segment =
            "QN=20261121100000000;ST=31;CN=2011;PW=123456;MN=1;Flag=4;"
            + "CP=&&DataTime=20261121100000;a21026-Rtd=1.0,a21026-Flag=N&&"
        let frame = try #require(FrameEncoder.frame(segment: Array(segment.utf8)))
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        #expect(result == 0 && send(socket, frame, frame.count, 0) == frame.count)
    }

    func text(_ name: String) -> String {
        (try? String(contentsOfFile: directory.file(name), encoding: .utf8)) ?? ""
    }
}

@Suite("Actions of alarms", .timeLimit(.minutes(2)))
struct ActionTests {
    @Test(
        "a program is told of the beginning and the end; one that hangs or is missing stops nothing, and all is audited"
    )
    func programs() throws {
        let directory = TemporaryDirectory()
        let script = try directory.write(
            """
            #!/bin/sh
            { echo "$GATEWAYD_ALARM_STATE $GATEWAYD_ALARM_RULE $GATEWAYD_ALARM_SOURCE $WHERE"; cat; } >> \(directory.path)/told
            """, to: "tell.sh")
        chmod(script, 0o755)
        let site = try ActionSite(
            actions: """
                    - { id: tell, exec: [\(script)], on: [raised, cleared], rules: [D1], environment: { WHERE: plant } }
                    - { id: hang, exec: [/bin/sh, -c, sleep 1000], timeout: 300ms }
                    - { id: none, exec: [/nowhere/notify] }
                    - { id: other, exec: [\(script)], rules: [L1] }
                """)
        func told() -> String { (try? String(contentsOfFile: directory.file("told"), encoding: .utf8)) ?? "" }
        #expect(eventually { told().contains("raised D1 m plant\n{\"id\":\"m.D1.") }, "\(site.daemon?.errors ?? "")")
        #expect(eventually { site.text("data/none").isEmpty && site.daemon?.errors.contains("No such file") == true })
        try site.speak()
        #expect(eventually { told().contains("cleared D1 m plant\n") }, "\(told())")
        #expect(try eventually { try site.audits().contains { $0.contains("killed after 300 ms") } })
        let audits = try site.audits()
        for words in [
            #""action":"tell","alarm":"m.D1."#, #""state":"cleared","outcome":"exit 0""#,
            #""outcome":"not started: No such file or directory""#,
        ] { #expect(audits.contains { $0.contains(words) }, "\(words) \(audits)") }
        #expect(!audits.contains { $0.contains(#""action":"other""#) })
        site.stop()
    }

    @Test("a coil is on while the alarm is active, off after it, as it should be after a restart, and audited")
    func coil() throws {
        let device = try CoilDevice()
        // Coil 3 is on when the device starts.
        let site = try ActionSite(
            actions: """
                    - { id: horn, rules: [D1], sources: [m], gap: 100ms, coil: { device: plc, address: 3, enabled: true } }
                    - { id: lamp, gap: 100ms, coil: { device: plc, address: 6 } }
                """,
            buses: """
                buses:
                  - id: b
                    tcp: 127.0.0.1:\(device.port)
                    devices: [ { id: plc, unit: 1, poll: 100ms, registers: [ { name: r, holding: 1, type: uint16 } ] } ]
                """)
        func outcomes() throws -> [String] {
            try site.audits().compactMap { $0.firstMatch(of: /"state":"(on|off)","outcome":"ok"/).map { String($0.1) } }
        }
        #expect(try eventually { try outcomes().suffix(1) == ["on"] }, "\(site.daemon?.errors ?? "")")
        #expect(try device.isOn(3))
        site.stop()
        try device.restart()
        try site.start()
        // Known from the run before, or else off first.
        #expect(try eventually { try outcomes().count >= 2 && device.isOn(3) })
        try site.speak()
        #expect(try eventually { try outcomes().contains("off") })
        #expect(try eventually { try outcomes().suffix(1) == ["on"] })
        // Not enabled, so never written.
        #expect(try device.isOn(6))
        #expect(try site.audits().allSatisfy { $0.contains(#""action":"horn","device":"plc","coil":"3""#) })
        site.stop()
    }

    @Test(
        "a coil that cannot be written is told once, does not hold the polls, and is written when the device is there")
    func deviceAway() throws {
        let device = try CoilDevice()
        let site = try ActionSite(
            actions: "    - { id: horn, rules: [D1], coil: { device: plc, address: 5000, enabled: true } }\n"
                + "    - { id: lamp, rules: [D1], gap: 100ms, coil: { device: plc, address: 1, enabled: true } }",
            buses: """
                buses:
                  - id: b
                    tcp: 127.0.0.1:\(device.port)
                    devices: [ { id: plc, unit: 1, poll: 100ms, registers: [ { name: r, holding: 1, type: uint16 } ] } ]
                """)
        #expect(
            try eventually {
                try site.audits().contains { $0.contains(#""outcome":"write: exception 2, illegal data address"#) }
            })
        #expect(try eventually { try device.isOn(1) })
        device.stop()
        try device.restart()
        #expect(try eventually { try device.isOn(1) })
        #expect(try site.audits().count { $0.contains("exception 2") } <= 2)
        site.stop()
    }
}

/// pymodbus as a device with coils; the program itself looks at them.
private final class CoilDevice {
    let port = freePort()
    private var process: ChildProcess?

    init() throws { try restart() }

    func restart() throws {
        stop()
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let script = tests.appendingPathComponent("ModbusLinkTests/Peers/register_server.py").path
        let python = ProcessInfo.processInfo.environment["GATEWAYD_TEST_PYTHON"] ?? "python3"
        let process = try ChildProcess(python, [script, "tcp", "\(port)"])
        #expect(eventually { process.output.contains("ready") || !process.isRunning }, "\(process.errors)")
        self.process = process
    }

    func stop() {
        process?.signal(SIGKILL)
        process?.wait()
        process = nil
    }

    func isOn(_ address: Int) throws -> Bool {
        let arguments = ["read", "--tcp", "127.0.0.1:\(port)", "--unit", "1", "--coil", "\(address)", "--count", "1"]
        let result = try Program.run(arguments)
        #expect(result.code == 0, "\(result.errors)")
        return result.output.contains("true") || result.output.split(whereSeparator: \.isWhitespace).last == "1"
    }
}
