/// The Modbus request that switches one coil. Source: Modbus Application Protocol 1.1b3, 6.5.
package struct CoilWrite: Hashable, Sendable {
    private static let functionCode: UInt8 = 5

    /// Zero-based.
    package var address: UInt16
    package var isOn: Bool

    package init(address: UInt16, isOn: Bool) {
        self.address = address
        self.isOn = isOn
    }

    /// Function code, address, FF00 for on or 0000 for off. A good answer is the same again.
    package var functionData: [UInt8] {
        [Self.functionCode, UInt8(address >> 8), UInt8(address & 0xFF), isOn ? 0xFF : 0, 0]
    }

    /// Compares the answer `frame[functionData]` with the request.
    package func check(reply frame: [UInt8], functionData range: Range<Int>) throws(ReplyDefect) {
        guard range.lowerBound >= 0, range.upperBound <= frame.count, range.count >= 2 else {
            throw .mismatch(.tooShort)
        }
        let reply = frame[range]
        if reply.first == Self.functionCode | 0x80 {
            guard reply.count == 2, let code = reply.last, code != 0 else { throw .mismatch(.malformedException) }
            throw .exception(code)
        }
        guard reply.elementsEqual(functionData) else { throw .mismatch(.otherWrite) }
    }
}
