/// The checksums of simulated peers, bit by bit and without the gateway's own codec, so that each checks the other.
enum PeerChecksum {
    /// The CRC of HJ 212: before each byte the register's low half is thrown away.
    /// Source: HJ 212-2017, appendix A; the same in all editions.
    static func hj212(_ bytes: some Sequence<UInt8>) -> UInt16 {
        bytes.reduce(0xFFFF) { shifted($0 >> 8 ^ UInt16($1)) }
    }

    /// The CRC of Modbus RTU, which some senders take for the one above.
    static func modbus(_ bytes: some Sequence<UInt8>) -> UInt16 {
        bytes.reduce(0xFFFF) { shifted($0 ^ UInt16($1)) }
    }

    private static func shifted(_ register: UInt16) -> UInt16 {
        (0..<8).reduce(register) { register, _ in
            register & 1 == 0 ? register >> 1 : register >> 1 ^ 0xA001
        }
    }

    /// Four upper-case hex digits.
    static func text(_ number: UInt16) -> String {
        let digits = String(number, radix: 16, uppercase: true)
        return String(repeating: "0", count: 4 - digits.count) + digits
    }
}

/// `number` in decimal with leading zeros up to `width` digits.
func paddedDecimal(_ number: Int, width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
