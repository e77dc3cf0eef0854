import Foundation
import GatewayCore
import TelemetryStore
import TestSupport
import Testing

/// What the journal holds of outlets, factors, devices and uplinks that are not configured any more.
@Suite struct FormerNamesTests {
    /// 2026-11-20 00:00 on the plant's clock.
    private static let midnight: Int64 = 1_795_104_000_000

    private let directory = TemporaryDirectory()

    /// The configuration of today: `old` was removed, `brief` after an hour, and `a21026` of stack-1 was `a21002` until noon.
    private func configuration() throws -> String {
        try directory.write(
            """
            gateway: { id: plant-01, data_directory: \(directory.file("data")), language: en }
            uplinks: [ { id: city, mqtt: { url: "mqtt://127.0.0.1:1" } } ]
            buses:
              - id: rack
                tcp: 127.0.0.1:1
                devices: [ { id: cems, unit: 1, registers: [ { name: so2, input: 0, type: float32 } ] } ]
            outlets: [ { id: stack-1, st: "31", factors: [ { code: a21026, from: cems.so2 } ] } ]
            """, to: "gateway.yaml")
    }

    /// A day of minutes and hours; `old` misses 03:00 to 03:05 for a silent instrument, its dust is of a batch analyser.
    private func fill() throws {
        let journal = try Journal(directory: directory.file("data"))
        for minute in 0..<1_440 {
            let time = Self.midnight + Int64(minute) * 60_000
            let code = minute < 720 ? "a21002" : "a21026"
            append(journal, "minute", "stack-1", time, 60, #""\#(code)":{"Avg":1,"Flag":"N","Count":12}"#)
            let isGood = !(180..<185).contains(minute)
            let so2 = isGood ? #"{"Avg":2,"Flag":"N"}"# : #"{"Flag":"B"}"#
            append(
                journal, "minute", "old", time, 60, #""a21026":\#(so2),"a34013":{"Flag":"N"}"#,
                isGood ? "" : #","errors":{"a21026":"timeout"}"#)
            if minute < 60 { append(journal, "minute", "brief", time, 60, #""a21026":{"Avg":3,"Flag":"N"}"#) }
            guard minute % 60 == 59 else { continue }
            let start = time - 59 * 60_000
            append(
                journal, "hour", "stack-1", start, 3_600, #""\#(code)":{"Avg":1,"Cou":0.5,"Flag":"N","Count":60}"#)
            append(
                journal, "hour", "old", start, 3_600,
                #""a21026":{"Avg":2,"ZsAvg":4,"Cou":0.25,"Flag":"N","Count":60}"#)
        }
        let alarm =
            #""alarm":{"id":"gone.D6.1","rule":"D6","source":"gone","since":\#(Self.midnight + 36_000_000)"#
        append(journal, "alarm", "_gateway", Self.midnight + 36_060_000, nil, "", "," + alarm + #","state":"raised"}"#)
        append(journal, "alarm", "_gateway", Self.midnight + 37_800_000, nil, "", "," + alarm + #","state":"cleared"}"#)
        append(journal, "raw", "gone-device", Self.midnight, nil, #""so2":1"#)
        #expect(journal.flush(deadline: .seconds(10)).pendingRows == 0)
        var ledger = BacklogLedger()
        ledger.settle(1...journal.committedHead)
        journal.saveCursor(uplink: "city", state: ledger.text)
        var other = BacklogLedger()
        other.settle(1...7)
        journal.saveCursor(uplink: "gone", state: other.text)
        #expect(journal.close(deadline: .seconds(10)).isClosed)
    }

    private func append(
        _ journal: Journal, _ kind: String, _ outlet: String, _ time: Int64, _ period: Int?, _ data: String,
        _ rest: String = ""
    ) {
        let minute = (time - Self.midnight) / 60_000
        let dataTime = String(format: "20261120%02d%02d00", minute / 60, minute % 60)
        let length = period.map { #""period":\#($0),"# } ?? ""
        journal.append(kind: kind, lane: .ordinary, outlet: outlet, timestamp: time) {
            Array(
                (#"{"v":1,"gateway":"plant-01","seq":\#($0),"outlet":"\#(outlet)","st":"31","kind":"\#(kind)","ts":\#(time),"#
                    + #""dataTime":"\#(dataTime)",\#(length)"data":{\#(data)}\#(rest)}"#).utf8)
        }
    }

    private func run(_ words: [String]) throws -> (code: Int32, output: String, errors: String) {
        try Program.run(words + ["--config", directory.file("gateway.yaml")])
    }

    private func prepare() throws {
        _ = try configuration()
        try fill()
    }

    private let range = ["--from", "2026-11-20", "--to", "2026-11-20T02:00"]

    @Test("export writes a removed outlet as its records have it, and a renamed factor beside its new name")
    func export() throws {
        try prepare()
        let old = try run(["export", "--outlet", "old", "--kind", "hour"] + range)
        #expect(old.code == 0)
        #expect(
            old.errors
                == "gatewayd export: outlet 'old' is not configured any more: what the journal has of it is written\n")
        #expect(
            old.output
                == """
                dataTime,a21026-Avg,a21026-ZsAvg,a21026-Cou,a21026-Flag,a21026-Count
                20261120000000,2,4,0.25,N,60
                20261120010000,2,4,0.25,N,60

                """.replacing("\n", with: "\r\n"))
        let day = ["--from", "2026-11-20T11:00", "--to", "2026-11-20T13:00"]
        let renamed = try run(["export", "--outlet", "stack-1", "--kind", "hour"] + day)
        #expect(renamed.errors.isEmpty)
        #expect(renamed.output.hasPrefix("dataTime,a21026-Avg,a21026-Cou,"))
        #expect(renamed.output.contains(",a21002-Avg,"))
        let typo = try run(["export", "--outlet", "odl", "--kind", "hour"] + range)
        #expect(typo.code == 1 && typo.errors == "gatewayd export: no outlet 'odl' (did you mean old?)\n")
        let brief = try run(["export", "--outlet", "brief", "--kind", "hour"] + range)
        #expect(brief.code == 0 && brief.output == "dataTime\r\n", "\(brief)")
        #expect(
            brief.errors.contains("outlet 'brief' is not configured any more")
                && brief.errors.hasSuffix("the journal has no hour records of brief\n"), "\(brief)")
        let stranger = try run(["export", "--outlet", "boiler-7", "--kind", "hour"] + range)
        #expect(stranger.code == 1)
        #expect(stranger.errors.contains("(there are stack-1; hour records are there of old)"), "\(stranger.errors)")
    }

    @Test("report reports a removed outlet by its records, and factors that were renamed behind the others")
    func report() throws {
        try prepare()
        let old = try run(["report", "--outlet", "old", "--month", "2026-11"])
        #expect(old.code == 0)
        #expect(old.errors.contains("outlet 'old' is not configured any more"))
        #expect(
            old.output == """
                old  2026-11  monthly report

                a21026  Sulfur dioxide (SO2)  mg/m3
                day          mean  converted  measured kg  valid/due h  capture %
                2026-11-20   2.00       4.00        6.000        24/24     100.00
                total       2.00*      4.00*        6.000        24/24     100.00

                * fewer valid hours, days or months than the rule of the period asks for

                """, "\(old.output)")
        let renamed = try run(["report", "--outlet", "stack-1", "--month", "2026-11", "--json"])
        #expect(renamed.code == 0 && renamed.errors.isEmpty)
        let codes = renamed.output.matches(of: #/"code":"(a\d+)"/#).map { String($0.output.1) }
        #expect(codes == ["a21026", "a21002"])
        for (outlet, month) in [("brief", "2026-11"), ("old", "2026-10")] {
            let none = try run(["report", "--outlet", outlet, "--month", month])
            #expect(none.code == 1 && none.output.isEmpty)
            #expect(
                none.errors.contains("outlet '\(outlet)' is not configured any more: ")
                    && none.errors.hasSuffix(" has no hour of \(outlet) in \(month)\n"), "\(none)")
        }
        let stranger = try run(["report", "--outlet", "boiler-7", "--month", "2026-11"])
        #expect(stranger.code == 2 && stranger.errors.contains("there are stack-1, old"), "\(stranger.errors)")
    }

    @Test("gaps judges removed outlets and factors by their records, and removed uplinks by when they were down")
    func gaps() throws {
        try prepare()
        let all = try run(["gaps", "--day", "2026-11-20"])
        #expect(all.code == 0)
        #expect(
            all.output == """
                old  a21026  03:00 to 03:05  5 min  timeout
                uplink  gone  10:00 to 10:30  30 min  uplink down

                """, "\(all.output)")
        #expect(all.errors.contains("outlet 'old' is not configured any more: its factors are those of its records"))
        #expect(all.errors.contains("uplink 'gone' is not configured any more"))
        #expect(try run(["gaps", "--day", "2026-11-20", "--outlet", "stack-1"]).output == "no gaps\n")
        let old = try run(["gaps", "--day", "2026-11-20", "--outlet", "old"])
        #expect(old.output == "old  a21026  03:00 to 03:05  5 min  timeout\n")
        let brief = try run(["gaps", "--day", "2026-11-20", "--outlet", "brief"])
        #expect(brief.output == "no gaps\n", "\(brief)")
        #expect(brief.errors.contains(", the last of 2026-11-20 00:59: nothing was due after it\n"), "\(brief)")
        let after = try run(["gaps", "--day", "2026-11-21", "--outlet", "brief"])
        #expect(after.output == "no gaps\n" && after.errors.contains("nothing was due after it"), "\(after)")
        let typo = try run(["gaps", "--day", "2026-11-20", "--outlet", "odl"])
        #expect(typo.code == 1 && typo.errors.contains("no outlet 'odl' (did you mean old?)"))
    }

    @Test("journal stats and show name what is not configured any more")
    func journal() throws {
        try prepare()
        let stats = try run(["journal", "stats"])
        #expect(stats.output.contains("uplink city: 0 records owed\n"))
        #expect(stats.output.contains("uplink gone: not configured any more, settled through 7\n"))
        let json = try run(["journal", "stats", "--json"])
        #expect(json.output.contains(#""gone":{"configured":false,"settledThrough":7}"#))
        let show = try run(["journal", "show", "2"])
        #expect(show.code == 0)
        #expect(show.output.contains("outlet 'old' is not configured any more, so what it rests on is not named"))
    }
}

/// `gaps` of days of which nothing or not all is known.
@Suite struct GapsDayTests {
    private let directory = TemporaryDirectory()

    /// A journal whose only outlet begins `minutes` ago on this minute.
    private func site(since minutes: Int) throws -> (configuration: String, begin: Date) {
        let file = try directory.write(
            """
            gateway: { id: plant-01, data_directory: \(directory.file("data")) }
            buses:
              - id: rack
                tcp: 127.0.0.1:1
                devices: [ { id: cems, unit: 1, registers: [ { name: so2, input: 0, type: float32 } ] } ]
            outlets: [ { id: stack-1, st: "31", factors: [ { code: a21026, from: cems.so2 } ] } ]
            """, to: "gateway.yaml")
        let journal = try Journal(directory: directory.file("data"))
        let first = Int64(Date().timeIntervalSince1970) / 60 - Int64(minutes)
        for minute in first..<first + Int64(minutes) {
            let time = minute * 60_000
            journal.append(kind: "minute", lane: .ordinary, outlet: "stack-1", timestamp: time) {
                Array(
                    #"{"v":1,"seq":\#($0),"kind":"minute","ts":\#(time),"period":60,"data":{"a21026":{"Avg":1,"Flag":"N"}}}"#
                        .utf8)
            }
        }
        #expect(journal.close(deadline: .seconds(10)).isClosed)
        return (file, Date(timeIntervalSince1970: Double(first) * 60))
    }

    private func day(_ date: Date, plus days: Int = 0) -> String {
        let form = DateFormatter()
        form.dateFormat = "yyyy-MM-dd"
        form.timeZone = TimeZone(identifier: "Asia/Shanghai")
        return form.string(from: date.addingTimeInterval(Double(days) * 86_400))
    }

    private func gaps(_ file: String, _ day: String, json: Bool = false) throws -> (
        code: Int32, output: String, errors: String
    ) {
        try Program.run(["gaps", "--config", file, "--day", day] + (json ? ["--json"] : []))
    }

    @Test("a day to come has no gaps to speak of, and says so", arguments: [1, 2, 400])
    func future(days: Int) throws {
        let (file, _) = try site(since: 2_900)
        let tomorrow = day(Date(), plus: days)
        for json in [false, true] {
            let result = try gaps(file, tomorrow, json: json)
            #expect(result.code == 1 && result.output.isEmpty)
            #expect(result.errors == "gatewayd gaps: \(tomorrow) is to come: it has no data yet\n")
        }
    }

    @Test("today says until when there are none; a whole day says nothing of the kind")
    func today() throws {
        let (file, _) = try site(since: 2_900)
        let today = try gaps(file, day(Date()))
        // In the first two minutes of a day no minute of it is over.
        #expect(
            today.output.wholeMatch(of: #/no gaps until \d\d:\d\d\n/#) != nil
                || today.errors.contains("no minute of \(day(Date())) is over yet"))
        #expect(try gaps(file, day(Date(), plus: -1)).output == "no gaps\n")
    }

    @Test("of a day before the journal begins nothing is known")
    func before() throws {
        let (file, begin) = try site(since: 2_900)
        let result = try gaps(file, day(begin, plus: -1))
        #expect(result.code == 1 && result.output.isEmpty)
        #expect(
            result.errors.contains("what the journal holds of stack-1 begins with \(day(begin)) ")
                && result.errors.hasSuffix(": nothing is known of that day\n"), "\(result.errors)")
        let first = try gaps(file, day(begin))
        #expect(first.code == 0 && first.output == "no gaps\n")
        #expect(first.errors.hasSuffix(": nothing is known of the time before\n"), "\(first.errors)")
    }
}
