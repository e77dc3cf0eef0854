import Foundation
import HostSystem
import Protocol
import Telemetry
import TestSupport
import Testing

@testable import ModbusLink

@Suite("ModbusConnection: opening and losing the line")
struct LineTests {
    private let request = ReadRequest(table: .holding, address: 0, count: 2)

    private func fault(_ work: () throws(ModbusError) -> Void) -> BusFault? {
        do throws(ModbusError) { try work() } catch { return error.fault }
        return nil
    }

    @Test("a port nobody listens on, a name nobody knows, a file that is missing or no port: each is called what it is")
    func cannotOpen() {
        let missing = SerialSettings(path: "/dev/serial/by-id/not-there")
        let cases: [(ModbusTransport, BusFault.LineFault?)] = [
            (.tcp(host: "127.0.0.1", port: freePort()), .refused),
            (.rtuOverTCP(host: "::1", port: freePort()), .refused),
            (.serial(missing), .noSuchFile), (.serial(SerialSettings(path: "/dev/null")), .notASerialPort),
            // What the resolver says depends on the machine.
            (.tcp(host: "no-such-name.invalid", port: 502), nil),
        ]
        for (transport, expected) in cases {
            let connection = ModbusConnection(transport, timeout: .milliseconds(500))
            let fault = fault { () throws(ModbusError) in try connection.connect() }
            if let expected {
                #expect(fault == .line(expected))
            } else {
                #expect(fault?.what.en.hasPrefix("unknown host no-such-name.invalid") == true)
            }
            #expect(!connection.isOpen)
            var words: [UInt16] = []
            let read = self.fault { () throws(ModbusError) in try connection.read(unit: 1, request, into: &words) }
            #expect(read == .notConnected)
        }
    }

    @Test("an error says what was tried and why it failed")
    func description() {
        let connection = ModbusConnection(.serial(SerialSettings(path: "/dev/not-there")), timeout: .seconds(1))
        let error = #expect(throws: ModbusError.self) { try connection.connect() }
        #expect(error?.description == "connect to /dev/not-there: no such device file")
        #expect(ModbusError("read", .exception(code: 2)).description == "read: exception 2, illegal data address")
        #expect(ModbusError("read", .badReply(.checksum)).description == "read: bad reply (CRC)")
    }

    @Test(
        "an error of the system is called what it is for an operator",
        arguments: [
            (EACCES, .permissionDenied), (EPERM, .permissionDenied), (EBUSY, .busy), (ECONNREFUSED, .refused),
            (EHOSTUNREACH, .unreachable), (ENETUNREACH, .unreachable), (ENOENT, .noSuchFile), (EIO, .lost),
            (ETIMEDOUT, .unanswered), (EMFILE, .system("Too many open files")),
        ] as [(Int32, BusFault.LineFault)])
    func systemErrors(code: Int32, fault: BusFault.LineFault) {
        let error = ModbusError(opening: "connect", errno: code)
        #expect(error.fault == .line(fault) && error.code == code)
        #expect(error.readFailure == .notConnected)
    }

    @Test("a port has one user")
    func exclusive() throws {
        let line = TestTerminal()
        let settings = SerialSettings(path: line.path)
        let first = ModbusConnection(.serial(settings), timeout: .seconds(1))
        try first.connect()
        let second = ModbusConnection(.serial(settings), timeout: .seconds(1))
        #expect(fault { () throws(ModbusError) in try second.connect() } == .line(.busy))
        first.close()
        try second.connect()
        #expect(second.isOpen)
    }

    @Test("a descriptor that select(2) cannot take is refused")
    func descriptorLimit() throws {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = max(limit.rlim_cur, min(limit.rlim_max, 4_096))
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let peer = ScriptedPeer { _ in [] }
        defer { peer.stop() }
        let socket = try SocketConnector.connect(
            host: "127.0.0.1", port: peer.port, timeout: .seconds(2), operation: "connect")
        let high = fcntl(socket.raw, F_DUPFD_CLOEXEC, 1_024)
        try #require(high >= 1_024, "the system allows no such descriptor")
        let context = try ModbusContext(tcpHost: "127.0.0.1", port: peer.port)
        var code: Int32?
        do throws(ModbusError) {
            try context.adopt(socket: FileDescriptor(owning: high), "connect")
        } catch {
            code = error.code
        }
        #expect(code == EMFILE)
    }

    @Test(
        "a slow line is given the time its bytes take",
        arguments: [(1_200, 8, 1, 8_333), (9_600, 8, 1, 1_041), (9_600, 7, 2, 1_041)])
    func transmissionTime(baud: Int, dataBits: Int, stopBits: Int, microseconds: Int64) {
        let settings = SerialSettings(path: "p", baud: baud, dataBits: dataBits, stopBits: stopBits)
        #expect(settings.transmissionTime(bytes: 1).wholeNanoseconds / 1_000 == microseconds)
        #expect(settings.transmissionTime(bytes: 100).wholeNanoseconds / 100_000 == microseconds)
    }

    @Test("R17 an adapter pulled out and plugged in again under another name is found by its stable name")
    func replugged() throws {
        let directory = TemporaryDirectory()
        let stableName = directory.file("usb-adapter")
        let answer: @Sendable ([UInt8]) -> [ScriptedPeer.Piece] = { _ in
            [.send(WireFrames.rtu(unit: 3, functionData: WireFrames.registers([8, 9])))]
        }
        let connection = ModbusConnection(
            .serial(SerialSettings(path: stableName, baud: 115_200)), timeout: .seconds(1))
        var words: [UInt16] = []
        for _ in 0..<3 {
            let line = TestTerminal()
            try FileManager.default.createSymbolicLink(atPath: stableName, withDestinationPath: line.path)
            let device = ScriptedLine(line, answer)
            try connection.connect()
            try connection.read(unit: 3, request, into: &words)
            #expect(words == [8, 9])

            device.stop()
            line.unplug()
            try FileManager.default.removeItem(atPath: stableName)
            #expect(
                fault { () throws(ModbusError) in try connection.read(unit: 3, request, into: &words) }
                    == .line(.lost))
            #expect(fault { () throws(ModbusError) in try connection.connect() } == .line(.noSuchFile))
        }
    }
}
