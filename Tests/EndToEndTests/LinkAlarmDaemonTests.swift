import Alarms
import Foundation
import Glibc
import Telemetry
import TelemetryStore
import TestSupport
import Testing

@testable import GatewayCore
@testable import Gatewayd

/// Alarms about links and the gateway itself, by the built daemon.
@Suite("Alarms about links", .timeLimit(.minutes(2)))
struct LinkAlarmDaemonTests {
    /// A daemon in a directory of its own.
    private final class Site {
        let directory = TemporaryDirectory()
        var daemon: ChildProcess?
        var file: String { directory.file("gateway.yaml") }

        func start(_ configuration: String) throws {
            try directory.write(
                "gateway: { id: g, data_directory: \(directory.file("data")), language: en }\n" + configuration,
                to: "gateway.yaml")
            daemon = try Program.start(["run", "--config", file])
            #expect(eventually { daemon?.errors.contains("gateway started") == true })
        }

        func alarms(_ arguments: String...) throws -> String {
            try Program.run(["alarms", "--config", file] + arguments).output
        }

        func stop(_ signal: Int32 = SIGTERM) {
            daemon?.signal(signal)
            _ = daemon?.wait()
        }
    }

    @Test("D2: a device that refuses every fourth request is told of, with the reason")
    func failedRequests() throws {
        let device = ScriptedPeer { request in
            guard request.bytes.count >= 12 else { return [.hangUp] }
            let head = Array(request.bytes[0..<4])
            let (unit, function) = (request.bytes[6], request.bytes[7])
            return request.number % 4 == 3
                ? [.send(head + [0, 3, unit, function | 0x80, 4])] : [.send(head + [0, 5, unit, function, 2, 0, 7])]
        }
        let site = Site()
        try site.start(
            """
            buses:
              - id: rack
                tcp: 127.0.0.1:\(device.port)
                retries: 0
                devices: [ { id: cems-1, unit: 1, poll: 50ms, registers: [ { name: so2, input: 0, type: uint16 } ] } ]

            """)
        #expect(try eventually { try site.alarms("--active").contains("cems-1.D2.") })
        #expect(try site.alarms("--active").contains("requests in 10 min failed"))
        site.stop()
    }

    @Test("M2: an orderly restart, one with another configuration, a crash")
    func starts() throws {
        let site = Site()
        try site.start("")
        #expect(!(try site.alarms("--since", "2020-01-01").contains("M2")))
        site.stop()
        try site.start("alarms: { instrument_gap: 70s }\n")
        #expect(try eventually { try site.alarms("--since", "2020-01-01").contains("gateway.M2-configuration.") })
        #expect(try site.alarms("--since", "2020-01-01").contains("gateway.M2-restart."))
        #expect(!(try site.alarms("--since", "2020-01-01").contains("gateway.M2-crash.")))
        #expect(try site.alarms("--active") == "no active alarms\n")
        site.stop(SIGKILL)
        try site.start("alarms: { instrument_gap: 70s }\n")
        #expect(try eventually { try site.alarms("--since", "2020-01-01").contains("gateway.M2-crash.") })
        site.stop()
    }

    @Test("D11: a record that the broker refuses is an alarm until somebody acknowledges it")
    func refusedRecord() throws {
        let broker = try Broker(settings: ["max_packet_size 3000"])
        let device = ScriptedPeer { request in
            guard request.bytes.count >= 12 else { return [.hangUp] }
            let count = Int(request.bytes[11]) * 2
            return [
                .send(
                    Array(request.bytes[0..<4]) + [
                        0, UInt8(count + 3), request.bytes[6], request.bytes[7], UInt8(count),
                    ]
                        + Array(repeating: 1, count: count))
            ]
        }
        let registers = (0..<120).map { "{ name: a-register-with-a-long-name-\($0), input: \($0), type: uint16 }" }
        let site = Site()
        try site.start(
            """
            uplinks: [ { id: province, reconnect_limit: 1s, mqtt: { url: "\(broker.url)" } } ]
            buses:
              - id: rack
                tcp: 127.0.0.1:\(device.port)
                devices: [ { id: cems-1, unit: 1, poll: 1h, raw: true, registers: [ \(registers.joined(separator: ", ")) ] } ]

            """)
        #expect(try eventually { try site.alarms("--active").contains("province.D11.") })
        let line = try site.alarms("--active").split(separator: "\n").first { $0.contains("province.D11.") }
        let id = try #require(line?.trimmingPrefix { $0 == " " })
        #expect(try site.alarms("--active").contains("province refuses record"))
        #expect(try Program.run(["alarm", "ack", String(id), "--by", "Li", "--config", site.file]).code == 0)
        #expect(!(try site.alarms("--active").contains("province.D11.")))
        site.stop()
    }
}

