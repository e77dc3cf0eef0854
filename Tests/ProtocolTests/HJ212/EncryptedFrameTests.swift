import Cipher
import TestSupport
import Testing

@testable import Protocol

/// Frames whose data area is SM4 ciphertext. Source: HJ 212-2025, appendix A.2.
@Suite struct EncryptedFrameTests {
    static let key = SM4Key("0000000000000000".utf8)
    static let header = "QN=20240520210700000;ST=31;CN=2051;PW=123456;MN=010000A8900016F000169DC0;Flag=9;CP=&&"

    /// Plain data area, its ciphertext in hex, and the checksum that both frames carry.
    static let printed: [(plain: String, cipher: String, crc: String)] = [
        (
            "DataTime=20240520210600;a01011-Min=1.35,a01011-Avg=1.35,a01011-Max=1.35,a01011-Flag=N;a01012-Min=9.3,"
                + "a01012-Avg=9.3,a01012-Max=9.3,a01012-Flag=N;a01014-Min=3.20,a01014-Avg=3.211,a01014-Max=3.212,"
                + "a01014-Flag=N",
            "E43E159ACFAB242CB53155FB8B9281A1A242577ABFAED881BE88B72D69FC55ED1A80119FAAC8B3CD33D285CC76F57F2C"
                + "A7F88B9573C6647E0F07E24609BD6B63EB20C5B9784F28E71D2F4994FF61D9E1C2B3075592B4D1E09C4D8BB27BE97B55"
                + "9E3DA6643781A6F477769DEEB009B10DFFF3426922725D607DC4480F0CAC5F70DB2587B124BCB281592721D6E4BC180A"
                + "97E5E111499CBE822E31C8D7761553543AA24207C290997BBDE64F9266BC5F529A172E381C1D898CA1A0D771A914A7B2"
                + "D7467C70B94F1D4A7B0350A48DBF8B41",
            "2200"
        ),
        (
            "DataTime=20240520210600;a01011-Min=1.35,a01011-Avg=1.35,a01011-Max=1.35,a01011-Flag=N;a01014-Min=3.20,"
                + "a01014-Avg=3.20,a01014-Max=3.20,a01014-Flag=N",
            "E43E159ACFAB242CB53155FB8B9281A1A242577ABFAED881BE88B72D69FC55ED1A80119FAAC8B3CD33D285CC76F57F2C"
                + "A7F88B9573C6647E0F07E24609BD6B63EB20C5B9784F28E71D2F4994FF61D9E13B391A1D2A454B65388D5D9435DBF021"
                + "528C7BF9755EF16518710C0CAC0ADEF9C5156CD0A5A17674AC0ED2ABC40023E9EF70128554B82438E91ADCE98A0D03A4"
                + "673D4E",
            "B541"
        ),
    ]

