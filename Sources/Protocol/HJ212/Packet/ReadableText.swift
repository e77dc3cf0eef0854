import Transcoding

/// Bytes of instruments, for people: UTF-8 and GB 18030 as they are meant, and never half a character.
package enum ReadableText {
    /// The text of `bytes`. What stands between the delimiters of HJ 212 is read by itself, as senders mix encodings; bytes that
    /// are text in neither encoding stand as `<B2E2>`. Of longer text the first `limit` characters are there, with `…`.
    ///
    /// Control characters remain: the log and terminals escape them in their own ways.
    package static func of(_ bytes: some Collection<UInt8>, limit: Int = .max) -> String {
        let bytes = Array(bytes)
        let text = String(validating: bytes, as: UTF8.self) ?? pieces(of: bytes)
        return text.unicodeScalars.count > limit
            ? String(String.UnicodeScalarView(text.unicodeScalars.prefix(limit))) + "…" : text
    }

    /// The text that `bytes` begin, whose last character may lack bytes; nil where they are no text in either encoding, or have
    /// control characters.
    static func beginning(with bytes: [UInt8]) -> String? {
        guard !bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return nil }
        for missing in 0...3 where PrintedBytes.isUTF8(bytes[...], cutBy: missing) {
            return String(validating: bytes.dropLast(missing), as: UTF8.self)
        }
        return GB18030.text(bytes[...]) ?? GB18030.text(bytes.dropLast())
    }

    private static func pieces(of bytes: [UInt8]) -> String {
        var text = ""
        for piece in bytes.split(omittingEmptySubsequences: false, whereSeparator: isDelimiter) {
            text += read(piece)
            if piece.endIndex < bytes.endIndex { text.unicodeScalars.append(Unicode.Scalar(bytes[piece.endIndex])) }
        }
        return text
    }

    private static func read(_ piece: ArraySlice<UInt8>) -> String {
        if let text = String(validating: piece, as: UTF8.self) ?? GB18030.text(piece) { return text }
        var text = ""
        for run in piece.chunked(by: { ($0 < 0x80) == ($1 < 0x80) }) {
            text += run.first.map { $0 < 0x80 } == true ? String(decoding: run, as: UTF8.self) : "<\(hex(run))>"
        }
        return text
    }

    private static func hex(_ bytes: ArraySlice<UInt8>) -> String {
        bytes.map { String(0x100 + Int($0), radix: 16, uppercase: true).dropFirst() }.joined()
    }

    /// None of them is a part of a character of two or four bytes. Source: GB 18030-2005, table 1.
    static func isDelimiter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ";"), UInt8(ascii: ","), UInt8(ascii: "="), UInt8(ascii: "&"), UInt8(ascii: "#"), 0x0A, 0x0D,
            UInt8(ascii: " "):
            true
        default: false
        }
    }
}

extension ArraySlice<UInt8> {
    /// Runs of neighbours that belong together.
    fileprivate func chunked(by belong: (UInt8, UInt8) -> Bool) -> [ArraySlice<UInt8>] {
        var runs: [ArraySlice<UInt8>] = []
        var start = startIndex
        for index in indices where index > startIndex && !belong(self[index - 1], self[index]) {
            runs.append(self[start..<index])
            start = index
        }
        return start < endIndex ? runs + [self[start...]] : runs
    }
}
