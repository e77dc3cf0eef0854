import Cipher
import Testing

@Suite("SM4")
struct SM4KeyTests {
    @Test("the standard's example, GB/T 32907 appendix A")
    func standardVector() throws {
        let text: [UInt8] = [
            0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF, 0xFE, 0xDC, 0xBA, 0x98, 0x76, 0x54, 0x32, 0x10,
        ]
        let cipher: [UInt8] = [
            0x68, 0x1E, 0xDF, 0x34, 0xD2, 0x06, 0x96, 0x5E, 0x86, 0xB3, 0xE9, 0x4F, 0x53, 0x6E, 0x42, 0x46,
        ]
        let key = try #require(SM4Key(text))
        #expect(key.encrypt(text[...]) == cipher)
        #expect(key.decrypt(cipher[...]) == text)
    }

    @Test("a rest of fewer than 16 bytes stays plain", arguments: 0...50)
    func restStaysPlain(count: Int) throws {
        let key = try #require(SM4Key("0000000000000000".utf8))
        let plain = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let cipher = key.encrypt(plain[...])
        #expect(cipher.count == count)
        #expect(cipher.suffix(count % 16) == plain.suffix(count % 16))
        #expect(cipher == plain || count >= 16)
        #expect(key.decrypt(cipher[...]) == plain)
    }

    @Test("a key has 16 bytes", arguments: [0, 15, 17, 32])
    func keySize(count: Int) {
        #expect(SM4Key([UInt8](repeating: 1, count: count)) == nil)
    }

    @Test("a key does not show its bytes")
    func keyIsHidden() throws {
        let key = try #require(SM4Key("secret-secret-16".utf8))
        var dumped = ""
        dump(key, to: &dumped)
        #expect(!"\(key) \(String(reflecting: key)) \(dumped)".contains("secret"))
        #expect(!dumped.contains("115"))
    }
}
