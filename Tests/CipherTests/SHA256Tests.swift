import Cipher
import Testing

@Suite("SHA-256")
struct SHA256Tests {
    /// Source: FIPS 180-4 examples and NIST CAVP short messages.
    @Test(
        "published examples",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
        ])
    func vectors(text: String, hex: String) {
        #expect(SHA256Hasher.digest(of: Array(text.utf8)).hex == hex)
    }

    @Test("a million letters, in pieces of any size", arguments: [1_000_000, 1_000, 64, 63])
    func pieces(size: Int) {
        var hasher = SHA256Hasher()
        var rest = 1_000_000
        while rest > 0 {
            hasher.update(Array(repeating: 0x61, count: min(size, rest)))
            rest -= size
        }
        let digest = hasher.finish()
        #expect(digest.hex == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    @Test("one hasher serves again, and an unused one is that of nothing")
    func again() {
        var hasher = SHA256Hasher()
        hasher.update(Array("abc".utf8))
        let first = hasher.finish()
        let empty = hasher.finish()
        hasher.update([])
        hasher.update(Array("abc".utf8))
        let second = hasher.finish()
        #expect(first == second)
        #expect(empty == SHA256Hasher.digest(of: []))
    }

    @Test("bytes and hex digits of either case are read back")
    func text() {
        let digest = SHA256Hasher.digest(of: [1, 2, 3])
        #expect(SHA256Digest(digest.bytes) == digest)
        #expect(SHA256Digest(hex: digest.hex) == digest)
        #expect(SHA256Digest(hex: digest.hex.uppercased()) == digest)
        #expect("\(digest)" == digest.hex)
        #expect(SHA256Digest.zero.hex == String(repeating: "0", count: 64))
        #expect(SHA256Digest.zero.bytes == Array(repeating: 0, count: 32))
        let ascending = (0..<32).map { UInt8($0) }
        #expect(SHA256Digest(ascending)?.hex.hasPrefix("000102030405060708090a0b0c0d0e0f10") == true)
        #expect(SHA256Digest(ascending)?.bytes == ascending)
    }

    @Test("what is no digest is refused", arguments: ["", "0", String(repeating: "0", count: 63), "g"])
    func refused(hex: String) {
        #expect(SHA256Digest(hex: hex) == nil)
        #expect(SHA256Digest(hex: String(repeating: "g", count: 64)) == nil)
        #expect(SHA256Digest(hex: String(repeating: "0", count: 65)) == nil)
        #expect(SHA256Digest(Array(repeating: 0, count: 31)) == nil)
        #expect(SHA256Digest(Array(repeating: 0, count: 33)) == nil)
    }
}
