import Telemetry
import Testing

@testable import GatewayCore

@Suite struct ConfigurationScalarRuleTests {
    @Test(
        "Durations have a whole number and a unit",
        arguments: [("0s", 0), ("10ms", 10), ("5s", 5_000), ("10m", 600_000), ("24h", 86_400_000), ("007s", 7_000)])
    func durations(text: String, milliseconds: Int64) throws {
        let rule = ScalarRule<Duration>.duration(in: .zero ... .seconds(86_400))
        #expect(try rule.read(text) == .milliseconds(milliseconds))
    }

    @Test(
        "What is no duration is refused",
        arguments: [
            "", "s", "5", "5 s", "5S", "-5s", "+5s", "1.5s", "5sec", "5s ", "٥s", "99999999999999999999s", "25h",
        ])
    func wrongDurations(text: String) {
        let rule = ScalarRule<Duration>.duration(in: .zero ... .seconds(86_400))
        #expect(throws: Complaint.self) { try rule.read(text) }
    }

    @Test(
        "Whole numbers are decimal or hexadecimal, without leading zeros",
        arguments: [
            ("0", 0), ("7", 7), ("-7", -7), ("65535", 65_535), ("0x0", 0), ("0x1F", 31), ("0x00ff", 255),
            ("-0x10", -16),
            ("", nil), ("-", nil), ("+7", nil), ("07", nil), ("-07", nil), ("00", nil), ("0x", nil), ("0x-1", nil),
            ("0x+1", nil), ("0X1F", nil), ("1_000", nil), ("1.0", nil), ("1e3", nil), ("٣", nil),
            ("99999999999999999999", nil),
        ] as [(String, Int?)])
    func wholeNumbers(text: String, number: Int?) {
        #expect(wholeNumber(text) == number)
    }

    @Test(
        "Numbers are finite and decimal",
        arguments: [
            ("0.01", 0.01), ("-5", -5), ("+2", 2), ("1e-3", 0.001), (".5", 0.5), ("nan", nil), ("inf", nil),
            ("1e999", nil),
            ("0x1p3", nil), ("", nil), ("1,5", nil), ("--1", nil), (" 1", nil), ("1e", nil),
        ] as [(String, Double?)])
    func numbers(text: String, number: Double?) {
        #expect((try? ScalarRule<Double>.number.read(text)) == number)
    }

    @Test(
        "Addresses have a host and a port",
        arguments: [
            ("127.0.0.1:502", Endpoint(host: "127.0.0.1", port: 502)), ("[::1]:502", Endpoint(host: "::1", port: 502)),
            ("plc-3.local:65535", Endpoint(host: "plc-3.local", port: 65_535)),
            ("[fe80::1%eth0]:1", Endpoint(host: "fe80::1%eth0", port: 1)),
            ("[::ffff:10.0.0.1]:502", Endpoint(host: "::ffff:10.0.0.1", port: 502)),
            ("", nil), (":502", nil), ("h", nil), ("h:", nil), ("h:0", nil), ("h:65536", nil), ("h:-1", nil),
            ("h:0x1F", nil),
            ("h:502x", nil), ("::1:502", nil), ("[::1]", nil), ("[::1]502", nil), ("[]:502", nil), ("[::1%]:502", nil),
            ("1.2.3:502", nil), ("1.2.3.256:502", nil), ("a..b:502", nil), ("-a:502", nil), ("a b:502", nil),
            ("烟:502", nil),
        ] as [(String, Endpoint?)])
    func endpoints(text: String, endpoint: Endpoint?) {
        #expect((try? ScalarRule<Endpoint>.endpoint.read(text)) == endpoint)
        if let endpoint { #expect(endpoint.description == text) }
    }

    @Test(
        "Listeners overlap at one port when their hosts are the same or one is every host",
        arguments: [
            ("a:1", "a:1", true), ("A:1", "a:1", true), ("a:1", "a:2", false), ("a:1", "b:1", false),
            ("0.0.0.0:1", "a:1", true), ("a:1", "[::]:1", true), ("0.0.0.0:1", "[::]:1", true),
            ("[0:0::0]:1", "a:1", true),
            ("0.0.0.0:1", "a:2", false),
        ])
    func overlap(a: String, b: String, overlaps: Bool) throws {
        let first = try ScalarRule<Endpoint>.endpoint.read(a)
        let second = try ScalarRule<Endpoint>.endpoint.read(b)
        #expect(first.overlaps(second) == overlaps)
        #expect(second.overlaps(first) == overlaps)
    }

    @Test(
        "A broker's address knows its default ports",
        arguments: [
            ("mqtt://h", BrokerURL(host: "h", port: 1883, usesTLS: false)),
            ("mqtts://h", BrokerURL(host: "h", port: 8883, usesTLS: true)),
            ("mqtts://h:1/", BrokerURL(host: "h", port: 1, usesTLS: true)),
            ("mqtt://[::1]", BrokerURL(host: "::1", port: 1883, usesTLS: false)),
            ("mqtt://", nil), ("mqtt:h", nil), ("MQTT://h", nil), ("ws://h", nil), ("mqtt://u@h", nil),
            ("mqtt://h/x", nil),
        ] as [(String, BrokerURL?)])
    func brokerURLs(text: String, url: BrokerURL?) {
        #expect((try? ScalarRule<BrokerURL>.brokerURL.read(text)) == url)
    }

    @Test(
        "Percentages have their sign and lie between the ends",
        arguments: [("80%", 0.8), ("0.5%", 0.005), ("0%", nil), ("100%", nil), ("80", nil), ("%", nil), ("-1%", nil)]
            as [(String, Double?)])
    func percentages(text: String, fraction: Double?) {
        #expect((try? ScalarRule<Double>.percentage.read(text)) == fraction)
    }

    @Test("A long value is cut where it is shown")
    func shownValues() {
        #expect(shown(String(repeating: "a", count: 64)).count == 66)
        #expect(shown(String(repeating: "a", count: 65)) == "`" + String(repeating: "a", count: 60) + "…`")
        #expect(shown("") == "the empty text")
        #expect(shown("", .zh) == "空文本")
    }
}
