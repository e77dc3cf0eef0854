/// One frame cut out of a stream.
package struct Frame: Hashable, Sendable {
    /// Where its `##` stands in the stream, counted from 0.
    package let offset: Int
    /// All its bytes as they were received, from `##` to the end of the tail.
    package let bytes: [UInt8]
    /// Where the segment lies in `bytes`.
    package let segmentRange: Range<Int>
    /// What the length field says.
    package let declaredLength: Int
    /// What the CRC field says; nil when there is none.
    package let statedCRC: UInt16?
    /// The segment that a key made of an encrypted one; nil for a frame that was sent plain.
    package let plainSegment: [UInt8]?
    /// In which ways it is not strictly well framed, in the order of the frame's parts; empty for a good frame.
    package let faults: [FrameFault]

    /// The longest segment the standards allow, in bytes. Source: all three editions.
    package static let maximumSegmentLength = 1024

    /// What the checksum covers: header fields and data area, decrypted.
    package var segment: ArraySlice<UInt8> { plainSegment.map { $0[...] } ?? bytes[segmentRange] }
}

/// A run of bytes that is no acceptable frame.
package struct FrameDefect: Hashable, Sendable {
    /// Where it begins in the stream, counted from 0.
    package let offset: Int
    /// Bytes it covers.
    package let length: Int
    /// What is wrong, in the order of a frame's parts; at least one.
    package let faults: [FrameFault]
    /// The frame, where one could be cut that must not be believed (foreign or wrong checksum, intolerable repair): for
    /// reports, and for a receiver that has a key to decrypt it.
    package let frame: Frame?

    /// The family of the first fault.
    package var kind: FrameFault.Kind { faults.first?.kind ?? .garbage }

    /// All faults in words.
    package var detail: String { faults.map(\.detail).joined(separator: "; ") }
}

/// What a scanner finds in a stream, in its order. The items of a stream cover each of its bytes exactly once.
package enum ScannedItem: Hashable, Sendable {
    case frame(Frame)
    case defect(FrameDefect)
}
