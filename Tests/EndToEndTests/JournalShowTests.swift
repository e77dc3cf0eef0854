import Protocol
import Telemetry
import TelemetryStore
import TestSupport
import Testing

@testable import Gatewayd

/// A journal as the daemon writes it: a device's words, an instrument's frames, and what was made of them.
private struct ShowFixture {
    let directory = TemporaryDirectory()
    let configuration: String
    /// 2026-11-21 10:20:00 on the plant's clock.
    static let start: Int64 = 1_795_227_600_000

    init() throws {
        configuration = try directory.write(
            """
            gateway: { id: plant-01, data_directory: \(directory.file("data")), keep_raw: 3d }
            buses:
              - id: rack
                tcp: 127.0.0.1:1
                devices: [ { id: cems-1, unit: 1, registers: [ { name: so2, input: 0, type: float32 } ] } ]
            instruments: [ { id: dust-1, listen: "127.0.0.1:7212" } ]
            outlets:
              - { id: stack-1, st: "31", factors: [ { code: a21026, from: cems-1.so2 }, { code: a34013, from: dust-1.a34013 } ] }
            """, to: "gateway.yaml")
    }

    /// A poll and a frame every 5 s for two minutes, each minute's record behind its samples.
    func fill() throws {
        let journal = try Journal(directory: directory.file("data"))
        for step in 0..<24 {
            let time = Self.start + Int64(step) * 5_000
            append(
                .evidence, .device("cems-1"), time,
                .answers([RegisterAnswer(table: .input, address: 0, words: [0x41A0, UInt16(step)])], unit: 1), journal)
            let frame = "##0099QN=\(step);ST=31;CN=2011;PW=secret-7;MN=0123;CP=&&DataTime=2;a34013-Rtd=4&&1C80\r\n"
            append(.evidence, .device("dust-1"), time + 1_000, .frame(Array(frame.utf8)), journal)
            if step % 12 == 11 {
                append(.minute, stack, time - 55_000, .factors([], quality: []), journal, period: .seconds(60))
            }
        }
        append(.realtime, stack, Self.start + 30_500, .factors([], quality: []), journal)
        append(.audit, .gateway, Self.start, .event(AuditEvent("start")), journal)
        #expect(journal.close(deadline: .seconds(10)).isClosed)
    }

    private var stack: RecordPlace { .outlet(OutletIdentity(id: "stack-1", mn: nil, st: "31")) }

    private func append(
        _ kind: RecordKind, _ place: RecordPlace, _ time: Int64, _ content: RecordContent, _ journal: Journal,
        period: Duration? = nil
    ) {
        let at = WallInstant(millisecondsSince1970: time)
        let record = Record(
            kind: kind, place: place, at: at, dataTime: ZoneRules.china.civilTime(at: at), period: period,
            content: content)
        journal.append(kind: kind.rawValue, lane: .bulk, outlet: place.topicSegment, timestamp: time) {
            RecordEncoder(gateway: "plant-01").encode(record, sequence: $0)
        }
    }

    func show(_ words: String...) throws -> (code: Int32, output: String, errors: String) {
        try Program.run(["journal", "show"] + words + ["--config", configuration])
    }
}

@Suite("journal show", .timeLimit(.minutes(1)))
struct JournalShowTests {
    @Test("a minute shows its hash and the words and frames that came in it, source by source")
    func minute() throws {
        let fixture = try ShowFixture()
        try fixture.fill()
        // Two rows for each of twelve steps, then the minute.
        let shown = try fixture.show("25")
        #expect(shown.code == 0, "\(shown.errors)")
        #expect(shown.output.contains("record 25: minute of stack-1, 20261121102000.000, 60 s"))
        #expect(shown.output.contains("\nhash "))
        #expect(shown.output.contains("evidence of cems-1: 12, 1 to 23"))
        #expect(shown.output.contains("  1  20261121102000.000  unit 1  input 0: 41A0 0000"))
        #expect(shown.output.contains("  23  20261121102055.000  unit 1  input 0: 41A0 000B"))
        #expect(shown.output.contains("evidence of dust-1: 12, 2 to 24"))
        #expect(shown.output.contains(#"##0099QN=0;ST=31;CN=2011;PW=***;MN=0123;"#))
        #expect(!shown.output.contains("secret-7"))
        // Nothing of the minute before.
        let second = try fixture.show("50", "--limit", "2").output
        #expect(second.contains("evidence of cems-1: 12, 26 to 48"))
        #expect(second.contains("  26  20261121102100.000  unit 1  input 0: 41A0 000C"))
        #expect(second.contains("… and 10 more"))
    }

    @Test("a present value shows the newest words before it")
    func realtime() throws {
        let fixture = try ShowFixture()
        try fixture.fill()
        let shown = try fixture.show("51").output
        #expect(shown.contains("  13  20261121102030.000  unit 1  input 0: 41A0 0006"))
        #expect(shown.contains("  12  20261121102026.000  ##0099QN=5;"))
    }

    @Test("evidence shows itself; an event rests on none; a number without a record is told")
    func others() throws {
        let fixture = try ShowFixture()
        try fixture.fill()
        let frame = try fixture.show("2").output
        #expect(frame.contains("record 2: evidence of dust-1") && !frame.contains("secret-7"))
        #expect(try fixture.show("52").output.contains("rests on no single readings"))
        let missing = try fixture.show("999")
        #expect(missing.code == 1)
        #expect(missing.errors.contains("there is no record 999"))
        for words in [["x"], [], ["0"], ["-3"], ["1", "2"]] {
            #expect(try Program.run(["journal", "show"] + words + ["--config", fixture.configuration]).code == 2)
        }
    }

    @Test("a frame in GBK is shown as text, its password is not, in no form")
    func foreignText() {
        let frame =
            Array("##0050QN=1;ST=32;PW=geheim;MN=0123;CP=&&Name=".utf8) + [0xD1, 0xCC, 0xB4, 0xD1, 0x07]
            + Array("&&1C80\r\n".utf8)
        let record = Record(
            kind: .evidence, place: .device("m"), at: WallInstant(millisecondsSince1970: 0),
            dataTime: ZoneRules.china.civilTime(at: WallInstant(millisecondsSince1970: 0)), content: .frame(frame))
        let body = RecordEncoder(gateway: "g").encode(record, sequence: 1)
        #expect(
            EvidenceText.lines(of: body).map(\.en)
                == [#"##0050QN=1;ST=32;PW=***;MN=0123;CP=&&Name=烟囱\u{7}&&1C80\r\n"#])
        #expect(EvidenceText.whole(body).hasSuffix(#""encoding":"base64","frame":"…"}"#))
    }

    @Test("an altered word is found by verify")
    func altered() throws {
        let fixture = try ShowFixture()
        try fixture.fill()
        func verify() throws -> (code: Int32, output: String, errors: String) {
            try Program.run(["journal", "verify", "--config", fixture.configuration])
        }
        #expect(try verify().code == 0)
        let sql = "UPDATE record SET body = replace(body, '41A00006', '41A00007') WHERE seq = 13"
        #expect(try ChildProcess("sqlite3", [fixture.directory.file("data/journal.db"), sql]).wait() == 0)
        #expect(try verify().code == 1)
        #expect(try verify().output.contains("13"))
    }
}
