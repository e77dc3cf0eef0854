import GatewayCore
import Glibc
import HostSystem
import Protocol
import Telemetry
import TelemetryStore
import TestSupport
import Testing

@testable import Gatewayd

/// Why a line of HJ 212 instruments brings nothing, as `status` and D1 tell it: what the line sees is played by hand.
@Suite("Reasons of an HJ 212 line")
struct InstrumentReasonTests {
    private final class Site {
        let directory = TemporaryDirectory()
        let handler: InstrumentLine
        let core: CoreHost
        private let journal: Journal
        private(set) var now = SystemClock.uptime
        private var last: UInt64 = 0
        private var open: Set<UInt64> = []
        private var ends: [Int32] = [0, 0]

        /// `instruments`: entries of the configuration, with WHERE for where they are.
        init(_ instruments: [String], at place: String) throws {
            let password = try directory.write("secret\n", to: "pw")
            let entries = instruments.map {
                "  - \($0.replacing("WHERE", with: place).replacing("PASSWORD", with: password))\n"
            }
            let outlets = instruments.indices.map {
                "  - { id: o\($0), st: \"32\", factors: [ { code: w01018, from: i\($0).w01018 } ] }\n"
            }
            let text = """
                gateway: { id: g, data_directory: \(directory.file("data")), language: en }
                instruments:
                \(entries.joined())outlets:
                \(outlets.joined())
                """
            let loaded = try ConfigurationFile.read(try directory.write(text, to: "gateway.yaml"))
            let configuration = try #require(loaded.result.configuration, "\(loaded.result.problems)")
            journal = try Journal(directory: directory.file("data"), settings: JournalSettings())
            try #require(unsafe pipe(&ends) == 0)
            let log = LogSink(style: .plain, descriptor: ends[1])
            let machine = GatewayMachine(
                configuration: configuration, zone: .china, at: now, wall: SystemClock.wall, alarmState: "")
            core = CoreHost(machine, configuration, journal: journal, log: log)
            let group = try #require(InstrumentGroup.groups(of: configuration).first)
            handler = InstrumentLine(
                LineEndpoint(group.transport), group, of: configuration.instruments, core: core, log: log)
            handler.beginSilent()
        }

        deinit {
            for end in ends { close(end) }
            _ = journal.close(deadline: .seconds(5))
        }

        func connect() -> ConnectionID {
            last += 1
            open.insert(last)
            _ = handler.opened(ConnectionID(number: last), peer: "10.0.0.\(last)", at: now)
            return ConnectionID(number: last)
        }

        func end(_ connection: ConnectionID) {
            open.remove(connection.number)
            handler.closed(connection, reason: BilingualText("closed by peer", zh: "对方关闭了连接"), at: now)
        }

        func send(_ text: String, on connection: ConnectionID) {
            _ = handler.received(Array(text.utf8)[...], on: connection, at: now)
        }

        /// A frame with present values of COD.
        func measure(_ mn: String, password: String = "123456", on connection: ConnectionID) {
            let time = ZoneRules.china.civilTime(at: SystemClock.wall).compact
            let segment =
                "QN=\(time)000;ST=32;CN=2011;PW=\(password);MN=\(mn);Flag=4;CP=&&DataTime=\(time);w01018-Rtd=1&&"
            let frame = FrameEncoder.frame(segment: Array(segment.utf8)) ?? []
            _ = handler.received(frame[...], on: connection, at: now)
        }

        func pass(seconds: Int) {
            for _ in 0..<seconds {
                now = now + .seconds(1)
                for number in open.sorted() { _ = handler.tick(ConnectionID(number: number), at: now) }
            }
        }

        /// What `status` says of an instrument, after a check that the alarm says the same.
        func reason(_ device: Int = 0) -> String {
            let told = handler.statistics(ofDevice: device).problem?.en ?? "-"
            let alarm = core.look { $0.reasonOfSilence(ofInstrument: device, at: SystemClock.uptime)?.en ?? "-" }
            #expect(told == "-" || told == alarm)
            return told
        }

        var strangers: String { handler.strangers.problem?.en ?? "-" }
    }

    private static let garbage = "bytes that are no good frame (garbage)"

    @Test("A peer that connects to a listener and says nothing is told of, and so is that it left")
    func quiet() throws {
        let site = try Site(
            ["{ id: i0, listen: WHERE, mn: A }", "{ id: i1, listen: WHERE, mn: B }"], at: "127.0.0.1:7212")
        #expect(site.reason().hasPrefix("nothing has connected to listen 127.0.0.1:7212"))
        let first = site.connect()
        site.pass(seconds: 11)
        #expect(site.reason(0) == "a connection with 10.0.0.1 is open, nothing received on it")
        #expect(site.reason(1) == site.reason(0))
        site.measure("A", on: first)
        #expect(site.reason(0) == "-" && site.reason(1).hasPrefix("nothing has connected"))
        let second = site.connect()
        site.pass(seconds: 11)
        #expect(site.reason(0) == "-" && site.reason(1).contains("with 10.0.0.2 is open"))
        site.end(second)
        #expect(site.reason(0) == "-" && site.reason(1) == "connection ended: closed by peer")
    }

    @Test("A serial port on which nothing comes is said to be open")
    func quietPort() throws {
        let site = try Site(["{ id: i0, serial: { path: /dev/ttyS9 } }"], at: "")
        _ = site.handler.opened(ConnectionID(number: 1), peer: "/dev/ttyS9", at: site.now)
        #expect(site.reason() == "connected, nothing received")
        _ = site.handler.tick(ConnectionID(number: 1), at: site.now + .seconds(11))
        #expect(site.reason().hasPrefix("/dev/ttyS9 is open, nothing received on it; check power"))
    }

