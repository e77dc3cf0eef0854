import Foundation
import Glibc
import Protocol
import TestSupport
import Testing

/// A peer that sends what it is told over TCP.
private final class RawClient {
    private let descriptor: Int32

    init(port: UInt16) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        #expect(result == 0)
    }

    deinit { close(descriptor) }

    func send(_ bytes: [UInt8]) {
        _ = unsafe bytes.withUnsafeBytes {
            unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
    }

    /// A frame with present values of COD.
    func measure(mn: String, password: String = "123456", code: String = "w01018", value: Double = 31) {
        let time = RawClient.time
        let segment =
            "QN=\(time)000;ST=32;CN=2011;PW=\(password);MN=\(mn);Flag=4;"
            + "CP=&&DataTime=\(time);\(code)-Rtd=\(value),\(code)-Flag=N&&"
        send(FrameEncoder.frame(segment: Array(segment.utf8)) ?? [])
    }

    /// A frame without measurements that wants to be acknowledged.
    func send(command: Int) {
        let time = RawClient.time
        let segment =
            "QN=\(time)\(command % 1_000);ST=32;CN=\(command);PW=123456;MN=A;Flag=5;CP=&&DataTime=\(time)&&"
        send(FrameEncoder.frame(segment: Array(segment.utf8)) ?? [])
    }

    /// Now in China, in 14 digits.
    static var time: String {
        let formatter = DateFormatter()
        formatter.timeZone = TimeZone(identifier: "Asia/Shanghai")
        formatter.dateFormat = "yyyyMMddHHmmss"
        return formatter.string(from: Date())
    }
}

/// What `status` and the alarms of a running daemon say of HJ 212 instruments that bring nothing.
@Suite("Trouble with instruments", .timeLimit(.minutes(2)))
struct InstrumentTroubleTests {
    private final class Site {
        let directory = TemporaryDirectory()
        let port: UInt16
        let daemon: ChildProcess

        /// `instruments`: entries, with PORT for a port of this site.
        init(_ instruments: [String], files: [String: String] = [:]) throws {
            let port = freePort()
            self.port = port
            for (name, text) in files { try directory.write(text, to: name) }
            let entries = instruments.map { "  - \($0.replacing("PORT", with: "\(port)"))\n" }.joined()
            let ids = instruments.indices.map { "i\($0)" }
            let outlets = ids.map {
                "  - { id: o-\($0), st: \"32\", factors: [ { code: w01018, from: \($0).w01018 } ] }\n"
            }
            try directory.write(
                """
                gateway: { id: g, data_directory: \(directory.file("data")), language: en }
                alarms: { instrument_gap: 2s }
                instruments:
                \(entries)outlets:
                \(outlets.joined())
                """, to: "gateway.yaml")
            daemon = try Program.start(["run", "--config", directory.file("gateway.yaml")])
            let daemon = daemon
            #expect(eventually { daemon.errors.contains("gateway started") }, "\(daemon.errors)")
        }

        func status() throws -> [String: Any] {
            let text = try Program.run(["status", "--json", "--config", directory.file("gateway.yaml")]).output
            return try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        }

        func source(_ id: String) throws -> [String: Any] {
            let sources = try status()["sources"] as? [[String: Any]]
            return try #require(sources?.first { $0["id"] as? String == id })
        }

        func alarms() throws -> String {
            try Program.run(["alarms", "--active", "--config", directory.file("gateway.yaml")]).output
        }

        func stop() {
            daemon.signal(SIGTERM)
            daemon.wait()
        }
    }

