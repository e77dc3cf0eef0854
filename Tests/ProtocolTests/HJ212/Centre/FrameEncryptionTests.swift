import Cipher
import Testing

@testable import Protocol

@Suite struct FrameEncryptionTests {
    private let key = SM4Key([UInt8](repeating: 0x30, count: 16))

    private static let header =
        "QN=20240520210700000;ST=31;CN=2051;PW=123456;MN=010000A8900016F000169DC0;Flag=9;CP=&&"
    private static let firstArea =
        "DataTime=20240520210600;a01011-Min=1.35,a01011-Avg=1.35,a01011-Max=1.35,a01011-Flag=N;"
        + "a01012-Min=9.3,a01012-Avg=9.3,a01012-Max=9.3,a01012-Flag=N;"
        + "a01014-Min=3.20,a01014-Avg=3.211,a01014-Max=3.212,a01014-Flag=N"
    private static let firstCipher =
        "E43E159ACFAB242CB53155FB8B9281A1A242577ABFAED881BE88B72D69FC55ED1A80119FAAC8B3CD33D285CC76F57F2CA7F88B9573C6647E"
        + "0F07E24609BD6B63EB20C5B9784F28E71D2F4994FF61D9E1C2B3075592B4D1E09C4D8BB27BE97B559E3DA6643781A6F477769DEEB009B10D"
        + "FFF3426922725D607DC4480F0CAC5F70DB2587B124BCB281592721D6E4BC180A97E5E111499CBE822E31C8D7761553543AA24207C290997B"
        + "BDE64F9266BC5F529A172E381C1D898CA1A0D771A914A7B2D7467C70B94F1D4A7B0350A48DBF8B41"
    private static let secondArea =
        "DataTime=20240520210600;a01011-Min=1.35,a01011-Avg=1.35,a01011-Max=1.35,a01011-Flag=N;"
        + "a01014-Min=3.20,a01014-Avg=3.20,a01014-Max=3.20,a01014-Flag=N"
    private static let secondCipher =
        "E43E159ACFAB242CB53155FB8B9281A1A242577ABFAED881BE88B72D69FC55ED1A80119FAAC8B3CD33D285CC76F57F2CA7F88B9573C6647E"
        + "0F07E24609BD6B63EB20C5B9784F28E71D2F4994FF61D9E13B391A1D2A454B65388D5D9435DBF021528C7BF9755EF16518710C0CAC0ADEF9"
        + "C5156CD0A5A17674AC0ED2ABC40023E9EF70128554B82438E91ADCE98A0D03A4"

    /// Data area, its ciphertext in hex, the rest that stays plain, length and checksum of the frame.
    static let vectors = [
        (firstArea, firstCipher, "", "0295", "2200"), (secondArea, secondCipher, "g=N", "0234", "B541"),
    ]

    private func bytes(hex: String) -> [UInt8] {
        var rest = hex[...]
        var bytes: [UInt8] = []
        while let byte = UInt8(rest.prefix(2), radix: 16) {
            bytes.append(byte)
            rest = rest.dropFirst(2)
        }
        return bytes
    }

    @Test("The examples of the standard, as bytes", arguments: vectors)
    func raw(area: String, cipher: String, rest: String, length: String, crc: String) throws {
        let segment = Array((Self.header + area + "&&").utf8)
        let frame = FrameEncoder.encryptedFrame(segment: segment, key: try #require(key), form: .raw)
        let expected =
            Array("##\(length)\(Self.header)".utf8) + bytes(hex: cipher) + Array("\(rest)&&\(crc)\r\n".utf8)
        #expect(frame == expected)
        #expect(frame?.count == FrameEncoder.frame(segment: segment)?.count)
    }

    @Test("The examples of the standard, as it prints them", arguments: vectors)
    func listed(area: String, cipher: String, rest: String, length: String, crc: String) throws {
        let segment = Array((Self.header + area + "&&").utf8)
        let key = try #require(key)
        let frame = try #require(FrameEncoder.encryptedFrame(segment: segment, key: key, form: .listed))
        let text = String(decoding: frame, as: UTF8.self)
        #expect(text.hasPrefix("##\(length)\(Self.header){0xE4,0x3E,0x15,"))
        #expect(text.hasSuffix("}\(rest)&&\(crc)\r\n"))
        let numbers = text.drop { $0 != "{" }.prefix { $0 != "}" }.dropFirst().split(separator: ",")
        #expect(numbers.map { $0.dropFirst(2) }.joined() == cipher)
    }

    @Test("The corpus has the same frames")
    func corpus() throws {
        let encrypted = CorpusFrame.all.filter(\.isEncrypted).map(\.wire)
        let made = try Self.vectors.map { vector in
            FrameEncoder.encryptedFrame(
                segment: Array((Self.header + vector.0 + "&&").utf8), key: try #require(key), form: .raw)
        }
        #expect(Set(made) == Set(encrypted.map(Optional.some)))
    }

    @Test("Fewer than 16 bytes stay plain, a segment that is too long has no frame")
    func edges() throws {
        let key = try #require(key)
        let short = Array("CN=2011;CP=&&DataTime=202405&&".utf8)
        for form in CipherForm.allCases {
            #expect(
                FrameEncoder.encryptedFrame(segment: short, key: key, form: form) == FrameEncoder.frame(segment: short))
            #expect(
                FrameEncoder.encryptedFrame(segment: [UInt8](repeating: 0x41, count: 1025), key: key, form: form)
                    == nil)
        }
        let noArea = Array("CN=2011".utf8)
        #expect(
            FrameEncoder.encryptedFrame(segment: noArea, key: key, form: .raw) == FrameEncoder.frame(segment: noArea))
    }

    @Test("Data, key requests and device information are encrypted, nothing else")
    func commands() {
        let encrypted = (0...9999).filter { FrameEncoder.encrypts(CommandCode(rawValue: $0)) }
        #expect(encrypted == [1014] + Array(2000...2999) + [3020])
        #expect(!FrameEncoder.encrypts(nil))
    }
}
