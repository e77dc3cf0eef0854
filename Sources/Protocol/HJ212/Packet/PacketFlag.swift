/// The Flag field of the header: six bits of version, "packet numbers present", "answer required".
///
/// Source: HJ 212-2017, table 2; HJ 212-2025 swaps the names of the two low bits, not their meaning.
package struct PacketFlag: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// The flag written as `text`; nil unless that is a number from 0 to 255.
    package init?(_ text: FieldText) {
        guard let number = text.integer, let byte = UInt8(exactly: number) else { return nil }
        rawValue = byte
    }

    /// 0: 2005, 1: 2017, 2: 2025 or the surface-water dialect.
    package var version: UInt8 { rawValue >> 2 }
    package var isSplit: Bool { rawValue & 2 != 0 }
    package var asksForAnswer: Bool { rawValue & 1 != 0 }

    /// The flag of an answer: the same version, nothing else.
    package var ofAnswer: PacketFlag { PacketFlag(rawValue: rawValue & 0xFC) }
}
