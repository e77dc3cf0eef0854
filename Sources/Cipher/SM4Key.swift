import CCrypto

/// A key of the block cipher SM4, used as HJ 212-2025 has it: in ECB mode without padding, the rest of fewer than 16 bytes
/// staying plain. Nothing here reads or writes anything: the same bytes give the same bytes.
/// Source: GB/T 32907-2016; HJ 212-2025, appendix A.2 (as quoted).
@safe
package struct SM4Key: Hashable, Sendable {
    /// Bytes of a key, and of a block.
    package static let size = 16

    private let bytes: [UInt8]

    /// Nil unless `bytes` are 16.
    package init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.size else { return nil }
        self.bytes = Array(bytes)
    }

    /// `plain` with its whole blocks encrypted; as long as `plain`.
    package func encrypt(_ plain: ArraySlice<UInt8>) -> [UInt8] { run(plain, encrypts: true) }

    /// `cipher` with its whole blocks decrypted; as long as `cipher`. A wrong key gives other bytes, no error.
    package func decrypt(_ cipher: ArraySlice<UInt8>) -> [UInt8] { run(cipher, encrypts: false) }

    private func run(_ input: ArraySlice<UInt8>, encrypts: Bool) -> [UInt8] {
        let rest = input.count % Self.size
        let blocks = input.dropLast(rest)
        guard !blocks.isEmpty else { return Array(input) }
        var output = [UInt8](repeating: 0, count: blocks.count)
        // These calls fail only for want of memory or when libcrypto was built without SM4, which Debian's is not.
        guard let context = unsafe EVP_CIPHER_CTX_new() else { preconditionFailure("libcrypto: no memory") }
        defer { unsafe EVP_CIPHER_CTX_free(context) }
        var written: Int32 = 0
        let done = unsafe blocks.withUnsafeBufferPointer { source in
            unsafe EVP_CipherInit_ex(context, EVP_sm4_ecb(), nil, bytes, nil, encrypts ? 1 : 0) == 1
                && EVP_CIPHER_CTX_set_padding(context, 0) == 1
                && EVP_CipherUpdate(context, &output, &written, source.baseAddress, Int32(source.count)) == 1
        }
        precondition(done && Int(written) == blocks.count, "libcrypto: SM4 is not available")
        return output + input.suffix(rest)
    }
}

extension SM4Key: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Keys never appear in a log.
    package var description: String { "SM4 key" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
