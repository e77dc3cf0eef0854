import Telemetry
import TestSupport
import Testing

@Suite struct AddressPrefixTests {
    @Test(
        "An address is written in any of its usual ways",
        arguments: [
            ("192.0.2.7", "192.0.2.7"), ("0.0.0.0/0", "0.0.0.0/0"), ("192.0.2.0/24", "192.0.2.0/24"),
            ("10.0.0.1/32", "10.0.0.1"), ("::", "::"), ("0:0::0/0", "::/0"),
            ("::1", "::1"), ("2001:db8:0::/32", "2001:db8::/32"), ("1:0:0:2:0:0:0:3", "1:0:0:2::3"),
            ("2001:DB8::A:0:b", "2001:db8::a:0:b"), ("1:2:3:4:5:6:7:8/128", "1:2:3:4:5:6:7:8"),
            ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"), ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
            ("::ffff:192.0.2.7", "192.0.2.7"), ("::ffff:192.0.2.0/120", "192.0.2.0/24"),
            ("::ffff:0:0/96", "0.0.0.0/0"), ("::ffff:0:0/95", "::ffff:0:0/95"),
        ])
    func reading(text: String, shown: String) throws {
        let prefix = try #require(AddressPrefix(text))
        #expect(prefix.description == shown)
        #expect(AddressPrefix(shown) == prefix)
    }

    @Test(
        "What is no address is nil",
        arguments: [
            "", "/", "/24", "plc.local", "192.0.2", "192.0.2.7.1", "192.0.2.256", "192.0.2.07", "192.0.2.+7",
            "192.0.2.",
            "192.0.2.7/33", "192.0.2.7/", "192.0.2.7/08", "192.0.2.7/-1", "192.0.2.7/24/8", "192.0.2.7 ", ":", ":::",
            "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "::12345", "::g", "::+1", "::1/129",
            "fe80::1%eth0", "[::1]", "1.2.3.4::", "::1.2.3", "::1.2.3.4:5", "1:2:3:4:5:6:7:1.2.3.4", "::１",
            String(repeating: "1:", count: 5_000),
        ])
    func refusing(text: String) {
        #expect(AddressPrefix(text) == nil)
    }

    @Test(
        "An address belongs to those that begin alike, in its own family",
        arguments: [
            ("192.0.2.0/24", [192, 0, 2, 255], true), ("192.0.2.0/24", [192, 0, 3, 0], false),
            ("192.0.2.128/25", [192, 0, 2, 127], false), ("192.0.2.128/25", [192, 0, 2, 128], true),
            ("192.0.2.7", [192, 0, 2, 7], true), ("192.0.2.7", [192, 0, 2, 6], false),
            ("0.0.0.0/0", [255, 255, 255, 255], true), ("0.0.0.0/0", [UInt8](repeating: 0, count: 16), false),
            ("::/0", [1, 2, 3, 4], false), ("192.0.2.0/24", mapped([192, 0, 2, 9]), true),
            ("192.0.2.0/24", mapped([192, 0, 3, 9]), false), ("::ffff:192.0.2.0/120", [192, 0, 2, 9], true),
            ("::/0", mapped([192, 0, 2, 9]), false), ("2001:db8::/33", v6([0x20, 0x01, 0x0D, 0xB8, 0x7F]), true),
            ("2001:db8::/33", v6([0x20, 0x01, 0x0D, 0xB8, 0x80]), false), ("192.0.2.7", [], false),
            ("192.0.2.7/0", [1, 2, 3], false),
        ])
    func containing(text: String, address: [UInt8], isInside: Bool) throws {
        #expect(try #require(AddressPrefix(text)).contains(address) == isInside)
    }

    @Test("The network of a rule has no bit that does not count")
    func network() throws {
        for (text, network) in [
            ("192.0.2.7/24", "192.0.2.0/24"), ("192.0.2.7/31", "192.0.2.6/31"), ("192.0.2.7", "192.0.2.7"),
            ("192.0.2.7/0", "0.0.0.0/0"), ("2001:db8::1/64", "2001:db8::/64"),
        ] {
            #expect(try #require(AddressPrefix(text)).network == AddressPrefix(network), "\(text)")
        }
    }

    @Test("A random address is inside exactly when its first bits are those of the rule")
    func bits() throws {
        var generator = SeededGenerator()
        for _ in 0..<2_000 {
            let rule = (0..<4).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let length = Int.random(in: 0...32, using: &generator)
            var other = rule
            let flipped = Int.random(in: 0..<32, using: &generator)
            other[flipped / 8] ^= 0x80 >> UInt8(flipped % 8)
            let text = rule.map(String.init).joined(separator: ".") + "/\(length)"
            let prefix = try #require(AddressPrefix(text))
            #expect(prefix.contains(rule), "\(generator)")
            #expect(prefix.contains(other) == (flipped >= length), "\(text) bit \(flipped) \(generator)")
        }
    }

    private static func mapped(_ address: [UInt8]) -> [UInt8] {
        [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF] + address
    }

    private static func v6(_ first: [UInt8]) -> [UInt8] {
        first + [UInt8](repeating: 0, count: 16 - first.count)
    }
}
