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
        let fault: BusFault
        let answer: Answer
        var testDescription: String { name }

        init(_ name: String, _ fault: BusFault, _ answer: @escaping Answer) {
            self.name = name
            self.fault = fault
            self.answer = answer
        }
    }

    private static let twoWords = WireFrames.registers([1, 2])

    static let tcpCases: [Case] = [
        Case("another transaction", .badReply(.transaction)) {
            [.send(WireFrames.tcp(answering: $0, transaction: 0x7777, functionData: twoWords))]
        },
        Case("another protocol", .badReply(.protocolIdentifier)) {
            [.send(WireFrames.tcp(answering: $0, protocolID: 1, functionData: twoWords))]
        },
        Case("another unit", .badReply(.unit(9))) {
            [.send(WireFrames.tcp(answering: $0, unit: 9, functionData: twoWords))]
        },
        Case("a length that is not the frame's", .badReply(.length(stated: 9, actual: 7))) {
            [.send(WireFrames.tcp(answering: $0, length: 9, functionData: twoWords))]
        },
        Case("another function", .badReply(.function(4))) {
            [.send(WireFrames.tcp(answering: $0, functionData: WireFrames.registers([1, 2], function: 4)))]
        },
        Case("fewer registers", .badReply(.dataBytes(2, expected: 4))) {
            [.send(WireFrames.tcp(answering: $0, functionData: WireFrames.registers([1])))]
        },
        Case("more registers", .badReply(.dataBytes(6, expected: 4))) {
            [.send(WireFrames.tcp(answering: $0, functionData: WireFrames.registers([1, 2, 3])))]
        },
        Case("an exception to another function", .badReply(.function(132))) {
            [.send(WireFrames.tcp(answering: $0, functionData: [0x84, 2]))]
        },
        Case("half an answer, then nothing", .cutAnswer) {
            [.send(Array(WireFrames.tcp(answering: $0, functionData: twoWords).prefix(10)))]
        },
        Case("half an answer, then the end", .line(.lost)) {
            [.send(Array(WireFrames.tcp(answering: $0, functionData: twoWords).prefix(10))), .hangUp]
        },
        Case("an RTU frame", .badReply(.protocolIdentifier)) { _ in
            [.send(WireFrames.rtu(unit: 5, functionData: twoWords))]
        },
        Case("an RTU frame that is shorter than the header", .badReply(.protocolIdentifier)) { _ in
            [.send(WireFrames.rtu(unit: 5, functionData: WireFrames.registers([1])))]
        },
        Case("a text", .badReply(.protocolIdentifier)) { _ in [.send(Array("HELLO, WORLD".utf8))] },
        Case("nothing", .timeout) { _ in [] },
        Case("the end", .line(.lost)) { _ in [.hangUp] },
    ]

    static let rtuCases: [Case] = [
        Case("a wrong CRC", .badReply(.checksum)) { _ in
            [.send(Array(WireFrames.rtu(unit: 5, functionData: twoWords).dropLast()) + [0x55])]
        },
        Case("another unit", .badReply(.unit(6))) { _ in [.send(WireFrames.rtu(unit: 6, functionData: twoWords))] },
        Case("the broadcast unit", .badReply(.unit(0))) { _ in
            [.send(WireFrames.rtu(unit: 0, functionData: twoWords))]
        },
        Case("another function", .badReply(.function(4))) { _ in
            [.send(WireFrames.rtu(unit: 5, functionData: WireFrames.registers([1, 2], function: 4)))]
        },
        Case("fewer registers", .badReply(.dataBytes(2, expected: 4))) { _ in
            [.send(WireFrames.rtu(unit: 5, functionData: WireFrames.registers([1])))]
        },
        Case("more registers", .badReply(.dataBytes(6, expected: 4))) { _ in
            [.send(WireFrames.rtu(unit: 5, functionData: WireFrames.registers([1, 2, 3])))]
        },
        Case("half an answer", .cutAnswer) { _ in
            [.send(Array(WireFrames.rtu(unit: 5, functionData: twoWords).prefix(4)))]
        },
    ]

    private func expect(_ fault: BusFault, from connection: ModbusConnection) throws {
        try connection.connect()
        var words: [UInt16] = [7]
        let error = #expect(throws: ModbusError.self) { try connection.read(unit: 5, request, into: &words) }
        #expect(error?.fault == fault)
        #expect(words == [7])
        connection.close()
    }

    @Test("R12 R13 over TCP only the answer to the request is taken", arguments: tcpCases)
    func tcp(sample: Case) throws {
        let peer = ScriptedPeer { sample.answer($0.bytes) }
        defer { peer.stop() }
        try expect(
            sample.fault, from: ModbusConnection(.tcp(host: "127.0.0.1", port: peer.port), timeout: .milliseconds(150))
        )
    }

    @Test("R12 R13 over RTU in TCP only the answer to the request is taken", arguments: rtuCases)
    func rtuOverTCP(sample: Case) throws {
        let peer = ScriptedPeer { sample.answer($0.bytes) }
        defer { peer.stop() }
        try expect(
            sample.fault,
            from: ModbusConnection(.rtuOverTCP(host: "127.0.0.1", port: peer.port), timeout: .milliseconds(150)))
    }

    @Test("R12 R13 on a line only the answer to the request is taken", arguments: rtuCases)
    func line(sample: Case) throws {
        let line = TestTerminal()
        let peer = ScriptedLine(line, sample.answer)
        let settings = SerialSettings(path: line.path, baud: 115_200)
        try expect(sample.fault, from: ModbusConnection(.serial(settings), timeout: .milliseconds(150)))
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

    /// Reads over both transports of RTU from a peer that says `answer` to each request.
    private func overRTU(
        _ answer: @escaping Answer, timeout: Duration = .seconds(2), _ check: (ModbusConnection) throws -> Void
    ) throws {
        let line = TestTerminal()
        let serial = ScriptedLine(line, answer)
        let peer = ScriptedPeer { answer($0.bytes) }
        defer {
            peer.stop()
            serial.stop()
        }
        for transport in [
            ModbusTransport.serial(SerialSettings(path: line.path, baud: 115_200)),
            .rtuOverTCP(host: "127.0.0.1", port: peer.port),
        ] {
            let connection = ModbusConnection(transport, timeout: timeout)
            try connection.connect()
            try check(connection)
        }
    }

    @Test(
        "R13 the answer is found behind the request's own bytes, stray bytes and frames of others, in any pieces",
        arguments: [
            ([], []), ([true], [.echo]), ([false], [.strayBytes]), ([true, false], [.echo, .strayBytes]),
            ([false, true], [.echo, .strayBytes]),
        ] as [([Bool], Set<LineOddity>)])
    func echoAndNoise(echoOrNoise: [Bool], oddities: Set<LineOddity>) throws {
        for inPieces in [false, true] {
            let answer: Answer = { request in
                let before = echoOrNoise.flatMap { $0 ? request : [0] }
                let bytes =
                    before + WireFrames.rtu(unit: 6, functionData: Self.twoWords)
                    + WireFrames.rtu(unit: 5, functionData: Self.twoWords)
                return inPieces ? Self.inPieces(bytes, pause: .milliseconds(2)) : [.send(bytes)]
            }
            try overRTU(answer) { connection in
                var words: [UInt16] = []
                for _ in 0..<3 {
                    try connection.read(unit: 5, request, into: &words)
                    #expect(words == [1, 2])
                    #expect(connection.oddities == oddities)
                }
            }
        }
    }

    @Test("R13 a unit that is silent on a line with echo is told as such, in the time limit")
    func echoOnly() throws {
        try overRTU({ [.send($0)] }, timeout: .milliseconds(150)) { connection in
            var words: [UInt16] = []
            let error = #expect(throws: ModbusError.self) { try connection.read(unit: 5, request, into: &words) }
            #expect(error?.fault == .echoOnly && error?.readFailure == .timeout)
        }
    }

    @Test("R13 on a line with echo a coil counts as written when the device has said so, and not before it was read")
    func writeBehindEcho() throws {
        // The coil at 1 is not there.
        let answer: Answer = { request in
            guard request.count == 8 else { return [] }
            if request[1] != 5 { return [.send(request + WireFrames.rtu(unit: 5, functionData: Self.twoWords))] }
            return [.send(request[3] == 1 ? request : request + request)]
        }
        try overRTU(answer, timeout: .milliseconds(200)) { connection in
            #expect(!connection.canWrite)
            var words: [UInt16] = []
            try connection.read(unit: 5, request, into: &words)
            #expect(connection.canWrite)
            try connection.write(unit: 5, CoilWrite(address: 0, isOn: true))
            let error = #expect(throws: ModbusError.self) {
                try connection.write(unit: 5, CoilWrite(address: 1, isOn: true))
            }
            #expect(error?.fault == .echoOnly)
        }
    }

    @Test(
        "R13 on a line with stray bytes before each answer, which may be what is left of an echo, a coil is written after three",
        arguments: [1, 4, 9])
    func writeBehindNoise(strayBytes: Int) throws {
        let noise = [UInt8](repeating: 0, count: strayBytes)
        let answer: Answer = { request in
            request[1] == 5 ? [.send(request)] : [.send(noise + WireFrames.rtu(unit: 5, functionData: Self.twoWords))]
        }
        try overRTU(answer, timeout: .milliseconds(200)) { connection in
            var words: [UInt16] = []
            for _ in 0..<3 {
                #expect(!connection.canWrite)
                try connection.read(unit: 5, request, into: &words)
            }
            #expect(connection.canWrite)
            try connection.write(unit: 5, CoilWrite(address: 0, isOn: true))
        }
    }

    @Test("R12 R13 a line that never stops talking is given up after four frames' worth of bytes")
    func babblingLine() throws {
        let babble = [UInt8](repeating: 0x41, count: 64)
        try overRTU({ _ in Array(repeating: .send(babble), count: 40) }, timeout: .seconds(20)) { connection in
            var words: [UInt16] = []
            let started = ContinuousClock.now
            let error = #expect(throws: ModbusError.self) { try connection.read(unit: 5, request, into: &words) }
            #expect(error?.fault == .badReply(.noise))
            #expect(ContinuousClock.now - started < .seconds(10))
        }
    }

    @Test(
        "R19 a wrong length in the header is overlooked where the configuration says so: the function's own count holds",
        arguments: [0, 2, 4, 6, 9, 0xFFFF])
    func wrongLength(length: Int) throws {
        let peer = ScriptedPeer { request in
            // Behind the data comes what the gateway has of the serial line: the CRC.
            [
                .send(
                    WireFrames.tcp(answering: request.bytes, length: length, functionData: Self.twoWords) + [
                        0xAA, 0x55,
                    ])
            ]
        }
        defer { peer.stop() }
        let strict = ModbusConnection(.tcp(host: "127.0.0.1", port: peer.port), timeout: .seconds(2))
        try expect(.badReply(.length(stated: length, actual: 7)), from: strict)
        let tolerant = ModbusConnection(
            .tcp(host: "127.0.0.1", port: peer.port), timeout: .seconds(2), tolerance: [.length])
        try tolerant.connect()
        var words: [UInt16] = []
        for _ in 0..<3 {
            try tolerant.read(unit: 5, request, into: &words)
            #expect(words == [1, 2])
            #expect(tolerant.oddities == [.wrongLength])
        }
    }

    @Test("R12 R19 a tolerant connection still takes nothing but the answer to its request")
    func tolerantIsNotCareless() throws {
        let wrong: [(BusFault, @Sendable ([UInt8]) -> [UInt8])] = [
            (
                .badReply(.transaction),
                { WireFrames.tcp(answering: $0, transaction: 0x77, functionData: Self.twoWords) }
            ),
            (.badReply(.unit(9)), { WireFrames.tcp(answering: $0, length: 2, unit: 9, functionData: Self.twoWords) }),
            (
                .badReply(.dataBytes(2, expected: 4)),
                { WireFrames.tcp(answering: $0, functionData: WireFrames.registers([1])) }
            ),
            (.exception(code: 6), { WireFrames.tcp(answering: $0, length: 8, functionData: [0x83, 6]) }),
        ]
        for (fault, answer) in wrong {
            let peer = ScriptedPeer { [.send(answer($0.bytes))] }
            defer { peer.stop() }
            let connection = ModbusConnection(
                .tcp(host: "127.0.0.1", port: peer.port), timeout: .seconds(2), tolerance: [.length])
            try expect(fault, from: connection)
        }
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
        try expect(.cutAnswer, from: connection)
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
        for fault in [BusFault.timeout, .badReply(.transaction)] {
            let error = #expect(throws: ModbusError.self) { try connection.read(unit: 5, request, into: &words) }
            #expect(error?.fault == fault)
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
                return error.fault == .line(.lost)
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
