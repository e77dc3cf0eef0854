import Emissions
import GatewayCore
import Telemetry
import TestSupport
import Testing

@Suite("Unfinished periods over a restart")
struct RestartTests {
    private let calendar = PeriodCalendar(zone: .china)

    private func windows(_ plan: OutletPlan, minuteInterval: Int = 1) -> OutletWindows {
        OutletWindows(calendar: calendar, minuteInterval: minuteInterval, plan: plan)
    }

    /// A stack and an outfall in one, with every kind of factor.
    private var plan: OutletPlan {
        var channels = [
            Channel(code: "a21026", role: .gasConcentration), Channel(code: "a19001", role: .condition(.oxygen)),
            Channel(code: "a01011", role: .velocity), Channel(code: "a01012", role: .condition(.temperature)),
            Channel(code: "a01014", role: .condition(.humidity)), Channel(code: "w01018", role: .waterConcentration),
            Channel(code: "w00000", role: .waterFlow), Channel(code: "w21003", role: .waterConcentration),
            Channel(code: "a24088", role: .other), Channel(code: "a00000", role: .gasFlow),
        ]
        channels[0].isConverted = true
        channels[5].isFlowWeighted = true
        channels[6].meter = ChannelMeter(settings: .init(modulus: 1000))
        channels[7].cycle = 3600
        channels[8].interval = 300
        channels[9].origin = .area
        var plan = OutletPlan(channels: channels)
        plan.constants.squareMetres = 3
        plan.constants.conversion = OxygenConversion(reference: .oxygen(percent: 6))
        return plan
    }

    private enum Event {
        case sample(channel: Int, Reading)
        case mark(PlantMark)
        case tick
    }

    /// Samples of three hours around midnight, with bad ones, marks and holes.
    private func events(_ random: inout SeededGenerator) -> [(at: WallInstant, Event)] {
        let start = morning + .seconds(12 * 3600 + 3000)
        let flags: [DataFlag] = [.normal, .normal, .normal, .normal, .calibration, .fault]
        var events: [(at: WallInstant, Event)] = []
        var meter = 900.0
        for second in stride(from: 0, to: 3 * 3600, by: 15) {
            let at = start + .seconds(second) + .milliseconds(Int.random(in: 0..<900, using: &random))
            for channel in 0..<9 where Int.random(in: 0..<20, using: &random) > 0 {
                meter += Double.random(in: 0..<0.1, using: &random)
                if meter > 1000 { meter -= 1000 }
                let value = channel == 6 ? meter : Double.random(in: 1..<20, using: &random)
                let flag = flags.randomElement(using: &random) ?? .normal
                if channel == 7, second % 1800 > 0 { continue }
                events.append((at, .sample(channel: channel, Reading(value: value, flag: flag))))
            }
            if Int.random(in: 0..<60, using: &random) == 0 {
                events.append((at, .mark(PlantMark.allCases.randomElement(using: &random) ?? .running)))
            }
            events.append((at, .tick))
        }
        return events
    }

    private func apply(_ event: (at: WallInstant, Event), to windows: inout OutletWindows) -> [ClosedPeriod] {
        switch event.1 {
        case .sample(let channel, let reading): windows.add(reading, channel: channel, at: event.at)
        case .mark(let mark): windows.mark(mark, at: event.at)
        case .tick: return windows.advance(to: event.at) { _, _ in false }
        }
        return []
    }

    @Test("a stream that is cut anywhere and continued gives the same records, to the last bit", arguments: [1, 10])
    func cutAnywhere(minuteInterval: Int) throws {
        var random = SeededGenerator()
        let events = events(&random)
        var whole = windows(plan, minuteInterval: minuteInterval)
        let expected = events.flatMap { apply($0, to: &whole) }
        #expect(expected.contains { $0.length == .day })
        for _ in 0..<60 {
            let cut = Int.random(in: 0...events.count, using: &random)
            var first = windows(plan, minuteInterval: minuteInterval)
            var records = events[..<cut].flatMap { apply($0, to: &first) }
            var second = windows(plan, minuteInterval: minuteInterval)
            try second.restore(first.state)
            #expect(second.state == first.state, "\(random), cut \(cut)")
            records += events[cut...].flatMap { apply($0, to: &second) }
            let isSame = records == expected
            #expect(isSame, "\(random), cut \(cut)")
        }
    }

