import Foundation
import GatewayCore
import JSON
import Protocol
import Telemetry
import TestSupport
import Testing

@testable import Gatewayd

/// Uplinks that carry a part of the journal, and the counts that prove it complete.
@Suite(.timeLimit(.minutes(2)), .serialized) struct UplinkSelectionTests {
    @Test("a subset of factors: others are cut out, records without any are not carried, `prev` names the one before")
    func factors() throws {
        let fixture = try UplinkFixture()
        let platform = try Platform(fixture.broker)
        var configuration = fixture.configuration()
        configuration.factors = ["a21026"]
        configuration.outlets = ["stack-1"]
        var expected: [Int64] = []
        func append(_ rounds: Int) {
            for round in 0..<rounds {
                let sequence = Int64(fixture.appended + 1)
                switch round % 4 {
                case 0: fixture.append(["a01014"])
                case 1:
                    fixture.append(["a01014", "a21026"])
                    expected.append(sequence)
                case 2: fixture.append(["a21026"], outlet: "stack-2")
                default:
                    fixture.append(["a21026", "a21002"])
                    expected.append(sequence)
                }
            }
        }
        append(400)
        fixture.start(configuration)
        #expect(eventually { fixture.isSettled() })
        append(400)
        #expect(eventually { fixture.isSettled() })
        fixture.stop()
        append(41)
        fixture.start(configuration)
        #expect(eventually { fixture.isSettled() })
        fixture.stop()

        #expect(eventually { platform.hasRecords(expected.count) })
        var previous: [Int64: Int64] = [:]
        for record in platform.records { previous[record.sequence] = record.previous }
        #expect(previous.keys.sorted() == expected)
        #expect(expected.map { previous[$0] } == [0] + expected.dropLast())
        #expect(platform.lines.allSatisfy { !$0.contains("a01014") && !$0.contains("a21002") })
        #expect(platform.lines.contains { $0.hasSuffix(#""data":{"a21026":{"Avg":1}}}"#) })
    }

    @Test("two uplinks with kinds and cursors of their own, one of them held up")
    func twoUplinks() throws {
        let fixture = try UplinkFixture()
        let platform = try Platform(fixture.broker)
        let other = try Broker()
        other.stop()
        var second = fixture.configuration(kinds: [.hour])
        second.id = "city"
        second.mqtt.port = other.port
        fixture.start()
        let city = UplinkRunner(configuration: second, gateway: "plant-01", journal: fixture.journal)
        city.start()
        fixture.append(200, kind: .minute)
        fixture.append(10, kind: .hour)
        #expect(eventually { fixture.isSettled() && platform.hasRecords(210) })
        #expect(city.statistics.settledThrough == 0)
        try other.start()
        #expect(eventually { city.statistics.acknowledgedTotal == 10 && city.statistics.owed == 0 })
        city.stop(deadline: .seconds(10))
        fixture.stop()
    }

    @Test("the sums of counts are what a platform received, for all and for a subset; gaps are named")
    func counts() throws {
        let fixture = try UplinkFixture()
        let platform = try Platform(fixture.broker)
        var configuration = fixture.configuration(kinds: [.minute, .hour])
        configuration.factors = ["a21026"]
        let counts = PeriodCounts(
            fixture.journal, zone: ZoneRules(fixedOffset: .zero), at: .init(millisecondsSince1970: 10_000))
        fixture.start(configuration)
        for number in 0..<300 { fixture.append(number % 3 == 0 ? ["a21026"] : ["a01014"]) }
        #expect(eventually { fixture.isSettled() })
        fixture.stop()
        for _ in 0..<5 { fixture.append(["a21026"]) }
        fixture.journal.flush(deadline: .seconds(10))

        let due = counts.due(at: .init(millisecondsSince1970: 3_605_000), .zero)
        #expect(due.map(\.after) == [0] && due.map(\.through) == [305])
        let all = fixture.configuration()
        let record = try counts.record(due[0], [(configuration, [7]), (all, [])])
        guard case .counts(let report) = record.content else { return #expect(Bool(false), "a counts record") }
        #expect(report.kinds == [.init(.minute, 305)])
        let subset = report.uplinks[0]
        #expect(subset.kinds == [.init(.minute, 105)])
        #expect(subset.acknowledged == 100)
        #expect(platform.hasRecords(subset.acknowledged))
        #expect(subset.gaps == [301...305])
        #expect(subset.setAside == [7])
        #expect(subset.first == 1 && subset.last == 305)
        #expect(report.uplinks[1].kinds == [.init(.minute, 305)])
        #expect(report.uplinks[1].acknowledged == 300)
        #expect(record.period == .seconds(3_600))
    }

    @Test("counts that cannot be read or journalled are counted again, by the next run at the latest")
    func countsAgain() throws {
        let fixture = try UplinkFixture()
        let zone = ZoneRules(fixedOffset: .zero)
        func makeCounts() -> PeriodCounts {
            PeriodCounts(fixture.journal, zone: zone, at: .init(millisecondsSince1970: 10_000))
        }
        let hour = WallInstant(millisecondsSince1970: 3_605_000)
        var counts = makeCounts()
        fixture.append(10, kind: .minute)
        fixture.journal.flush(deadline: .seconds(10))
        var journalled: [Record] = []
        func count(at now: Uptime, room: Bool = true) throws {
            try counts.count(counts.due(at: hour, now), [], at: now) { record, note in
                guard room else { return false }
                journalled.append(record)
                fixture.journal.saveCursor(uplink: note.key, state: note.text)
                return true
            }
        }
        let (file, away) = (fixture.directory.file("journal.db"), fixture.directory.file("away"))
        try FileManager.default.moveItem(atPath: file, toPath: away)
        #expect(throws: (any Error).self) { try count(at: .zero) }
        try FileManager.default.moveItem(atPath: away, toPath: file)
        #expect(counts.due(at: hour, .zero).isEmpty, "a while passes before the next try")
        try count(at: .zero + .seconds(60), room: false)
        #expect(journalled.isEmpty)
        // The next run knows nothing of these tries.
        counts = makeCounts()
        try count(at: .zero)
        guard case .counts(let report) = journalled.first?.content else { return #expect(Bool(false), "no counts") }
        #expect(report.after == 0 && report.through == 10 && journalled.count == 1)
        #expect(counts.due(at: hour, .zero).isEmpty)
        counts = makeCounts()
        #expect(counts.due(at: hour, .zero).isEmpty)
    }
}
