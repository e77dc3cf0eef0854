import GatewayCore
import TelemetryStore
import TestSupport
import Testing

@Suite struct GapsCommandTests {
    /// 2026-11-20 00:00 on the plant's clock.
    private static let midnight: Int64 = 1_795_104_000_000

    private let directory = TemporaryDirectory()

    private func configuration() throws -> String {
        try directory.write(
            """
            gateway: { id: plant-01, data_directory: \(directory.file("data")) }
            uplinks:
              - { id: province, mqtt: { url: "mqtt://127.0.0.1:1" } }
              - { id: city, mqtt: { url: "mqtt://127.0.0.1:1" }, kinds: [hour] }
              - { id: new, mqtt: { url: "mqtt://127.0.0.1:1" }, kinds: [minute] }
            buses:
              - id: rack
                tcp: 127.0.0.1:1
                devices: [ { id: cems, unit: 1, registers: [ { name: so2, input: 0, type: float32 } ] } ]
            outlets:
              - { id: stack-1, st: "31", factors: [ { code: a21026, from: cems.so2 } ] }
            """, to: "gateway.yaml")
    }

    /// A day of minutes and hours, the province down from 10:00 to 10:30 and still owing three minutes, the city owing an hour.
    private func fill() throws {
        let journal = try Journal(directory: directory.file("data"))
        let alarm =
            #""alarm":{"id":"province.D6.1","rule":"D6","source":"province","since":\#(Self.midnight + 36_000_000)"#
        var owed: [String: Set<Int64>] = ["province": [], "city": []]
        for minute in 0..<1_440 {
            let time = Self.midnight + Int64(minute) * 60_000
            let number = append(journal, "minute", time, #""period":60,"data":{"a21026":{"Avg":1,"Flag":"N"}}"#)
            if (610..<613).contains(minute) { owed["province"]?.insert(number) }
            if minute % 60 == 59 {
                let start = time - 59 * 60_000
                let number = append(journal, "hour", start, #""period":3600,"data":{"a21026":{"Avg":1,"Flag":"N"}}"#)
                if minute / 60 == 22 { owed["city"]?.insert(number) }
            }
            if minute == 601 { _ = append(journal, "alarm", time, alarm + #","state":"raised"}"#) }
            if minute == 630 { _ = append(journal, "alarm", time, alarm + #","state":"cleared"}"#) }
        }
        #expect(journal.flush(deadline: .seconds(10)).pendingRows == 0)
        for (uplink, numbers) in owed {
            var ledger = BacklogLedger()
            for number in 1...journal.committedHead where !numbers.contains(number) { ledger.settle(number) }
            journal.saveCursor(uplink: uplink, state: ledger.text)
        }
        #expect(journal.close(deadline: .seconds(10)).isClosed)
    }

    private func append(_ journal: Journal, _ kind: String, _ time: Int64, _ rest: String) -> Int64 {
        let number = journal.append(kind: kind, lane: .ordinary, outlet: "stack-1", timestamp: time) {
            Array(#"{"v":1,"gateway":"plant-01","seq":\#($0),"kind":"\#(kind)","ts":\#(time),\#(rest)}"#.utf8)
        }
        return number ?? 0
    }

    @Test("the gaps of uplinks: down and refilled but for what is owed, owed alone, and all that was never sent")
    func uplinks() throws {
        let configuration = try configuration()
        try fill()
        let arguments = ["gaps", "--config", configuration, "--day", "2026-11-20"]
        let all = try Program.run(arguments)
        #expect(all.errors.isEmpty)
        #expect(
            all.output == """
                uplink  province  10:00 to 10:30  30 min  uplink down, 27 min of it came later
                uplink  city  22:00 to 23:00  60 min  not acknowledged
                uplink  new  00:00 to 24:00  1440 min  not acknowledged

                """)
        #expect(
            try Program.run(arguments, environment: Program.chinese).output == """
                上行链路  province  10:00 至 10:30  30 分钟  上行链路中断，其中 27 分钟已补
                上行链路  city  22:00 至 23:00  60 分钟  尚未确认
                上行链路  new  00:00 至 24:00  1440 分钟  尚未确认

                """)
        #expect(try Program.run(arguments + ["--outlet", "stack-1"]).output == "no gaps\n")
        let json = try Program.run(arguments + ["--json"])
        #expect(json.output.hasPrefix(#"[{"uplink":"province","from":\#(Self.midnight + 36_000_000),"to":"#))
    }
}
