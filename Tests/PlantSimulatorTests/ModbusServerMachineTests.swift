import PlantSimulator
import Protocol
import Testing

private struct Counting: RegisterSource {
    func words(_ table: RegisterTable, address: Int, count: Int, at seconds: Double) -> [UInt16]? {
        address + count > 10 ? nil : (address..<address + count).map { UInt16($0) }
    }
}

@Suite struct ModbusServerMachineTests {
    @Test("answers over TCP byte by byte as the standard shows them", arguments: [1, 3, 100])
    func tcp(piece: Int) {
        let request: [UInt8] = [0, 7, 0, 0, 0, 6, 9, 3, 0, 2, 0, 2]
        var machine = ModbusServerMachine(unit: 9, framing: .tcp, source: Counting())
        var answers: [UInt8] = []
        var rest = (request + request)[...]
        while !rest.isEmpty {
            answers += machine.receive(rest.prefix(piece), at: 0)
            rest = rest.dropFirst(piece)
        }
        let answer: [UInt8] = [0, 7, 0, 0, 0, 7, 9, 3, 4, 0, 2, 0, 3]
        #expect(answers == answer + answer)
    }

    @Test(
        "refuses what it does not have",
        arguments: [
            ([3, 0, 9, 0, 2], 2), ([3, 0, 0, 0, 0], 3), ([3, 0, 0, 0, 126], 3), ([6, 0, 0, 0, 1], 1),
        ] as [([UInt8], UInt8)])
    func exceptions(pdu: [UInt8], code: UInt8) {
        var machine = ModbusServerMachine(unit: 1, framing: .tcp, source: Counting())
        let answer = machine.receive([0, 1, 0, 0, 0, 6, 1] + pdu, at: 0)
        #expect(Array(answer.suffix(2)) == [pdu[0] | 0x80, code])
    }

    @Test("over RTU it answers its own unit only, and finds requests behind noise")
    func rtu() {
        var machine = ModbusServerMachine(unit: 3, framing: .rtu, source: Counting())
        func request(_ unit: UInt8) -> [UInt8] {
            let frame: [UInt8] = [unit, 4, 0, 0, 0, 1]
            let crc = CRC16.modbus(frame[...])
            return frame + [UInt8(truncatingIfNeeded: crc), UInt8(crc >> 8)]
        }
        #expect(machine.receive(request(4), at: 0).isEmpty)
        let answer = machine.receive([0xFF, 0x00] + request(3), at: 0)
        #expect(Array(answer.prefix(5)) == [3, 4, 2, 0, 0])
        #expect(answer.count == 7)
    }
}
