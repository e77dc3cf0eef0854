/// U+FEFF at the start of a text in UTF-8, which editors under Windows write there. It is no part of the text.
package enum ByteOrderMark {
    package static let bytes: [UInt8] = [0xEF, 0xBB, 0xBF]

    package static func removed(from text: [UInt8]) -> [UInt8] {
        text.starts(with: bytes) ? Array(text.dropFirst(bytes.count)) : text
    }
}

extension Files {
    /// ``read(_:limit:)`` of a text that somebody wrote: without a byte order mark.
    package static func readText(_ path: String, limit: Int) throws(SystemError) -> [UInt8] {
        ByteOrderMark.removed(from: try read(path, limit: limit))
    }
}

/// A text that somebody wrote, read piece by piece from an open file: without a byte order mark.
package struct TextInput {
    private let descriptor: Int32
    private let name: String
    private var isAtStart = true

    /// `name`: what errors call it.
    package init(_ descriptor: Int32, name: String) {
        self.descriptor = descriptor
        self.name = name
    }

    /// What comes next, at most `limit` bytes; empty at the end.
    package mutating func next(limit: Int) throws(SystemError) -> [UInt8] {
        var block = try readChunk(of: descriptor, limit: limit, name: name)
        guard isAtStart, !block.isEmpty else { return block }
        isAtStart = false
        // A pipe may bring a part of the mark.
        while block.count < ByteOrderMark.bytes.count, ByteOrderMark.bytes.starts(with: block) {
            let more = try readChunk(of: descriptor, limit: limit, name: name)
            if more.isEmpty { return block }
            block += more
        }
        let text = ByteOrderMark.removed(from: block)
        return text.isEmpty ? try next(limit: limit) : text
    }
}
