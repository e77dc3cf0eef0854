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
        #expect(try platform.query("gateways").contains("complete through 2000 of 2000"))
        #expect(try platform.ask("SELECT count(*) FROM refused") == "0")
        for process in [first, second] {
            process.signal(SIGTERM)
            #expect(process.wait() == 0, "\(process.errors)")
            #expect(ReferencePlatform.kept(by: process) > 0, "\(process.output)")
        }
        fixture.stop()
    }

    @Test("a row that somebody deleted is found, asked for, and kept again when it comes")
    func deletedRow() throws {
        let fixture = try UplinkFixture()
        let platform = ReferencePlatform(fixture.broker)
        let process = try platform.subscriber("platform-1")
        fixture.start()
        append(50, to: fixture.journal)
        #expect(try eventually { try platform.ask("SELECT count(*) FROM record") == "50" })
        _ = try platform.ask("DELETE FROM record WHERE seq BETWEEN 20 AND 21")
        var request: [String: Any] = [:]
        #expect(
            try eventually {
                guard let payload = fixture.events.messages("command").first else { return false }
                request = try JSONSerialization.jsonObject(with: Data(payload)) as? [String: Any] ?? [:]
                return true
            }, "\(process.output)\(process.errors)")
        #expect(request["name"] as? String == "replay")
        #expect(request["id"] is String)
        #expect(request["args"] as? [String: Int] == ["from_seq": 20, "to_seq": 21])
        #expect(try platform.query("holes").contains("20…21  open"))
        // What the gateway does then: the same records, on history topics.
        for (sequence, previous) in [(20, 19), (21, 20)] {
            let body = try platform.ask(
                "SELECT body FROM journal.record WHERE seq=\(sequence)", journal: fixture.directory.path)
            let payload = body.replacing("\"seq\":\(sequence),", with: "\"seq\":\(sequence),\"prev\":\(previous),")
            let topic = "cems/v1/plant-01/history/stack-1/minute"
            #expect(
                try ChildProcess(
                    "mosquitto_pub", ["-p", "\(fixture.broker.port)", "-q", "1", "-t", topic, "-m", payload]
                )
                .wait() == 0)
        }
        #expect(try eventually { try platform.query("holes").isEmpty })
        #expect(try platform.ask("SELECT count(*) FROM record") == "50")
        fixture.stop()
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
