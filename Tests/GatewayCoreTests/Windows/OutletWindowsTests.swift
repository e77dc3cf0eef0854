import Emissions
import GatewayCore
import Telemetry
import TestSupport
import Testing

/// 2026-11-21 10:20:00 on China's clock.
private let base = WallInstant(millisecondsSince1970: 1_795_227_600_000)

private func windows(minuteInterval: Int = 1, factors: Int = 1) -> OutletWindows {
    let channels = (0..<factors).map { Channel(code: "x\($0)", role: .other) }
    return OutletWindows(
        calendar: PeriodCalendar(zone: .china), minuteInterval: minuteInterval, plan: OutletPlan(channels: channels))
}

extension ClosedPeriod {
    fileprivate var statistics: [PeriodStatistics] { numbers.factors.map(\.measured) }
}

private func never(_: Int, _: PeriodLength) -> Bool { false }

@Suite struct OutletWindowsTests {
    @Test("a sample at 59.99 s and one at 60.01 s fall into two minutes, and none is lost or counted twice (R22)")
    func edge() {
        var windows = windows()
        windows.add(Reading(value: 1), channel: 0, at: base + .milliseconds(59_990))
        windows.add(Reading(value: 2), channel: 0, at: base + .milliseconds(60_010))
        let closed = windows.advance(to: base + .seconds(122), mayStillBeStated: never)
        #expect(closed.map(\.start) == [base, base + .seconds(60)])
        #expect(closed.map { $0.statistics[0].average } == [1, 2])
    }

    @Test("a minute closes two seconds after its end and not before")
    func settling() {
        var windows = windows()
        windows.add(Reading(value: 1), channel: 0, at: base)
        let early = windows.advance(to: base + .milliseconds(61_999), mayStillBeStated: never)
        #expect(early.isEmpty)
        // A sample of the minute that comes in between still counts.
        windows.add(Reading(value: 3), channel: 0, at: base + .milliseconds(59_999))
        let closed = windows.advance(to: base + .seconds(62), mayStillBeStated: never)
        #expect(closed.count == 1)
        #expect(closed.first?.statistics[0].average == 2)
    }

    @Test("a minute without any sample is a record too")
    func silent() {
        var windows = windows()
        _ = windows.advance(to: base, mayStillBeStated: never)
        let closed = windows.advance(to: base + .seconds(62), mayStillBeStated: never)
        #expect(closed.first?.statistics[0].flag == .noCommunication)
        #expect(closed.first?.statistics[0].count == 0)
    }

    @Test("an hour is the mean of its minutes, starts on the hour and closes after its last minute")
    func hour() {
        var windows = windows()
        var closed: [ClosedPeriod] = []
        let start = base - .seconds(20 * 60)
        for second in stride(from: 0, to: 3_600, by: 5) {
            let now = start + .seconds(second)
            closed += windows.advance(to: now, mayStillBeStated: never)
            windows.add(Reading(value: Double(second / 60)), channel: 0, at: now)
        }
        closed += windows.advance(to: start + .seconds(3_602), mayStillBeStated: never)
        #expect(closed.filter { $0.length == .minutes(1) }.count == 60)
        let hours = closed.filter { $0.length == .hour }
        #expect(hours.map(\.start) == [start])
        #expect(hours.first?.statistics[0].average == 29.5)
        #expect(hours.first?.statistics[0].count == 60)
        #expect(closed.last?.length == .hour)
    }

    @Test(
        "where the clock changes by half an hour, half an hour is a period with half the mass",
        arguments: [(1_775_314_800, 660, 630), (1_791_041_400, 630, 660)], [1, 20])
    func halfHour(change: (at: Int64, before: Int, after: Int), minuteInterval: Int) {
        let instant = WallInstant(millisecondsSince1970: change.at * 1_000)
        let zone = ZoneRules(periods: [
            .init(start: instant - .seconds(86_400), offset: .seconds(60 * change.before)),
            .init(start: instant, offset: .seconds(60 * change.after)),
        ])
        let plan = OutletPlan(channels: [
            Channel(code: "a21026", role: .gasConcentration), Channel(code: "a00000", role: .gasFlow),
        ])
        var windows = OutletWindows(
            calendar: PeriodCalendar(zone: zone), minuteInterval: minuteInterval, plan: plan, pace: .replay)
        var closed: [ClosedPeriod] = []
        for second in stride(from: -7_200, through: 5_400, by: 5) {
            let now = instant + .seconds(second)
            closed += windows.advance(to: now, mayStillBeStated: never)
            windows.add(Reading(value: 35), channel: 0, at: now)
            windows.add(Reading(value: 10), channel: 1, at: now)
        }
        let hours = closed.filter { $0.length == .hour }
        #expect(hours.map { Int(($0.start - instant).inSeconds) } == [-7_200, -3_600, 0, 1_800])
        #expect(hours.map { Int(($0.end - $0.start).inSeconds / 60) } == [60, 60, 30, 60])
        #expect(hours.map { $0.statistics[0].count } == [60, 60, 30, 60])
        #expect(hours.map { $0.numbers.factors[1].amount?.value } == [36_000, 36_000, 18_000, 36_000])
        #expect(hours.map { $0.numbers.factors[0].amount?.value } == [1.26, 1.26, 0.63, 1.26])
        let minutes = closed.filter { $0.length == .minutes(minuteInterval) }
        for (earlier, later) in zip(minutes, minutes.dropFirst()) { #expect(earlier.end == later.start) }
        #expect(
            minutes.filter { $0.end - $0.start != .seconds(60 * minuteInterval) }.count == (minuteInterval == 1 ? 0 : 1)
        )
        #expect(minutes.allSatisfy { $0.numbers.factors[0].validity.isValid })
    }

