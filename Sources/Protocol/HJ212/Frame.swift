/// One frame cut out of a byte stream: `##`, length, segment, CRC, CR LF.
package struct Frame: Equatable, Sendable {
    /// Where its first `#` lies in the stream, in bytes from the start.
    package var offset: Int
    /// Bytes from the first `#` through the tail.
    package var length: Int
    /// The data segment, from the header to the closing `&&`.
    package var segment: [UInt8]
    /// The CRC as it was written.
    package var crc: String
    /// What was wrong and has been put right; empty for a strictly framed one.
    package var repairs: [FrameDefect]
}

/// A part of the stream that is no frame, or what was wrong with one.
package struct FrameDefect: Error, Equatable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        /// The length field does not count the segment's bytes.
        case length
        /// The check value does not fit.
        case crc
        /// CR LF is missing, or is something else.
        case tail
        /// The stream or another frame's start cuts it off.
        case truncated
        /// Bytes outside any frame.
        case garbage
        /// Longer than 1,024 bytes.
        case oversize
        /// Well framed, but the segment cannot be read.
        case grammar
    }

    package var kind: Kind
    package var offset: Int
    package var length: Int
    /// What was found, for a person.
    package var detail: String
}

/// Which deviations a link puts up with. What is put right is reported all the same.
package struct FrameTolerance: OptionSet, Sendable {
    package let rawValue: Int

    package init(rawValue: Int) { self.rawValue = rawValue }

    /// A wrong length field, when the CRC fits the segment that ends in `&&`.
    package static let length = FrameTolerance(rawValue: 1)
    /// No tail, another one, or a doubled one.
    package static let tail = FrameTolerance(rawValue: 2)
    /// A segment of more than 1,024 bytes, up to ``FrameScanner/longestSegment``.
    package static let oversize = FrameTolerance(rawValue: 4)
    /// A Modbus CRC in either byte order, or one without leading zeros.
    package static let crc = FrameTolerance(rawValue: 8)

    /// Nothing: exactly what the standard says.
    package static let strict: FrameTolerance = []
    /// What hurts nobody, because the HJ 212 CRC still fits.
    package static let usual: FrameTolerance = [.length, .tail, .oversize]
    package static let all: FrameTolerance = [.length, .tail, .oversize, .crc]
}