    @Test("A stranger on a shared listener counts for the line, and is told to the one that is missing")
    func stranger() throws {
        let site = try Site([
            "{ id: i0, listen: 127.0.0.1:PORT, mn: \"A\" }", "{ id: i1, listen: 127.0.0.1:PORT, mn: \"B\" }",
        ])
        let known = RawClient(port: site.port)
        // Who sends ten refused frames is left.
        let strangers = (0..<3).map { _ in RawClient(port: site.port) }
        known.measure(mn: "A")
        #expect(try eventually { try site.source("i0")["good"] as? Int == 1 })
        for _ in 0..<30 { strangers[0].send(Array("GET / HTTP/1.1\r\n\r\n".utf8)) }
        for stranger in strangers { for _ in 0..<10 { stranger.measure(mn: "X") } }
        let isSeen = try eventually {
            known.measure(mn: "A")
            let line = (try site.status()["lines"] as? [[String: Any]])?.first
            return line?["unknownFrames"] as? Int == 30 && (line?["unknownDefects"] as? Int ?? 0) > 0
        }
        #expect(isSeen)
        let healthy = try site.source("i0")
        #expect(healthy["failed"] as? Int == 0 && healthy["error"] == nil && healthy["silent"] as? Bool == false)
        #expect(try site.source("i1")["error"] as? String == "frames of MN X are refused; wanted: B")
        #expect(
            try eventually {
                known.measure(mn: "A")
                return try site.alarms().contains("(frames of MN X are refused; wanted: B)")
            })
        #expect(!(try site.alarms().contains("D2")))
        // Said once, not thirty times.
        #expect(site.daemon.errors.components(separatedBy: "HJ 212 frame refused").count == 2)
        site.stop()
    }

    @Test("A wrong password is logged after any number of strangers, and so is that it is right again")
    func refusedInTheLog() throws {
        let site = try Site(
            ["{ id: i0, listen: \"127.0.0.1:PORT\", mn: A, password_file: pw }"], files: ["pw": "secret\n"])
        // Who sends ten refused frames is left.
        let strangers = (0..<8).map { _ in RawClient(port: site.port) }
        for (ten, stranger) in strangers.enumerated() {
            for number in 0..<10 { stranger.measure(mn: "X\(ten * 10 + number)") }
        }
        #expect(eventually(within: .seconds(10)) { site.daemon.errors.contains("mn=X50") }, "\(site.daemon.errors)")
        let known = RawClient(port: site.port)
        known.measure(mn: "A", password: "wrong")
        #expect(
            eventually { site.daemon.errors.contains("HJ 212 frames of an instrument refused") },
            "\(site.daemon.errors)")
        known.measure(mn: "A", password: "secret")
        #expect(
            eventually { site.daemon.errors.contains("HJ 212 frames of the instrument are taken") },
            "\(site.daemon.errors)")
        site.stop()
    }

    @Test(
        "Why nothing comes is in `status` and in the alarm",
        arguments: [
            ("connect: 127.0.0.1:PORT", "", "Connection refused"),
            ("serial: { path: /dev/gatewayd-no-such-port, baud: 9600 }", "", "No such file or directory"),
            ("listen: 127.0.0.1:PORT", "", "nothing has connected to listen 127.0.0.1"),
            ("listen: 127.0.0.1:PORT, mn: \"B\"", "A", "frames of MN A are refused; wanted: B"),
            ("listen: 127.0.0.1:PORT, password_file: pw", "password", "wrong password (PW) in its frames"),
            ("listen: 127.0.0.1:PORT", "crc", "bytes that are no good frame (crc)"),
            ("listen: 127.0.0.1:PORT", "garbage", "bytes that are no good frame (garbage)"),
        ])
    func reasons(line: String, sent: String, reason: String) throws {
        let site = try Site(["{ id: i0, \(line) }"], files: ["pw": "654321\n"])
        var client: RawClient?
        if !sent.isEmpty { client = RawClient(port: site.port) }
        switch sent {
        case "A", "password": client?.measure(mn: "A")
        case "crc": client?.send(Array("##0048ST=32;CN=2011;PW=123456;MN=B;CP=&&w01018-Rtd=1&&0000\r\n".utf8))
        case "garbage": client?.send(Array("GET / HTTP/1.1\r\n\r\n".utf8))
        default: break
        }
        let isShown = try eventually { (try site.source("i0")["error"] as? String)?.contains(reason) == true }
        let isAlarm = try eventually { try site.alarms().contains(reason) }
        let (source, alarms) = (try site.source("i0"), try site.alarms())
        #expect(isShown && isAlarm, "\(source) \(alarms)")
        let chinese = try Program.start(
            ["status", "--config", site.directory.file("gateway.yaml")], environment: ["LC_ALL": "zh_CN.UTF-8"])
        chinese.wait()
        #expect(sent.isEmpty || !chinese.output.contains("（\(sent)）"), "\(chinese.output)")
        withExtendedLifetime(client) { site.stop() }
    }

    @Test("What is acknowledged and not used is said once in the log, in `status` and in the alarm")
    func unused() throws {
        let site = try Site(["{ id: i0, listen: 127.0.0.1:PORT }"])
        let client = RawClient(port: site.port)
        let said = "sends 060 (w21003), which no factor takes; wanted: w01018"
        let isSaid = try eventually {
            client.measure(mn: "A", code: "060")
            return try site.alarms().contains("(\(said))")
        }
        let alarms = try site.alarms()
        #expect(isSaid, "\(alarms)")
        let remarks = try site.source("i0")["remarks"] as? [[String: Any]]
        #expect(remarks?.first?["text"] as? String == said && remarks?.first?["kind"] as? String == "unused")
        #expect(site.daemon.errors.components(separatedBy: "instrument data not used").count == 2)
        let table = try Program.run(["status", "--config", site.directory.file("gateway.yaml")]).output
        #expect(table.contains("NOT USED: \(said)"))
        site.stop()
    }

    @Test("Causes that differ by a code or a command only are each in the log")
    func causesInLog() throws {
        let site = try Site(["{ id: i0, listen: 127.0.0.1:PORT }"])
        let client = RawClient(port: site.port)
        for command in [2021, 2022, 2041, 3019] { client.send(command: command) }
        let isSaid = eventually {
            [2021, 2022, 2041, 3019].allSatisfy { site.daemon.errors.contains("\($0) (") }
        }
        #expect(isSaid, "\(site.daemon.errors)")
        site.stop()
    }
}
