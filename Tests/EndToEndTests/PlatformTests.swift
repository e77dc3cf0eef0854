import Foundation
import Glibc
import Protocol
import Telemetry
import TelemetryStore
import TestSupport
import Testing

@Suite("The reference platform", .enabled(if: ReferencePlatform.isThere), .timeLimit(.minutes(3)))
struct PlatformTests {
    /// Journals `count` minutes as the daemon would.
    private func append(_ count: Int, to journal: Journal) {
        let encoder = RecordEncoder(gateway: "plant-01")
        for number in 0..<count {
            let at = WallInstant(millisecondsSince1970: 1_795_227_600_000 + Int64(number) * 60_000)
            let factor = FactorRecord(
                code: "a21026", fields: [.init("Avg", 12.31), .init("Max", Double(number))], flag: .normal, count: 12)
            let record = Record(
                kind: .minute, place: .outlet(OutletIdentity(id: "stack-1", mn: "88888880000001", st: "31")), at: at,
                dataTime: ZoneRules.china.civilTime(at: at), period: .seconds(60),
                content: .factors([factor], quality: ["1号烟囱"]))
            journal.append(
                kind: "minute", lane: .ordinary, outlet: "stack-1", timestamp: at.millisecondsSince1970
            ) { encoder.encode(record, sequence: $0) }
        }
    }

    @Test("with one of two subscribers killed and started again, each record is kept once and byte for byte")
    func killedSubscriber() throws {
        let fixture = try UplinkFixture()
        let platform = ReferencePlatform(fixture.broker)
        var first = try platform.subscriber("platform-1")
        let second = try platform.subscriber("platform-2")
        fixture.start()
        append(1_000, to: fixture.journal)
        #expect(try eventually { Int(try platform.ask("SELECT count(*) FROM record")) ?? 0 > 200 })
        first.signal(SIGKILL)
        #expect(first.wait() == 128 + SIGKILL)
        append(1_000, to: fixture.journal)
        #expect(eventually { fixture.isSettled() })
        first = try platform.subscriber("platform-1")
        #expect(try eventually { try platform.ask("SELECT count(*) FROM record") == "2000" })
        let equal = """
            SELECT count(*) FROM journal.record a JOIN main.record b ON b.gateway='plant-01' AND a.seq=b.seq
            AND CAST(a.body AS BLOB)=b.body AND a.ts=b.ts AND a.kind=b.kind AND a.outlet=b.place
            """
        #expect(try platform.ask(equal, journal: fixture.directory.path) == "2000")
        // What was with the other process for a moment left no hole behind.
        #expect(try eventually { try platform.ask("SELECT count(*) FROM hole WHERE state<>'closed'") == "0" })
        // A subscriber looks for holes from time to time.
        #expect(try eventually { try platform.query("gateways").contains("complete through 2000 of 2000") })
        #expect(try platform.ask("SELECT count(*) FROM refused") == "0")
        for process in [first, second] {
            process.signal(SIGTERM)
            #expect(process.wait() == 0, "\(process.errors)")
            #expect(ReferencePlatform.kept(by: process) > 0, "\(process.output)")
        }
        fixture.stop()
    }

    @Test("rows that somebody deleted are found, asked for with a command, sent again by the daemon, and kept")
    func deletedRows() throws {
        let broker = try Broker()
        let platform = ReferencePlatform(broker)
        let process = try platform.subscriber("platform-1")
        let directory = TemporaryDirectory()
        let configuration = try directory.write(
            """
            gateway: { id: p, data_directory: data, realtime_interval: 1s, commit_interval: 10ms }
            uplinks: [ { id: province, mqtt: { url: "\(broker.url)" }, commands: [replay] } ]
            instruments: [ { id: m, listen: "127.0.0.1:\(freePort())" } ]
            outlets: [ { id: stack-1, st: "31", factors: [ { code: a21026, from: m.a21026 } ] } ]
            """, to: "gateway.yaml")
        let daemon = try Program.start(["run", "--config", configuration])
        func count(_ condition: String) throws -> Int {
            Int(try platform.ask("SELECT count(*) FROM record WHERE \(condition)")) ?? -1
        }
        #expect(try eventually { try count("seq<=4") == 4 }, "\(daemon.errors)")
        _ = try platform.ask("DELETE FROM record WHERE seq BETWEEN 2 AND 3")
        let asked = #""name": "replay", "args": {"from_seq": 2, "to_seq": 3}"#
        #expect(eventually { process.output.contains(asked) }, "\(process.output)\(process.errors)")
        #expect(try eventually { try count("seq<=4") == 4 }, "\(process.output)")
        #expect(try count("seq IN (2,3) AND history=1") == 2)
        #expect(try eventually { try platform.query("holes").isEmpty }, "\(process.output)")
        #expect(
            try eventually {
                try platform.ask("SELECT answer FROM hole WHERE last=3").contains(#""ok":true,"result":{"records":2}"#)
            }, "\(process.output)")
        let same = """
            SELECT count(*) FROM journal.record a JOIN main.record b ON a.seq=b.seq AND CAST(a.body AS BLOB)=b.body
            WHERE a.seq<=4
            """
        #expect(try platform.ask(same, journal: directory.file("data")) == "4")
        daemon.signal(SIGTERM)
        #expect(daemon.wait() == 0)
    }

    @Test("its own tests pass")
    func selfTest() throws {
        let result = try ReferencePlatform.selfTest()
        #expect(result.code == 0, "\(result.report)")
    }
}

@Suite("A simulated fleet", .timeLimit(.minutes(2)))
struct FleetCommandTests {
    @Test("each gateway publishes under its own name and status, everything is acknowledged and counted")
    func fleet() throws {
        let broker = try Broker()
        let subscriber = try Subscriber(port: broker.port)
        #expect(
            try ChildProcess("mosquitto_sub", ["-p", "\(broker.port)", "-t", "$SYS/#", "-C", "1", "-W", "10"]).wait()
                == 0)
        let result = try Program.run([
            "simulate", "--fleet", "20", "--broker", broker.url, "--interval", "500ms", "--seconds", "2", "--name", "f",
        ])
        #expect(result.code == 0, "\(result.output)\(result.errors)")
        for word in ["connected 20/20", "messages/s", "PUBACK latency", "reconnects              0"] {
            #expect(result.output.contains(word), "\(word) in \(result.output)")
        }
        func records() -> [String] { subscriber.messages.map(\.topic).filter { $0.hasSuffix("/realtime") } }
        #expect(eventually { records().count >= 60 })
        #expect(Set(records()).count == 20)
        #expect(records().contains("cems/v1/f-00020/live/stack-1/realtime"))
        #expect(eventually { subscriber.messages.count { $0.payload == #"{"online":false}"# } == 20 })
        #expect(subscriber.messages.contains { $0.topic == "cems/v1/f-00001/status" && $0.payload.contains("true") })
    }

    @Test("an unreachable broker and too few descriptors are told")
    func refusals() throws {
        let broken = try Program.run([
            "simulate", "--fleet", "2", "--broker", "mqtt://127.0.0.1:\(freePort())", "--seconds", "1",
        ])
        #expect(broken.code == 1)
        #expect(broken.errors.contains("not one gateway could connect"), "\(broken.errors)")
        let child = try ChildProcess(
            "/bin/sh", ["-c", "ulimit -n 100 && exec \(Program.path) simulate --fleet 200 --broker mqtt://127.0.0.1"])
        #expect(child.wait() == 2)
        #expect(child.errors.contains("ulimit -n 664"), "\(child.errors)")
    }
}