    @Test("a record of ten minutes is the mean of its minutes and counts all samples")
    func tenMinutes() {
        var windows = windows(minuteInterval: 10)
        for minute in 0..<10 {
            for sample in 0...minute {
                windows.add(Reading(value: Double(minute)), channel: 0, at: base + .seconds(minute * 60 + sample))
            }
        }
        let closed = windows.advance(to: base + .seconds(602), mayStillBeStated: never)
        #expect(closed.count == 1)
        #expect(closed.first?.statistics[0].average == 4.5)
        #expect(closed.first?.statistics[0].count == 55)
        #expect(closed.first.map { $0.end - $0.start } == .seconds(600))
    }

    @Test("what an instrument states fills a minute without samples, is waited for, and never outweighs samples")
    func statements() {
        let stated = PeriodStatistics(average: 7, minimum: 6, maximum: 8, count: nil, flag: .normal)
        var windows = windows(factors: 2)
        windows.add(Reading(value: 1), channel: 0, at: base)
        let waits: (Int, PeriodLength) -> Bool = { factor, _ in factor == 1 }
        let early = windows.advance(to: base + .seconds(62), mayStillBeStated: waits)
        #expect(early.isEmpty)
        let isTaken = [0, 1].map { windows.state(stated, channel: $0, length: .minutes(1), start: base) }
        #expect(isTaken == [true, true])
        let closed = windows.advance(to: base + .seconds(63), mayStillBeStated: waits)
        #expect(closed.first?.statistics.map(\.average) == [1, 7])
        #expect(closed.first?.stated == [1])
        // The same period is not made a second time.
        let isTakenAgain = windows.state(stated, channel: 1, length: .minutes(1), start: base)
        #expect(!isTakenAgain)
    }

    @Test("waiting for a statement ends after half a minute")
    func patience() {
        var windows = windows()
        _ = windows.advance(to: base, mayStillBeStated: never)
        let early = windows.advance(to: base + .seconds(89)) { _, _ in true }
        #expect(early.isEmpty)
        let late = windows.advance(to: base + .seconds(90)) { _, _ in true }
        #expect(late.count == 1)
    }

    @Test("a clock set back loses no sample, is followed at once, and makes no minute twice without a mark (R21)")
    func clockBack() {
        var windows = windows()
        var starts: [WallInstant] = []
        var faults: [ClosedPeriod.ClockFault?] = []
        var samples = 0
        func run(from start: WallInstant, seconds: Int) {
            for second in stride(from: 0, to: seconds, by: 5) {
                let now = start + .seconds(second)
                let closed = windows.advance(to: now, mayStillBeStated: never)
                for minute in closed where minute.length == .minutes(1) {
                    starts.append(minute.start)
                    faults.append(minute.clockFault)
                    samples += minute.statistics[0].count ?? 0
                }
                windows.add(Reading(value: 1), channel: 0, at: now)
            }
        }
        run(from: base, seconds: 600)
        run(from: base + .seconds(600 - 3_600), seconds: 4_200)
        // Nine minutes and the open one; fifty up to the time that was recorded, ten once more, nine of twenty.
        let expected = (0..<10).map { base + .seconds(60 * $0) } + (-50..<19).map { base + .seconds(60 * $0) }
        #expect(starts == expected)
        #expect(faults[..<9].allSatisfy { $0 == nil } && faults[9] == .cut)
        #expect(faults[10..<60].allSatisfy { $0 == nil })
        #expect(faults[60..<70].allSatisfy { $0 == .again })
        #expect(faults[70...].allSatisfy { $0 == nil })
        // All but the samples of the minute that is still open.
        #expect(samples >= (600 + 4_200 - 120) / 5)
    }

    @Test("a clock that jumps far ahead leaves a hole and no row of empty records (R21)")
    func clockAhead() {
        var windows = windows()
        windows.add(Reading(value: 1), channel: 0, at: base)
        let closed = windows.advance(to: base + .seconds(86_400 * 365), mayStillBeStated: never)
        #expect(closed.filter { $0.length == .minutes(1) }.count == 1)
        #expect(closed.filter { $0.length == .hour }.count == 1)
    }

    @Test("the order of samples within a minute does not matter")
    func shuffled() {
        var random = SeededGenerator()
        let samples = (0..<12).map { (Double($0 * 2), base + .seconds($0 * 5)) }
        var expected: [ClosedPeriod]?
        for _ in 0..<20 {
            var windows = windows()
            _ = windows.advance(to: base, mayStillBeStated: never)
            for (value, at) in samples.shuffled(using: &random) {
                windows.add(Reading(value: value), channel: 0, at: at)
            }
            let closed = windows.advance(to: base + .seconds(62), mayStillBeStated: never)
            #expect(expected == nil || closed == expected, "\(random)")
            expected = closed
        }
    }
}
