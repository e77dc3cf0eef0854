import Protocol
import Telemetry
import TestSupport
import Testing

@testable import PlantSimulator

@Suite struct RegisterWordsTests {
    @Test(
        "Every type fills its registers, most significant first",
        arguments: [
            (RegisterType.float32, 12.5, [0x4148, 0x0000]), (.float64, 1, [0x3FF0, 0, 0, 0]), (.int16, -2, [0xFFFE]),
            (.uint16, 65_535, [0xFFFF]), (.int32, -2, [0xFFFF, 0xFFFE]), (.uint32, 65_536, [1, 0]),
            (.int64, -1, [0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF]),
            (.uint64, 1, [0, 0, 0, 1]), (.bcd16, 1_234, [0x1234]), (.bcd32, 12_345_678, [0x1234, 0x5678]),
        ] as [(RegisterType, Double, [UInt16])])
    func fills(type: RegisterType, value: Double, words: [UInt16]) {
        #expect(registerWords(value, as: RegisterField(table: .holding, address: 0, type: type)) == words)
    }

    @Test(
        "Word orders turn registers and bytes round",
        arguments: [
            (WordOrder.abcd, [0x1234, 0x5678]), (.cdab, [0x5678, 0x1234]), (.badc, [0x3412, 0x7856]),
            (.dcba, [0x7856, 0x3412]),
        ] as [(WordOrder, [UInt16])])
    func orders(order: WordOrder, words: [UInt16]) {
        let field = RegisterField(table: .input, address: 0, type: .uint32, order: order)
        #expect(registerWords(Double(0x1234_5678), as: field) == words)
    }

    @Test(
        "What does not fit becomes the nearest number that does",
        arguments: [
            (RegisterType.int16, 1e9, [0x7FFF]), (.int16, -1e9, [0x8000]), (.uint16, -1, [0]), (.uint16, .nan, [0]),
            (.uint16, .infinity, [0xFFFF]),
            (.bcd16, -5, [0]), (.uint32, 1.6, [0, 2]),
        ] as [(RegisterType, Double, [UInt16])])
    func clamps(type: RegisterType, value: Double, words: [UInt16]) {
        #expect(registerWords(value, as: RegisterField(table: .holding, address: 0, type: type)) == words)
    }
}

@Suite struct ModbusServerMachineTests {
    private static let now = PlantMoment(seconds: 0, phase: 0.5)

    private static var device: SimulatedDevice {
        var device = SimulatedDevice(
            id: "d", unit: 3, transport: .tcp,
            registers: [
                SimulatedRegister("a", RegisterField(table: .holding, address: 10, type: .uint16), .constant(0x1234)),
                SimulatedRegister(
                    "b", RegisterField(table: .holding, address: 12, type: .uint32), scale: 0.1, .constant(6_553.6)),
                SimulatedRegister("c", RegisterField(table: .input, address: 0, type: .float32), .constant(12.5)),
                SimulatedRegister("d", RegisterField(table: .holding, address: 20, type: .uint16), .constant(1)),
                SimulatedRegister("e", RegisterField(table: .coil, address: 0, type: .bit), .constant(1)),
                SimulatedRegister("f", RegisterField(table: .coil, address: 9, type: .bit), .constant(1)),
                SimulatedRegister("g", RegisterField(table: .discrete, address: 2, type: .bit), .constant(0)),
            ])
        device.illegal = [16...18]
        return device
    }

    private func tcp(_ misbehaviours: [ScheduledMisbehaviour] = []) -> ModbusServerMachine {
        var device = Self.device
        device.misbehaviours = misbehaviours
        return ModbusServerMachine(device: device, framing: .tcp)
    }

    private func rtu(_ misbehaviours: [ScheduledMisbehaviour] = []) -> ModbusServerMachine {
        var device = Self.device
        device.misbehaviours = misbehaviours
        return ModbusServerMachine(device: device, framing: .rtu)
    }

    private func tcpFrame(_ body: [UInt8], transaction: UInt8 = 7, unit: UInt8 = 3) -> [UInt8] {
        [0, transaction, 0, 0, 0, UInt8(body.count + 1), unit] + body
    }

    private func rtuFrame(_ body: [UInt8], unit: UInt8 = 3) -> [UInt8] {
        let crc = modbusCRC([unit] + body)
        return [unit] + body + [UInt8(crc & 0xFF), UInt8(crc >> 8)]
    }

    static let exchanges: [(request: [UInt8], response: [UInt8])] = [
        // Data: one register, scaled and in the middle of a block, with a hole, input registers, bits.
        ([3, 0, 10, 0, 1], [3, 2, 0x12, 0x34]),
        ([3, 0, 10, 0, 4], [3, 8, 0x12, 0x34, 0, 0, 0, 1, 0, 0]),
        ([3, 0, 13, 0, 1], [3, 2, 0, 0]),
        ([4, 0, 0, 0, 2], [4, 4, 0x41, 0x48, 0, 0]),
        ([1, 0, 0, 0, 10], [1, 2, 0x01, 0x02]),
        ([2, 0, 2, 0, 1], [2, 1, 0]),
        // Exceptions: outside, half outside, illegal in the middle, table without registers, counts, functions.
        ([3, 0, 9, 0, 2], [0x83, 2]), ([3, 0, 20, 0, 2], [0x83, 2]), ([3, 0, 14, 0, 4], [0x83, 2]),
        ([2, 0, 3, 0, 1], [0x82, 2]),
        ([3, 0xFF, 0xFF, 0, 2], [0x83, 2]), ([3, 0, 10, 0, 0], [0x83, 3]), ([3, 0, 10, 0, 126], [0x83, 3]),
        ([1, 0, 0, 7, 0xD1], [0x81, 3]), ([6, 0, 10, 0, 1], [0x86, 1]), ([43, 14, 1, 0, 0], [0xAB, 1]),
    ]

