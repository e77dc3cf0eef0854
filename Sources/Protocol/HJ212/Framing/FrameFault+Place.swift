extension FrameFault {
    /// The bytes of a frame or defect that show the fault, counted from its start; where something is missing, the place
    /// it should be at, one byte long, which may lie behind the last byte.
    ///
    /// `bytes`: what the frame or defect covers. `segment`: where its segment lies, if one could be cut.
    func place(in bytes: ArraySlice<UInt8>, segment: Range<Int>?) -> Range<Int> {
        let whole = 0..<max(bytes.count, 1)
        switch self {
        case .length, .noEnd, .oversize:
            guard let segment else { return 2..<6 }
            return max(segment.lowerBound - 4, 2)..<segment.lowerBound
        case .unpaddedLength(let digits):
            return 2..<2 + digits
        case .stationAddress:
            return 2..<6
        case .crc, .encrypted, .modbusCRC, .unpaddedCRC, .missingCRC:
            guard let segment else { return whole }
            return segment.upperBound..<segment.upperBound + max(Self.checksumLength(bytes, segment), 1)
        case .unclosedSegment:
            guard let segment else { return whole }
            return segment.upperBound..<segment.upperBound + 1
        case .listedCiphertext:
            return segment ?? whole
        case .tail:
            guard let segment else { return whole }
            let start = segment.upperBound + Self.checksumLength(bytes, segment)
            return start..<max(bytes.count, start + 1)
        case .truncated:
            return bytes.count..<bytes.count + 1
        case .extraLineEnds, .garbage:
            return whole
        }
    }

    /// Hex digits where the checksum stands.
    private static func checksumLength(_ bytes: ArraySlice<UInt8>, _ segment: Range<Int>) -> Int {
        bytes.dropFirst(segment.upperBound).prefix(4).prefix { ASCII.hexDigit($0) != nil }.count
    }
}
