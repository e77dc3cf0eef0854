import GatewayCore
import Protocol
import Telemetry
import Testing

/// A clock that is wrong for a while: steps of all sizes, where they come, whether the gateway starts anew meanwhile, and whether
/// the time service says that all is well.
@Suite("A clock that steps (R37)")
struct ClockStepTests {
    enum Moment: Int, CaseIterable {
        /// Seconds from the end of the year.
        case before = -30
        case at = 0
        case after = 30
    }

    enum Restart: CaseIterable { case never, duringTheStep, afterTheStep }

    struct Row: CustomTestStringConvertible {
        let seconds: Int
        let moment: Moment
        let restart: Restart
        let isSynchronised: Bool
        let lasts: Int

        var testDescription: String {
            "\(seconds) s for \(lasts) s, \(moment), restart \(restart), synchronised \(isSynchronised)"
        }
    }

    static let steps = [5, 3_600, 8 * 3_600, 365 * 86_400, 30 * 365 * 86_400]

    static let rows: [Row] = steps.flatMap { [$0, -$0] }.flatMap { seconds in
        Moment.allCases.flatMap { moment in
            Restart.allCases.flatMap { restart in
                [true, false].flatMap { isSynchronised in
                    (restart == .never ? [5, 70] : [70]).map {
                        Row(
                            seconds: seconds, moment: moment, restart: restart, isSynchronised: isSynchronised,
                            lasts: $0)
                    }
                }
            }
        }
    }

    /// A gateway that runs well for twenty minutes up to the step.
    private struct Site {
        var gateway: TestGateway
        let isSynchronised: Bool

        init(isSynchronised: Bool, until moment: Moment) throws {
            self.isSynchronised = isSynchronised
            gateway = try TestGateway()
            gateway.wall = ZoneRules.china.instant(of: CivilTime(year: 2026, month: 12, day: 31, hour: 23, minute: 40))
            gateway.machine = GatewayMachine(
                configuration: gateway.machine.configuration, zone: .china, at: gateway.now, wall: gateway.wall)
            run(20 * 60 + moment.rawValue)
        }

        mutating func run(_ seconds: Int) {
            let end = gateway.now + .seconds(seconds)
            while gateway.now < end {
                gateway.perform(
                    gateway.machine.clockIs(
                        offBy: isSynchronised ? .zero : nil, at: gateway.now, wall: gateway.wall))
                gateway.run(.seconds(5))
            }
        }

        mutating func restart() throws {
            let (kept, alarms) = (gateway.machine.unfinishedPeriods(of: 0), gateway.machine.alarmState)
            let configuration = gateway.machine.configuration
            gateway.machine = GatewayMachine(
                configuration: configuration, zone: .china, at: gateway.now, wall: gateway.wall, alarmState: alarms)
            gateway.perform(
                gateway.machine.clockIs(offBy: isSynchronised ? .zero : nil, at: gateway.now, wall: gateway.wall))
            let isRestored = gateway.machine.restore(kept, outlet: 0)
            #expect(isRestored)
        }
    }

    private static func isMarked(_ record: Record) -> Bool {
        record.quality.contains { $0.contains("the clock was set") }
    }

