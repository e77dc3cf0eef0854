import Glibc

/// Chinese text in the encoding of older devices. GB 2312 and GBK are parts of GB 18030.
///
/// A pure function of bytes: the tables are glibc's (iconv(3)).
package enum GB18030 {
    /// The longest text that is converted. A field of a frame is far shorter.
    package static let largest = 65_536

    /// `bytes` as text; nil unless they are GB 18030 from the first to the last, or when they are too many.
    ///
    /// Text in another encoding may pass too, and reads as nonsense then: try UTF-8 first.
    /// Source: GB 18030-2005 (one, two and four bytes a character).
    package static func text(_ bytes: some Collection<UInt8>) -> String? {
        guard bytes.count <= largest else { return nil }
        let converter = unsafe iconv_open("UTF-8", "GB18030")
        // All bits set: the system has no table. Source: iconv_open(3).
        guard Int(bitPattern: converter) != -1 else { return nil }
        defer { _ = unsafe iconv_close(converter) }
        return unsafe convert(Array(bytes), with: converter)
    }

    @unsafe
    private static func convert(_ bytes: [UInt8], with converter: iconv_t?) -> String? {
        var input = bytes.map { CChar(bitPattern: $0) }
        // One byte stays one, two become at most three, four at most four.
        var output = [CChar](repeating: 0, count: bytes.count + bytes.count / 2 + 4)
        var inputLeft = input.count
        var outputLeft = output.count
        let isWhole = unsafe input.withUnsafeMutableBufferPointer { source in
            unsafe output.withUnsafeMutableBufferPointer { target in
                var next = source.baseAddress
                var end = target.baseAddress
                // Anything but 0 is an error, an incomplete character at the end, or a replaced one.
                return unsafe iconv(converter, &next, &inputLeft, &end, &outputLeft) == 0
            }
        }
        guard isWhole, inputLeft == 0 else { return nil }
        let text = output.prefix(output.count - outputLeft)
        return String(validating: text.lazy.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
