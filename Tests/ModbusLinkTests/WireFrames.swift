import Protocol

/// Frames as a device would write them, right or wrong on purpose.
enum WireFrames {
    /// The answer to a Modbus TCP `request`; each part may be replaced by a wrong one.
    static func tcp(
        answering request: [UInt8], transaction: UInt16? = nil, protocolID: UInt16 = 0, length: Int? = nil,
        unit: UInt8? = nil, functionData: [UInt8]
    ) -> [UInt8] {
        let transaction = transaction ?? UInt16(request[0]) << 8 | UInt16(request[1])
        let length = UInt16(length ?? functionData.count + 1)
        return [transaction, protocolID, length].flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
            + [unit ?? request[6]] + functionData
    }

    /// An RTU frame with its CRC, lowest byte first.
    static func rtu(unit: UInt8, functionData: [UInt8]) -> [UInt8] {
        let body = [unit] + functionData
        let crc = crc16(body)
        return body + [UInt8(crc & 0xFF), UInt8(crc >> 8)]
    }

    /// Function data that answers a read of registers with `words`.
    static func registers(_ words: [UInt16], function: UInt8 = 3) -> [UInt8] {
        [function, UInt8(2 * words.count)] + words.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    }

    /// The answer to a read of registers in which each says its unit and address: unit × 1000 + address.
    static func truth(unit: UInt8, functionData: some Collection<UInt8>) -> [UInt8] {
        let bytes = Array(functionData)
        let address = Int(bytes[1]) << 8 | Int(bytes[2])
        let count = Int(bytes[3]) << 8 | Int(bytes[4])
        return registers((0..<count).map { UInt16(Int(unit) * 1_000 + address + $0) }, function: bytes[0])
    }

    /// Source: Modbus over Serial Line 1.02, 6.2.2.
    static func crc16(_ bytes: [UInt8]) -> UInt16 {
        bytes.reduce(0xFFFF) { crc, byte in
            (0..<8).reduce(crc ^ UInt16(byte)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0xA001 : crc >> 1 }
        }
    }
}
