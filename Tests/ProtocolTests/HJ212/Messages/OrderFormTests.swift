import Telemetry
import TestSupport
import Testing

@testable import Protocol

/// Orders as people give them.
@Suite struct OrderFormTests {
    private static let morning = CivilTime(year: 2026, month: 11, day: 21, hour: 8)

    /// Name, arguments, and the request they are.
    static let orders: [(String, [String], HostRequest)] = [
        ("read-time", [], .getTime(factor: nil)),
        ("read-time", ["factor=w01018"], .getTime(factor: "w01018")),
        ("set-timeouts", ["seconds=5", "resends=3"], .setTimeouts(overTime: 5, reCount: 3)),
        ("set-realtime-interval", ["seconds=30"], .setRealtimeInterval(seconds: 30)),
        ("set-minute-interval", ["minutes=10"], .setMinuteInterval(minutes: 10)),
        ("stop-realtime", [], .stopRealtime),
        (
            "history", ["record=hour", "from=2026-11-21T08:00", "to=20261121080000"],
            .records(.hour, TimeRange(begin: morning, end: morning))
        ),
        (
            "history", ["record=day", "from=2026-11-20", "to=2026-11-21T08"],
            .records(.day, TimeRange(begin: CivilTime(year: 2026, month: 11, day: 20), end: morning))
        ),
        ("calibrate", ["factor=w01018"], .calibrate(factor: "w01018", nil)),
        ("calibrate", ["factor=w01018", "kind=span"], .calibrate(factor: "w01018", .span)),
        (
            "set-sampling", ["factor=w01018", "start=00:30:00", "hours=2"],
            .setSamplingPeriod(factor: "w01018", start: TimeOfDay(hour: 0, minute: 30, second: 0), hours: 2)
        ),
        ("set-sampling-hours", ["factor=101", "hours=4,10,14"], .setSamplingHours(factor: "101", [4, 10, 14])),
        ("read-limits", ["factors=101,102"], .getAlarmLimits(factors: ["101", "102"])),
        ("read-info", ["info=i12001"], .getDeviceInformation(factor: nil, info: "i12001", nil)),
        (
            "set-info", ["info=i13004", "value=168.0", "factor=w01018"],
            .setParameter(factor: "w01018", info: "i13004", value: "168.0")
        ),
        ("set-password", ["password=654321"], .setPassword("654321")),
    ]

    private func request(_ name: String, _ words: [String]) throws(OrderError) -> HostRequest {
        try OrderForm.request(
            name,
            words.map { word in
                let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                return (String(parts[0]), String(parts[1]))
            })
    }

    @Test("Names and arguments are the request they say", arguments: orders)
    func understood(name: String, words: [String], expected: HostRequest) throws {
        #expect(try request(name, words) == expected)
    }

    /// Name, arguments, and the words of the refusal.
    static let refusals: [(String, [String], String)] = [
        ("read-tim", [], "there is no order 'read-tim' (did you mean read-time?)"),
        ("calibrate", [], "calibrate needs factor=… (a factor code, as w01018)"),
        ("calibrate", ["factor=w01018", "kind=both"], "kind=both: expected one of zero, span"),
        ("calibrate", ["factor=w01018", "factor=w21003"], "factor is given twice"),
        ("stop-realtime", ["now=1"], "stop-realtime knows no 'now'; it takes nothing"),
        ("set-realtime-interval", ["seconds=soon"], "seconds=soon: expected a whole number"),
        (
            "history", ["record=minute", "from=yesterday", "to=2026-11-21"],
            "from=yesterday: expected a time such as 2026-11-21T08:00"
        ),
        (
            "history", ["record=minute", "from=2026-02-30", "to=2026-11-21"],
            "from=2026-02-30: expected a time such as 2026-11-21T08:00"
        ),
        ("set-sampling", ["factor=a", "start=2500", "hours=2"], "start=2500: expected a time of day such as 080000"),
        ("set-key", ["key=secret"], "an SM4 key has 16 characters"),
    ]

    @Test("What is wrong is said, with what is expected", arguments: refusals)
    func refused(name: String, words: [String], message: String) {
        let error = #expect(throws: OrderError.self) { try request(name, words) }
        #expect(error?.description == message)
        #expect(error?.text.zh.hasChinese == true, "\(message)")
    }

    @Test("The same in Chinese")
    func chinese() {
        func refusal(_ name: String, _ words: [String]) -> String? {
            #expect(throws: OrderError.self) { try request(name, words) }?.text.zh
        }
        #expect(refusal("read-tim", []) == "没有命令“read-tim”（是不是 read-time？）")
        #expect(refusal("calibrate", []) == "calibrate 需要 factor=…（因子编码，如 w01018）")
        #expect(OrderReport.Outcome.noAnswer.text.zh == "重发后仍无应答")
        #expect(OrderReport.Outcome.finished(.success).text.zh.hasPrefix("已结束："))
    }

    @Test("Every order exists in an edition and is sent as its name says, arguments and all")
    func complete() throws {
        let examples = [
            "factor": "w01018", "seconds": "30", "resends": "3", "minutes": "10", "record": "minute",
            "from": "2026-11-21T08:00", "to": "2026-11-21T09:00", "kind": "zero", "info": "i11001", "value": "1",
            "start": "080000", "hours": "2", "factors": "101,102", "key": "0123456789abcdef", "password": "654321",
        ]
        var commands: Set<Int> = []
        for form in OrderForm.all {
            let arguments = form.arguments.map { ($0.name, examples[$0.name] ?? "") }
            let request = try OrderForm.request(form.name, arguments)
            commands.insert(request.command.rawValue)
            for edition in request.editions {
                let station = Station(edition: edition, st: "32", mn: "010000A8900016F000169DC0", password: "123456")
                let packet = try request.packet(to: station, qn: "20261121080000000")
                #expect(HostRequest(packet)?.command == request.command, "\(form.name)")
            }
            #expect(!request.editions.isEmpty && !form.summary.en.isEmpty && !form.summary.zh.isEmpty)
        }
        #expect(Set(OrderForm.all.map(\.name)).count == OrderForm.all.count)
        #expect(commands.count >= 25)
    }
}