    @Test("a crash within an hour costs the minutes it took and not the hour")
    func crash() throws {
        var gateway = try TestGateway()
        gateway.run(.seconds(40 * 60), so2: 20)
        // 10:20 to 11:00; from here on everything in memory is lost but what was kept with the last minute.
        let kept = try #require(gateway.kept[0])
        var after = try TestGateway()
        after.wall = gateway.wall + .seconds(90)
        after.now = gateway.now + .seconds(90)
        let isRestored = after.machine.restore(kept, outlet: 0)
        #expect(isRestored)
        after.run(.seconds(65 * 60), so2: 20)
        let hours = after.kind(.hour)
        #expect(hours.map(\.dataTime.compact) == ["20261121100000", "20261121110000"])
        #expect(hours.first?.factors["a21026"]?.count == 39, "the minute that was not over is lost, no more")
        #expect(hours.last?.factors["a21026"]?.shortcomings == [])
        #expect(hours.last?.factors["a21026"]?.count == 58)
        // The minute of the standstill is told as such, those at its ends as too few samples.
        let silent = after.kind(.minute).filter { $0.factors["a21026"]?.flag == .noCommunication }
        #expect(silent.map(\.dataTime.compact) == ["20261121110000"])
    }

    @Test("a factor that is new begins empty, one that is gone is left out, the others go on")
    func otherFactors() throws {
        func plan(_ codes: [String]) -> OutletPlan {
            OutletPlan(channels: codes.map { Channel(code: $0, role: .other) })
        }
        var before = windows(plan(["x1", "x2"]))
        for second in stride(from: 0, to: 180, by: 5) {
            _ = before.advance(to: morning + .seconds(second)) { _, _ in false }
            for channel in 0..<2 {
                before.add(Reading(value: Double(channel)), channel: channel, at: morning + .seconds(second))
            }
        }
        var after = windows(plan(["x2", "x3"]))
        try after.restore(before.state)
        let closed = after.advance(to: morning + .seconds(2 * 3600)) { _, _ in false }
        let hour = try #require(closed.first { $0.length == .hour })
        #expect(hour.numbers.factors.map(\.measured.average) == [1, nil])
        #expect(hour.numbers.factors.map(\.measured.count) == [3, 0])
    }

    @Test("what is no such text is refused and changes nothing")
    func garbage() throws {
        var random = SeededGenerator()
        var events = events(&random)
        events.removeLast(events.count / 2)
        var original = windows(plan)
        for event in events { _ = apply(event, to: &original) }
        let state = original.state
        for _ in 0..<300 {
            var text = Array(state.utf8)
            let place = Int.random(in: 0..<text.count, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: text.removeSubrange(place...)
            case 1: text[place] = UInt8.random(in: 0x20..<0x7F, using: &random)
            default: text.removeSubrange(place..<min(place + 9, text.count))
            }
            var windows = windows(plan)
            let before = windows.state
            do {
                try windows.restore(String(decoding: text, as: UTF8.self))
                // Readable after all: then it also goes on.
                _ = windows.advance(to: morning + .seconds(86_400 * 40)) { _, _ in false }
            } catch {
                #expect(windows.state == before, "\(random)")
            }
        }
    }

    @Test(
        "the windows of a day cover it once, across a clock that is set an hour forth or back",
        arguments: [3600, -3600])
    func clockStep(step: Int) {
        var windows = windows(OutletPlan(channels: [Channel(code: "x", role: .other)]))
        var clock = morning - .seconds(10 * 3600 + 1200)
        var closed: [ClosedPeriod] = []
        for index in 0..<(30 * 720) {
            if index == 10 * 720 + 100 { clock = clock + .seconds(step) }
            closed += windows.advance(to: clock) { _, _ in false }
            windows.add(Reading(value: 1), channel: 0, at: clock)
            clock = clock + .seconds(5)
        }
        for length in [PeriodLength.minutes(1), .hour] {
            let periods = closed.filter { $0.length == length }
            let unmarked = periods.filter { $0.clockFault == nil }
            #expect(zip(unmarked, unmarked.dropFirst()).allSatisfy { $0.end <= $1.start })
        }
        let days = closed.filter { $0.length == .day }
        #expect(days.count == 1)
        // Both hours at the ends of the step have minutes of their own. After a step back two are recorded once more.
        #expect(closed.count { $0.length == .hour && $0.start < days[0].end } == (step > 0 ? 24 : 26))
    }
}
