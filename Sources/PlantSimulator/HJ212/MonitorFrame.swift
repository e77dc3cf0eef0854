/// The frames a simulated monitor sends and understands, made without the gateway's own codec so that each checks the
/// other. Source: HJ 212-2017, 6.3 and appendix A.
enum MonitorFrame {
    /// `segment` with header, length, CRC and line end.
    static func framed(_ segment: String) -> [UInt8] {
        let length = String(segment.utf8.count)
        let padded = String(repeating: "0", count: max(0, 4 - length.count)) + length
        return Array("##\(padded)\(segment)\(hexadecimal(checksum(segment.utf8)))\r\n".utf8)
    }

    /// The CRC of HJ 212: before each byte the register's low half is thrown away.
    static func checksum(_ bytes: some Sequence<UInt8>) -> UInt16 {
        bytes.reduce(0xFFFF) { register, byte in
            (0..<8).reduce(register >> 8 ^ UInt16(byte)) { register, _ in
                register & 1 == 0 ? register >> 1 : register >> 1 ^ 0xA001
            }
        }
    }

    private static func hexadecimal(_ number: UInt16) -> String {
        let digits = String(number, radix: 16, uppercase: true)
        return String(repeating: "0", count: 4 - digits.count) + digits
    }

    /// The QN of the first complete frame in `bytes` that is a data answer (CN=9014), and the bytes after that frame.
    /// A frame is whatever ends with a line feed.
    static func takeAnswer(from bytes: inout [UInt8]) -> String? {
        while let end = bytes.firstIndex(of: 0x0A) {
            let line = String(decoding: bytes[..<end], as: UTF8.self)
            bytes.removeFirst(end + 1)
            guard line.contains("CN=9014"), let start = line.firstRange(of: "QN=") else { continue }
            return String(line[start.upperBound...].prefix { $0 != ";" })
        }
        return nil
    }
}

extension String {
    /// Where `text` (ASCII) stands first.
    fileprivate func firstRange(of text: String) -> Range<String.Index>? {
        var index = startIndex
        while index < endIndex {
            if self[index...].hasPrefix(text) { return index..<self.index(index, offsetBy: text.count) }
            index = self.index(after: index)
        }
        return nil
    }
}
