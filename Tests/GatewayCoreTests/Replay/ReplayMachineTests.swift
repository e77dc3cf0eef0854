import GatewayCore
import Protocol
import Telemetry
import TestSupport
import Testing

@Suite struct ReplayMachineTests {
    @Test("a minute closes by samples behind its end, once, with all its samples")
    func minute() throws {
        var replay = try TestReplay()
        replay.run(0, 60)
        #expect(replay.kind(.minute).isEmpty)
        replay.run(60, 70)
        let minutes = replay.kind(.minute, outlet: "stack-1")
        #expect(minutes.map(\.at) == [morning])
        #expect(minutes.first?.factors["a21026"]?.count == 12)
        #expect(minutes.first?.factors["a21026"]?.number("Avg") == 20)
    }

    @Test(
        "at the end of the input a period closes when its samples reach to within an interval of its end",
        arguments: [
            (60, 1, 0), (55, 0, 0), (61, 1, 0), (65, 1, 0), (2_400, 40, 1), (2_395, 39, 0), (2_401, 40, 1),
        ])
    func end(second: Int, minutes: Int, hours: Int) throws {
        var replay = try TestReplay()
        replay.run(0, second)
        replay.finish()
        #expect(replay.kind(.minute, outlet: "stack-1").count == minutes)
        #expect(replay.kind(.hour, outlet: "stack-1").count == hours)
        #expect(replay.kind(.day).isEmpty)
    }

    @Test("a day closes with its last hour at the end of the input")
    func day() throws {
        // 23:59:30 on the plant's clock.
        let evening = 49_170
        var replay = try TestReplay(startingAt: morning + .seconds(evening))
        replay.run(evening, evening + 30)
        replay.finish()
        #expect(replay.kind(.minute, outlet: "stack-1").count == 1)
        #expect(replay.kind(.hour, outlet: "stack-1").count == 1)
        #expect(replay.kind(.day, outlet: "stack-1").map(\.dataTime.compact) == ["20261121000000"])
    }

    @Test("an outlet whose samples ended earlier keeps its period open")
    func eachOutlet() throws {
        var replay = try TestReplay()
        replay.take(0)
        replay.take(45, outlet: 1)
        replay.finish()
        #expect(replay.kind(.minute).map(\.place.topicSegment) == ["water-1"])
    }

    @Test("a slow source closes the window it was read in, and none behind it")
    func slowSource() throws {
        var replay = try TestReplay()
        // Sampled every minute: it reaches behind the end of its minute.
        replay.take(55, outlet: 1)
        replay.finish()
        #expect(replay.kind(.minute, outlet: "water-1").count == 1)
    }

    @Test("present values stand on the grid of their interval, with the samples of that instant")
    func realtime() throws {
        var replay = try TestReplay()
        for second in stride(from: 0, through: 30, by: 5) {
            replay.take(second, Reading(value: Double(second)))
        }
        replay.finish()
        let realtime = replay.kind(.realtime, outlet: "stack-1")
        #expect(realtime.map(\.at) == [10, 20, 30].map { morning + .seconds($0) })
        #expect(realtime.map { $0.factors["a21026"]?.number("Rtd") } == [10, 20, 30])
    }

    @Test("a sample is in the unit of the reading; the register's scale is not applied")
    func scale() throws {
        var replay = try TestReplay()
        for second in stride(from: 0, to: 60, by: 5) { replay.take(second, Reading(value: 3)) }
        replay.finish()
        #expect(replay.kind(.minute, outlet: "stack-1").first?.factors["a21026"]?.number("Max") == 3)
    }

    @Test("a failed reading counts with its flag and no number")
    func failed() throws {
        var replay = try TestReplay()
        for second in stride(from: 0, to: 60, by: 5) {
            replay.take(second, second < 50 ? Reading(value: nil, flag: .fault, failure: .noData) : Reading(value: 7))
        }
        replay.finish()
        let factor = try #require(replay.kind(.minute, outlet: "stack-1").first?.factors["a21026"])
        #expect(factor.count == 2)
        #expect(factor.flag == .fault)
    }

