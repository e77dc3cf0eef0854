/// The check value of HJ 212, and the Modbus one that some devices send in its place.
///
/// Source: HJ 212-2017, appendix A; HJ 212-2025, appendix A. It differs from Modbus CRC-16 in one step: the register's
/// low byte is thrown away before each byte is mixed in.
package enum CRC16 {
    /// The value over `bytes` as HJ 212 wants it, written high byte first in four hex digits.
    package static func hj212(_ bytes: some Sequence<UInt8>) -> UInt16 {
        var register: UInt16 = 0xFFFF
        for byte in bytes { register = table[Int(UInt8(truncatingIfNeeded: register >> 8) ^ byte)] }
        return register
    }

    /// Modbus CRC-16, high byte first. Source: Modbus over Serial Line 1.02, 6.2.2.
    package static func modbus(_ bytes: some Sequence<UInt8>) -> UInt16 {
        var register: UInt16 = 0xFFFF
        for byte in bytes {
            register = (register >> 8) ^ table[Int(UInt8(truncatingIfNeeded: register) ^ byte)]
        }
        return register
    }

    /// Polynomial 0xA001 (0x8005 reflected), for each value of a byte.
    private static let table: [UInt16] = (0..<256).map { index in
        (0..<8).reduce(UInt16(index)) { register, _ in
            register & 1 == 1 ? (register >> 1) ^ 0xA001 : register >> 1
        }
    }
}

extension UInt16 {
    /// Four upper-case hex digits.
    package var hex: String {
        let digits = String(self, radix: 16, uppercase: true)
        return String(repeating: "0", count: 4 - digits.count) + digits
    }
}

extension UInt8 {
    var isDigit: Bool { (0x30...0x39).contains(self) }

    var hexValue: UInt16? {
        switch self {
        case 0x30...0x39: UInt16(self - 0x30)
        case 0x41...0x46: UInt16(self - 0x41 + 10)
        case 0x61...0x66: UInt16(self - 0x61 + 10)
        default: nil
        }
    }
}
