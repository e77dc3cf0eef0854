/// The mark that says what a value is worth, one to four ASCII letters or digits.
///
/// Source: HJ 212-2017, table 8 (N F M S D C T B); HJ 212-2025, table 10 adds `Td`; 2005 devices also send P and 0–3.
package struct DataFlag: Hashable, Sendable {
    /// The characters from the highest byte down, zero bytes after the last.
    private let packed: UInt32

    /// The flag written as `text`; nil unless that is one to four ASCII letters or digits.
    package init?(_ text: some StringProtocol) {
        self.init(bytes: text.utf8)
    }

    /// The flag written as `bytes`; nil unless these are one to four ASCII letters or digits.
    package init?(bytes: some Collection<UInt8>) {
        guard (1...4).contains(bytes.count) else { return nil }
        var packed: UInt32 = 0
        for (index, byte) in bytes.enumerated() {
            guard
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            else { return nil }
            packed |= UInt32(byte) << UInt32(24 - 8 * index)
        }
        self.packed = packed
    }

    private init(letter: Unicode.Scalar) {
        packed = UInt32(letter.value) << 24
    }

    /// The instrument works normally.
    package static let normal = DataFlag(letter: "N")
    /// The instrument is out of service.
    package static let outOfService = DataFlag(letter: "F")
    /// Produced during maintenance.
    package static let maintenance = DataFlag(letter: "M")
    /// Set by hand.
    package static let setByHand = DataFlag(letter: "S")
    /// The instrument has a fault.
    package static let fault = DataFlag(letter: "D")
    /// The instrument is calibrating.
    package static let calibration = DataFlag(letter: "C")
    /// Above the measuring range.
    package static let overRange = DataFlag(letter: "T")
    /// No communication between instrument and gateway.
    package static let noCommunication = DataFlag(letter: "B")

    /// Whether a value with this flag counts in averages: only `N` does.
    /// Source: monitoring practice; some field scripts also count M, D and C, which is wrong.
    package var isGood: Bool { self == .normal }

    /// The flag as it is written.
    package var text: String {
        var text = ""
        for shift in stride(from: UInt32(24), through: 0, by: -8) {
            let byte = UInt8(truncatingIfNeeded: packed >> shift)
            if byte == 0 { break }
            text.unicodeScalars.append(Unicode.Scalar(byte))
        }
        return text
    }
}

extension DataFlag: CustomStringConvertible {
    package var description: String { text }
}
