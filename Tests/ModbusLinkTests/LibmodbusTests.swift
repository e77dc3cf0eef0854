import Protocol
import Telemetry
import TestSupport
import Testing

@testable import ModbusLink

/// Reads all four tables through `connection` and compares every entry; at the limits and across them.
func expectTables(
    of connection: ModbusConnection, unit: UInt8, holding: Int, input: Int, generator: inout SeededGenerator
) throws {
    var words: [UInt16] = []
    for table in RegisterTable.allCases {
        let size = table.holdsBits ? 2_000 : 200
        for round in 0..<12 {
            let count = round == 0 ? table.maximumCount : Int.random(in: 1...table.maximumCount, using: &generator)
            let address = Int.random(in: 0...size - count, using: &generator)
            let request = ReadRequest(table: table, address: UInt16(address), count: count)
            try connection.read(unit: unit, request, into: &words)
            let expected = (address..<address + count).map { address -> UInt16 in
                switch table {
                case .holding: UInt16(holding + address)
                case .input: UInt16(input + address)
                case .coil: address % 3 == 0 ? 1 : 0
                case .discrete: address % 7 == 0 ? 1 : 0
                }
            }
            #expect(words == expected, "\(request) \(generator)")
        }
        #expect(throws: ModbusError("read", .exception(code: 2))) {
            try connection.read(
                unit: unit, ReadRequest(table: table, address: UInt16(size), count: 1), into: &words)
        }
    }
}

@Suite("ModbusConnection with libmodbus at the other end")
struct LibmodbusTests {
    @Test(
        "reads every table over TCP, by address of both families and by name",
        arguments: ["127.0.0.1", "::1", "localhost"])
    func tcp(host: String) throws {
        var generator = SeededGenerator()
        let server = LibmodbusServer(address: host == "::1" ? host : "127.0.0.1")
        let connection = ModbusConnection(.tcp(host: host, port: server.port), timeout: .seconds(2))
        try connection.connect()
        #expect(connection.isOpen)
        try expectTables(of: connection, unit: 1, holding: 1_000, input: 2_000, generator: &generator)
        connection.close()
        #expect(!connection.isOpen)
        server.stop()
    }

    @Test("reads every table over RTU on a line", arguments: [SerialSettings.Parity.none, .even, .odd])
    func rtu(parity: SerialSettings.Parity) throws {
        var generator = SeededGenerator()
        let line = TestTerminal()
        let server = LibmodbusServer(line, unit: 17)
        let settings = SerialSettings(path: line.path, baud: 115_200, parity: parity, stopBits: 2)
        let connection = ModbusConnection(.serial(settings), timeout: .seconds(2))
        try connection.connect()
        try expectTables(of: connection, unit: 17, holding: 1_000, input: 2_000, generator: &generator)
        connection.close()
        server.stop()
    }

    @Test("a unit that is not there is a timeout, in the time limit")
    func absentUnit() throws {
        let line = TestTerminal()
        let server = LibmodbusServer(line, unit: 17)
        let connection = ModbusConnection(
            .serial(SerialSettings(path: line.path, baud: 115_200)), timeout: .milliseconds(80))
        try connection.connect()
        var words: [UInt16] = []
        let started = ContinuousClock.now
        #expect(throws: ModbusError("read", errno: 110)) {
            try connection.read(unit: 18, ReadRequest(table: .holding, address: 0, count: 2), into: &words)
        }
        let took = ContinuousClock.now - started
        #expect(took >= .milliseconds(80) && took < .seconds(2))
        connection.close()
        server.stop()
    }

    @Test("R20 opened and closed a hundred times, it reads each time")
    func reopened() throws {
        let server = LibmodbusServer(address: "127.0.0.1")
        let connection = ModbusConnection(.tcp(host: "127.0.0.1", port: server.port), timeout: .seconds(2))
        var words: [UInt16] = []
        for round in 0..<100 {
            try connection.connect()
            try connection.read(
                unit: 1, ReadRequest(table: .holding, address: UInt16(round), count: 1), into: &words)
            #expect(words == [UInt16(1_000 + round)])
            if round % 2 == 0 { connection.close() }
        }
        connection.close()
        server.stop()
    }
}
