import Alarms
import Emissions
import Telemetry
import TestSupport
import Testing

/// How long an exceedance was, when some of the time could not be judged.
@Suite struct JudgedTimeTests {
    private static let subject = AlarmSubject(.hourLimit, source: "stack-1", factor: "a21026", part: "hour-measured")
    private let message = AlarmMessage(zone: .china)

    /// One verdict an hour from 09:00 on: a number is the hour's mean over a limit of 35, `nil` an hour without one.
    private struct Hours {
        var desk = AlarmDesk()
        var place = 0
        var now = Moment(wall: at(6, 1, 9), uptime: .zero)

        init(_ settings: RuleSettings = RuleSettings(.hourLimit), state: String = "") {
            desk = AlarmDesk(stateText: state)
            place = desk.add(JudgedTimeTests.subject, settings)
        }

        mutating func judge(_ means: [Double?], marks: HoldMarks = []) -> [AlarmTransition] {
            means.flatMap { mean -> [AlarmTransition] in
                now.wall = now.wall + .seconds(1 * 3_600)
                now.uptime = now.uptime + .seconds(1 * 3_600)
                let verdict = mean.map(Self.verdict) ?? .unknown
                return desk.judge(verdict, at: place, marks: marks, now: now)
            }
        }

        var event: AlarmEvent? { desk.event(at: place) }

        /// Above 35, inside its deadband, below.
        private static func verdict(_ mean: Double) -> Verdict {
            guard mean > 35 else { return mean > 34 ? .between : .clear }
            let facts = AlarmFacts([
                .value: .number(mean), .limit: .number(35), .unit: .text("mg/m3"), .quantity: .text("mean"),
            ])
            return .holds(Evidence(value: mean, limit: 35, span: .seconds(3_600), facts: facts))
        }
    }

    private let stopped: [Double?] = Array(repeating: nil, count: 10)