    @Test("A wrong password of one instrument is not that of another that is missing")
    func otherPassword() throws {
        let site = try Site(
            ["{ id: i0, listen: WHERE, mn: A, password_file: PASSWORD }", "{ id: i1, listen: WHERE, mn: B }"],
            at: "127.0.0.1:7212")
        let (good, bad) = (site.connect(), site.connect())
        site.measure("A", password: "secret", on: good)
        site.measure("A", password: "guess", on: bad)
        #expect(site.reason(0) == "-" && site.reason(1).hasPrefix("nothing has connected"))
        #expect(site.strangers.hasPrefix("wrong password"))
        site.measure("X", on: bad)
        #expect(site.reason(1) == "frames of MN X are refused; wanted: B")
    }

    @Test(
        "A wrong MN behind a connection of our own or a port is that of its instrument",
        arguments: ["connect: 127.0.0.1:7212", "serial: { path: /dev/ttyS9 }"])
    func wrongMN(place: String) throws {
        let site = try Site(["{ id: i0, \(place), mn: MINE }"], at: "")
        let connection = site.connect()
        site.measure("OTHER", on: connection)
        #expect(site.reason() == "frames of MN OTHER are refused; wanted: MINE")
        site.pass(seconds: 30)
        #expect(site.reason() == "frames of MN OTHER are refused; wanted: MINE")
        site.measure("MINE", on: connection)
        #expect(site.reason() == "-")
        site.measure("OTHER", on: connection)
        #expect(site.reason() == "-")
    }

    @Test("A peer that takes the connection and ends it at once is said to")
    func endedAtOnce() throws {
        let site = try Site(["{ id: i0, connect: WHERE, mn: A }"], at: "127.0.0.1:7212")
        for _ in 0..<5 {
            let connection = site.connect()
            site.pass(seconds: 1)
            site.end(connection)
            #expect(site.reason() == "connection ended: closed by peer")
        }
        let last = site.connect()
        #expect(site.reason() == "connection ended: closed by peer")
        site.pass(seconds: 11)
        #expect(site.reason() == "a connection with 10.0.0.6 is open, nothing received on it")
        site.measure("A", on: last)
        #expect(site.reason() == "-")
    }

    @Test(
        "Bytes without a frame are told of within seconds",
        arguments: ["listen: 127.0.0.1:7212", "connect: 127.0.0.1:7212", "serial: { path: /dev/ttyS9 }"])
    func garbage(place: String) throws {
        let site = try Site(["{ id: i0, \(place), mn: A }"], at: "")
        let connection = site.connect()
        for _ in 0..<12 {
            site.send("HELLO WORLD 42\r\n", on: connection)
            site.pass(seconds: 1)
        }
        #expect(site.reason().hasPrefix(Self.garbage), "\(site.reason())")
        site.measure("A", on: connection)
        #expect(site.reason() == "-")
    }

    @Test("A station that answers something else is not one that does not answer")
    func stations() throws {
        let site = try Site(["{ id: i0, connect: WHERE, station: 1 }"], at: "127.0.0.1:7212")
        let connection = site.connect()
        site.pass(seconds: 12)
        #expect(site.reason() == "does not answer")
        for _ in 0..<4 {
            site.send("\u{1}garbage\r\n", on: connection)
            site.pass(seconds: 5)
            #expect(site.reason().hasPrefix(Self.garbage), "\(site.reason())")
        }
        site.pass(seconds: 25)
        #expect(site.reason() == "does not answer")
        for second in 0..<20 {
            if second % 5 == 0 { site.measure("X", on: connection) }
            site.pass(seconds: 1)
        }
        #expect(
            site.reason() == "frames without its station address are refused; wanted: 1 between ## and the length",
            "\(site.reason())")
        #expect(!site.strangers.contains("MN X"))
    }

    @Test(
        "Why a line does not open comes with advice",
        arguments: [
            ("open serial port", EACCES, "open serial port X: Permission denied; add the user of the service"),
            ("lock serial port", EBUSY, "lock serial port X: Device or resource busy; `fuser -v`"),
            ("set up serial port", ENOTTY, "set up serial port X: Inappropriate ioctl for device; check `path`"),
            ("open serial port", ENOENT, "open serial port X: No such file or directory; see whether the adapter"),
            ("connect to", ECONNREFUSED, "connect to X: Connection refused; the host is there"),
            ("connect to", ETIMEDOUT, "connect to X: Connection timed out; check the address"),
            (
                "look up the address", EAI_NONAME,
                "look up the address X: Name or service not known; check the name and the name server"
            ),
        ])
    func advice(operation: String, code: Int32, said: String) throws {
        let site = try Site(["{ id: i0, serial: { path: /dev/ttyS9 } }"], at: "")
        site.handler.failed(SystemError(operation, "X", code: code), at: site.now)
        #expect(site.reason().hasPrefix(said), "\(site.reason())")
        let chinese = site.handler.statistics(ofDevice: 0).problem?.zh ?? ""
        #expect(chinese.unicodeScalars.contains { $0.value > 0x4E00 } && chinese.contains("；"), "\(chinese)")
    }

    @Test("A name that cannot be looked up has one reason")
    func unknownHost() {
        do throws(SystemError) {
            _ = try SocketAddress.resolve(host: "no-such-host.invalid", port: 1)
            Issue.record("it was found")
        } catch {
            #expect(error.isLookup && !error.description.contains("Cannot assign"), "\(error)")
            #expect(error.description.hasPrefix("look up the address no-such-host.invalid: "), "\(error)")
        }
    }
}
