import Cipher
import Protocol
import Telemetry
import TestSupport
import Testing

@testable import PlantSimulator

@Suite("The simulator's own framing")
struct FrameWireTests {
    @Test(
        "is that of the standard and the field",
        arguments: [
            (
                "QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&",
                "0759", "1C80"
            ),
            ("QN=20240601085857223;ST=32;CN=1011;PW=123456;MN=010000A8900016F000169DC0;Flag=9;CP=&&&&", "CCF4", "2200"),
            (
                "ST=32;CN=2011;PW=123456;MN=LD130133000015;CP=&&DataTime=20160824003817000;B01-Rtd=36.91;011-Rtd=231.0,011-Flag=N;060-Rtd=1.803,060-Flag=N&&",
                "264D", "4980"
            ),
            ("QN=20160801085857223;ST=91;CN=9014;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&&&", "44BC", "3240"),
            ("123456789", "4B37", "2F80"), ("A", "707F", "7080"), ("", "FFFF", "FFFF"),
        ])
    func checksums(segment: String, modbus: String, hj212: String) {
        #expect(PeerChecksum.text(PeerChecksum.hj212(segment.utf8)) == hj212)
        #expect(PeerChecksum.text(PeerChecksum.modbus(segment.utf8)) == modbus)
    }

    private static let fields = [
        ("QN", "20240520210700000"), ("ST", "31"), ("CN", "2051"), ("PW", "123456"), ("MN", "010000A8900016F000169DC0"),
        ("Flag", "9"),
    ]

    /// The printed examples of HJ 212-2025, appendix A.2: items, what they encrypt to, the plain rest, length, checksum.
    private static let vectors: [(items: [String], cipher: String, rest: String, length: String, crc: String)] = [
        (
            [
                "DataTime=20240520210600", "a01011-Min=1.35,a01011-Avg=1.35,a01011-Max=1.35,a01011-Flag=N",
                "a01012-Min=9.3,a01012-Avg=9.3,a01012-Max=9.3,a01012-Flag=N",
                "a01014-Min=3.20,a01014-Avg=3.211,a01014-Max=3.212,a01014-Flag=N",
            ],
            "E43E159ACFAB242CB53155FB8B9281A1A242577ABFAED881BE88B72D69FC55ED1A80119FAAC8B3CD33D285CC76F57F2CA7F88B9573C6647E0F07E24609BD6B63EB20C5B9784F28E71D2F4994FF61D9E1C2B3075592B4D1E09C4D8BB27BE97B559E3DA6643781A6F477769DEEB009B10DFFF3426922725D607DC4480F0CAC5F70DB2587B124BCB281592721D6E4BC180A97E5E111499CBE822E31C8D7761553543AA24207C290997BBDE64F9266BC5F529A172E381C1D898CA1A0D771A914A7B2D7467C70B94F1D4A7B0350A48DBF8B41",
            "", "0295", "2200"
        ),
        (
            [
                "DataTime=20240520210600", "a01011-Min=1.35,a01011-Avg=1.35,a01011-Max=1.35,a01011-Flag=N",
                "a01014-Min=3.20,a01014-Avg=3.20,a01014-Max=3.20,a01014-Flag=N",
            ],
            "E43E159ACFAB242CB53155FB8B9281A1A242577ABFAED881BE88B72D69FC55ED1A80119FAAC8B3CD33D285CC76F57F2CA7F88B9573C6647E0F07E24609BD6B63EB20C5B9784F28E71D2F4994FF61D9E13B391A1D2A454B65388D5D9435DBF021528C7BF9755EF16518710C0CAC0ADEF9C5156CD0A5A17674AC0ED2ABC40023E9EF70128554B82438E91ADCE98A0D03A4",
            "g=N", "0234", "B541"
        ),
    ]

