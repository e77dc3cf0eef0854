package import Protocol

/// The registers of a simulated device at one moment.
package protocol RegisterSource: Sendable {
    /// The words from `address` on (bits as 0 or 1); nil when any of them does not exist.
    func words(_ table: RegisterTable, address: Int, count: Int, at seconds: Double) -> [UInt16]?
}

/// A Modbus device as the wire sees it: request bytes in, answer bytes out. It knows the reading functions.
///
/// Source: Modbus Application Protocol 1.1b3; Modbus over Serial Line 1.02; Modbus Messaging on TCP/IP 1.0b.
package struct ModbusServerMachine: Sendable {
    package enum Framing: Sendable {
        case tcp, rtu
    }

    private let unit: UInt8
    private let framing: Framing
    private let source: any RegisterSource
    private var buffer: [UInt8] = []

    package init(unit: UInt8, framing: Framing, source: any RegisterSource) {
        self.unit = unit
        self.framing = framing
        self.source = source
    }

    /// Takes bytes of the line and answers every whole request among them.
    package mutating func receive(_ bytes: some Collection<UInt8>, at seconds: Double) -> [UInt8] {
        buffer += bytes
        if buffer.count > 4_096 { buffer.removeFirst(buffer.count - 4_096) }
        switch framing {
        case .tcp: return answerTCP(at: seconds)
        case .rtu: return answerRTU(at: seconds)
        }
    }

    private mutating func answerTCP(at seconds: Double) -> [UInt8] {
        var answers: [UInt8] = []
        while buffer.count >= 8 {
            let length = Int(buffer[4]) << 8 | Int(buffer[5])
            guard (2...254).contains(length) else {
                buffer = []
                break
            }
            guard buffer.count >= 6 + length else { break }
            let pdu = answer(Array(buffer[7..<6 + length]), at: seconds)
            answers +=
                buffer[0..<4] + [
                    UInt8(truncatingIfNeeded: (pdu.count + 1) >> 8), UInt8(truncatingIfNeeded: pdu.count + 1),
                ]
            answers += [buffer[6]] + pdu
            buffer.removeFirst(6 + length)
        }
        return answers
    }

    private mutating func answerRTU(at seconds: Double) -> [UInt8] {
        var answers: [UInt8] = []
        // Requests of the reading functions are eight bytes long.
        while buffer.count >= 8 {
            let crc = CRC16.modbus(buffer[0..<6]).byteSwapped
            guard crc == UInt16(buffer[6]) << 8 | UInt16(buffer[7]) else {
                buffer.removeFirst()
                continue
            }
            if buffer[0] == unit {
                let frame = [unit] + answer(Array(buffer[1..<6]), at: seconds)
                let check = CRC16.modbus(frame[...])
                answers += frame + [UInt8(truncatingIfNeeded: check), UInt8(check >> 8)]
            }
            buffer.removeFirst(8)
        }
        return answers
    }

    /// The answer to one request, both without address and check.
    private func answer(_ request: [UInt8], at seconds: Double) -> [UInt8] {
        guard let function = request.first else { return [0x80, 1] }
        guard let table = RegisterTable.allCases.first(where: { $0.functionCode == function }) else {
            return [function | 0x80, 1]
        }
        guard request.count == 5 else { return [function | 0x80, 3] }
        let address = Int(request[1]) << 8 | Int(request[2])
        let count = Int(request[3]) << 8 | Int(request[4])
        guard (1...table.maximumCount).contains(count) else { return [function | 0x80, 3] }
        guard let words = source.words(table, address: address, count: count, at: seconds) else {
            return [function | 0x80, 2]
        }
        let data = table.holdsBits ? packed(words) : words.flatMap { [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)] }
        return [function, UInt8(data.count)] + data
    }

    private func packed(_ bits: [UInt16]) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: (bits.count + 7) / 8)
        for (index, bit) in bits.enumerated() where bit != 0 { bytes[index / 8] |= 1 << UInt8(index % 8) }
        return bytes
    }
}
