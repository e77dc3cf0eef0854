import Foundation
import Glibc
import TestSupport
import Testing

/// What the built daemon says of Modbus lines and devices that are not well.
@Suite("Trouble on Modbus lines", .timeLimit(.minutes(2)))
struct ModbusTroubleTests {
    private final class Site {
        let directory = TemporaryDirectory()
        let daemon: ChildProcess

        init(language: String = "en", _ buses: String) throws {
            try directory.write(
                """
                gateway: { id: g, data_directory: \(directory.file("data")), language: \(language) }
                alarms: { instrument_gap: 2s }
                buses:
                \(buses)
                """, to: "gateway.yaml")
            daemon = try Program.start(["run", "--config", directory.file("gateway.yaml")])
            let daemon = daemon
            #expect(eventually { daemon.errors.contains("gateway started") }, "\(daemon.errors)")
        }

        deinit {
            daemon.signal(SIGTERM)
            _ = daemon.wait()
        }

        func output(_ words: String...) throws -> String {
            try Program.run(words + ["--config", directory.file("gateway.yaml")]).output
        }

        /// What `status` says of a device.
        func source(_ id: String) throws -> [String: Any] {
            let json =
                try JSONSerialization.jsonObject(with: Data(try output("status", "--json").utf8)) as? [String: Any]
            return (json?["sources"] as? [[String: Any]])?.first { $0["id"] as? String == id } ?? [:]
        }
    }

    private static func device(_ id: String, unit: Int = 3) -> String {
        "{ id: \(id), unit: \(unit), poll: 200ms, registers: [ { name: so2, holding: 100, type: uint16 } ] }"
    }

    private static func tcp(_ answer: @escaping @Sendable (_ header: [UInt8], _ unit: UInt8) -> [UInt8]) -> ScriptedPeer
    {
        ScriptedPeer { request in
            guard request.bytes.count >= 12 else { return [.hangUp] }
            return [.send(answer(Array(request.bytes.prefix(4)), request.bytes[6]))]
        }
    }

    @Test("a device that refuses each request is not good; status and D1 name it, the registers and what to do")
    func refusal() throws {
        let peer = Self.tcp { $0 + [0, 3, $1, 0x83, 2] }
        defer { peer.stop() }
        let site = try Site("  - { id: rack, tcp: 127.0.0.1:\(peer.port), devices: [ \(Self.device("cems-1")) ] }")
        #expect(try eventually { (try site.source("cems-1")["failed"] as? Int ?? 0) > 2 })
        let source = try site.source("cems-1")
        #expect(source["good"] as? Int == 0)
        let words = "unit 3, holding 100, function 3: exception 2, illegal data address; the device has no such address"
        #expect((source["error"] as? String)?.hasPrefix(words) == true)
        #expect(try site.output("status").contains("unit 3, holding 100, function 3: exception 2"))
        #expect(try eventually { try site.output("alarms", "--active").contains("cems-1.D1.") })
        #expect(try site.output("alarms", "--active").contains(words))
    }

