/// Which faults of framing a receiver overlooks, set per link. What was overlooked is reported all the same.
///
/// The case of hex digits is never a fault. What cannot be verified is tolerated only by ``unchecked``.
package struct Tolerance: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// A wrong or oddly written length field, where the HJ 212 checksum shows the true end, and ciphertext that is written
    /// as a list of hex numbers.
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
    /// A station address before the length field: the dialect of some analysers.
    package static let stationAddress = Tolerance(rawValue: 1 << 6)
    /// No checksum, or one of no known kind, in a frame that is right in every other way. Such data prove nothing.
    package static let unchecked = Tolerance(rawValue: 1 << 7)

    /// Only what the standard describes.
    package static let strict: Tolerance = []
    /// Everything that can be repaired and checked.
    package static let everything: Tolerance = [
        .length, .oversize, .unpaddedCRC, .modbusCRC, .unclosedSegment, .tail, .stationAddress,
    ]
    /// What a gateway takes from its instruments: everything but foreign checksums.
    package static let intake: Tolerance = everything.subtracting(.modbusCRC)

    /// The names that configuration and command line use, in the order of a frame's parts.
    package static let names: [(name: String, tolerance: Tolerance)] = [
        ("address", .stationAddress), ("length", .length), ("oversize", .oversize), ("unclosed", .unclosedSegment),
        ("crc-padding", .unpaddedCRC), ("modbus-crc", .modbusCRC), ("unchecked", .unchecked), ("tail", .tail),
    ]

    /// Whether a frame with all these faults may still be delivered.
    package func allows(_ faults: [FrameFault]) -> Bool {
        if faults.count == 1, contains(.unchecked), faults[0].leavesUnchecked { return true }
        return faults.allSatisfy(allows)
    }

    private func allows(_ fault: FrameFault) -> Bool {
        switch fault {
        case .length, .unpaddedLength, .listedCiphertext: contains(.length)
        case .stationAddress: contains(.stationAddress)
        case .oversize: contains(.oversize)
        case .unpaddedCRC: contains(.unpaddedCRC)
        case .modbusCRC: contains(.modbusCRC)
        case .unclosedSegment: contains(.unclosedSegment)
        case .tail, .extraLineEnds: contains(.tail)
        case .crc, .encrypted, .missingCRC, .truncated, .noEnd, .garbage: false
        }
    }
}

extension FrameFault {
    fileprivate var leavesUnchecked: Bool {
        switch self {
        case .crc, .missingCRC: true
        default: false
        }
    }
}
