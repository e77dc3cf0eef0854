@testable import Protocol

/// The frame of a segment, strictly well framed.
func framed(_ segment: String) -> [UInt8] {
    framed(Array(segment.utf8))
}

func framed(_ segment: [UInt8]) -> [UInt8] {
    guard let frame = FrameEncoder.frame(segment: segment) else { preconditionFailure("segment too long for a frame") }
    return frame
}

/// A frame with chosen parts, right or not.
func assembled(length: String, _ segment: String, crc: String, tail: String = "\r\n") -> [UInt8] {
    Array("##\(length)\(segment)\(crc)\(tail)".utf8)
}

/// What a scanner finds in a whole stream.
func scan(
    _ stream: [UInt8], tolerance: Tolerance = .strict, limit: Int = FrameScanner.defaultLimit
) -> [ScannedItem] {
    var scanner = FrameScanner(tolerance: tolerance, limit: limit)
    return scanner.feed(stream) + scanner.expire()
}

/// The same when the stream arrives in pieces of the sizes that `sizes` gives.
func scan(_ stream: [UInt8], tolerance: Tolerance = .strict, chunks nextSize: () -> Int) -> [ScannedItem] {
    var scanner = FrameScanner(tolerance: tolerance)
    var items: [ScannedItem] = []
    var rest = stream[...]
    while !rest.isEmpty {
        let chunk = rest.prefix(nextSize())
        items += scanner.feed(chunk)
        rest = rest.dropFirst(chunk.count)
    }
    return items + scanner.expire()
}

extension ScannedItem {
    var offset: Int {
        switch self {
        case .frame(let frame): frame.offset
        case .defect(let defect): defect.offset
        }
    }

    /// Bytes it covers.
    var length: Int {
        switch self {
        case .frame(let frame): frame.bytes.count
        case .defect(let defect): defect.length
        }
    }

    var frame: Frame? {
        if case .frame(let frame) = self { frame } else { nil }
    }

    var defect: FrameDefect? {
        if case .defect(let defect) = self { defect } else { nil }
    }
}