    private static func bytes(ofHex hex: String) -> [UInt8] {
        let digits = Array(hex)
        return stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0..<($0 + 2)]), radix: 16) }
    }

    @Test("encrypts as the 2025 edition prints it, in both forms, and reads both back", arguments: 0..<2)
    func encryption(index: Int) throws {
        let vector = Self.vectors[index]
        let key = try #require(SM4Key(Array("0000000000000000".utf8)))
        let frame = OutgoingFrame(Self.fields, items: vector.items)
        let cipher = Self.bytes(ofHex: vector.cipher)
        for form in PlantSimulator.CipherForm.allCases {
            var writer = FrameWriter(plan: FaultPlan([], seed: 1), key: key, encrypts: true, form: form)
            let bytes = writer.write(frame).frame
            if form == .raw {
                let head = Array("##\(vector.length)".utf8) + frame.head
                #expect(bytes == head + cipher + Array("\(vector.rest)&&\(vector.crc)\r\n".utf8))
            } else {
                #expect(text(bytes).contains("CP=&&{0xE4,0x3E,0x15,"))
                #expect(text(bytes).hasSuffix("}\(vector.rest)&&\(vector.crc)\r\n"))
            }
            var cutter = FrameCutter(keys: [FrameWriter.testKey, key].compactMap { $0 })
            guard case .frame(let read, _)? = cutter.feed(bytes).first else {
                Issue.record("not read: \(form)")
                continue
            }
            #expect(read.isEncrypted && read.data == frame.data)
        }
        // Without a key it is junk.
        var writer = FrameWriter(plan: FaultPlan([], seed: 1), key: key, encrypts: true)
        var cutter = FrameCutter()
        #expect(!cutter.feed(writer.write(frame).frame).contains { if case .frame = $0 { true } else { false } })
    }

    @Test("Only data, key changes and device information are encrypted")
    func confidential() throws {
        let key = try #require(SM4Key(Array("0000000000000000".utf8)))
        for (command, isSecret) in [
            ("2011", true), ("2051", true), ("2999", true), ("1014", true), ("3020", true), ("1011", false),
            ("3019", false),
            ("9014", false), ("9015", false),
        ] {
            var writer = FrameWriter(plan: FaultPlan([], seed: 1), key: key, encrypts: true)
            let frame = OutgoingFrame([("CN", command)], items: ["SystemTime=20240520210600"])
            #expect(text(writer.write(frame).frame).contains("SystemTime") == !isSecret, "\(command)")
        }
    }

    @Test("The cutter finds what the gateway's scanner finds, whatever the pieces and the garbage between")
    func cutting() {
        var generator = SeededGenerator()
        for _ in 0..<200 {
            var stream: [UInt8] = []
            let count = Int.random(in: 1...6, using: &generator)
            for number in 0..<count {
                stream += (0..<Int.random(in: 0...20, using: &generator)).map { _ in
                    // Without digits, so that the garbage is not the beginning of a frame.
                    UInt8.random(in: 0x20...0x2F, using: &generator)
                }
                stream += framed("QN=\(number);ST=31;CN=2011;PW=1;MN=1;Flag=5;CP=&&DataTime=20240520210600&&")
            }
            var cutter = FrameCutter()
            var found: [String?] = []
            var rest = stream[...]
            while !rest.isEmpty {
                let piece = rest.prefix(Int.random(in: 1...40, using: &generator))
                rest = rest.dropFirst(piece.count)
                for item in cutter.feed(piece) { if case .frame(let frame, _) = item { found.append(frame.qn) } }
            }
            #expect(found == packets(stream).map { $0["QN"]?.text }, "\(generator)")
            #expect(found.count == count, "\(generator)")
        }
    }

    @Test("A frame whose rest does not come gives way after a while")
    func expires() {
        let good = framed("QN=1;ST=31;CN=2011;PW=1;MN=1;Flag=5;CP=&&&&")
        var cutter = FrameCutter()
        #expect(cutter.feed(Array("##1000QN=".utf8) + good).isEmpty)
        #expect(cutter.expire().contains { if case .frame = $0 { true } else { false } })
        #expect(cutter.expire().isEmpty)
    }

    @Test(
        "Frames are shown on one line, without passwords and keys",
        arguments: [
            ("QN=1;PW=123456;MN=1;CP=&&a=1&&\r\n", "QN=1;PW=***;MN=1;CP=&&a=1&&\\r\\n"),
            ("CP=&&NewPW=654321&&ABCD", "CP=&&NewPW=***&&ABCD"),
            ("CP=&&SKCreateTime=1,NewSK=0123456789abcdef&&", "CP=&&SKCreateTime=1,NewSK=***&&"),
            ("##0010状态", "##0010状态"),
        ])
    func lines(bytes: String, expected: String) {
        #expect(FrameText.oneLine(Array(bytes.utf8)) == expected)
    }

    @Test("What is no text is shown byte by byte")
    func binary() {
        #expect(FrameText.oneLine([0x23, 0xFF, 0x00, 0x41]) == "#\\xFF\\x00A")
    }
}