    @Test("the Chinese alarm says it in Chinese")
    func chinese() throws {
        let peer = Self.tcp { $0 + [0, 3, $1, 0x83, 2] }
        defer { peer.stop() }
        let site = try Site(
            language: "zh", "  - { id: rack, tcp: 127.0.0.1:\(peer.port), devices: [ \(Self.device("cems-1")) ] }")
        #expect(
            try eventually {
                let alarms = try Program.start(
                    ["alarms", "--active", "--config", site.directory.file("gateway.yaml")],
                    environment: ["LC_ALL": "zh_CN.UTF-8"])
                alarms.wait()
                return alarms.output.contains("站号 3，holding 100，功能码 3：异常码 2，非法数据地址；设备无此地址")
            })
    }

    @Test("why a line is down reaches status and D1: refused, no such file, in use by another program")
    func lines() throws {
        let terminal = TestTerminal()
        let port = freePort()
        let holder = open(terminal.path, O_RDWR | O_NOCTTY)
        defer { close(holder) }
        #expect(flock(holder, LOCK_EX | LOCK_NB) == 0)
        let site = try Site(
            """
              - { id: network, tcp: 127.0.0.1:\(port), devices: [ \(Self.device("a")) ] }
              - { id: missing, serial: { path: /dev/serial/by-id/none }, devices: [ \(Self.device("b")) ] }
              - { id: shared, serial: { path: \(terminal.path) }, devices: [ \(Self.device("c")) ] }
            """)
        let expected = [
            ("a", "127.0.0.1:\(port): connection refused; "), ("b", "/dev/serial/by-id/none: no such device file; "),
            ("c", "\(terminal.path): port in use by another program; "),
        ]
        for (id, words) in expected {
            #expect(try eventually { (try site.source(id)["error"] as? String)?.hasPrefix(words) == true }, "\(id)")
            #expect(try eventually { try site.output("alarms", "--active").contains(words) }, "\(id)")
        }
    }

    @Test("R13 a line that echoes and is noisy gives its values, and says once in the log and in status that it does")
    func echo() throws {
        let peer = ScriptedPeer { request in
            // Unit 3, function 3, two bytes: 42. Source of the CRC: Modbus over Serial Line 1.02, 6.2.2.
            let body: [UInt8] = [3, 3, 2, 0, 42]
            let crc = body.reduce(UInt16(0xFFFF)) { crc, byte in
                (0..<8).reduce(crc ^ UInt16(byte)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0xA001 : crc >> 1 }
            }
            return [.send(request.bytes + [0] + body + [UInt8(crc & 0xFF), UInt8(crc >> 8)])]
        }
        defer { peer.stop() }
        let site = try Site(
            "  - { id: line, rtu_over_tcp: 127.0.0.1:\(peer.port), devices: [ \(Self.device("cems-1")) ] }")
        #expect(try eventually { (try site.source("cems-1")["good"] as? Int ?? 0) > 5 })
        let source = try site.source("cems-1")
        #expect(source["failed"] as? Int == 0 && source["error"] as? String == nil)
        let hint = source["hint"] as? String ?? ""
        #expect(hint.hasPrefix("echo: our own requests come back") && hint.contains("; stray bytes come before"))
        #expect(try site.output("status").contains("echo: our own requests come back"))
        let log = site.daemon.errors
        #expect(log.ranges(of: "echo: our own requests").count == 1 && log.ranges(of: "stray bytes come").count == 1)
    }

    @Test("a gateway that counts wrongly is named with the setting that reads it, and read with it")
    func length() throws {
        let peer = Self.tcp { $0 + [0, 9, $1, 3, 2, 0, 42] }
        defer { peer.stop() }
        let site = try Site(
            """
              - { id: strict, tcp: 127.0.0.1:\(peer.port), devices: [ \(Self.device("a")) ] }
              - { id: tolerant, tcp: 127.0.0.1:\(peer.port), tolerate: [length], devices: [ \(Self.device("b")) ] }
            """)
        #expect(try eventually { (try site.source("b")["good"] as? Int ?? 0) > 2 })
        #expect((try site.source("b")["hint"] as? String)?.contains("length") == true)
        #expect(try eventually { (try site.source("a")["error"] as? String)?.contains("9 instead of 5") == true })
        #expect((try site.source("a")["error"] as? String)?.contains("`tolerate: [length]`") == true)
    }

    @Test("`read` says the same words, without serial advice on Modbus TCP, and reads in spite of a wrong length")
    func readCommand() throws {
        let refusing = Self.tcp { $0 + [0, 3, $1, 0x83, 6] }
        let miscounting = Self.tcp { $0 + [0, 9, $1, 3, 2, 0, 42] }
        let silent = ScriptedPeer { _ in [] }
        defer { for peer in [refusing, miscounting, silent] { peer.stop() } }
        func read(_ peer: ScriptedPeer) throws -> (code: Int32, output: String, errors: String) {
            try Program.run([
                "read", "--tcp", "127.0.0.1:\(peer.port)", "--unit", "3", "--holding", "100", "--count", "1",
            ])
        }
        #expect(try read(refusing).errors.contains("unit 3, holding 100, function 3: exception 6, device busy\n"))
        let good = try read(miscounting)
        #expect(good.code == 0 && good.output.contains("42") && good.errors.contains("tolerate: [length]"))
        let nothing = try read(silent).errors
        #expect(nothing.contains("timeout") && !nothing.contains("baud") && !nothing.contains("parity"))
    }
}
