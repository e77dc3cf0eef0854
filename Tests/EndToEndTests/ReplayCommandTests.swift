import Foundation
import TestSupport
import Testing

/// One stack with two factors of one device. The data directory must not come to be.
private func plant(in directory: TemporaryDirectory) throws -> String {
    try directory.write(
        """
        gateway: { id: plant-01, data_directory: \(directory.file("data")), language: en }
        buses:
          - id: rack
            tcp: 127.0.0.1:1
            devices:
              - id: cems-1
                unit: 1
                registers:
                  - { name: so2, input: 0, type: float32 }
                  - { name: o2, input: 2, type: float32 }
        outlets:
          - id: stack-1
            mn: "88888880000001"
            st: "31"
            factors: [ { code: a21026, from: cems-1.so2 }, { code: a19001, from: cems-1.o2 } ]
        """, to: "gateway.yaml")
}

/// Samples every 5 s from 2026-11-21 10:20:00 on the plant's clock.
private func samples(seconds: Int, so2: String = "12.5") -> String {
    stride(from: 0, to: seconds, by: 5).map { second in
        let head = #"{"ts":\#(1_795_227_600_000 + second * 1_000),"outlet":"stack-1","factor":"#
        return head + "\"a21026\",\"value\":\(so2)}\n" + head + "\"a19001\",\"value\":6,\"flag\":\"N\"}\n"
    }.joined()
}

@Suite struct ReplayCommandTests {
    @Test("samples become records, numbered from 1, the same bytes each time; nothing is written elsewhere")
    func records() throws {
        let directory = TemporaryDirectory()
        let arguments = [
            "replay", "--config", try plant(in: directory), "--samples",
            try directory.write(samples(seconds: 2_400), to: "samples.jsonl"),
        ]
        let result = try Program.run(arguments)
        #expect(result.code == 0)
        #expect(result.errors.isEmpty)
        #expect(try Program.run(arguments).output == result.output)
        #expect(!FileManager.default.fileExists(atPath: directory.file("data")))
        let records = try result.output.split(separator: "\n").map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
        #expect(records.map { $0["seq"] as? Int } == (1...records.count).map { $0 })
        let minutes = records.filter { $0["kind"] as? String == "minute" }
        #expect(minutes.map { $0["ts"] as? Int } == (0..<40).map { 1_795_227_600_000 + $0 * 60_000 })
        let hour = try #require(records.last { $0["kind"] as? String == "hour" })
        #expect(hour["gateway"] as? String == "plant-01")
        #expect(hour["outlet"] as? String == "stack-1")
        #expect(hour["mn"] as? String == "88888880000001")
        #expect(hour["dataTime"] as? String == "20261121100000")
        #expect(hour["period"] as? Int == 3_600)
        let so2 = try #require((hour["data"] as? [String: [String: Any]])?["a21026"])
        #expect(so2["Avg"] as? Double == 12.5)
    }

    @Test("standard input is a samples file too")
    func pipe() throws {
        let directory = TemporaryDirectory()
        let configuration = try plant(in: directory)
        let file = try directory.write(samples(seconds: 300), to: "samples.jsonl")
        let direct = try Program.run(["replay", "--config", configuration, "--samples", file])
        let shell = try ChildProcess(
            "sh", ["-c", "cat '\(file)' | '\(Program.path)' replay --config '\(configuration)' --samples -"])
        #expect(shell.wait() == 0)
        #expect(shell.output == direct.output)
        #expect(!direct.output.isEmpty)
    }

    @Test("a reader that goes away ends it quietly")
    func closedPipe() throws {
        let directory = TemporaryDirectory()
        let configuration = try plant(in: directory)
        let file = try directory.write(samples(seconds: 20_000), to: "samples.jsonl")
        let shell = try ChildProcess(
            "sh", ["-c", "'\(Program.path)' replay --config '\(configuration)' --samples '\(file)' | head -n 1"])
        shell.wait()
        #expect(shell.output.split(separator: "\n").count == 1)
        #expect(shell.errors.isEmpty)
    }

    @Test("records that cannot be written are an error")
    func fullDisk() throws {
        let directory = TemporaryDirectory()
        let configuration = try plant(in: directory)
        let file = try directory.write(samples(seconds: 300), to: "samples.jsonl")
        let shell = try ChildProcess(
            "sh", ["-c", "'\(Program.path)' replay --config '\(configuration)' --samples '\(file)' > /dev/full"])
        #expect(shell.wait() == 1)
        #expect(shell.errors.contains("write standard output: No space left"))
    }

    @Test("a bad line is named with file, line and column and ends it; with --skip-bad-lines it is reported at the end")
    func badLine() throws {
        let directory = TemporaryDirectory()
        let configuration = try plant(in: directory)
        let spoilt = samples(seconds: 120) + samples(seconds: 5, so2: "0").replacing("stack-1", with: "stack-2")
        let file = try directory.write(spoilt, to: "samples.jsonl")
        let arguments = ["replay", "--config", configuration, "--samples", file]
        let result = try Program.run(arguments)
        #expect(result.code == 1)
        #expect(result.errors.contains("\(file):49:21: error: unknown outlet 'stack-2' (did you mean stack-1?)"))
        #expect(result.output.contains(#""kind":"minute""#))
        let chinese = try Program.run(arguments, environment: Program.chinese)
        #expect(chinese.errors.contains("\(file):49:21: error: 未知的 outlet“stack-2”（是不是 stack-1？）"))
        let skipped = try Program.run(arguments + ["--skip-bad-lines"])
        #expect(skipped.code == 0)
        #expect(skipped.errors.contains("2 lines passed over"))
        #expect(skipped.output.hasPrefix(result.output))
    }

    @Test("--kinds chooses without renumbering; --progress sums up")
    func options() throws {
        let directory = TemporaryDirectory()
        let file = try directory.write(samples(seconds: 180), to: "samples.jsonl")
        let arguments = ["replay", "--config", try plant(in: directory), "--samples", file]
        let all = try Program.run(arguments).output.split(separator: "\n")
        let chosen = try Program.run(arguments + ["--kinds", "minute,hour", "--progress"])
        #expect(chosen.output.split(separator: "\n") == all.filter { $0.contains(#""kind":"minute""#) })
        #expect(chosen.errors.contains("72 samples, \(all.count) records in "))
    }

    @Test("what cannot be read is an error; wrong usage is another")
    func failures() throws {
        let directory = TemporaryDirectory()
        let configuration = try plant(in: directory)
        let bad = try directory.write("gateway: 1\n", to: "bad.yaml")
        let cases: [([String], Int32, String)] = [
            (["--samples", "x"], 2, "--config is required"), (["--config", configuration], 2, "--samples is required"),
            (["--config", configuration, "--samples", "x", "--kinds", "minutes"], 2, "there are realtime, minute"),
            (["--config", configuration, "--samples", directory.file("none")], 1, "No such file"),
            (["--config", configuration, "--samples", directory.file("")], 1, "Is a directory"),
            (["--config", directory.file("none"), "--samples", "x"], 1, "No such file"),
            (["--config", bad, "--samples", "x"], 1, "bad.yaml:1:"),
        ]
        for (arguments, code, message) in cases {
            let result = try Program.run(["replay"] + arguments)
            #expect(result.code == code, "\(arguments)")
            #expect(result.errors.contains(message), "\(arguments): \(result.errors)")
            #expect(result.output.isEmpty)
        }
    }
}
