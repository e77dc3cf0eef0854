import Foundation
import GatewayCore
import Protocol
import Synchronization
import Telemetry
import TelemetryStore
import TestSupport
import Testing

@testable import Gatewayd

private let isSoak = ProcessInfo.processInfo.environment["GATEWAY_SOAK"] != nil

/// Brokers that misbehave. `make soak` runs them long.
@Suite(.timeLimit(.minutes(isSoak ? 240 : 3)), .serialized) struct UplinkFaultTests {
    private static func sequence(_ publish: ScriptedBroker.Publish) -> Int64 {
        let text = String(decoding: publish.payload, as: UTF8.self)
        guard let key = text.firstRange(of: "\"seq\":") else { return 0 }
        return Int64(text[key.upperBound...].prefix { $0.isNumber }) ?? 0
    }

    @Test("R04: a broker that takes connections and never answers settles nothing")
    func neverAnswers() throws {
        let fixture = try UplinkFixture()
        let broker = ScriptedPeer { _ in [] }
        defer { broker.stop() }
        fixture.port = broker.port
        fixture.append(10)
        fixture.start()
        #expect(eventually { !broker.requests.isEmpty })
        #expect(!fixture.isConnected())
        #expect(fixture.runner?.statistics.settledThrough == 0)
        fixture.stop()
        #expect(fixture.journal.cursor(of: "province") == nil)
    }

    @Test("R04: acknowledgements that get lost settle nothing; after the next connection the records are sent again")
    func lostAcknowledgements() throws {
        let fixture = try UplinkFixture()
        let hasHungUp = Mutex(false)
        let broker = ScriptedBroker { publish in
            let sequence = Self.sequence(publish)
            if sequence == 100, !hasHungUp.withLock({ $0 }) {
                hasHungUp.withLock { $0 = true }
                return .hangUp
            }
            return sequence % 7 == 0 && !publish.isRepeated ? .silence : .acknowledge()
        }
        fixture.port = broker.port
        fixture.start()
        fixture.append(60)
        #expect(eventually { fixture.runner?.statistics.acknowledgedTotal == 52 })
        #expect(fixture.runner?.statistics.owed == 8)
        #expect(fixture.runner?.statistics.inFlight == 8)
        fixture.append(40)
        #expect(eventually { fixture.isSettled() })
        let sequences = broker.publishes.map(Self.sequence)
        #expect(Set(sequences) == Set(1...100))
        // Sent twice: only what nobody had acknowledged.
        let doubles = Dictionary(grouping: sequences) { $0 }.filter { $0.value.count > 1 }.keys
        #expect(doubles.allSatisfy { $0 % 7 == 0 || $0 > 80 }, "\(doubles.sorted())")
        fixture.stop()
    }

    @Test("R07: a record that the broker refuses goes to the operator, the rest to the platform")
    func refused() throws {
        let fixture = try UplinkFixture()
        let broker = ScriptedBroker { Self.sequence($0) == 3 ? .acknowledge(0x99) : .acknowledge() }
        fixture.port = broker.port
        fixture.start()
        fixture.append(20)
        #expect(
            eventually {
                fixture.append(1)
                return fixture.events.setAside == [3]
            })
        #expect(eventually { fixture.runner?.statistics.owed == 1 })
        #expect(fixture.events.notices.map(\.reason) == [.reasonCode(0x99)])
        #expect(broker.publishes.count { Self.sequence($0) == 3 } == 4)
        let first = try #require(broker.publishes.first)
        let user = first.user
        #expect(user.prefix(4) == ["gateway", "plant-01", "seq", "\(Self.sequence(first))"])
        #expect(user.dropFirst(4).first == "kind")
        fixture.stop()
        // The next run knows what was told.
        #expect(fixture.journal.cursor(of: "set-aside:province") == "1 3")
    }

    @Test("R07: a wrong access list sets nothing aside, is shown, and costs nothing once it is right")
    func wrongAccessList() throws {
        let directory = TemporaryDirectory()
        let file = try directory.write("topic readwrite cems/v1/plant-01/status\n", to: "acl")
        let fixture = try UplinkFixture(broker: ["acl_file \(file)"])
        fixture.append(300)
        fixture.start()
        #expect(eventually { fixture.runner?.statistics.lastError?.detail.contains("not authorised") == true })
        #expect(eventually { (fixture.runner?.statistics.refusedTotal ?? 0) > 70 })
        #expect(fixture.runner?.statistics.acknowledgedTotal == 0)
        #expect(fixture.events.setAside.isEmpty)
        fixture.broker.stop()
        try directory.write("topic readwrite cems/#\n", to: "acl")
        try fixture.broker.start()
        #expect(eventually(within: .seconds(90)) { fixture.isSettled() })
        #expect(fixture.events.setAside.isEmpty)
        #expect(fixture.runner?.statistics.lastError == nil)
        fixture.stop()
    }

    @Test("R02, R08: records that were given up or lost are holes that the platform sees: `prev` never covers them")
    func holes() throws {
        var settings = JournalSettings(commitInterval: .milliseconds(5))
        settings.keepingInterval = .milliseconds(1)
        settings.disk = DiskLimits(maximumBytes: 1_000_000)
        let fixture = try UplinkFixture(journal: settings)
        let platform = try Platform(fixture.broker)
        fixture.journal.protectBacklogs(of: [fixture.configuration()])
        for _ in 0..<30 {
            fixture.append(100, padding: 500)
            fixture.journal.flush(deadline: .seconds(20))
        }
        #expect(eventually { fixture.journal.statistics.usedBytes < 900_000 })
        #expect(fixture.journal.statistics.sacrificed > 500)
        fixture.start()
        #expect(eventually { fixture.isSettled() })
        // Some more may be given up meanwhile, but never the last; a backlog comes in order, so with it all have come.
        #expect(eventually { platform.records.contains { $0.sequence == 3_000 } })
        func expectHoles() {
            var (last, missing) = (Int64(0), Int64(0))
            for record in platform.records.sorted(by: { $0.sequence < $1.sequence }) {
                #expect(record.previous == record.sequence - 1, "after \(last)")
                missing += record.previous - last
                last = record.sequence
            }
            #expect(missing == 3_000 - Int64(platform.records.count { $0.sequence <= 3_000 }))
        }
        expectHoles()
        fixture.stop()

        // The file goes while nothing is connected; twenty records are lost, what comes after is in a new file.
        fixture.append(20)
        fixture.journal.flush(deadline: .seconds(20))
        for name in ["journal.db", "journal.db-wal", "journal.db-shm"] {
            try FileManager.default.removeItem(atPath: fixture.directory.file(name))
        }
        fixture.append(10)
        fixture.journal.flush(deadline: .seconds(20))
        fixture.start()
        #expect(eventually { fixture.isSettled() })
        #expect(eventually { platform.records.contains { $0.sequence == 3_030 } })
        #expect(platform.records.first { $0.sequence > 3_000 }.map { $0.previous } == 3_020)
        fixture.stop()
    }

    @Test("R10: however much waits, no more than the window is handed to the library")
    func window() throws {
        let fixture = try UplinkFixture()
        fixture.start()
        #expect(eventually { fixture.isConnected() })
        fixture.broker.freeze(true)
        fixture.append(20_000, kind: .minute)
        fixture.journal.flush(deadline: .seconds(30))
        #expect(eventually { fixture.runner?.statistics.owed == 20_000 })
        #expect(fixture.runner?.statistics.inFlight == 20)
        #expect(fixture.runner?.statistics.publishedTotal == 20)
        fixture.broker.freeze(false)
        #expect(eventually { (fixture.runner?.statistics.acknowledgedTotal ?? 0) > 1_000 })
        #expect((fixture.runner?.statistics.inFlight ?? 0) <= 20)
        fixture.stop()
    }

    @Test("R09: with a large backlog a start is soon over, and what is new comes first")
    func largeBacklog() throws {
        let rows = isSoak ? 10_000_000 : 200_000
        let directory = TemporaryDirectory()
        try Journal(directory: directory.path).close(deadline: .seconds(10))
        let fill = """
            WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < \(rows))
            INSERT INTO record(seq, lane, kind, outlet, ts, body) SELECT i, 1, 'minute', 'stack-1', 0,
            '{"v":1,"gateway":"plant-01","seq":' || i || ',"outlet":"stack-1","kind":"minute","data":{}}' FROM n;
            """
        #expect(try ChildProcess("sqlite3", [directory.file("journal.db"), fill]).wait() == 0)
        let fixture = try UplinkFixture(in: directory)
        let platform = try Platform(fixture.broker)
        #expect(fixture.journal.committedHead == Int64(rows))
        fixture.start()
        #expect(eventually { fixture.isConnected() })
        fixture.append(10)
        #expect(eventually { platform.hasRecords(1_000) })
        let records = platform.records
        let live = records.filter { $0.lane == "live" }.map(\.sequence)
        #expect(live.count == 10 && live.allSatisfy { $0 > rows })
        // The random delay of history is longer than a commit takes.
        #expect(records.prefix(10).allSatisfy { $0.lane == "live" })
        let history = records.filter { $0.lane == "history" }
        #expect(history.map(\.sequence) == Array(1...Int64(history.count)))
        #expect(history.allSatisfy { $0.previous == $0.sequence - 1 })
        fixture.stop()
    }

    @Test(
        "R05: a broker that goes and comes with a backlog behind gets everything, in order, nothing twice but what was in flight"
    )
    func flapping() throws {
        let fixture = try UplinkFixture()
        let platform = try Platform(fixture.broker)
        var configuration = fixture.configuration()
        configuration.historyRate = 1_000
        fixture.append(4_000, kind: .minute)
        fixture.start(configuration)
        let rounds = isSoak ? 360 : 4
        for _ in 0..<rounds {
            let before = fixture.runner?.statistics.acknowledgedTotal ?? 0
            #expect(eventually { (fixture.runner?.statistics.acknowledgedTotal ?? 0) > before })
            if isSoak { Thread.sleep(forTimeInterval: 10) }
            fixture.broker.stop()
            fixture.append(50, kind: .minute)
            if isSoak { Thread.sleep(forTimeInterval: 10) }
            try fixture.broker.start()
        }
        #expect(eventually(within: .seconds(60)) { fixture.isSettled() })
        let count = 4_000 + rounds * 50
        #expect(eventually { platform.hasRecords(count) })
        fixture.stop()
        #expect(fixture.runner?.statistics.publishedTotal == count)
        let records = platform.records
        #expect(records.count - count <= rounds * 2 * 20, "doubles beyond the window")
        var seen: Set<Int64> = []
        let first = records.filter { seen.insert($0.sequence).inserted && $0.lane == "history" }.map(\.sequence)
        #expect(zip(first, first.dropFirst()).count { $0 > $1 } <= rounds)
    }
}