    @Test("limits of present values are judged")
    func limits() throws {
        var replay = try TestReplay()
        for second in stride(from: 0, through: 400, by: 5) {
            replay.take(second, Reading(value: second < 310 ? 36 : 20))
        }
        let alarms = replay.alarms.filter { $0.report.rule == "L6" }
        #expect(alarms.map(\.report.state) == [.raised, .cleared])
        #expect(alarms.map(\.at) == [morning + .seconds(300), morning + .seconds(370)])
        #expect(alarms.map(\.report.since) == [morning, morning])
    }

    @Test("nothing is said of uplinks, nor of devices without factors")
    func others() throws {
        var replay = try TestReplay()
        replay.run(0, 1_800)
        replay.finish()
        #expect(replay.alarms.isEmpty)
        #expect(replay.kind(.audit).isEmpty)
    }
}

@Suite struct ReplaySilenceTests {
    @Test("a silent device is found when its gap is over, not when the next sample comes")
    func device() throws {
        var replay = try TestReplay()
        replay.run(0, 35)
        // The outfall goes on, so time passes in steps of 30 s.
        for second in stride(from: 60, through: 300, by: 30) { replay.take(second, outlet: 1) }
        #expect(replay.alarms.map(\.report.source) == ["cems-1"])
        #expect(replay.alarms.map(\.at) == [morning + .seconds(90)])
        #expect(replay.alarms.first?.report.since == morning + .seconds(30))
        #expect(replay.alarms.first?.report.value == 60)
        replay.run(305, 310)
        #expect(replay.alarms.last?.report.state == .cleared)
        #expect(replay.alarms.last?.at == morning + .seconds(305))
        #expect(replay.alarms.last?.report.duration == 275)
        #expect(replay.alarms.count == 2)
    }

    @Test("one factor that stays away is found at its own time")
    func factor() throws {
        var replay = try TestReplay()
        replay.run(0, 15)
        for second in stride(from: 15, through: 200, by: 5) {
            replay.take(second)
            replay.take(second, factor: 2)
            if second % 30 == 0 { replay.take(second, outlet: 1) }
        }
        #expect(replay.alarms.map(\.report.factor) == ["a19001"])
        #expect(replay.alarms.map(\.at) == [morning + .seconds(70)])
    }

    @Test("a factor that does not come back with its device is found the second after")
    func returning() throws {
        var replay = try TestReplay()
        replay.run(0, 15)
        for second in stride(from: 304, through: 314, by: 5) {
            replay.take(second)
            replay.take(second, factor: 2)
        }
        let raised = replay.alarms.filter { $0.report.state == .raised && $0.report.source == "cems-1" }
        #expect(raised.map(\.report.factor) == [nil, "a19001"])
        #expect(raised.map(\.at) == [morning + .seconds(70), morning + .seconds(305)])
    }

    @Test("what never comes is silent from the first sample on")
    func never() throws {
        var replay = try TestReplay()
        for second in stride(from: 0, through: 120, by: 5) {
            for factor in 0..<3 { replay.take(second, factor: factor) }
        }
        #expect(replay.alarms.map(\.report.source) == ["cod-meter"])
        #expect(replay.alarms.map(\.at) == [morning + .seconds(60)])
    }

    @Test("a sample a gap after the last one is in time")
    func justInTime() throws {
        var replay = try TestReplay()
        for minute in 0..<10 {
            for factor in 0..<3 { replay.take(minute * 60, factor: factor) }
            replay.take(minute * 60, outlet: 1)
        }
        #expect(replay.alarms.isEmpty)
    }

