extension FrameEncoder {
    /// The frame of `segment` for one station of a shared line, in the dialect of some analysers: a station address before
    /// the length, and the checksum of Modbus with its low byte first. Nil when the segment is longer than a frame may
    /// carry or `station` is not within 0…9999.
    ///
    /// Source: one maker's protocol as seen on the wire; no edition of the standard has it.
    package static func addressedFrame(segment: [UInt8], station: Int) -> [UInt8]? {
        guard segment.count <= Frame.maximumSegmentLength, (0...9999).contains(station) else { return nil }
        let checksum = CRC16.modbus(segment[...]).byteSwapped
        var bytes: [UInt8] = [ASCII.hash, ASCII.hash]
        for number in [station, segment.count] {
            let digits = Array(String(number).utf8)
            bytes += repeatElement(UInt8(ascii: "0"), count: 4 - digits.count) + digits
        }
        return bytes + segment + Array(ASCII.hex(checksum).utf8) + [ASCII.carriageReturn, ASCII.lineFeed]
    }
}
