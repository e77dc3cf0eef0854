/// Puts segments into frames, strictly as the standard has them. Source: HJ 212-2017, appendix A for the CRC.
package enum FrameEncoder {
    /// The frame of `segment`; nil when that is longer than a frame may carry.
    package static func frame(segment: [UInt8]) -> [UInt8]? {
        guard segment.count <= Frame.maximumSegmentLength else { return nil }
        let length = String(segment.count)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(segment.count + 12)
        bytes += [ASCII.hash, ASCII.hash]
        bytes += repeatElement(UInt8(ascii: "0"), count: 4 - length.utf8.count)
        bytes += length.utf8
        bytes += segment
        bytes += ASCII.hex(CRC16(segment[...]).value).utf8
        bytes += [ASCII.carriageReturn, ASCII.lineFeed]
        return bytes
    }

    /// The frame of `packet`; nil when its segment is longer than a frame may carry.
    package static func frame(_ packet: Packet) -> [UInt8]? {
        frame(segment: packet.segment)
    }
}