    @Test("through a silence periods close, and present values are recorded for ten minutes")
    func silence() throws {
        var replay = try TestReplay()
        replay.run(0, 35)
        replay.run(3_600, 3_670)
        let minutes = replay.kind(.minute, outlet: "stack-1")
        #expect(minutes.map(\.at) == (0...60).map { morning + .seconds($0 * 60) })
        #expect(minutes.map { $0.factors["a21026"]?.count } == [7] + Array(repeating: 0, count: 59) + [12])
        #expect(replay.kind(.hour, outlet: "stack-1").count == 1)
        let realtime = replay.kind(.realtime, outlet: "stack-1").map { ($0.at - morning) }
        #expect(realtime.filter { $0 <= .seconds(630) }.count == 63)
        #expect(realtime.filter { $0 > .seconds(630) && $0 < .seconds(3_600) }.isEmpty)
        #expect(realtime.last == .seconds(3_660))
    }

    @Test("a jump of years is bounded work, and closes what was open")
    func jump() throws {
        let years = 10 * 365 * 86_400
        var replay = try TestReplay()
        replay.run(0, 35)
        let before = replay.records.count
        replay.run(years, years + 5)
        // A day of minutes and hours of two outlets, ten minutes of present values, the ends of the day, alarms: of
        // four factors each hour is one that cannot be valid (D4).
        #expect(replay.records.count - before <= 2 * (1_441 + 25 + 61 + 3) + 10 + 4 * 2 * 24)
        #expect(replay.kind(.hour, outlet: "stack-1").first?.at == morning - .seconds(20 * 60))
        #expect(replay.kind(.day, outlet: "stack-1").first?.dataTime.compact == "20261121000000")
        replay.run(years + 5, years + 70)
        let last = try #require(replay.kind(.minute, outlet: "stack-1").last)
        #expect(last.at == morning + .seconds(years))
        #expect(last.factors["a21026"]?.count == 12)
    }

    @Test("whatever the gaps between samples, no period is recorded twice and time does not go back")
    func once() throws {
        var random = SeededGenerator()
        for _ in 0..<randomCases(2) {
            var replay = try TestReplay()
            var second = 0
            for _ in 0..<60 {
                replay.take(
                    second, outlet: Bool.random(using: &random) ? 0 : 1, factor: 0,
                    Reading(value: Double(Int.random(in: 0...40, using: &random))))
                second += [0, 1, 5, 5, 5, 5, 60, 61, 900, 4_000, 100_000].randomElement(using: &random) ?? 0
            }
            replay.finish()
            let periods = replay.records.filter { $0.period != nil || $0.kind == .realtime }
            let names = periods.map { "\($0.kind) \($0.place.topicSegment) \($0.at.millisecondsSince1970)" }
            #expect(Set(names).count == names.count, "\(random)")
            for kind in [RecordKind.realtime, .minute, .hour, .day] {
                for outlet in ["stack-1", "water-1"] {
                    let times = replay.kind(kind, outlet: outlet).map(\.at)
                    #expect(times == times.sorted(), "\(random)")
                }
            }
        }
    }
}

@Suite struct ReplayDelayTests {
    @Test("a silent source whose rule has a delay is told at the end of the delay, between two samples")
    func silence() throws {
        var replay = try TestReplay(alarms: "rules: { D1: { delay: 47s } }")
        replay.run(0, 35)
        // Time passes in steps of five minutes.
        for second in stride(from: 300, through: 900, by: 300) { replay.take(second, outlet: 1) }
        let stack = replay.alarms.filter { $0.report.source == "cems-1" }
        #expect(stack.map(\.at) == [morning + .seconds(30 + 60 + 47)])
        #expect(stack.map(\.report.since) == [morning + .seconds(30)])
    }

    @Test("a delayed rule of minutes is told at the end of the minute that fills its delay")
    func minutes() throws {
        var replay = try TestReplay(
            alarms: "rules: { L6: { delay: 180s } }", limit: "average: minute, max: 35")
        for second in stride(from: 0, through: 600, by: 5) {
            for factor in 0..<3 { replay.take(second, factor: factor, Reading(value: Double(second % 60 + 36))) }
            if second % 30 == 0 { replay.take(second, outlet: 1) }
        }
        #expect(replay.alarms.filter { $0.report.rule == "L6" }.map(\.at) == [morning + .seconds(180)])
    }
}