/// What an uplink owes, as the journal and its cursor say it.
@Suite struct BacklogLookTests {
    @Test("a journal that cannot be read at first is looked at when it can")
    func late() throws {
        let directory = TemporaryDirectory()
        let journal = try Journal(
            directory: directory.path, settings: JournalSettings(commitInterval: .milliseconds(5)))
        let now = WallInstant(millisecondsSince1970: 1_795_227_600_000)
        journal.append(kind: "hour", lane: .ordinary, outlet: "s", timestamp: now.millisecondsSince1970) {
            Array(#"{"v":1,"seq":\#($0)}"#.utf8)
        }
        journal.flush(deadline: .seconds(10))
        let (file, away) = (directory.path + "/journal.db", directory.path + "/away.db")
        #expect(rename(file, away) == 0)
        #expect(throws: JournalError.self) { try DeliveryCount(journal, zone: .china, at: now) }
        #expect(rename(away, file) == 0)
        let count = try DeliveryCount(journal, zone: .china, at: now)
        let uplink = UplinkConfiguration(id: "province", mqtt: MQTTSettings(host: "h", port: 1883, usesTLS: false))
        #expect(count.owedHours(by: uplink).map(\.sequence) == [1])
        journal.close(deadline: .seconds(5))
    }

    @Test("the hours that are owed, and the age of the oldest record by when it was written")
    func owed() throws {
        let directory = TemporaryDirectory()
        let journal = try Journal(
            directory: directory.path, settings: JournalSettings(commitInterval: .milliseconds(5)))
        let now = WallInstant(millisecondsSince1970: 1_795_227_600_000)
        let rows: [(kind: String, age: Int)] = [
            ("realtime", 7_300), ("hour", 10_800), ("month", 30 * 86_400), ("realtime", 4_000), ("hour", 7_200),
            ("raw", 60),
        ]
        for row in rows {
            let timestamp = (now - .seconds(row.age)).millisecondsSince1970
            journal.append(kind: row.kind, lane: .ordinary, outlet: "s", timestamp: timestamp) {
                Array(#"{"v":1,"seq":\#($0)}"#.utf8)
            }
        }
        journal.flush(deadline: .seconds(10))
        var uplink = UplinkConfiguration(id: "province", mqtt: MQTTSettings(host: "h", port: 1883, usesTLS: false))
        func look(settled: Int64, except setAside: [Int64] = []) throws -> (hours: [Int64], age: Duration?) {
            journal.saveCursor(uplink: "province", state: BacklogLedger(settledThrough: settled).text)
            let count = try DeliveryCount(journal, zone: .china, at: now)
            return (
                count.owedHours(by: uplink).map(\.sequence),
                try count.backlogAge(of: uplink, except: setAside, at: now)
            )
        }
        #expect(try look(settled: 0).hours == [2, 5])
        #expect(try look(settled: 0).age == .seconds(7_300))
        // The month's record is no older than the realtime record before it.
        #expect(try look(settled: 2).hours == [5])
        #expect(try look(settled: 2).age == .seconds(7_300))
        #expect(try look(settled: 2, except: [3]).age == .seconds(4_000))
        #expect(try look(settled: 5).age == .seconds(60))
        #expect(try look(settled: 6).age == nil)
        uplink.kinds = [.hour]
        #expect(try look(settled: 0).hours == [2, 5])
        #expect(try look(settled: 2).age == .seconds(4_000))
        #expect(try look(settled: 5).age == nil)
        uplink.kinds = [.realtime]
        #expect(try look(settled: 0).hours == [])
        journal.close(deadline: .seconds(5))
    }

    @Test("an uplink that takes a part is judged by that part: hours acknowledged and owed, age, and journal stats")
    func parts() throws {
        let directory = TemporaryDirectory()
        let journal = try Journal(
            directory: directory.path, settings: JournalSettings(commitInterval: .milliseconds(5)))
        let now = WallInstant(millisecondsSince1970: 1_795_227_600_000)
        func append(_ outlet: String, _ codes: [String], hoursAgo: Int) {
            let data = codes.map { "\"\($0)\":{\"Avg\":1}" }.joined(separator: ",")
            let timestamp = (now - .seconds(hoursAgo * 3_600)).millisecondsSince1970
            journal.append(kind: "hour", lane: .ordinary, outlet: outlet, timestamp: timestamp) {
                Array(#"{"v":1,"seq":\#($0),"outlet":"\#(outlet)","kind":"hour","data":{\#(data)}}"#.utf8)
            }
        }
        append("s", ["a", "b"], hoursAgo: 5)
        append("t", ["a"], hoursAgo: 5)
        append("s", ["b"], hoursAgo: 4)
        append("s", ["a"], hoursAgo: 3)
        append("t", ["b"], hoursAgo: 3)
        // What was missing of an hour: it counts when nothing of it is owed.
        append("s", ["a"], hoursAgo: 5)
        journal.flush(deadline: .seconds(10))
        var uplink = UplinkConfiguration(id: "province", mqtt: MQTTSettings(host: "h", port: 1883, usesTLS: false))
        func look(settled: Int64) throws -> (hours: [Int64], acknowledged: [String: Int], age: Duration?) {
            journal.saveCursor(uplink: "province", state: BacklogLedger(settledThrough: settled).text)
            let count = try DeliveryCount(journal, zone: .china, at: now)
            let acknowledged = count.acknowledged(by: uplink).mapValues { $0.values.reduce(0, +) }
            let age = try count.backlogAge(of: uplink, except: [], at: now)
            #expect(try count.backlogAge(of: uplink, except: [], at: now) == age, "a second look sees the same")
            return (count.owedHours(by: uplink).map(\.sequence), acknowledged, age)
        }
        #expect(try look(settled: 5).acknowledged == ["s": 2, "t": 2])
        #expect(try look(settled: 6).acknowledged == ["s": 3, "t": 2])
        uplink.outlets = ["s"]
        #expect(try look(settled: 6).acknowledged == ["s": 3])
        #expect(try look(settled: 1).hours == [3, 4, 6])
        uplink.factors = ["a"]
        #expect(try look(settled: 6).acknowledged == ["s": 2])
        #expect(try look(settled: 1).hours == [4, 6])
        #expect(try look(settled: 4).age == .seconds(3 * 3_600))
        uplink.factors = ["c"]
        #expect(try look(settled: 0) == ([], [:], nil))
        uplink.factors = ["b"]
        uplink.outlets = nil
        #expect(try look(settled: 1).hours == [3, 5])
        #expect(try look(settled: 3).hours == [5])
        let reader = try journal.makeReader()
        let owed = try CarriedRecords(reader, RecordSelection(uplink)).count(2...6)
        #expect(owed.count == 2 && owed.first == 3)
        uplink.factors = nil
        let all = try CarriedRecords(reader, RecordSelection(uplink)).count(2...6)
        #expect(all.count == 5 && all.first == 2)
        #expect(try CarriedRecords(reader, RecordSelection(uplink)).count(7...9) == (0, nil))
        journal.close(deadline: .seconds(5))
    }
}
