import Foundation
import TestSupport
import Testing

/// What `gatewayd replay` prints against Peers/recompute.py, which computes the same records from the same samples by an
/// implementation of its own, written from docs/calculation.md alone.
@Suite("Recomputed by another program", .timeLimit(.minutes(60)))
struct RecomputationTests {
    /// A simulated stretch of time, and how the plant is configured for it.
    struct Stretch: CustomTestStringConvertible, Sendable {
        var days: Int
        /// Seconds from sample to sample.
        var interval: Int
        var start: String
        var seed = 1
        /// Whether numbers that mean no value, and conditions that gas cannot have, are among the samples.
        var hasOddNumbers = false
        /// Replacements in Peers/month_gateway.yaml.
        var changes: [String: String] = [:]
        /// How the outfall's meter is sampled, `beside` the flow or `alone`; nil: it has none.
        var meter: String?

        var testDescription: String {
            "days: \(days) from \(start), every \(interval) s, seed \(seed)"
                + (changes.isEmpty ? "" : ", other settings") + (meter.map { ", a meter \($0)" } ?? "")
                + (hasOddNumbers ? ", odd numbers" : "")
        }
    }

    /// Three days hold every trouble and end a year; a day at 5 s is what the standard has in mind.
    private static let stretches = [
        Stretch(days: 3, interval: 20, start: "2026-12-30T00:30"),
        Stretch(days: 1, interval: 5, start: "2026-12-31T00:00", seed: 2),
        Stretch(
            days: 3, interval: 20, start: "2026-02-27T00:00", seed: 3,
            changes: [
                "id: month":
                    "id: month\n  minute_interval: 10\n  rounding: half_up\n  t0_kelvin: 273.15\n  over_range_counts: true",
                "reference_oxygen: 6":
                    "excess_air: 1.4\n      converted_method: mean_of\n      oxygen_cap_action: use_measured",
                "timezone: Asia/Shanghai": "timezone: Asia/Kolkata",
                "cycle: 1h": "cycle: 2h",
            ]),
        Stretch(days: 1, interval: 20, start: "2026-12-30T00:00", seed: 7, hasOddNumbers: true),
        .meterBeside(days: 1, interval: 20, start: "2026-12-31T00:00", seed: 4),
        .meterAlone(days: 1, interval: 20, start: "2026-12-31T00:00", seed: 5),
    ]

    /// Long enough for whole days, the end of a year, and each thing that meters do many times.
    private static let longMeteredStretches: [Stretch] = [
        .meterBeside(days: 3, interval: 20, seed: 4), .meterAlone(days: 2, interval: 5, seed: 5),
        .meterBeside(days: 40, interval: 30, seed: 13), .meterAlone(days: 40, interval: 30, seed: 14),
    ]

    @Test(
        "every field is equal to the last printed digit", .enabled(if: Peer.isThere && Program.canReplay),
        arguments: stretches)
    func fields(_ stretch: Stretch) throws {
        try compare(stretch)
    }

    /// With `GATEWAY_SOAK` set: three minutes.
    @Test(
        "so it is where a meter counts the water, for days and months",
        .enabled(if: Peer.isThere && Program.canReplay && ProcessInfo.processInfo.environment["GATEWAY_SOAK"] != nil),
        arguments: longMeteredStretches)
    func metered(_ stretch: Stretch) throws {
        try compare(stretch)
    }

    /// With `GATEWAY_SOAK` set: several minutes.
    @Test(
        "so it is in a month of samples every 5 s",
        .enabled(if: Peer.isThere && Program.canReplay && ProcessInfo.processInfo.environment["GATEWAY_SOAK"] != nil))
    func month() throws {
        try compare(Stretch(days: 31, interval: 5, start: "2026-12-01T00:00"))
    }

    @Test("the other program gets published vectors and cases computed by hand right", .enabled(if: Peer.isThere))
    func peer() throws {
        let child = try Peer.start("recompute.py", ["--self-test"])
        #expect(child.wait() == 0, "\(child.errors)")
    }

    @Test("a comparison that finds a digit changed says where", .enabled(if: Peer.isThere))
    func comparison() throws {
        let directory = TemporaryDirectory()
        let record = { (number: String) in
            #"{"outlet":"s","kind":"hour","ts":0,"dataTime":"19700101080000","period":3600,"data":{"a21026":"#
                + #"{"Avg":\#(number),"Flag":"N","Count":60}}}"# + "\n"
        }
        let first = try directory.write(record("28.51"), to: "first")
        let second = try directory.write(record("28.52"), to: "second")
        let different = try Peer.start("compare_records.py", [first, second])
        #expect(different.wait() == 1)
        #expect(different.output.contains("s hour 19700101080000 (ts 0) a21026 Avg: replay 28.51, recomputed 28.52"))
        let equal = try Peer.start("compare_records.py", [first, first])
        #expect(equal.wait() == 0, "\(equal.output)\(equal.errors)")
    }

