import Foundation
import GatewayCore
import Glibc
import Protocol
import TestSupport
import Testing

@testable import Gatewayd

@Suite(.timeLimit(.minutes(2)), .serialized) struct UplinkRunnerTests {
    @Test("thousands of records arrive live, in order, once, each naming the one before")
    func live() throws {
        let fixture = try UplinkFixture()
        let platform = try Platform(fixture.broker)
        fixture.start()
        #expect(eventually { fixture.isConnected() })
        for _ in 0..<20 { fixture.append(100) }
        #expect(eventually { fixture.isSettled() })
        #expect(eventually { platform.hasRecords(2_000) })
        let records = platform.records
        #expect(records.map(\.sequence) == Array(1...2_000))
        #expect(records.map(\.previous) == Array(0..<2_000))
        #expect(records.allSatisfy { $0.lane == "live" })
        let statistics = try #require(fixture.runner?.statistics)
        #expect(statistics.acknowledgedTotal == 2_000)
        #expect(statistics.inFlight == 0)
        fixture.stop()
        #expect(fixture.journal.cursor(of: "province") == "1 2000 -")
    }

    @Test("R03: nothing is missing after the broker was away, and what is new comes before what is old")
    func outage() throws {
        let fixture = try UplinkFixture()
        let platform = try Platform(fixture.broker)
        fixture.start()
        fixture.append(500)
        #expect(eventually { platform.hasRecords(500) && fixture.isSettled() })
        fixture.broker.stop()
        #expect(eventually { !fixture.isConnected() })
        fixture.append(2_000)
        fixture.journal.flush(deadline: .seconds(10))
        try fixture.broker.start()
        #expect(eventually { fixture.isConnected() })
        fixture.append(50)
        #expect(eventually { platform.hasRecords(2_550) })
        #expect(eventually { fixture.isSettled() })
        fixture.stop()

        let records = platform.records
        #expect(Set(records.map(\.sequence)) == Set(1...2_550))
        // At most a window of doubles: what was in flight when the broker stopped.
        #expect(records.count <= 2_550 + 20)
        let history = records.filter { $0.lane == "history" && $0.sequence > 500 }.map(\.sequence)
        #expect(history == history.sorted())
        #expect(Set(history).isSuperset(of: 501...2_500))
        let firstHistory = records.firstIndex { $0.lane == "history" && $0.sequence > 500 } ?? 0
        let lastLive = records.lastIndex { $0.lane == "live" && $0.sequence > 2_500 } ?? .max
        #expect(lastLive < firstHistory)
        for record in records { #expect(record.previous == record.sequence - 1) }
    }

    @Test("a subset of kinds has a chain of prev without a hole, over live, outage and restart")
    func subset() throws {
        let fixture = try UplinkFixture()
        let platform = try Platform(fixture.broker)
        let configuration = fixture.configuration(kinds: [.minute, .hour, .alarm])
        fixture.start(configuration)
        fixture.append(700)
        #expect(eventually { fixture.isSettled() })
        fixture.broker.stop()
        fixture.append(700)
        fixture.journal.flush(deadline: .seconds(10))
        try fixture.broker.start()
        #expect(eventually { fixture.isSettled() })
        fixture.stop()
        fixture.append(300)
        fixture.start(configuration)
        #expect(eventually { fixture.isSettled() })
        fixture.stop()

        let reader = try fixture.journal.makeReader()
        let carried = try reader.read(
            after: 0, through: 1_700, kinds: .only(["minute", "hour", "alarm"]), limit: .max, maximumBytes: .max
        ).rows.map(\.sequence)
        #expect(eventually { platform.hasRecords(carried.count) })
        var previous: [Int64: Int64] = [:]
        for record in platform.records { previous[record.sequence] = record.previous }
        #expect(previous.keys.sorted() == carried)
        #expect(carried.map { previous[$0] } == [0] + carried.dropLast())
        #expect(fixture.journal.cursor(of: "province") == "1 1700 -")
    }

    @Test("R04: a frozen broker moves no cursor")
    func frozen() throws {
        let fixture = try UplinkFixture()
        fixture.start()
        fixture.append(100)
        #expect(eventually { fixture.isSettled() })
        fixture.broker.freeze(true)
        fixture.append(100)
        fixture.journal.flush(deadline: .seconds(10))
        #expect(eventually { fixture.runner?.statistics.inFlight == 20 })
        let statistics = try #require(fixture.runner?.statistics)
        #expect(statistics.settledThrough == 100)
        #expect(statistics.owed == 100)
        fixture.broker.freeze(false)
        #expect(eventually { fixture.isSettled() })
        fixture.stop()
    }

    @Test("R07: a record that is too large for the broker is set aside, and the rest flows")
    func poison() throws {
        let fixture = try UplinkFixture(broker: ["max_packet_size 20000"])
        let platform = try Platform(fixture.broker)
        fixture.start()
        #expect(eventually { fixture.isConnected() })
        fixture.append(5)
        fixture.append(1, padding: 30_000)
        fixture.append(50)
        #expect(eventually { fixture.runner?.statistics.setAside == [6] })
        #expect(eventually { platform.hasRecords(55) })
        #expect(eventually { fixture.runner?.statistics.owed == 1 })
        #expect(fixture.events.setAside == [6])
        fixture.stop()
        #expect(fixture.journal.cursor(of: "province") == "1 56 6-6")
    }

    @Test("R05: a flapping broker loses nothing and gets no more doubles than the window each time")
    func flapping() throws {
        let fixture = try UplinkFixture()
        let platform = try Platform(fixture.broker)
        fixture.append(3_000)
        fixture.start()
        for _ in 0..<4 {
            let before = fixture.runner?.statistics.acknowledgedTotal ?? 0
            #expect(eventually { (fixture.runner?.statistics.acknowledgedTotal ?? 0) > before + 100 })
            fixture.broker.stop()
            fixture.append(50)
            try fixture.broker.start()
        }
        #expect(eventually { platform.hasRecords(3_200) })
        #expect(eventually { fixture.isSettled() })
        fixture.stop()
        #expect(Set(platform.records.map(\.sequence)) == Set(1...3_200))
        #expect(platform.records.count <= 3_200 + 4 * 20)
    }

    @Test("the status is retained: online while connected, offline after the end and after a kill")
    func status() throws {
        let fixture = try UplinkFixture()
        let platform = try Platform(fixture.broker, "cems/v1/plant-01/status")
        let runner = fixture.start()
        runner.publishStatus(Array(#"{"online":true,"head":0}"#.utf8))
        runner.publishStatus(Array(#"{"online":true,"head":1}"#.utf8))
        #expect(eventually { platform.lines.last?.hasSuffix(#"{"online":true,"head":1}"#) == true })
        fixture.broker.stop()
        try fixture.broker.start()
        #expect(eventually { platform.lines.count { $0.hasSuffix(#""head":1}"#) } == 2 })
        #expect(runner.stop(deadline: .seconds(10)))
        #expect(eventually { platform.lines.last?.hasSuffix(#"{"online":false}"#) == true })
        let late = try Platform(fixture.broker, "cems/+/plant-01/status")
        #expect(eventually { late.lines.last == #"cems/v1/plant-01/status 1 {"online":false}"# })
    }

    @Test("commands come in and answers go out")
    func commands() throws {
        let fixture = try UplinkFixture()
        let platform = try Platform(fixture.broker, "cems/v1/plant-01/reply")
        let runner = fixture.start()
        #expect(eventually { fixture.isConnected() })
        let command = #"{"id":"1","name":"ping"}"#
        let sent = try ChildProcess(
            "mosquitto_pub",
            [
                "-h", "127.0.0.1", "-p", "\(fixture.broker.port)", "-q", "1", "-t", "cems/v1/plant-01/command", "-m",
                command,
            ])
        #expect(sent.wait() == 0)
        #expect(eventually { fixture.events.messages("command") == [Array(command.utf8)] })
        #expect(runner.publish(topicSuffix: "reply", payload: Array(#"{"id":"1","ok":true}"#.utf8)))
        #expect(eventually { platform.lines == [#"cems/v1/plant-01/reply 0 {"id":"1","ok":true}"#] })
        fixture.stop()
    }

    @Test("a broker that is not there costs a try now and then, and the reason is known")
    func absent() throws {
        let fixture = try UplinkFixture()
        fixture.broker.stop()
        fixture.append(10)
        let runner = fixture.start()
        #expect(eventually { runner.statistics.lastError?.code == ECONNREFUSED })
        #expect(runner.statistics.settledThrough == 0)
        #expect(runner.stop(deadline: .seconds(5)))
        fixture.journal.flush(deadline: .seconds(5))
        #expect(fixture.journal.cursor(of: "province") == nil)
    }
}
