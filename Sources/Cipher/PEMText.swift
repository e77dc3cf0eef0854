import CCrypto

/// What a text in PEM holds: certificates, or a private key. It is looked at before a connection is tried; who trusts what is for
/// the connection.
@safe
package struct PEMText {
    /// How long one certificate is valid, in seconds since 1970.
    package struct Validity: Equatable, Sendable {
        package let from: Int64
        package let until: Int64
    }

    package enum PrivateKey: Equatable, Sendable {
        case usable
        /// It has a pass phrase, which nobody is there to enter.
        case protected
        case missing
    }

    /// No more certificates than these are looked at: the system's own bundle has about 140.
    private static let mostCertificates = 1_000

    private let bytes: [UInt8]

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The certificates, in the order of the text.
    package var certificates: [Validity] {
        var found: [Validity] = []
        while found.count < Self.mostCertificates {
            var (from, until) = (Int64(0), Int64(0))
            let isThere = unsafe gw_pem_validity(
                bytes, Int32(clamping: bytes.count), Int32(found.count), &from, &until)
            guard isThere else { break }
            found.append(Validity(from: from, until: until))
        }
        return found
    }

    /// The line, from 1, at which the first certificate begins that cannot be read. Who loads the text as a whole gets nothing of it.
    package var damagedLine: Int? {
        let place = Int(unsafe gw_pem_damage(bytes, Int32(clamping: bytes.count)))
        guard place >= 0 else { return nil }
        let lines = bytes.prefix(place).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let start = lines.lastIndex { $0.starts(with: Self.beginning) }
        return (start ?? 0) + 1
    }

    private static let beginning = "-----BEGIN ".utf8

    package var privateKey: PrivateKey {
        var isProtected = false
        let key = unsafe gw_pem_key(bytes, Int32(clamping: bytes.count), &isProtected)
        defer { unsafe EVP_PKEY_free(key) }
        if unsafe key != nil { return .usable }
        return isProtected ? .protected : .missing
    }

    /// Whether the first certificate here is that of `key`.
    package func fits(_ key: PEMText) -> Bool {
        unsafe gw_pem_match(bytes, Int32(clamping: bytes.count), key.bytes, Int32(clamping: key.bytes.count))
    }
}
