package import Cipher

/// How the ciphertext of a data area is written.
///
/// What was found of the standard prints the second form, but its length fields fit the first.
/// Source: HJ 212-2025, appendix A.2 (as quoted).
package enum CipherForm: CaseIterable, Hashable, Sendable {
    /// The bytes themselves.
    case raw
    /// `{0xE4,0x3E,…}` and behind it the rest that stays plain.
    case listed
}

extension FrameEncoder {
    /// The frame of `segment` with its data area encrypted; nil when the segment is longer than a frame may carry.
    ///
    /// Length and checksum are those of the plain segment, in both forms. A data area of fewer than 16 bytes stays plain.
    /// Source: HJ 212-2025, appendix A.2: the packet is built and its checksum computed first, then CP is encrypted.
    package static func encryptedFrame(segment: [UInt8], key: SM4Key, form: CipherForm) -> [UInt8]? {
        guard let plain = frame(segment: segment) else { return nil }
        guard let area = Packet.dataArea(of: plain.dropFirst(6)) else { return plain }
        // Behind the data area only its end, the checksum and the tail follow, which hold no `&&` but the closing one.
        let cipher = key.encrypt(area)
        let bytes = form == .raw ? cipher : listed(cipher)
        return Array(plain[..<area.startIndex]) + bytes + Array(plain[area.endIndex...])
    }

    /// Whole blocks as a list of hex numbers, the rest as it is.
    private static func listed(_ cipher: [UInt8]) -> [UInt8] {
        let blocks = cipher.count / SM4Key.size * SM4Key.size
        guard blocks > 0 else { return cipher }
        let numbers = cipher[..<blocks].map { "0x" + ASCII.hex(UInt16($0)).suffix(2) }
        return Array(("{" + numbers.joined(separator: ",") + "}").utf8) + cipher[blocks...]
    }

    /// Whether what a field machine sends under `command` is encrypted once there is a key.
    /// Source: HJ 212-2025, appendix A.2 (2000–2999, 1014 and 3020; nothing else).
    package static func encrypts(_ command: CommandCode?) -> Bool {
        guard let command else { return false }
        return command.isData || command == .askForKey || command == .deviceInformation
    }
}