    @Test("one bad hour before ten that nobody could judge is one hour, and nothing is told in between")
    func stoppedPlant() throws {
        var hours = Hours()
        #expect(hours.judge([36]).map(\.kind) == [.raised])
        #expect(hours.judge(stopped, marks: .stopped) == [])
        let event = try #require(hours.event)
        #expect(event.duration(at: hours.now.wall) == .seconds(1 * 3_600))
        #expect(event.marks == [])
        #expect(
            message.present(event).en
                == "stack-1 SO2 (a21026) hour mean 36 mg/m3 is above the limit 35 "
                + "(1 h in all, last until 06-01 10:00; not judged since 06-01 10:00)")
        let closed = try #require(hours.judge([20]).first)
        #expect(closed.kind == .closed)
        #expect(closed.event.duration(at: hours.now.wall) == .seconds(1 * 3_600))
        let text = message.text(closed)
        #expect(
            text.en
                == "stack-1 SO2 (a21026): hour mean above the limit is over after 1 h in all, last until 06-01 10:00; "
                + "not judged from 06-01 10:00 to 06-01 20:00; the worst was 36 mg/m3")
        #expect(text.zh.hasSuffix("累计 1 小时，最后至 06-01 10:00；06-01 10:00 至 06-01 20:00 无法判定，极值 36 mg/m3"))
    }

    @Test("bad hours add up, whatever lies between them", arguments: [nil, 34.5] as [Double?])
    func sum(between: Double?) throws {
        var hours = Hours()
        _ = hours.judge([36, between, between, 38, 36])
        let closed = try #require(hours.judge([20]).first)
        #expect(closed.event.duration(at: hours.now.wall) == .seconds(3 * 3_600))
        #expect(message.text(closed).en.contains("after 3 h in all, last until 06-01 14:00; the worst was 38"))
    }

    @Test("nobody is reminded while nothing is judged, or by an hour inside the deadband")
    func repetition() {
        var settings = RuleSettings(.hourLimit)
        settings.repeatInterval = .seconds(2 * 3_600)
        var hours = Hours(settings)
        #expect(hours.judge([36, 36]).map(\.kind) == [.raised])
        #expect(hours.judge(stopped + [34.5, 34.5]) == [])
        #expect(hours.judge([36]).map(\.kind) == [.repeated])
    }

    @Test(
        "hours that nobody closed, as while the gateway was off, are not judged either; the length survives a restart")
    func restart() throws {
        var before = Hours()
        _ = before.judge([36, 37])
        var hours = Hours(state: before.desk.stateText)
        hours.now.wall = before.now.wall + .seconds(5 * 3_600)
        let closed = try #require(hours.judge([20]).first)
        #expect(closed.event.duration(at: hours.now.wall) == .seconds(2 * 3_600))
        #expect(
            message.text(closed).en.contains(
                "after 2 h in all, last until 06-01 11:00; not judged from 06-01 11:00 to 06-01 16:00"))
    }

    @Test("a state of an earlier version knows how many hours were bad")
    func earlierState() throws {
        var before = Hours()
        _ = before.judge([36, 37, 38])
        let state = before.desk.stateText
        let start = try #require(state.range(of: ",\"judged\":{"))
        let end = try #require(state[start.upperBound...].firstIndex(of: "}"))
        var hours = Hours(state: state.replacingCharacters(in: start.lowerBound...end, with: ""))
        #expect(hours.event?.duration(at: hours.now.wall) == .seconds(3 * 3_600))
        #expect(hours.judge([36]) == [])
        #expect(hours.event?.duration(at: hours.now.wall) == .seconds(4 * 3_600))
    }

    @Test("hours under a mark that holds the alarm back are none of its own")
    func marks() throws {
        var hours = Hours()
        _ = hours.judge([36])
        #expect(hours.judge([60, 60], marks: .startUp) == [])
        let closed = try #require(hours.judge([20]).first)
        #expect(closed.event.duration(at: hours.now.wall) == .seconds(1 * 3_600))
        #expect(closed.event.peak == 36 && closed.event.marks == [])
        // One that was held back from the beginning counts them.
        var held = Hours()
        _ = held.judge([60, 60], marks: .startUp)
        #expect(held.event?.duration(at: held.now.wall) == .seconds(2 * 3_600))
    }

    @Test("present values count the time between them, unless some are missing")
    func samples() {
        var life = AlarmLifecycle(subject: AlarmSubject(.shortLimit, source: "stack-1", factor: "a21026"))
        var clock = TestClock()
        let settings = RuleSettings(.shortLimit, severity: .warning)
        var bad = Evidence(value: 40, limit: 35)
        bad.isSample = true
        for seconds in [5, 5, 5, 36_000, 5] {
            clock.advance(seconds)
            _ = life.judge(.holds(bad), by: settings, at: clock.now)
        }
        // Of ten hours without a sample two minutes count, as they do towards delays.
        #expect(life.event?.duration(at: clock.now.wall) == .seconds(10 + 120 + 5))
        clock.advance(5)
        let closed = life.judge(.clear, by: settings, at: clock.now)
        #expect(closed.first?.event.duration(at: clock.now.wall) == .seconds(140))
    }

    @Test("a present value that cannot be judged ends the time that counts")
    func samplesWithoutNumber() {
        var life = AlarmLifecycle(subject: AlarmSubject(.shortLimit, source: "stack-1", factor: "a21026"))
        var clock = TestClock()
        let settings = RuleSettings(.shortLimit, severity: .warning)
        var bad = Evidence(value: 40, limit: 35)
        bad.isSample = true
        let verdicts: [Verdict] = [.holds(bad), .holds(bad), .unknown, .unknown, .holds(bad), .holds(bad)]
        for verdict in verdicts {
            clock.advance(30)
            _ = life.judge(verdict, by: settings, at: clock.now)
        }
        #expect(life.event?.duration(at: clock.now.wall) == .seconds(60))
    }

    @Test("a silence lasts until data come")
    func silence() {
        var life = AlarmLifecycle(subject: AlarmSubject(.silence, source: "cems"))
        var clock = TestClock()
        _ = life.judge(.holds(Evidence(value: 60, lasted: .seconds(60))), by: RuleSettings(.silence), at: clock.now)
        clock.advance(3_600)
        let closed = life.judge(.clear, by: RuleSettings(.silence), at: clock.now)
        #expect(closed.first?.event.duration(at: clock.now.wall) == .seconds(3_660))
    }
}