    @Test("Requests over TCP get their answers", arguments: exchanges)
    func answersTCP(request: [UInt8], response: [UInt8]) {
        var machine = tcp()
        let replies = machine.receive(tcpFrame(request), at: .zero, moment: Self.now)
        #expect(replies == [.init(bytes: tcpFrame(response))])
    }

    @Test("Requests over serial lines get their answers", arguments: exchanges)
    func answersRTU(request: [UInt8], response: [UInt8]) {
        var machine = rtu()
        let replies = machine.receive(rtuFrame(request), at: .zero, moment: Self.now)
        #expect(replies == [.init(bytes: rtuFrame(response))])
    }

    @Test("The CRC is that of the standard's example")
    func hasKnownCRC() {
        #expect(modbusCRC([0x02, 0x07]) == 0x1241)
    }

    @Test("Requests may come byte by byte or several at once", arguments: [ModbusServerMachine.Framing.tcp, .rtu])
    func copesWithPieces(framing: ModbusServerMachine.Framing) {
        let frame = framing == .tcp ? tcpFrame([3, 0, 10, 0, 1]) : rtuFrame([3, 0, 10, 0, 1])
        let stream = frame + frame + frame
        for length in 1...stream.count {
            var machine = framing == .tcp ? tcp() : rtu()
            var replies: [ModbusServerMachine.Reply] = []
            for start in stride(from: 0, to: stream.count, by: length) {
                replies += machine.receive(
                    stream[start..<min(start + length, stream.count)], at: .zero, moment: Self.now)
            }
            #expect(replies.count == 3)
        }
    }

    @Test("A request for another unit is left to others on a serial line, and has no target behind TCP")
    func leavesForeignUnits() {
        var serial = rtu()
        #expect(serial.receive(rtuFrame([3, 0, 10, 0, 1], unit: 4), at: .zero, moment: Self.now).isEmpty)
        var network = tcp()
        let replies = network.receive(tcpFrame([3, 0, 10, 0, 1], unit: 4), at: .zero, moment: Self.now)
        #expect(replies == [.init(bytes: tcpFrame([0x83, 11], unit: 4))])
    }

    @Test("On a serial line a pause ends a torn request, and noise before a request is skipped")
    func resynchronises() {
        var machine = rtu()
        #expect(machine.receive([3, 3, 0], at: .zero, moment: Self.now).isEmpty)
        #expect(machine.receive(rtuFrame([3, 0, 10, 0, 1]), at: .zero + .seconds(1), moment: Self.now).count == 1)
        #expect(
            machine.receive([0xFF, 0x00] + rtuFrame([3, 0, 10, 0, 1]), at: .zero + .seconds(2), moment: Self.now).count
                == 1)
        var damaged = rtuFrame([3, 0, 10, 0, 1])
        damaged[3] ^= 1
        #expect(machine.receive(damaged, at: .zero + .seconds(3), moment: Self.now).isEmpty)
    }

    @Test("Any bytes are survived", arguments: [ModbusServerMachine.Framing.tcp, .rtu])
    func survivesNoise(framing: ModbusServerMachine.Framing) {
        var generator = SeededGenerator()
        var machine = framing == .tcp ? tcp() : rtu()
        let good = framing == .tcp ? tcpFrame([3, 0, 10, 0, 1]) : rtuFrame([3, 0, 10, 0, 1])
        var answered = 0
        for round in 0..<3_000 {
            var bytes = good
            for _ in 0..<Int.random(in: 0...3, using: &generator) {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            bytes.removeLast(Int.random(in: 0...2, using: &generator))
            answered += machine.receive(bytes, at: .zero + .seconds(round), moment: Self.now).count
        }
        #expect(answered > 0, "\(generator)")
    }

    @Test("Each misbehaviour shows in its window only")
    func misbehaves() {
        let request = tcpFrame([3, 0, 10, 0, 1])
        let right = tcpFrame([3, 2, 0x12, 0x34])
        func replies(_ misbehaviour: Misbehaviour, phase: Double = 0.5) -> [ModbusServerMachine.Reply] {
            var machine = tcp([ScheduledMisbehaviour(misbehaviour, during: 0.4...0.6)])
            return machine.receive(request, at: .zero, moment: PlantMoment(seconds: 0, phase: phase))
        }
        #expect(replies(.silent).isEmpty)
        #expect(replies(.silent, phase: 0.3) == [.init(bytes: right)])
        #expect(replies(.late(.seconds(2))) == [.init(bytes: right, delay: .seconds(2))])
        #expect(replies(.wrongUnit) == [.init(bytes: tcpFrame([3, 2, 0x12, 0x34], unit: 4))])
        #expect(replies(.exception(6)) == [.init(bytes: tcpFrame([0x83, 6]))])
        #expect(replies(.damaged) == [.init(bytes: [1] + right.dropFirst())])
        let pieces = replies(.piecewise(.milliseconds(10)))
        #expect(pieces.flatMap(\.bytes) == right)
        #expect(pieces.map(\.delay) == (1...right.count).map { .milliseconds(10 * $0) })
    }

    @Test("A damaged reply on a serial line has a wrong CRC")
    func damagesCRC() {
        var machine = rtu([ScheduledMisbehaviour(.damaged)])
        let bytes = machine.receive(rtuFrame([3, 0, 10, 0, 1]), at: .zero, moment: Self.now).flatMap(\.bytes)
        #expect(bytes.count == 7)
        #expect(bytes != rtuFrame([3, 2, 0x12, 0x34]))
        #expect(bytes.dropLast(2) == rtuFrame([3, 2, 0x12, 0x34]).dropLast(2))
    }
}
