package import Telemetry
import Transcoding

/// What a sender counts whose length field is wrong, as far as the numbers give it away.
package enum LengthCause: Equatable, Sendable {
    /// The CRC as well.
    case checksum
    /// The CRC and the line end of so many bytes as well.
    case checksumAndLineEnd(bytes: Int)
    /// Everything from `##` to the line end of so many bytes.
    case wholeFrame(lineEnd: Int)
    /// The same without the line end.
    case frameWithoutLineEnd
    /// The right number, with hexadecimal digits.
    case hexadecimal
    /// Everything but the closing `&&`.
    case withoutClosing
    /// Characters instead of bytes.
    case characters
    /// The bytes of the text in GBK, which is sent in UTF-8.
    case textInGBK
    /// The bytes of the text in UTF-8, which is sent in GBK.
    case textInUTF8

    /// By the numbers alone. `lineEnd`: the bytes of the line end as it came.
    package init?(declared: Int, actual: Int, lineEnd: Int = 2) {
        switch declared - actual {
        case 4: self = .checksum
        case 4 + lineEnd: self = .checksumAndLineEnd(bytes: 4 + lineEnd)
        case 10: self = .frameWithoutLineEnd
        case 10 + lineEnd: self = .wholeFrame(lineEnd: lineEnd)
        case -2: self = .withoutClosing
        case _ where Int(String(declared), radix: 16) == actual: self = .hexadecimal
        default: return nil
        }
    }

    /// By the numbers and the segment itself: the encoding of its text may explain them.
    package init?(declared: Int, segment: some Collection<UInt8>, lineEnd: Int = 2) {
        guard segment.contains(where: { $0 >= 0x80 }) else {
            self.init(declared: declared, actual: segment.count, lineEnd: lineEnd)
            return
        }
        let sent = String(validating: segment, as: UTF8.self)
        let text = sent ?? GB18030.text(segment)
        let characters = text?.unicodeScalars.count
        // A character that is no ASCII takes two bytes there, but for the rarest.
        let inGBK = text.map { $0.unicodeScalars.reduce(0) { $0 + ($1.isASCII ? 1 : 2) } }
        switch declared {
        case characters: self = .characters
        case inGBK where sent != nil: self = .textInGBK
        case text?.utf8.count where sent == nil: self = .textInUTF8
        default: self.init(declared: declared, actual: segment.count, lineEnd: lineEnd)
        }
    }

    package var words: BilingualText {
        switch self {
        case .checksum:
            BilingualText(en: "the sender also counts the CRC (4 bytes)", zh: "发送方把CRC（4字节）也计入了长度")
        case .checksumAndLineEnd(let count):
            BilingualText(
                en: "the sender also counts the CRC and the line end (\(count) bytes)",
                zh: "发送方把CRC和\(count == 6 ? "回车换行" : "行尾")（共\(count)字节）也计入了长度")
        case .wholeFrame(let end):
            BilingualText(
                en: "the sender counts the whole frame, from ## to the line end (\(10 + end) bytes more)",
                zh: "发送方按整帧计数，把##、长度、CRC和\(end == 2 ? "回车换行" : "行尾")（共\(10 + end)字节）也计入了长度")
        case .frameWithoutLineEnd:
            BilingualText(
                en: "the sender counts the whole frame but its line end, from ## to the CRC (10 bytes more)",
                zh: "发送方按不含回车换行的整帧计数，把##、长度和CRC（共10字节）也计入了长度")
        case .hexadecimal:
            BilingualText(
                en: "the sender writes the length with hexadecimal digits, not decimal ones", zh: "发送方把长度写成了十六进制，应为十进制")
        case .withoutClosing:
            BilingualText(en: "the sender does not count the closing && (2 bytes)", zh: "发送方没有计入结尾的&&（2字节）")
        case .characters:
            BilingualText(en: "the sender counts characters, not bytes", zh: "发送方统计的是字符数，不是字节数")
        case .textInGBK:
            BilingualText(
                en: "the sender counts the bytes of the text in GBK but sends it in UTF-8",
                zh: "发送方按GBK编码统计字节数，却以UTF-8发送")
        case .textInUTF8:
            BilingualText(
                en: "the sender counts the bytes of the text in UTF-8 but sends it in GBK",
                zh: "发送方按UTF-8编码统计字节数，却以GBK发送")
        }
    }
}
