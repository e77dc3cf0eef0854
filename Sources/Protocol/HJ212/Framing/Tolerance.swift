/// Which faults of framing a receiver overlooks, set per link.
///
/// The case of hex digits is never a fault. What cannot be verified (no checksum, one of no known kind) is never tolerated.
package struct Tolerance: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// A wrong or oddly written length field, where the HJ 212 checksum shows the true end.
    package static let length = Tolerance(rawValue: 1 << 0)
    /// A segment above 1024 bytes.
    package static let oversize = Tolerance(rawValue: 1 << 1)
    /// A checksum without its leading zeros.
    package static let unpaddedCRC = Tolerance(rawValue: 1 << 2)
    /// Plain Modbus CRC-16 in either byte order.
    package static let modbusCRC = Tolerance(rawValue: 1 << 3)
    /// A segment without the closing `&&`.
    package static let unclosedSegment = Tolerance(rawValue: 1 << 4)
    /// A missing or odd tail.
    package static let tail = Tolerance(rawValue: 1 << 5)

    /// Only what the standard describes.
    package static let strict: Tolerance = []
    /// Everything that can be repaired and checked.
    package static let everything: Tolerance = [
        .length, .oversize, .unpaddedCRC, .modbusCRC, .unclosedSegment, .tail,
    ]
    /// What a gateway takes from its instruments: everything but foreign checksums.
    package static let intake: Tolerance = everything.subtracting(.modbusCRC)

    /// Whether a frame with `fault` may still be delivered.
    package func allows(_ fault: FrameFault) -> Bool {
        switch fault {
        case .length, .unpaddedLength, .stationAddress: contains(.length)
        case .oversize: contains(.oversize)
        case .unpaddedCRC: contains(.unpaddedCRC)
        case .modbusCRC: contains(.modbusCRC)
        case .unclosedSegment: contains(.unclosedSegment)
        case .tail, .extraLineEnds: contains(.tail)
        case .crc, .encrypted, .missingCRC, .truncated, .noEnd, .garbage: false
        }
    }
}
