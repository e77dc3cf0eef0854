import Glibc
import Protocol
import Telemetry
import TestSupport
import Testing

@testable import ModbusLink

@Suite("ModbusConnection with a peer that misbehaves")
struct HostilePeerTests {
    typealias Answer = @Sendable (_ request: [UInt8]) -> [ScriptedPeer.Piece]

    private let request = ReadRequest(table: .holding, address: 10, count: 2)

    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let reason: ModbusError.Reason
        let answer: Answer
        var testDescription: String { name }

        init(_ name: String, _ reason: ModbusError.Reason, _ answer: @escaping Answer) {
            self.name = name
            self.reason = reason
            self.answer = answer
        }
    }

    private static let twoWords = WireFrames.registers([1, 2])

    static let tcpCases: [Case] = [
        Case("another transaction", .badReply("transaction")) {
            [.send(WireFrames.tcp(answering: $0, transaction: 0x7777, functionData: twoWords))]
        },
        Case("another protocol", .badReply("protocol")) {
            [.send(WireFrames.tcp(answering: $0, protocolID: 1, functionData: twoWords))]
        },
        Case("another unit", .badReply("unit 9")) {
            [.send(WireFrames.tcp(answering: $0, unit: 9, functionData: twoWords))]
        },
        Case("a length that is not the frame's", .badReply("length")) {
            [.send(WireFrames.tcp(answering: $0, length: 9, functionData: twoWords))]
        },
        Case("another function", .badReply("function code 4")) {
            [.send(WireFrames.tcp(answering: $0, functionData: WireFrames.registers([1, 2], function: 4)))]
        },
        Case("fewer registers", .badReply("answer of 2 data bytes, 4 expected")) {
            [.send(WireFrames.tcp(answering: $0, functionData: WireFrames.registers([1])))]
        },
        Case("more registers", .badReply("answer of 6 data bytes, 4 expected")) {
            [.send(WireFrames.tcp(answering: $0, functionData: WireFrames.registers([1, 2, 3])))]
        },
        Case("an exception to another function", .badReply("function code 132")) {
            [.send(WireFrames.tcp(answering: $0, functionData: [0x84, 2]))]
        },
        Case("half an answer, then nothing", .timeout) {
            [.send(Array(WireFrames.tcp(answering: $0, functionData: twoWords).prefix(10)))]
        },
        Case("half an answer, then the end", .notConnected) {
            [.send(Array(WireFrames.tcp(answering: $0, functionData: twoWords).prefix(10))), .hangUp]
        },
        Case("nothing", .timeout) { _ in [] },
        Case("the end", .notConnected) { _ in [.hangUp] },
    ]

    static let rtuCases: [Case] = [
        Case("a wrong CRC", .badReply("CRC")) { _ in
            [.send(Array(WireFrames.rtu(unit: 5, functionData: twoWords).dropLast()) + [0x55])]
        },
        Case("another unit", .badReply("unit 6")) { _ in [.send(WireFrames.rtu(unit: 6, functionData: twoWords))] },
        Case("the broadcast unit", .badReply("unit 0")) { _ in
            [.send(WireFrames.rtu(unit: 0, functionData: twoWords))]
        },
        Case("another function", .badReply("function code 4")) { _ in
            [.send(WireFrames.rtu(unit: 5, functionData: WireFrames.registers([1, 2], function: 4)))]
        },
        Case("fewer registers", .badReply("answer of 2 data bytes, 4 expected")) { _ in
            [.send(WireFrames.rtu(unit: 5, functionData: WireFrames.registers([1])))]
        },
        Case("more registers", .badReply("answer of 6 data bytes, 4 expected")) { _ in
            [.send(WireFrames.rtu(unit: 5, functionData: WireFrames.registers([1, 2, 3])))]
        },
        Case("half an answer", .timeout) { _ in
            [.send(Array(WireFrames.rtu(unit: 5, functionData: twoWords).prefix(4)))]
        },
    ]

    private func expect(_ reason: ModbusError.Reason, from connection: ModbusConnection) throws {
        try connection.connect()
        var words: [UInt16] = [7]
        let error = #expect(throws: ModbusError.self) { try connection.read(unit: 5, request, into: &words) }
        #expect(error?.reason == reason)
        #expect(words == [7])
        connection.close()
    }

    @Test("R12 R13 over TCP only the answer to the request is taken", arguments: tcpCases)
    func tcp(sample: Case) throws {
        let peer = ScriptedPeer { sample.answer($0.bytes) }
        defer { peer.stop() }
        try expect(
            sample.reason, from: ModbusConnection(.tcp(host: "127.0.0.1", port: peer.port), timeout: .milliseconds(150))
        )
    }

    @Test("R12 R13 over RTU in TCP only the answer to the request is taken", arguments: rtuCases)
    func rtuOverTCP(sample: Case) throws {
        let peer = ScriptedPeer { sample.answer($0.bytes) }
        defer { peer.stop() }
        try expect(
            sample.reason,
            from: ModbusConnection(.rtuOverTCP(host: "127.0.0.1", port: peer.port), timeout: .milliseconds(150)))
    }

    @Test("R12 R13 on a line only the answer to the request is taken", arguments: rtuCases)
    func line(sample: Case) throws {
        let line = TestTerminal()
        let peer = ScriptedLine(line, sample.answer)
        let settings = SerialSettings(path: line.path, baud: 115_200)
        try expect(sample.reason, from: ModbusConnection(.serial(settings), timeout: .milliseconds(150)))
        peer.stop()
    }

    @Test(
        "every exception code comes through, also those outside the standard",
        arguments: [1, 2, 3, 4, 5, 6, 8, 10, 11, 0x20, 0xFF] as [UInt8])
    func exceptions(code: UInt8) throws {
        let tcp = ScriptedPeer { [.send(WireFrames.tcp(answering: $0.bytes, functionData: [0x83, code]))] }
        let rtu = ScriptedPeer { _ in [.send(WireFrames.rtu(unit: 5, functionData: [0x83, code]))] }
        defer {
            tcp.stop()
            rtu.stop()
        }
        try expect(
            .exception(code: code),
            from: ModbusConnection(.tcp(host: "127.0.0.1", port: tcp.port), timeout: .seconds(2)))
        try expect(
            .exception(code: code),
            from: ModbusConnection(.rtuOverTCP(host: "127.0.0.1", port: rtu.port), timeout: .seconds(2)))
    }

    @Test("R13 noise and frames of others that came in between two requests are skipped, and the line stays open")
    func noise() throws {
        let line = TestTerminal()
        let peer = ScriptedLine(line) { _ in [.send(WireFrames.rtu(unit: 5, functionData: Self.twoWords))] }
        let connection = ModbusConnection(
            .serial(SerialSettings(path: line.path, baud: 115_200)), timeout: .seconds(2))
        try connection.connect()
        var generator = SeededGenerator()
        var words: [UInt16] = []
        for _ in 0..<20 {
            let noise = (0..<Int.random(in: 1...40, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            let frame = noise + WireFrames.rtu(unit: 0, functionData: Self.twoWords)
            #expect(write(line.far, frame, frame.count) == frame.count)
            #expect(eventually { line.waiting == frame.count })
            try connection.read(unit: 5, request, into: &words)
            #expect(words == [1, 2], "\(generator)")
        }
        peer.stop()
    }

    private static func inPieces(_ frame: [UInt8], pause: Duration) -> [ScriptedPeer.Piece] {
        frame.flatMap { [.pause(pause), .send([$0])] }
    }

    @Test("R14 an answer in single bytes with pauses is put together, on every transport")
    func singleBytes() throws {
        let words = WireFrames.registers([0x1234, 0x5678])
        let tcp = ScriptedPeer {
            Self.inPieces(WireFrames.tcp(answering: $0.bytes, functionData: words), pause: .milliseconds(20))
        }
        let rtu = ScriptedPeer { _ in
            Self.inPieces(WireFrames.rtu(unit: 5, functionData: words), pause: .milliseconds(20))
        }
        let line = TestTerminal()
        let serial = ScriptedLine(line) { _ in
            Self.inPieces(WireFrames.rtu(unit: 5, functionData: words), pause: .milliseconds(20))
        }
        defer {
            tcp.stop()
            rtu.stop()
            serial.stop()
        }
        for transport in [
            ModbusTransport.tcp(host: "127.0.0.1", port: tcp.port), .rtuOverTCP(host: "127.0.0.1", port: rtu.port),
            .serial(SerialSettings(path: line.path, baud: 115_200)),
        ] {
            let connection = ModbusConnection(transport, timeout: .seconds(5))
            try connection.connect()
            var read: [UInt16] = []
            try connection.read(unit: 5, request, into: &read)
            #expect(read == [0x1234, 0x5678])
        }
    }

    @Test("a peer that keeps talking cannot hold the bus longer than the time limit")
    func babble() throws {
        let peer = ScriptedPeer {
            Self.inPieces(WireFrames.tcp(answering: $0.bytes, functionData: Self.twoWords), pause: .milliseconds(40))
        }
        defer { peer.stop() }
        let connection = ModbusConnection(.tcp(host: "127.0.0.1", port: peer.port), timeout: .milliseconds(200))
        let started = ContinuousClock.now
        try expect(.timeout, from: connection)
        #expect(ContinuousClock.now - started < .milliseconds(480))
    }

    @Test("R12 a late answer that has arrived is thrown away before the next request", arguments: [true, false])
    func lateAnswer(isTCP: Bool) throws {
        let peer = ScriptedPeer { request in
            let data = WireFrames.registers(request.number == 0 ? [0xDEAD, 0xDEAD] : [1, 2])
            let frame =
                isTCP
                ? WireFrames.tcp(answering: request.bytes, functionData: data)
                : WireFrames.rtu(unit: 5, functionData: data)
            return request.number == 0 ? [.pause(.milliseconds(200)), .send(frame)] : [.send(frame)]
        }
        defer { peer.stop() }
        let connection = ModbusConnection(
            isTCP ? .tcp(host: "127.0.0.1", port: peer.port) : .rtuOverTCP(host: "127.0.0.1", port: peer.port),
            timeout: .milliseconds(100))
        try connection.connect()
        var words: [UInt16] = []
        #expect(throws: ModbusError.self) { try connection.read(unit: 5, request, into: &words) }
        #expect(eventually { peer.answers == 1 })
        try connection.read(unit: 5, request, into: &words)
        #expect(words == [1, 2])
    }

    @Test("R12 over TCP a late answer that arrives during the next request is told by its transaction")
    func lateAnswerDuringRequest() throws {
        let peer = ScriptedPeer { request in
            let frame = WireFrames.tcp(answering: request.bytes, functionData: Self.twoWords)
            return request.number == 0 ? [.pause(.milliseconds(200)), .send(frame)] : [.send(frame)]
        }
        defer { peer.stop() }
        let connection = ModbusConnection(.tcp(host: "127.0.0.1", port: peer.port), timeout: .milliseconds(150))
        try connection.connect()
        var words: [UInt16] = []
        for reason in [ModbusError.Reason.timeout, .badReply("transaction")] {
            let error = #expect(throws: ModbusError.self) { try connection.read(unit: 5, request, into: &words) }
            #expect(error?.reason == reason)
        }
    }

    @Test("a peer that hung up while idle is noticed before anything is sent")
    func hungUpWhenIdle() throws {
        let peer = ScriptedPeer {
            [.send(WireFrames.tcp(answering: $0.bytes, functionData: Self.twoWords)), .hangUp]
        }
        defer { peer.stop() }
        let connection = ModbusConnection(.tcp(host: "127.0.0.1", port: peer.port), timeout: .seconds(2))
        try connection.connect()
        var words: [UInt16] = []
        try connection.read(unit: 5, request, into: &words)
        let isNoticed = eventually {
            do throws(ModbusError) {
                try connection.read(unit: 5, request, into: &words)
                return false
            } catch {
                return error.reason == .notConnected
            }
        }
        #expect(isNoticed)
        try connection.connect()
        try connection.read(unit: 5, request, into: &words)
        #expect(peer.connections == 2)
    }

    @Test("a request carries what was asked for", arguments: [true, false])
    func requestBytes(isTCP: Bool) throws {
        let peer = ScriptedPeer { _ in [.hangUp] }
        defer { peer.stop() }
        let connection = ModbusConnection(
            isTCP ? .tcp(host: "127.0.0.1", port: peer.port) : .rtuOverTCP(host: "127.0.0.1", port: peer.port),
            timeout: .seconds(2))
        try connection.connect()
        var words: [UInt16] = []
        #expect(throws: ModbusError.self) {
            try connection.read(unit: 0xF7, ReadRequest(table: .input, address: 0x1234, count: 125), into: &words)
        }
        let data: [UInt8] = [4, 0x12, 0x34, 0, 125]
        #expect(
            peer.requests.map(\.bytes)
                == [isTCP ? [0, 1, 0, 0, 0, 6, 0xF7] + data : WireFrames.rtu(unit: 0xF7, functionData: data)])
    }
}
