import GatewayCore
import Telemetry
import Testing

@Suite("The difference of two configurations")
struct ConfigurationDifferenceTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var from: String
        var to: String
        var lines: [String]
        var testDescription: String { lines.first ?? "nothing" }

        init(_ from: String, _ to: String, _ lines: String...) {
            (self.from, self.to, self.lines) = (from, to, lines)
        }
    }

    @Test(
        "It names each setting by its place, and entries of lists by what they are called",
        arguments: [
            Case("gateway: { id: g }", "gateway: { id: g }  # a remark"),
            Case("gateway: { id: g }", "gateway:\n  id: \"g\""),
            Case("a: { b: 5s }", "a: { b: 10s }", "a.b: 5s → 10s"),
            Case("a: { b: 5s }", "a: {}", "a.b: 5s → not set"),
            Case("a: {}", "a: { b: { c: 1, d: [x, y] } }", "a.b: not set → { c: 1, d: [x, y] }"),
            Case("a: { b: }", "a: { b: ~ }"),
            Case("a: { b: }", "a: { b: \"~\" }", "a.b: not set → ~"),
            Case("a: [x, y]", "a: [x]", "a: [x, y] → [x]"),
            Case("a: [x]", "a: { x: 1 }", "a: [x] → { x: 1 }"),
            Case(
                "buses: [ { id: rack, devices: [ { id: cems-1, poll: 5s } ] } ]",
                "buses: [ { id: rack, devices: [ { id: cems-1, poll: 10s } ] } ]",
                "buses[rack].devices[cems-1].poll: 5s → 10s"),
            Case("b: [ { id: x }, { id: y } ]", "b: [ { id: y }, { id: x } ]"),
            Case("b: [ { id: x }, { id: y } ]", "b: [ { id: z }, { id: y } ]", "b[z]: added", "b[x]: removed"),
            Case("b: []", "b: [ { id: z } ]", "b[z]: added"),
            Case(
                "f: [ { code: a, name: n, k: 1 } ]", "f: [ { code: a, name: m, k: 1 } ]", "f[a].name: n → m"),
            Case("r: [ { name: so2, input: 0 } ]", "r: [ { name: so2, input: 2 } ]", "r[so2].input: 0 → 2"),
            Case("l: [ { max: 1 }, { max: 2 } ]", "l: [ { max: 1 }, { max: 3 } ]", "l[2].max: 2 → 3"),
        ])
    func lines(_ example: Case) {
        let difference = ConfigurationDifference(from: source(example.from), to: source(example.to))
        #expect(difference.lines == example.lines)
        #expect(difference.isEmpty == example.lines.isEmpty)
    }

    @Test("Settings of a profile are told with its name; one that is new or gone is told by the devices that name it")
    func profiles() {
        func with(_ text: String, _ file: String) -> ConfigurationSource {
            ConfigurationSource(
                file: "f", text: Array("a: 1".utf8), profiles: [ProfileSource(file: file, text: Array(text.utf8))])
        }
        let old = with("registers: [ { name: so2, input: 0 } ]", "/etc/profiles/x.yaml")
        let new = with("registers: [ { name: so2, input: 1 } ]", "/etc/profiles/x.yaml")
        #expect(ConfigurationDifference(from: old, to: new).lines == ["x.yaml: registers[so2].input: 0 → 1"])
        #expect(ConfigurationDifference(from: old, to: with("a: 1", "/etc/profiles/y.yaml")).isEmpty)
    }

    @Test("Of a file with a secret only that it changed is told")
    func files() {
        let difference = ConfigurationDifference(
            from: source("a: 1"), to: source("a: 1"), changedFiles: ["uplinks[province].mqtt.password_file"])
        #expect(difference.lines == ["uplinks[province].mqtt.password_file: its content changed"])
    }

    @Test("However much differs, lines and the text for a record are bounded and say what they leave out")
    func bounds() {
        let entries = (0..<500).map { "k\($0): \(String(repeating: "v", count: 300))" }
        let difference = ConfigurationDifference(
            from: source("a: 1"), to: source("a: { \(entries.joined(separator: ", ")) }"))
        #expect(difference.lines.count == 1)
        let many = ConfigurationDifference(from: source("x: 0"), to: source(entries.joined(separator: "\n")))
        #expect(many.lines.count == 200 && many.omitted == 301)
        #expect(many.text.last == .init("… and 301 more", zh: "… 另有 301 处"))
        #expect(many.lines.allSatisfy { $0.count < 120 && !$0.contains("\n") })
        #expect(many.summary.utf8.count < 4_100)
        #expect(many.summary.contains("; … and ") && many.summary.hasSuffix(" more"))
    }

    private func source(_ text: String) -> ConfigurationSource {
        ConfigurationSource(file: "f", text: Array(text.utf8))
    }
}

@Suite("Settings that need a restart")
struct RestartSettingTests {
    private let old = "gateway: { id: g, data_directory: /a, timezone: Asia/Shanghai, control_socket: /a/s }"

    @Test(
        "Each is an error at its place that says what to do",
        arguments: [
            ("gateway: { id: h, data_directory: /a, timezone: Asia/Shanghai, control_socket: /a/s }", "1:16", "`id`"),
            ("gateway: { id: g, data_directory: /b, control_socket: /a/s }", "1:35", "`data_directory`"),
            ("gateway: { id: g, data_directory: /a, timezone: UTC, control_socket: /a/s }", "1:49", "`timezone`"),
            ("gateway: { id: g, data_directory: /a }", "1:10", "`control_socket`"),
        ])
    func problems(text: String, place: String, key: String) throws {
        let next = try configuration(text)
        let problems = try configuration(old).settingsNeedingRestart(
            for: next, in: ConfigurationSource(file: "f", text: Array(text.utf8)))
        try #require(problems.count == 1)
        #expect(problems[0].description.hasPrefix("f:\(place): error: \(key) cannot change while the gateway runs"))
        #expect(problems[0].hint?.contains("restart") == true)
    }

    @Test("Everything else may change")
    func others() throws {
        let text = """
            gateway: { id: g, data_directory: /a, control_socket: /a/s, realtime_interval: 7s, minute_interval: 5,
              commit_interval: 1s, language: en, t0_kelvin: 273.15, rounding: half_up, over_range_counts: true }
            """
        let source = ConfigurationSource(file: "f", text: Array(text.utf8))
        #expect(try configuration(old).settingsNeedingRestart(for: configuration(text), in: source).isEmpty)
    }
}
