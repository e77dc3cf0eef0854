import Foundation
import TestSupport
import Testing

/// What `gatewayd replay` prints against Peers/recompute.py, which computes the same records from the same samples, and the alarms
/// of their limits, by an implementation of its own, written from docs/calculation.md and docs/alarms.md alone.
@Suite("Recomputed by another program", .timeLimit(.minutes(60)))
struct RecomputationTests {
    /// A plant: who makes its samples, and its configuration, both in Peers.
    struct Plant: Sendable {
        var samples: String
        var configuration: String
        var hasLimits = false

        /// With the troubles of every day, and now and then others.
        static let month = Self(samples: "month_samples.py", configuration: "month_gateway.yaml")
        /// Of which everything fails now and then; its limits are so tight that it does not keep them.
        static let faulty = Self(samples: "fault_samples.py", configuration: "faults_gateway.yaml", hasLimits: true)
    }

    /// A simulated stretch of time, and how the plant is configured for it.
    struct Stretch: CustomTestStringConvertible, Sendable {
        var plant = Plant.month
        var days: Int
        /// Seconds from sample to sample.
        var interval: Int
        var start: String
        var seed = 1
        /// Whether numbers that mean no value, and conditions that gas cannot have, are among the samples.
        var hasOddNumbers = false
        /// Whether the meters of the faulty plant and what is behind them do not fail, for what L4 and D4 make of a mass behind a meter
        /// while something of it fails is not computed alike.
        var hasCalmMeters = false
        /// Replacements in the configuration.
        var changes: [String: String] = [:]
        /// How the outfall's meter is sampled, `beside` the flow or `alone`; nil: it has none.
        var meter: String?

        var testDescription: String {
            "\(plant.samples): days: \(days) from \(start), every \(interval) s, seed \(seed)"
                + (changes.isEmpty ? "" : ", other settings") + (meter.map { ", a meter \($0)" } ?? "")
                + (hasOddNumbers ? ", odd numbers" : "") + (hasCalmMeters ? ", calm meters" : "")
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

    /// Each of them has every rule, and each fault of an input alone and with others.
    private static let faultyStretches = [
        Stretch(plant: .faulty, days: 3, interval: 60, start: "2026-12-30T00:00", seed: 8),
        Stretch(plant: .faulty, days: 1, interval: 20, start: "2026-12-31T00:00", seed: 2),
        Stretch(
            plant: .faulty, days: 2, interval: 60, start: "2026-02-27T00:00", seed: 3,
            changes: ["reference_oxygen: 6": "excess_air: 1.4\n      converted_method: paired"]),
        Stretch(
            plant: .faulty, days: 1, interval: 10, start: "2026-12-31T00:00", seed: 4,
            changes: [
                "reference_oxygen: 6":
                    "reference_oxygen: 6\n      converted_method: mean_of\n      oxygen_cap_action: max"
            ]),
    ]

    private static let longFaultyStretches = [
        Stretch(
            plant: .faulty, days: 31, interval: 20, start: "2026-12-01T00:00", seed: 11, hasCalmMeters: true),
        Stretch(
            plant: .faulty, days: 31, interval: 60, start: "2026-12-15T00:00", seed: 12, hasCalmMeters: true,
            changes: ["reference_oxygen: 6": "reference_oxygen: 6\n      converted_method: mean_of"]),
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

    @Test(
        "where everything fails now and then every field is equal, and every alarm of a limit",
        .enabled(if: Peer.isThere && Program.canReplay), arguments: faultyStretches)
    func faults(_ stretch: Stretch) throws {
        try compare(stretch)
    }

    /// With `GATEWAY_SOAK` set: twenty minutes.
    @Test(
        "so it is in months of faults",
        .enabled(if: Peer.isThere && Program.canReplay && ProcessInfo.processInfo.environment["GATEWAY_SOAK"] != nil),
        arguments: longFaultyStretches)
    func monthsOfFaults(_ stretch: Stretch) throws {
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

    @Test("a comparison that finds an alarm changed says where", .enabled(if: Peer.isThere))
    func comparisonOfAlarms() throws {
        let directory = TemporaryDirectory()
        let recomputed = try directory.write(
            #"{"ts":3600000,"rule":"L1","outlet":"s","factor":"a21026","part":"hour-measured","state":"raised","value":31.5,"#
                + #""limit":30,"suppressed":false}"# + "\n", to: "recomputed")
        let record = { (number: String) in
            #"{"outlet":"s","kind":"alarm","ts":3600000,"alarm":{"id":"s.a21026.L1-hour-measured.0","rule":"L1","#
                + #""state":"raised","source":"s","factor":"a21026","value":\#(number),"limit":30}}"# + "\n"
        }
        let different = try Peer.start(
            "compare_alarms.py", [try directory.write(record("31.6"), to: "first"), recomputed])
        #expect(different.wait() == 1)
        #expect(
            different.output.contains(
                "s a21026 L1-hour-measured raised ts 3600000: replay value 31.6 limit 30, recomputed value 31.5 limit 30"
            ))
        let equal = try Peer.start(
            "compare_alarms.py", [try directory.write(record("31.5"), to: "second"), recomputed])
        #expect(equal.wait() == 0, "\(equal.output)\(equal.errors)")
    }

    private func compare(_ stretch: Stretch) throws {
        let directory = TemporaryDirectory()
        let configuration = try directory.write(try stretch.configuration(), to: "gateway.yaml")
        var samples = directory.file("samples")
        let (replayed, recomputed) = (directory.file("replayed"), directory.file("recomputed"))
        let alarms = directory.file("alarms")
        try Peer.run(stretch.plant.samples, stretch.arguments, to: samples)
        if stretch.hasOddNumbers {
            let calm = samples
            samples = directory.file("odd")
            try Peer.run("odd_numbers.py", [calm], to: samples)
        }
        try Peer.run("recompute.py", ["--alarms", alarms, configuration, samples], to: recomputed)
        let replay = try Peer.write(
            [Program.path, "replay", "--config", configuration, "--samples", samples], to: replayed)
        try #require(replay.wait() == 0, "\(replay.errors)")
        let comparison = try Peer.start("compare_records.py", [replayed, recomputed])
        #expect(comparison.wait() == 0, "\(comparison.output)\(comparison.errors)")
        guard stretch.plant.hasLimits else { return }
        let comparisonOfAlarms = try Peer.start("compare_alarms.py", [replayed, alarms])
        #expect(comparisonOfAlarms.wait() == 0, "\(comparisonOfAlarms.output)\(comparisonOfAlarms.errors)")
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

    /// With which its samples are made.
    fileprivate var arguments: [String] {
        var arguments = ["--days", "\(days)", "--interval", "\(interval)", "--start", start, "--seed", "\(seed)"]
        if let meter { arguments += ["--meter", meter] }
        if hasCalmMeters { arguments.append("--calm-meters") }
        return arguments
    }

    fileprivate func configuration() throws -> String {
        let text = try String(contentsOfFile: Peer.path(plant.configuration), encoding: .utf8)
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
