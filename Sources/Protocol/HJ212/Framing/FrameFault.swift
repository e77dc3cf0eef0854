package import Telemetry

/// One way in which the bytes of a stream are not a strictly well framed HJ 212 frame.
package enum FrameFault: Hashable, Sendable {
    /// The length field says `declared`, the segment that ends in a fitting place has `actual` bytes.
    case length(declared: Int, actual: Int)
    /// The length field has `digits` digits, not four.
    case unpaddedLength(digits: Int)
    /// A station address of four digits stands before the length, as in some analysers' dialect.
    case stationAddress(String)
    /// The segment is longer than a segment may be.
    case oversize(length: Int)
    /// The checksum is of no known kind.
    case crc(computed: UInt16, stated: UInt16)
    /// The checksum does not fit and the data area looks like SM4 ciphertext, whose checksum is that of the plain text.
    case encrypted(computed: UInt16, stated: UInt16)
    /// The data area is ciphertext written as a list of hex numbers, not as bytes.
    case listedCiphertext
    /// The checksum is plain Modbus CRC-16, whose algorithm differs.
    case modbusCRC(computed: UInt16, stated: UInt16, lowByteFirst: Bool)
    /// The checksum fits but its leading zeros are missing.
    case unpaddedCRC(digits: Int)
    /// There is no checksum.
    case missingCRC(computed: UInt16)
    /// The segment does not end in `&&`.
    case unclosedSegment
    /// What follows the checksum is not CR LF.
    case tail(FrameTail)
    /// CR and LF bytes after the end of a frame.
    case extraLineEnds(count: Int)
    /// The bytes stop, or the next frame begins, before the segment is complete; `declared` is nil if not even the length
    /// field is.
    case truncated(declared: Int?, received: Int)
    /// Neither where the length field points nor elsewhere stands what ends a segment.
    case noEnd(declared: Int)
    /// Bytes outside any frame, with the first few of them.
    case garbage(sample: [UInt8])
}

extension FrameFault {
    /// The families of faults: the words `gatewayd decode` and the counters use.
    package enum Kind: String, CaseIterable, Hashable, Sendable {
        case length, crc, tail, truncated, garbage, oversize, grammar

        /// The name in the log and in JSON, and what people call it.
        package var words: BilingualText {
            switch self {
            case .length: .init(rawValue, zh: "长度错误")
            case .crc: .init(rawValue, zh: "校验码错误")
            case .tail: .init(rawValue, zh: "包尾错误")
            case .truncated: .init(rawValue, zh: "报文不完整")
            case .garbage: .init(rawValue, zh: "杂散字节")
            case .oversize: .init(rawValue, zh: "报文过长")
            case .grammar: .init(rawValue, zh: "数据段格式错误")
            }
        }
    }

    package var kind: Kind {
        switch self {
        case .length, .unpaddedLength, .stationAddress, .noEnd: .length
        case .oversize: .oversize
        case .crc, .encrypted, .modbusCRC, .unpaddedCRC, .missingCRC: .crc
        case .unclosedSegment, .listedCiphertext: .grammar
        case .tail, .extraLineEnds: .tail
        case .truncated: .truncated
        case .garbage: .garbage
        }
    }

    /// The finding in words, with what tells a technician where to look.
    package var detail: String {
        switch self {
        case .length(let declared, let actual):
            "length field \(declared), segment has \(actual) bytes"
                + (LengthCause(declared: declared, actual: actual).map { ": \($0.words.en)" } ?? "")
        case .unpaddedLength(let digits):
            "length field has \(digits) digit\(digits == 1 ? "" : "s"), must be padded to four"
        case .stationAddress(let address):
            "station address \(address) before the length field (dialect of some analysers)"
        case .oversize(let length):
            "segment of \(length) bytes, at most \(Frame.maximumSegmentLength) allowed: must be split into packets"
        case .crc(let computed, let stated):
            "computed \(ASCII.hex(computed)), frame says \(ASCII.hex(stated))" + Self.crcHint(stated)
        case .encrypted(let computed, let stated):
            "computed \(ASCII.hex(computed)), frame says \(ASCII.hex(stated)); the data area looks encrypted (SM4), "
                + "the CRC is that of the plain text and cannot be checked without the right key"
        case .listedCiphertext:
            "the encrypted data area is written as a list of hex numbers, raw bytes are expected"
        case .modbusCRC(let computed, let stated, let lowByteFirst):
            "computed \(ASCII.hex(computed)), frame says \(ASCII.hex(stated)), which is plain Modbus CRC-16 with the "
                + "\(lowByteFirst ? "low" : "high") byte first: the sender uses the wrong algorithm"
        case .unpaddedCRC(let digits):
            "CRC has \(digits) digit\(digits == 1 ? "" : "s"), must be padded to four"
        case .missingCRC(let computed):
            "no CRC after the segment, computed \(ASCII.hex(computed))"
        case .unclosedSegment:
            "segment does not end in &&"
        case .tail(let tail):
            "CR LF expected after the CRC, found \(tail.name)"
        case .extraLineEnds(let count):
            "\(count) CR or LF byte\(count == 1 ? "" : "s") after the end of the frame"
        case .truncated(.some(let declared), let received):
            "length field \(declared), only \(received) byte\(received == 1 ? "" : "s") before the next frame or the end"
        case .truncated(.none, _):
            "the stream ends within the length field"
        case .noEnd(let declared):
            "length field \(declared), but neither there nor before the next frame do && and a CRC end the segment"
        case .garbage(let sample):
            "not part of a frame, begins with \(Self.printable(sample))"
        }
    }

    /// The low byte of every HJ 212 checksum is one of eight values; anything else was made some other way.
    private static func crcHint(_ stated: UInt16) -> String {
        switch UInt8(truncatingIfNeeded: stated) {
        case 0x00, 0x01, 0x40, 0x41, 0x80, 0x81, 0xC0, 0xC1: ""
        default: " (not a value this algorithm can give)"
        }
    }

    /// Text as it was sent, with its bytes where it is not ASCII alone and so may be noise; anything else as bytes.
    private static func printable(_ sample: [UInt8]) -> String {
        guard let text = ReadableText.beginning(with: sample) else { return hex(sample) }
        return sample.allSatisfy { $0 < 0x80 } ? "\"\(text)\"" : "\"\(text)\" (\(hex(sample)))"
    }

    private static func hex(_ sample: [UInt8]) -> String {
        sample.map { String($0 >> 4, radix: 16, uppercase: true) + String($0 & 15, radix: 16, uppercase: true) }
            .joined(separator: " ")
    }
}