    @Test(
        "R37: after a step and back the periods are at the right time, and nothing comes twice without a mark",
        arguments: rows)
    func step(row: Row) throws {
        var site = try Site(isSynchronised: row.isSynchronised, until: row.moment)
        site.gateway.wall = site.gateway.wall + .seconds(row.seconds)
        if row.restart == .duringTheStep { try site.restart() }
        site.run(row.lasts)
        site.gateway.wall = site.gateway.wall - .seconds(row.seconds)
        if row.restart == .afterTheStep { try site.restart() }
        let back = site.gateway.wall
        site.run(120)
        #expect(
            site.gateway.records.contains {
                $0.kind == .minute && $0.at >= back - .seconds(60) && $0.at <= site.gateway.wall
            })
        site.run(62 * 60)
        let gateway = site.gateway
        for kind in [RecordKind.minute, .hour, .day, .month, .year] {
            let times = Dictionary(grouping: gateway.kind(kind), by: \.at)
            for (at, records) in times where records.count > 1 {
                #expect(records.count(where: { !Self.isMarked($0) }) <= 1, "\(kind) \(at)")
            }
        }
        // Each minute since has its record.
        let minutes = Set(gateway.kind(.minute).map(\.at))
        let first = (back + .seconds(120)).millisecondsSince1970 / 60_000 * 60_000
        var minute = WallInstant(millisecondsSince1970: first)
        while minute < gateway.wall - .seconds(120) {
            #expect(minutes.contains(minute), "\(minute)")
            minute = minute + .seconds(60)
        }
        // What ends with the year closes once as it is, with what was measured; what the wrong time opened is marked. What
        // the gateway finds open when it starts while the clock is wrong is marked too, if its end falls into that time.
        let starts: [(RecordKind, CivilTime)] = [
            (.hour, CivilTime(year: 2026, month: 12, day: 31, hour: 23)),
            (.hour, CivilTime(year: 2027, month: 1, day: 1)),
            (.day, CivilTime(year: 2026, month: 12, day: 31)), (.month, CivilTime(year: 2026, month: 12, day: 1)),
            (.year, CivilTime(year: 2026, month: 1, day: 1)),
        ]
        for (kind, civil) in starts {
            let start = ZoneRules.china.instant(of: civil)
            let real = gateway.kind(kind).filter { $0.at == start }
            #expect(!real.isEmpty, "\(kind)")
            let unmarked = real.count { !Self.isMarked($0) }
            #expect(unmarked == 1 || row.restart == .duringTheStep && unmarked == 0, "\(kind)")
            #expect(real.allSatisfy { $0.factors["a21026"]?.number("Avg") == 20 }, "\(kind)")
            #expect(
                gateway.kind(kind).allSatisfy { record in
                    starts.contains { $0.0 == kind && ZoneRules.china.instant(of: $0.1) == record.at }
                        || Self.isMarked(record)
                }, "\(kind)")
        }
        // No sample is lost: each is in one minute.
        let samples = gateway.kind(.minute).compactMap { $0.factors["a21026"]?.count }.reduce(0, +)
        let seconds = 20 * 60 + row.moment.rawValue + row.lasts + 120 + 62 * 60
        #expect(samples > seconds / 5 - 40)
        #expect(samples <= seconds / 5)
        #expect(gateway.machine.activeAlarms(at: gateway.wall).allSatisfy { $0.rule != "D9" })
    }

    /// A gateway without a past starts while the clock is ahead, and this is noticed after five minutes.
    @Test("R37: a start by a clock that is eight hours ahead", arguments: [true, false])
    func startsAhead(isSynchronised: Bool) throws {
        var site = try Site(isSynchronised: isSynchronised, until: .after)
        let right = site.gateway.wall
        site.gateway = try TestGateway()
        site.gateway.wall = right + .seconds(8 * 3_600)
        site.gateway.machine = GatewayMachine(
            configuration: site.gateway.machine.configuration, zone: .china, at: site.gateway.now,
            wall: site.gateway.wall)
        site.run(300)
        site.gateway.wall = right + .seconds(300)
        let back = site.gateway.wall
        site.run(200)
        #expect(site.gateway.kind(.minute).contains { $0.at >= back && $0.at <= back + .seconds(120) })
        site.run(9 * 3_600)
        // The wrong hour is marked, and so is what comes when its time is there.
        let wrong = ZoneRules.china.instant(of: CivilTime(year: 2027, month: 1, day: 1, hour: 8))
        let hours = site.gateway.kind(.hour).filter { $0.at == wrong }
        #expect(hours.count == 2 && hours.allSatisfy(Self.isMarked))
        let minutes = site.gateway.kind(.minute).filter { $0.at > wrong && $0.at < wrong + .seconds(300) }
        #expect(minutes.count == 8)
        #expect(minutes.count(where: Self.isMarked) == 4)
    }

    @Test(
        "R37: unfinished periods that lie in the future are recorded, told, and go on no more",
        arguments: [true, false])
    func restoredFuture(isSynchronised: Bool) throws {
        var site = try Site(isSynchronised: isSynchronised, until: .after)
        let right = site.gateway.wall
        site.gateway.wall = right + .seconds(365 * 86_400)
        site.run(900)
        site.gateway.wall = right + .seconds(900)
        let before = site.gateway.records.count
        try site.restart()
        site.run(120)
        let later = site.gateway.records[before...]
        #expect(later.contains { $0.kind == .minute && $0.at >= right + .seconds(900) && $0.at <= site.gateway.wall })
        site.run(700)
        let ahead = site.gateway.records[before...].filter { $0.at > site.gateway.wall }
        #expect(Set(ahead.map(\.kind)) == [.minute, .hour, .day, .month, .year])
        #expect(ahead.allSatisfy(Self.isMarked))
        let events = site.gateway.records[before...].filter { record in
            if case .event(let event) = record.content { event.name == "periods-ahead" } else { false }
        }
        #expect(!events.isEmpty)
    }
}
