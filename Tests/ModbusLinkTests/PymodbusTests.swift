import Foundation
import Protocol
import Telemetry
import TestSupport
import Testing

@testable import ModbusLink

/// Peers/register_server.py, with `GATEWAYD_TEST_PYTHON` or else `python3`.
struct PymodbusServer {
    enum Kind: String { case tcp, rtu }

    let port = freePort()
    private let process: ChildProcess

    init(_ kind: Kind) throws {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Peers/register_server.py"
        let python = ProcessInfo.processInfo.environment["GATEWAYD_TEST_PYTHON"] ?? "python3"
        let process = try ChildProcess(python, [script, kind.rawValue, String(port)])
        let isReady = eventually { process.output.contains("ready") || !process.isRunning }
        guard isReady, process.isRunning else {
            throw PeerError(
                description: """
                    cannot start \(script) with \(python): \(process.errors)
                    The tests need Python with pymodbus 3 (pip install 'pymodbus>=3,<4'); GATEWAYD_TEST_PYTHON names the interpreter.
                    """)
        }
        self.process = process
    }
}

struct PeerError: Error, CustomStringConvertible { let description: String }

@Suite("ModbusConnection with pymodbus at the other end")
struct PymodbusTests {
    @Test("reads every table of two units over TCP")
    func tcp() throws {
        try read(from: .tcp) { .tcp(host: "127.0.0.1", port: $0) }
    }

    @Test("reads every table of two units over RTU in TCP")
    func rtuOverTCP() throws {
        try read(from: .rtu) { .rtuOverTCP(host: "127.0.0.1", port: $0) }
    }

    private func read(from kind: PymodbusServer.Kind, _ transport: (UInt16) -> ModbusTransport) throws {
        var generator = SeededGenerator()
        let server = try PymodbusServer(kind)
        let connection = ModbusConnection(transport(server.port), timeout: .seconds(5))
        try connection.connect()
        for unit in [1, 2] {
            try expectTables(
                of: connection, unit: UInt8(unit), holding: 1_000 * unit, input: 2_000 * unit, generator: &generator)
        }
        withExtendedLifetime(server) { connection.close() }
    }

    @Test("switches coils on and off, over TCP and over RTU in TCP, and tells a refusal", arguments: [true, false])
    func coils(isTCP: Bool) throws {
        let server = try PymodbusServer(isTCP ? .tcp : .rtu)
        let transport: ModbusTransport =
            isTCP ? .tcp(host: "127.0.0.1", port: server.port) : .rtuOverTCP(host: "127.0.0.1", port: server.port)
        let connection = ModbusConnection(transport, timeout: .seconds(5))
        try connection.connect()
        for isOn in [false, true, true, false] {
            try connection.write(unit: 2, CoilWrite(address: 6, isOn: isOn))
            var words: [UInt16] = []
            try connection.read(unit: 2, ReadRequest(table: .coil, address: 5, count: 3), into: &words)
            #expect(words == [0, isOn ? 1 : 0, 0])
            try connection.read(unit: 1, ReadRequest(table: .coil, address: 6, count: 1), into: &words)
            #expect(words == [1])
        }
        #expect(throws: ModbusError("write", .exception(code: 2))) {
            try connection.write(unit: 2, CoilWrite(address: 2_000, isOn: true))
        }
        withExtendedLifetime(server) { connection.close() }
        #expect(throws: ModbusError.self) { try connection.write(unit: 2, CoilWrite(address: 6, isOn: true)) }
    }

    @Test("reads every table over a serial line, which socat carries to the server")
    func serial() throws {
        var generator = SeededGenerator()
        let server = try PymodbusServer(.rtu)
        let directory = TemporaryDirectory()
        let path = directory.file("line")
        let bridge = try ChildProcess("socat", ["PTY,raw,echo=0,link=\(path)", "TCP:127.0.0.1:\(server.port)"])
        let isThere = eventually { FileManager.default.fileExists(atPath: path) || !bridge.isRunning }
        try #require(isThere && bridge.isRunning, "socat is needed: \(bridge.errors)")
        let connection = ModbusConnection(
            .serial(SerialSettings(path: path, baud: 115_200)), timeout: .seconds(5))
        try connection.connect()
        try expectTables(of: connection, unit: 2, holding: 2_000, input: 4_000, generator: &generator)
        withExtendedLifetime((server, bridge)) { connection.close() }
    }
}
