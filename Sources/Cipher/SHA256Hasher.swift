import CCrypto

/// Computes SHA-256 of bytes that come in pieces, again and again with one context. Used from one thread at a time.
/// Source: FIPS 180-4.
@safe
package struct SHA256Hasher: ~Copyable {
    private let context: OpaquePointer

    package init() {
        // These calls fail only for want of memory or when libcrypto was built without SHA-256, which none is.
        guard let context = unsafe EVP_MD_CTX_new() else { preconditionFailure("libcrypto: no memory") }
        unsafe self.context = context
        let done = unsafe EVP_DigestInit_ex(context, EVP_sha256(), nil)
        precondition(done == 1, "libcrypto: SHA-256 is not available")
    }

    deinit { unsafe EVP_MD_CTX_free(context) }

    package mutating func update(_ bytes: [UInt8]) {
        let done = unsafe EVP_DigestUpdate(context, bytes, bytes.count)
        precondition(done == 1, "libcrypto: SHA-256 failed")
    }

    /// The digest of everything since the last one; begins anew.
    package mutating func finish() -> SHA256Digest {
        var output = [UInt8](repeating: 0, count: SHA256Digest.size)
        let done = unsafe EVP_DigestFinal_ex(context, &output, nil) == 1 && EVP_DigestInit_ex(context, nil, nil) == 1
        guard done, let digest = SHA256Digest(output) else { preconditionFailure("libcrypto: SHA-256 failed") }
        return digest
    }

    /// The digest of `bytes` alone.
    package static func digest(of bytes: [UInt8]) -> SHA256Digest {
        var hasher = SHA256Hasher()
        hasher.update(bytes)
        return hasher.finish()
    }
}
