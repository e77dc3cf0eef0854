import Protocol
package import Telemetry

/// The server side of one Modbus connection as a value: request bytes in, reply bytes out.
/// Source: Modbus Application Protocol 1.1b3; Modbus Messaging on TCP/IP 1.0b; Modbus over Serial Line 1.02.
package struct ModbusServerMachine: Sendable {
    package enum Framing: Sendable {
        /// MBAP header with transaction number and length.
        case tcp
        /// Unit, function, CRC; the length follows from the function.
        case rtu
    }

    /// Bytes to be sent, so much after the request.
    package struct Reply: Equatable, Sendable {
        package var bytes: [UInt8]
        package var delay: Duration = .zero
    }

    /// A pause on the line that ends a serial frame, however incomplete. Generous: the standard's 3.5 characters are
    /// shorter than what a scheduler may add.
    private static let quiet = Duration.milliseconds(100)
    private static let longestFrame = 260

    private let device: SimulatedDevice
    private let framing: Framing
    private var buffer: [UInt8] = []
    private var lastByte = Uptime.zero

    package init(device: SimulatedDevice, framing: Framing) {
        self.device = device
        self.framing = framing
    }

    /// Takes `bytes`, cut at no particular place, and answers the requests that are complete with them.
    package mutating func receive(
        _ bytes: some Collection<UInt8>, at now: Uptime, moment: PlantMoment
    ) -> [Reply] {
        if framing == .rtu, now - lastByte > Self.quiet { buffer.removeAll(keepingCapacity: true) }
        lastByte = now
        buffer += bytes
        var replies: [Reply] = []
        while let request = takeRequest() {
            replies += answer(request, at: moment)
        }
        return replies
    }

    // MARK: Framing

    private struct Request {
        /// Nil on a serial line.
        let transaction: UInt16?
        let unit: UInt8
        let body: ArraySlice<UInt8>
    }

    private mutating func takeRequest() -> Request? {
        switch framing {
        case .tcp: takeTCPRequest()
        case .rtu: takeRTURequest()
        }
    }

    private mutating func takeTCPRequest() -> Request? {
        while buffer.count >= 8 {
            let length = Int(buffer[4]) << 8 | Int(buffer[5])
            guard buffer[2] == 0, buffer[3] == 0, (2...254).contains(length) else {
                // No way to find the next frame in a stream that is out of step.
                buffer.removeAll()
                return nil
            }
            guard buffer.count >= 6 + length else { return nil }
            let frame = buffer.prefix(6 + length)
            buffer.removeFirst(frame.count)
            return Request(
                transaction: UInt16(frame[0]) << 8 | UInt16(frame[1]), unit: frame[6], body: frame.dropFirst(7))
        }
        return nil
    }

    private mutating func takeRTURequest() -> Request? {
        while buffer.count >= 4 {
            let length = Self.serialLength(of: buffer)
            guard length <= Self.longestFrame, length <= buffer.count else {
                if buffer.count < Self.longestFrame { return nil }
                buffer.removeFirst()
                continue
            }
            let frame = buffer.prefix(length)
            if modbusCRC(frame.dropLast(2)) == UInt16(frame[length - 1]) << 8 | UInt16(frame[length - 2]) {
                buffer.removeFirst(length)
                return Request(transaction: nil, unit: frame[0], body: frame.dropFirst().dropLast(2))
            }
            buffer.removeFirst()
        }
        return nil
    }

    /// What a request that begins like `buffer` takes, with address and CRC.
    private static func serialLength(of buffer: [UInt8]) -> Int {
        switch buffer[1] {
        case 15, 16: buffer.count > 6 ? 9 + Int(buffer[6]) : 9
        default: 8
        }
    }

    // MARK: Answering

    private func answer(_ request: Request, at moment: PlantMoment) -> [Reply] {
        guard let function = request.body.first else { return [] }
        let misbehaviour = device.misbehaviour(at: moment)
        var unit = request.unit
        let body: [UInt8]
        if request.unit != device.unit {
            // On a shared line somebody else is meant; behind TCP nobody is there ("target device failed to respond").
            guard framing == .tcp else { return [] }
            body = [function | 0x80, 11]
        } else if case .exception(let code) = misbehaviour {
            body = [function | 0x80, code]
        } else {
            body = device.response(to: request.body, at: moment)
        }
        switch misbehaviour {
        case .silent:
            return []
        case .late(let delay):
            return [Reply(bytes: frame(body, unit: unit, request), delay: delay)]
        case .piecewise(let gap):
            return frame(body, unit: unit, request).enumerated().map { index, byte in
                Reply(bytes: [byte], delay: gap * (index + 1))
            }
        case .damaged:
            var bytes = frame(body, unit: unit, request)
            bytes[framing == .tcp ? 0 : bytes.count - 1] ^= 1
            return [Reply(bytes: bytes)]
        case .wrongUnit:
            unit &+= 1
            return [Reply(bytes: frame(body, unit: unit, request))]
        case .exception, nil:
            return [Reply(bytes: frame(body, unit: unit, request))]
        }
    }

    private func frame(_ body: [UInt8], unit: UInt8, _ request: Request) -> [UInt8] {
        if let transaction = request.transaction {
            let length = body.count + 1
            return [
                UInt8(transaction >> 8), UInt8(transaction & 0xFF), 0, 0, UInt8(truncatingIfNeeded: length >> 8),
                UInt8(truncatingIfNeeded: length), unit,
            ] + body
        }
        let bytes = [unit] + body
        let crc = modbusCRC(bytes)
        return bytes + [UInt8(crc & 0xFF), UInt8(crc >> 8)]
    }
}

extension SimulatedDevice {
    /// The answer to a request without unit and CRC: data, or an exception.
    func response(to request: ArraySlice<UInt8>, at moment: PlantMoment) -> [UInt8] {
        let bytes = Array(request)
        guard let function = bytes.first else { return [] }
        guard let table = RegisterTable.allCases.first(where: { $0.functionCode == function }) else {
            return [function | 0x80, 1]
        }
        guard bytes.count == 5 else { return [function | 0x80, 3] }
        let address = Int(bytes[1]) << 8 | Int(bytes[2])
        let count = Int(bytes[3]) << 8 | Int(bytes[4])
        guard (1...table.maximumCount).contains(count) else { return [function | 0x80, 3] }
        guard address + count <= 65_536, let words = read(table, from: address, count: count, at: moment) else {
            return [function | 0x80, 2]
        }
        let data = table.holdsBits ? packedBits(words) : words.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        return [function, UInt8(data.count)] + data
    }
}

/// Eight to a byte, the first in the lowest bit.
private func packedBits(_ bits: [UInt16]) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: (bits.count + 7) / 8)
    for (index, bit) in bits.enumerated() where bit != 0 { bytes[index / 8] |= 1 << UInt8(index % 8) }
    return bytes
}

/// Source: Modbus over Serial Line 1.02, 6.2.2.
func modbusCRC(_ bytes: some Sequence<UInt8>) -> UInt16 {
    bytes.reduce(0xFFFF) { crc, byte in
        (0..<8).reduce(crc ^ UInt16(byte)) { crc, _ in crc & 1 == 0 ? crc >> 1 : crc >> 1 ^ 0xA001 }
    }
}
