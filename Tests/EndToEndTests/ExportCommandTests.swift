import Foundation
import TelemetryStore
import TestSupport
import Testing

/// A configuration and the journal of its daemon.
private struct ExportFixture {
    let directory = TemporaryDirectory()
    let configuration: String
    /// 2026-11-21 10:00 on the plant's clock.
    static let start: Int64 = 1_795_226_400_000

    init() throws {
        configuration = try directory.write(
            """
            gateway: { id: plant-01, data_directory: \(directory.file("data")) }
            buses:
              - id: rack
                tcp: 127.0.0.1:1
                devices:
                  - id: cems-1
                    unit: 1
                    registers: [ { name: so2, input: 0, type: float32 }, { name: o2, input: 2, type: float32 } ]
            outlets:
              - id: stack-1
                st: "31"
                factors: [ { code: a21026, from: cems-1.so2 }, { code: a19001, from: cems-1.o2 } ]
              - { id: stack-2, st: "31", factors: [ { code: a21026, from: cems-1.so2 } ] }
            """, to: "gateway.yaml")
    }

    /// A journal with `minutes` minute records of each outlet from 10:00 on, an hour record, and a late one for 10:01.
    func journal(minutes: Int) throws -> Journal {
        let journal = try Journal(directory: directory.file("data"))
        for minute in 0..<minutes {
            append(journal, "minute", "stack-1", minute, #""a21026":{"Avg":\#(minute).5,"Flag":"N","Count":12}"#)
            append(journal, "minute", "stack-2", minute, #""a21026":{"Avg":99,"Flag":"N"}"#)
            append(journal, "realtime", "stack-1", minute, #""a21026":{"Rtd":1,"Flag":"N"}"#)
        }
        append(
            journal, "hour", "stack-1", 0, #""a21026":{"Avg":7,"Flag":"N","Valid":false,"Reason":"44 valid minutes"}"#)
        append(journal, "minute", "stack-1", 1, #""a19001":{"Avg":8.2,"Flag":"N"}"#)
        return journal
    }

    private func append(_ journal: Journal, _ kind: String, _ outlet: String, _ minute: Int, _ data: String) {
        let time = "20261121" + String(format: "%02d%02d00", 10 + minute / 60, minute % 60)
        journal.append(
            kind: kind, lane: .ordinary, outlet: outlet, timestamp: Self.start + Int64(minute) * 60_000
        ) { Array(#"{"v":1,"gateway":"plant-01","seq":\#($0),"dataTime":"\#(time)","data":{\#(data)}}"#.utf8) }
    }

    func export(_ kind: String, _ from: String, _ to: String, outlet: String = "stack-1") throws -> (
        code: Int32, output: String, errors: String
    ) {
        try Program.run([
            "export", "--config", configuration, "--outlet", outlet, "--kind", kind, "--from", from, "--to", to,
        ])
    }
}

@Suite struct ExportCommandTests {
    @Test("records of one outlet and kind in a range of time become lines, late numbers in their place")
    func minutes() throws {
        let fixture = try ExportFixture()
        #expect(try fixture.journal(minutes: 90).close(deadline: .seconds(5)).isClosed)
        let result = try fixture.export("minute", "2026-11-21T10:00", "20261121100300")
        #expect(result.code == 0)
        #expect(result.errors.isEmpty)
        let expected = """
            dataTime,a21026-Avg,a21026-Flag,a21026-Count,a19001-Avg,a19001-Flag
            20261121100000,0.5,N,12,,
            20261121100100,1.5,N,12,8.2,N
            20261121100200,2.5,N,12,,

            """
        #expect(result.output == expected.replacing("\n", with: "\r\n"))
        let hours = try fixture.export("hour", "2026-11-21", "2026-11-22")
        #expect(
            hours.output
                == "dataTime,a21026-Avg,a21026-Flag,a21026-Valid\r\n20261121100000,7,N,false\r\n")
        let all = try fixture.export("minute", "2026-11-21", "2026-11-22")
        #expect(all.output.split(separator: "\r\n").count == 91)
    }

    @Test("the journal of a running daemon is read without disturbing it, and again")
    func running() throws {
        let fixture = try ExportFixture()
        let journal = try fixture.journal(minutes: 2_000)
        #expect(eventually { journal.committedHead >= 6_002 })
        for _ in 0..<2 {
            let result = try fixture.export("minute", "2026-11-21T10:00", "2026-11-21T11:00")
            #expect(result.code == 0)
            #expect(result.output.split(separator: "\r\n").count == 61)
        }
        let more = try #require(
            journal.append(kind: "hour", lane: .ordinary, outlet: "stack-1", timestamp: 0) { _ in [0x7B, 0x7D] })
        #expect(eventually { journal.committedHead >= more })
        #expect(journal.statistics.failedCommits == 0)
        #expect(journal.close(deadline: .seconds(5)).isClosed)
    }

    @Test("a time without records is a header and a remark")
    func nothing() throws {
        let fixture = try ExportFixture()
        #expect(try fixture.journal(minutes: 1).close(deadline: .seconds(5)).isClosed)
        for (kind, from, to) in [("minute", "2025-01-01", "2026-01-01"), ("day", "2026-11-21", "2026-11-22")] {
            let result = try fixture.export(kind, from, to)
            #expect(result.code == 0)
            #expect(result.output == "dataTime\r\n")
            #expect(result.errors.contains("no \(kind) records of stack-1"))
        }
    }

    @Test("without a journal nothing comes to be; a wrong outlet is named with the nearest")
    func failures() throws {
        let fixture = try ExportFixture()
        let missing = try fixture.export("minute", "2026-11-21", "2026-11-22")
        #expect(missing.code == 1)
        #expect(missing.errors.contains("no journal in \(fixture.directory.file("data"))"))
        #expect(!FileManager.default.fileExists(atPath: fixture.directory.file("data")))
        let wrong = try fixture.export("minute", "2026-11-21", "2026-11-22", outlet: "stck-1")
        #expect(wrong.code == 1)
        #expect(wrong.errors.contains("no outlet 'stck-1' (did you mean stack-1?)"))
    }

    @Test(
        "wrong usage is told",
        arguments: [
            ("realtime", "2026-11-21", "2026-11-22", "there are minute, hour, day, month, year"),
            ("minute", "soon", "2026-11-22", "--from soon: write it like"),
            ("minute", "2026-11-21", "2026-02-30", "--to 2026-02-30: write it like"),
            ("minute", "2026-11-21", "2026-11-21", "--to is not after --from"),
        ])
    func usage(kind: String, from: String, to: String, message: String) throws {
        let result = try ExportFixture().export(kind, from, to)
        #expect(result.code == 2)
        #expect(result.errors.contains(message))
    }
}