    /// 16 × `0` for the MN of the printed frames.
    private func ring(_ key: SM4Key? = key, mn: String? = "010000A8900016F000169DC0") throws -> KeyRing {
        var ring = KeyRing()
        ring.add(try #require(key), for: mn)
        return ring
    }

    private func scan(_ bytes: [UInt8], _ keys: KeyRing, tolerance: Tolerance = .strict, chunk: Int? = nil)
        -> [ScannedItem]
    {
        var scanner = FrameScanner(tolerance: tolerance, keys: keys)
        guard let chunk else { return scanner.feed(bytes) + scanner.expire() }
        var items: [ScannedItem] = []
        for start in stride(from: 0, to: bytes.count, by: chunk) {
            items += scanner.feed(bytes[start..<min(start + chunk, bytes.count)])
        }
        return items + scanner.expire()
    }

    private func bytes(hex: String) -> [UInt8] {
        let digits = Array(hex)
        return stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
    }

    private func number(_ count: Int) -> String {
        String(repeating: "0", count: 4 - String(count).count) + String(count)
    }

    private func rawFrame(_ vector: (plain: String, cipher: String, crc: String)) -> [UInt8] {
        let length = number(Self.header.utf8.count + vector.plain.utf8.count + 2)
        return Array("##\(length)\(Self.header)".utf8) + bytes(hex: vector.cipher) + Array("&&\(vector.crc)\r\n".utf8)
    }

    /// The list form, with the length of the plain segment or with its own.
    private func listFrame(_ vector: (plain: String, cipher: String, crc: String), plainLength: Bool) -> [UInt8] {
        let cipher = bytes(hex: vector.cipher)
        let whole = cipher.count / 16 * 16
        let list = cipher[..<whole].map { "0x" + String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
        let area = "{" + list.joined(separator: ",") + "}" + String(decoding: cipher[whole...], as: UTF8.self)
        let shown = plainLength ? vector.plain.utf8.count : area.utf8.count
        return Array(
            "##\(number(Self.header.utf8.count + shown + 2))\(Self.header)\(area)&&\(vector.crc)\r\n".utf8)
    }

    @Test("The printed frames are decrypted, whole and byte by byte, with their own key and with one for everybody")
    func printedFrames() throws {
        for vector in Self.printed {
            for keys in [try ring(), try ring(mn: nil)] {
                for chunk in [nil, 1, 7] {
                    let items = scan(rawFrame(vector), keys, chunk: chunk)
                    #expect(items.count == 1)
                    let frame = try #require(items.first?.frame)
                    #expect(frame.faults.isEmpty)
                    #expect(frame.bytes == rawFrame(vector))
                    #expect(String(decoding: frame.segment, as: UTF8.self) == Self.header + vector.plain + "&&")
                }
            }
        }
    }

    @Test("The printed plain frames carry the same checksum and are read whether there is a key or not")
    func plainFrames() throws {
        for vector in Self.printed {
            let frame = framed(Self.header + vector.plain + "&&")
            #expect(String(decoding: frame.suffix(6).prefix(4), as: UTF8.self) == vector.crc)
            #expect(scan(frame, try ring()).first?.frame?.plainSegment == nil)
            #expect(scan(frame, try ring()).first?.frame?.bytes == frame)
        }
    }

    @Test("The list of hex numbers is decrypted with either length, and is a fault that tolerance overlooks")
    func listForm() throws {
        for vector in Self.printed {
            for plainLength in [true, false] {
                let stream = listFrame(vector, plainLength: plainLength) + framed("ST=32;CN=2011;CP=&&&&")
                for chunk in [nil, 1, 64] {
                    let items = scan(stream, try ring(), tolerance: .intake, chunk: chunk)
                    let frame = try #require(items.first?.frame)
                    #expect(frame.faults == [.listedCiphertext])
                    #expect(String(decoding: frame.segment, as: UTF8.self) == Self.header + vector.plain + "&&")
                    #expect(items.count == 2 && items.last?.frame?.faults == [])
                }
                let strict = scan(stream, try ring())
                #expect(strict.first?.defect?.faults == [.listedCiphertext])
                #expect(strict.last?.frame != nil)
            }
        }
    }

    @Test("With another device's key, a wrong key or none the frame is a defect, and the next frame is found")
    func wrongKey() throws {
        let next = framed("ST=32;CN=2011;MN=1;CP=&&&&")
        for keys in [KeyRing(), try ring(SM4Key("0000000000000001".utf8)), try ring(mn: "other")] {
            for vector in Self.printed {
                let items = scan(rawFrame(vector) + next, keys, tolerance: .everything)
                let defect = try #require(items.first?.defect)
                guard case .encrypted = defect.faults.first else {
                    Issue.record("not recognised: \(defect.detail)")
                    continue
                }
                #expect(items.last?.frame?.bytes == next)
            }
        }
    }

    @Test("During a change of keys the old key is still tried, the one before that is not")
    func keyChange() throws {
        let mn = "010000A8900016F000169DC0"
        var keys = try ring()
        keys.replace(try #require(SM4Key("1111111111111111".utf8)), for: mn)
        #expect(scan(rawFrame(Self.printed[0]), keys).first?.frame != nil)
        keys.replace(try #require(SM4Key("2222222222222222".utf8)), for: mn)
        #expect(scan(rawFrame(Self.printed[0]), keys).first?.frame == nil)
        // The same key again is no change.
        var same = try ring()
        same.replace(try #require(Self.key), for: mn)
        #expect(same.keys(for: FieldText(mn)).count == 1)
    }

    @Test("Any data area comes back from any encryption of it, with any neighbours and in any pieces")
    func roundTrip() throws {
        var generator = SeededGenerator()
        for _ in 0..<1500 {
            let key = try #require(SM4Key((0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) }))
            let area =
                "DataTime=20240520210600;"
                + (0..<Int.random(in: 0...30, using: &generator)).map { index in
                    "a\(10000 + index)-Rtd=\(Int.random(in: 0...99999, using: &generator))"
                }.joined(separator: ";")
            let plain = Array((Self.header + area + "&&").utf8)
            let frame = framed(plain)
            let start = 6 + Self.header.utf8.count
            var cipher = frame
            cipher.replaceSubrange(
                start..<start + area.utf8.count, with: key.encrypt(Array(area.utf8)[...]))
            let stream = framed("ST=32;CN=2011;MN=1;CP=&&&&") + Array("#garbage##".utf8) + cipher + frame
            let items = scan(
                stream, try ring(key), chunk: Int.random(in: 1...stream.count, using: &generator))
            let frames = items.compactMap(\.frame)
            #expect(frames.count == 3, "\(generator)")
            #expect(frames.dropFirst().allSatisfy { Array($0.segment) == plain }, "\(generator)")
        }
    }

    @Test("A plain frame that was damaged does not become another by a key that happens to fit")
    func noFalseKeys() throws {
        var generator = SeededGenerator()
        var keys = KeyRing()
        for _ in 0..<3 {
            keys.add(try #require(SM4Key((0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) })), for: nil)
        }
        for _ in 0..<2000 {
            var frame = framed(Self.header + Self.printed[1].plain + "&&")
            frame[Int.random(in: 100..<240, using: &generator)] ^= 1 << UInt8.random(in: 0..<7, using: &generator)
            #expect(scan(frame, keys).allSatisfy { $0.frame == nil }, "\(generator)")
        }
    }
}

@Suite struct KeyFileTests {
    private func ring(_ text: String) throws -> KeyRing { try KeyRing(file: Array(text.utf8)) }

    @Test("A line for each key, as characters or hex digits, the present one of a device first")
    func lines() throws {
        let keys = try ring(
            "# keys\r\n\nA1 0123456789abcdef\nA1 30303030303030303030303030303030\r\n* fedcba9876543210")
        let own = keys.keys(for: "A1")
        #expect(
            own == [
                SM4Key("0123456789abcdef".utf8), SM4Key("0000000000000000".utf8), SM4Key("fedcba9876543210".utf8),
            ])
        #expect(keys.keys(for: "B2") == [try #require(SM4Key("fedcba9876543210".utf8))])
        #expect(keys.keys(for: nil).count == 1)
    }

    @Test(
        "What cannot be used is named by its line and never shown",
        arguments: [
            ("", "no key in it: write a line with the MN (or *) and the key"),
            ("# only a comment", "no key in it: write a line with the MN (or *) and the key"),
            ("A1 secret", "line 1: a key of 6 characters, expected 16 characters or 32 hex digits"),
            ("\nA1", "line 2: 1 words, expected two: the MN (or * for every device) and the key"),
            ("A1 0123456789abcdef old", "line 1: 3 words, expected two: the MN (or * for every device) and the key"),
            (
                "A1 secretsecretsecretsecretsecret12",
                "line 1: a key of 32 characters, expected 16 characters or 32 hex digits"
            ),
        ])
    func problems(text: String, message: String) {
        #expect { try ring(text) } throws: { "\($0)" == message && !"\($0)".contains("secret") }
    }
}
