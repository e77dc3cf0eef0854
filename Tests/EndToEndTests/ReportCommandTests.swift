import Foundation
import TelemetryStore
import TestSupport
import Testing

@Suite struct ReportCommandTests {
    private static let plant = """
        gateway: { id: plant-01, data_directory: data, language: en }
        buses:
          - id: rack
            tcp: 127.0.0.1:502
            devices:
              - { id: cems, unit: 1, registers: [ { name: so2, input: 0, type: float32 } ] }
        outlets:
          - { id: stack-1, st: "31", factors: [ { code: a21026, from: cems.so2 } ] }
          - { id: stack-2, st: "31", factors: [ { code: a21026, from: cems.so2 } ] }
        """

    /// Hours of 1 November from 0:00 on with this mean and amount each; nil for those that are not valid.
    private static func records(_ values: [Double?], outlet: String = "stack-1") -> [String] {
        values.enumerated().map { hour, value in
            let start = 1_793_462_400_000 + hour * 3_600_000
            let factor =
                value.map { #"{"Avg":\#($0),"Cou":\#($0),"Flag":"N","Count":60}"# }
                ?? #"{"Flag":"D","Count":0,"Valid":false,"Reason":"0 valid minutes"}"#
            return
                #"{"v":1,"gateway":"g","seq":\#(hour + 1),"outlet":"\#(outlet)","st":"31","kind":"hour","ts":\#(start),"#
                + #""dataTime":"202611010\#(hour)0000","period":3600,"data":{"a21026":\#(factor)}}"#
        }
    }

    private static let expected = """
        stack-1  2026-11  monthly report

        a21026  Sulfur dioxide (SO2)  mg/m3
        day          mean  measured kg  valid/due h  capture %
        2026-11-01  2.50*       10.000          4/5      80.00
        total       2.50*       10.000          4/5      80.00

        * fewer valid hours, days or months than the rule of the period asks for

        """

    private let directory = TemporaryDirectory()

    private func write(_ lines: [String]) throws -> [String] {
        let config = try directory.write(Self.plant, to: "gateway.yaml")
        let records = try directory.write(lines.map { $0 + "\n" }.joined(), to: "records.jsonl")
        return ["report", "--config", config, "--outlet", "stack-1", "--records", records]
    }

    @Test("a report from a file of records, other outlets passed over")
    func file() throws {
        let lines = Self.records([1, 2, nil, 3, 4]) + Self.records([100], outlet: "stack-2")
        let result = try Program.run(try write(lines) + ["--month", "2026-11"])
        #expect(result.code == 0 && result.errors.isEmpty)
        #expect(result.output == Self.expected)
        let year = try Program.run(try write(lines) + ["--year", "2026", "--language", "zh"])
        #expect(year.output.contains("年报表") && year.output.contains("2026-11"))
    }

    @Test("the same report from the journal, which is left as it is")
    func journal() throws {
        let config = try directory.write(Self.plant, to: "gateway.yaml")
        let journal = try Journal(directory: directory.file("data"))
        for (index, line) in Self.records([1, 2, nil, 3, 4]).enumerated() {
            journal.append(
                kind: "hour", lane: .ordinary, outlet: "stack-1",
                timestamp: 1_793_462_400_000 + Int64(index) * 3_600_000
            ) { _ in Array(line.utf8) }
            journal.append(kind: "minute", lane: .ordinary, outlet: "stack-1", timestamp: 1_793_462_400_000) { _ in
                Array("no record at all".utf8)
            }
        }
        #expect(journal.close(deadline: .seconds(10)).pendingRows == 0)
        let result = try Program.run(["report", "--config", config, "--outlet", "stack-1", "--month", "2026-11"])
        #expect(result.errors.isEmpty)
        #expect(result.output == Self.expected)
        let none = try Program.run(["report", "--config", config, "--outlet", "stack-1", "--month", "2026-10"])
        #expect(none.code == 1)
        #expect(none.errors.contains("has no hour of stack-1 in 2026-10"))
    }

    @Test("the journal's hours are summed before rounding, unless somebody altered what is kept beside them")
    func unrounded() throws {
        let config = try directory.write(Self.plant, to: "gateway.yaml")
        let journal = try Journal(directory: directory.file("data"))
        for (index, line) in Self.records([0, 0, 0, 0, 0, 0, 0, 0, 0, 0]).enumerated() {
            journal.append(
                kind: "hour", lane: .ordinary, outlet: "stack-1",
                timestamp: 1_793_462_400_000 + Int64(index) * 3_600_000, unrounded: #"{"a21026":0.0004}"#
            ) { _ in Array(line.utf8) }
        }
        #expect(journal.close(deadline: .seconds(10)).pendingRows == 0)
        let words = ["report", "--config", config, "--outlet", "stack-1", "--month", "2026-11"]
        let result = try Program.run(words)
        #expect(result.errors.isEmpty && result.output.contains("0.004        10/10"))
        #expect(try Program.run(["journal", "verify", "--config", config]).code == 0)
        #expect(
            try Program.run(["journal", "show", "2", "--config", config]).output.contains(#"amounts {"a21026":0.0004}"#)
        )
        let lines = try Program.run(["journal", "export", "--config", config]).output
        #expect(!lines.contains("0.0004"))

        let altered = try ChildProcess(
            "sqlite3",
            [directory.file("data/journal.db"), #"update record set unrounded = '{"a21026":7}' where seq = 2"#])
        #expect(altered.wait() == 0)
        let printed = try Program.run(words)
        #expect(printed.code == 0 && printed.errors.contains("record 2: the unrounded amount of a21026"))
        #expect(printed.output.contains("0.004        10/10"), "nine hours of 0.0004")
        let verified = try Program.run(["journal", "verify", "--config", config])
        #expect(verified.code == 1 && verified.output.contains("record 2 (hour) altered"))
    }

    @Test("records of the day and month from a pipe are shown as they are")
    func longer() throws {
        let hours = Self.records([1, 2, 3])
        func longer(_ kind: String, _ amount: Double) -> String {
            hours[0].replacing(#""kind":"hour""#, with: #""kind":"\#(kind)""#)
                .replacing(#""Cou":1.0"#, with: #""Cou":\#(amount)"#)
        }
        let result = try Program.run(
            try write(hours + [longer("day", 6.001), longer("month", 6.329)]) + ["--month", "2026-11"])
        #expect(result.errors.isEmpty)
        #expect(result.output.contains("6.001          3/3") && result.output.contains("6.329          3/3"))
    }

    @Test("substitutes and JSON")
    func json() throws {
        let lines = Self.records([1, 2, 5, 4, 3, 2, 1, 1, nil, 1])
        let result = try Program.run(try write(lines) + ["--month", "2026-11", "--substitute", "--json"])
        let object = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        let factor = try #require((object["factors"] as? [[String: Any]])?.first)
        let total = try #require(factor["total"] as? [String: Any])
        #expect(total["measured"] as? Double == 20 && total["substituted"] as? Double == 5)
        #expect(total["methods"] as? [String: Int] == ["max-180": 1])
    }

    @Test("a line that is no record ends the work, with its number and without a report")
    func badLine() throws {
        let result = try Program.run(try write(Self.records([1]) + ["2026-11-01,12.3"]) + ["--month", "2026-11"])
        #expect(result.code == 1)
        #expect(result.output.isEmpty)
        #expect(result.errors.contains("records.jsonl:2: no JSON"))
        #expect(result.errors.contains("1 lines are no records"))
    }

    @Test(
        "wrong usage says what to write",
        arguments: [
            ([], "exactly one of --month and --year"), (["--month", "2026-11", "--year", "2026"], "exactly one of"),
            (["--month", "11.2026"], "write 2026-11"), (["--year", "26"], "write 2026"),
            (["--month", "2026-11", "--gwp", "ar4"], "there are ar5, ar6"),
            (["--month", "2026-11", "--language", "fr"], "there are en, zh"),
            (["--month", "2026-11", "--outlet", "stack-3"], "there are stack-1, stack-2"),
        ])
    func usage(words: [String], hint: String) throws {
        let result = try Program.run(try write([]) + words)
        #expect(result.code == 2)
        #expect(result.errors.contains(hint), "\(result.errors)")
    }

    @Test("without a journal the report says so")
    func noJournal() throws {
        let config = try directory.write(Self.plant, to: "gateway.yaml")
        let result = try Program.run(["report", "--config", config, "--outlet", "stack-1", "--month", "2026-11"])
        #expect(result.code == 1)
        #expect(result.errors.contains("journal.db"))
    }
}