    private func compare(_ stretch: Stretch) throws {
        let directory = TemporaryDirectory()
        let configuration = try directory.write(try stretch.configuration(), to: "gateway.yaml")
        var samples = directory.file("samples")
        let (replayed, recomputed) = (directory.file("replayed"), directory.file("recomputed"))
        try Peer.run(
            "month_samples.py",
            [
                "--days", "\(stretch.days)", "--interval", "\(stretch.interval)", "--start", stretch.start, "--seed",
                "\(stretch.seed)",
            ] + (stretch.meter.map { ["--meter", $0] } ?? []),
            to: samples)
        if stretch.hasOddNumbers {
            let calm = samples
            samples = directory.file("odd")
            try Peer.run("odd_numbers.py", [calm], to: samples)
        }
        try Peer.run("recompute.py", [configuration, samples], to: recomputed)
        let replay = try Peer.write(
            [Program.path, "replay", "--config", configuration, "--samples", samples], to: replayed)
        try #require(replay.wait() == 0, "\(replay.errors)")
        let comparison = try Peer.start("compare_records.py", [replayed, recomputed])
        #expect(comparison.wait() == 0, "\(comparison.output)\(comparison.errors)")
    }
}

extension RecomputationTests.Stretch {
    /// The outfall's water counted by a meter beside its flow.
    fileprivate static func meterBeside(
        days: Int, interval: Int, start: String = "2026-12-30T00:30", seed: Int
    ) -> Self {
        let flow =
            "{ code: w00000, from: outfall.flow, range: [0, 100], meter: { from: outfall.total, modulus: 10000 } }"
        return Self(
            days: days, interval: interval, start: start, seed: seed, changes: [bareFlow: flow],
            meter: "beside")
    }

    /// A meter is all that is read of the outfall's water; minute records are of ten minutes.
    fileprivate static func meterAlone(
        days: Int, interval: Int, start: String = "2026-12-30T00:30", seed: Int
    ) -> Self {
        Self(
            days: days, interval: interval, start: start, seed: seed,
            changes: [
                "id: month": "id: month\n  minute_interval: 10",
                bareFlow: "{ code: w00000, from: outfall.total, meter: { modulus: 10000 } }",
            ], meter: "alone")
    }

    /// The line of the outfall's flow in Peers/month_gateway.yaml.
    private static let bareFlow = "{ code: w00000, from: outfall.flow }"

    fileprivate func configuration() throws -> String {
        let text = try String(contentsOfFile: Peer.path("month_gateway.yaml"), encoding: .utf8)
        return changes.reduce(text.replacingOccurrences(of: "poll: 5s", with: "poll: \(interval)s")) { text, change in
            #expect(text.contains(change.key))
            return text.replacingOccurrences(of: change.key, with: change.value)
        }
    }
}

/// The Python programs in Peers, with `GATEWAYD_TEST_PYTHON` or else `python3`.
private enum Peer {
    private static let python = ProcessInfo.processInfo.environment["GATEWAYD_TEST_PYTHON"] ?? "python3"

    /// Whether they can read a configuration.
    static let isThere: Bool = {
        let child = try? ChildProcess(python, ["-c", "import yaml"])
        return child?.wait() == 0
    }()

    static func path(_ name: String) -> String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Peers/" + name
    }

    static func start(_ script: String, _ arguments: [String]) throws -> ChildProcess {
        try ChildProcess(python, [path(script)] + arguments)
    }

    /// Starts `command` with its output going to `file`.
    static func write(_ command: [String], to file: String) throws -> ChildProcess {
        try ChildProcess("sh", ["-c", #"file="$1"; shift; exec "$@" >"$file""#, "sh", file] + command)
    }

    /// Runs a script to its end.
    static func run(_ script: String, _ arguments: [String], to file: String) throws {
        let child = try write([python, path(script)] + arguments, to: file)
        #expect(child.wait() == 0, "\(script): \(child.errors)")
    }
}

extension Program {
    /// Whether it has the command `replay`.
    fileprivate static let canReplay: Bool = {
        let result = try? run(["replay", "--help"])
        return result?.code == 0
    }()
}
