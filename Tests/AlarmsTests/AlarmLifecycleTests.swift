import Alarms
import Emissions
import Telemetry
import TestSupport
import Testing

/// Both clocks, moved together by hand.
struct TestClock {
    var now = Moment(wall: at(6, 1, 10), uptime: .zero)

    mutating func advance(_ seconds: Int) {
        now.wall = now.wall + .seconds(seconds)
        now.uptime = now.uptime + .seconds(seconds)
    }
}

@Suite struct AlarmLifecycleTests {
    private static let subject = AlarmSubject(.shortLimit, source: "stack-1", factor: "a21026", part: "hour")
    private let settings = RuleSettings(
        .shortLimit, severity: .warning, onDelay: .seconds(300), offDelay: .seconds(120), heldBy: .plant)

    private func minute(_ value: Double) -> Verdict {
        .holds(Evidence(value: value, limit: 35, limitSource: "permit 12", span: .seconds(60)))
    }

    /// Judges one verdict a minute and names what happened.
    private func kinds(
        _ life: inout AlarmLifecycle, _ clock: inout TestClock, _ verdicts: [Verdict], _ settings: RuleSettings,
        marks: HoldMarks = []
    ) -> [String] {
        verdicts.flatMap { verdict -> [String] in
            clock.advance(60)
            return life.judge(verdict, by: settings, marks: marks, at: clock.now).map(\.kind.rawValue)
        }
    }

    @Test("another limit, or another order behind it, is told; to and fro no more than once a minute")
    func limits() {
        var clock = TestClock()
        var life = AlarmLifecycle(subject: AlarmSubject(.shortLimit, source: "stack-1", factor: "a21026"))
        let settings = RuleSettings(.shortLimit, severity: .warning)
        func judge(_ limit: Double, _ source: String = "permit 12", after seconds: Int = 60) -> [AlarmTransition] {
            clock.advance(seconds)
            let evidence = Evidence(
                value: 120, limit: limit, limitSource: source, facts: AlarmFacts([.limit: .number(limit)]))
            return life.judge(.holds(evidence), by: settings, at: clock.now)
        }
        #expect(judge(100).map(\.kind) == [.raised])
        #expect(judge(100).isEmpty)
        let changed = judge(110)
        #expect(changed.map(\.kind) == [.updated] && changed.first?.event.limit == 110)
        #expect(changed.first?.event.facts[.limit] == .number(110))
        #expect(judge(110).isEmpty)
        let ordered = judge(110, "order 7")
        #expect(ordered.map(\.kind) == [.updated] && ordered.first?.event.limitSource == "order 7")
        let flapping = (0..<25).flatMap { judge($0.isMultiple(of: 2) ? 100 : 110, "order 7", after: 5) }
        #expect(flapping.map(\.kind) == [.updated, .updated])
        // The last word is told in the end.
        #expect(judge(110, "order 7").count + judge(110, "order 7").count == 1)
        #expect(judge(110, "order 7").isEmpty)
    }

    @Test("what is worked out anew each time is no news")
    func workedOutLimits() {
        var clock = TestClock()
        var life = AlarmLifecycle(subject: AlarmSubject(.outsidePhysics, source: "stack-1", factor: "a01014"))
        var settings = RuleSettings(.outsidePhysics)
        settings.onDelay = .zero
        let verdicts = [10.0, 11, 12].map { Verdict.holds(Evidence(value: 30, limit: $0)) }
        #expect(kinds(&life, &clock, verdicts, settings) == ["raised"])
    }

    @Test("raised once the condition has held for the on-delay, and not a minute sooner")
    func onDelay() {
        var clock = TestClock()
        var life = AlarmLifecycle(subject: Self.subject)
        #expect(kinds(&life, &clock, Array(repeating: minute(40), count: 4), settings) == [])
        #expect(life.phase == .pending)
        #expect(kinds(&life, &clock, [minute(40)], settings) == ["raised"])
        #expect(life.event?.since == at(6, 1, 10))
        #expect(life.event?.raisedAt == at(6, 1, 10, 5))
        #expect(life.event?.id == "stack-1.a21026.L6-hour.\(at(6, 1, 10).millisecondsSince1970)")
    }

    @Test(
        "a good minute in between begins anew; so does a value inside the deadband",
        arguments: [Verdict.clear, .between])
    func interrupted(good: Verdict) {
        var clock = TestClock()
        var life = AlarmLifecycle(subject: Self.subject)
        let verdicts = Array(repeating: minute(40), count: 4) + [good] + Array(repeating: minute(40), count: 4)
        #expect(kinds(&life, &clock, verdicts, settings) == [])
        #expect(kinds(&life, &clock, [minute(40)], settings) == ["raised"])
    }

    @Test("unknown minutes neither count nor begin anew, but a long silence does")
    func unknown() {
        var clock = TestClock()
        var life = AlarmLifecycle(subject: Self.subject)
        let held = Array(repeating: minute(40), count: 4)
        #expect(kinds(&life, &clock, held + [.unknown, .unknown] + [minute(40)], settings) == ["raised"])
        life = AlarmLifecycle(subject: Self.subject)
        let silence = Array(repeating: Verdict.unknown, count: 20)
        #expect(kinds(&life, &clock, held + silence + [minute(40)], settings) == [])
        #expect(life.phase == .pending)
    }

    @Test("as long as the on-delay and ten minutes is not too long", arguments: [15, 16])
    func silence(minutes: Int) {
        var (clock, life) = (TestClock(), AlarmLifecycle(subject: Self.subject))
        let silence = Array(repeating: Verdict.unknown, count: minutes)
        let verdicts = Array(repeating: minute(40), count: 4) + silence + [minute(40)]
        #expect(kinds(&life, &clock, verdicts, settings) == (minutes == 15 ? ["raised"] : []))
    }

    @Test("instants count the time between them, at most two minutes a time")
    func instants() {
        var clock = TestClock()
        var life = AlarmLifecycle(subject: Self.subject)
        let instant = Verdict.holds(Evidence(value: 40))
        var kinds: [String] = []
        for step in [0, 100, 100, 99] {
            clock.advance(step)
            kinds += life.judge(instant, by: settings, at: clock.now).map(\.kind.rawValue)
        }
        #expect(kinds == [])
        clock.advance(1)
        #expect(life.judge(instant, by: settings, at: clock.now).map(\.kind) == [.raised])
        life = AlarmLifecycle(subject: Self.subject)
        _ = life.judge(instant, by: settings, at: clock.now)
        clock.advance(800)
        #expect(life.judge(instant, by: settings, at: clock.now).isEmpty)
    }

    @Test("ends after the off-delay; the deadband keeps it alive; the end tells peak, mean and length")
    func clearing() throws {
        var clock = TestClock()
        var life = AlarmLifecycle(subject: Self.subject)
        _ = kinds(&life, &clock, [40, 42, 44, 46, 48].map(minute), settings)
        #expect(kinds(&life, &clock, [.clear, .between], settings) == [])
        #expect(life.phase == .active)
        #expect(kinds(&life, &clock, [.clear], settings) == [])
        #expect(life.phase == .clearing)
        clock.advance(60)
        let closed = try #require(life.judge(.clear, by: settings, at: clock.now).first)
        #expect(closed.kind == .closed)
        #expect(closed.event.peak == 48)
        #expect(closed.event.mean == 44)
        #expect(closed.event.limitSource == "permit 12")
        // Five bad minutes; those before the proof of the contrary are none.
        #expect(closed.event.duration(at: clock.now.wall) == .seconds(300))
        #expect(life == AlarmLifecycle(subject: Self.subject))
    }

    @Test("a good period counts in full towards the off-delay, a good instant does not")
    func periods() {
        func ends(span: Duration, after seconds: Int, offDelay: Duration) -> [Bool] {
            var clock = TestClock()
            var life = AlarmLifecycle(subject: Self.subject)
            var settings = settings
            settings.onDelay = .zero
            settings.offDelay = offDelay
            _ = life.judge(.holds(Evidence(value: 40, span: span)), by: settings, at: clock.now)
            return (0..<3).map { _ in
                clock.advance(seconds)
                return life.judge(.clear, by: settings, at: clock.now).map(\.kind) == [.closed]
            }
        }
        #expect(ends(span: .seconds(1 * 3_600), after: 3_600, offDelay: .seconds(2 * 3_600)) == [false, true, false])
        #expect(ends(span: .seconds(1 * 60), after: 60, offDelay: .seconds(1 * 60)) == [true, false, false])
        #expect(ends(span: .zero, after: 30, offDelay: .seconds(1 * 60)) == [false, false, true])
        #expect(ends(span: .zero, after: 3_600, offDelay: .seconds(5 * 60)) == [false, false, false])
    }

    @Test("a relapse while clearing is the same alarm")
    func relapse() {
        var clock = TestClock()
        var life = AlarmLifecycle(subject: Self.subject)
        _ = kinds(&life, &clock, Array(repeating: minute(40), count: 5), settings)
        let id = life.event?.id
        #expect(kinds(&life, &clock, [.clear, minute(50)], settings) == [])
        #expect(life.phase == .active)
        #expect(life.event?.id == id)
        #expect(life.event?.peak == 50)
    }

    @Test("a mark holds it back and that is recorded; when the mark ends first, it is raised under the same id")
    func suppression() {
        var clock = TestClock()
        var life = AlarmLifecycle(subject: Self.subject)
        let held = Array(repeating: minute(40), count: 7)
        #expect(kinds(&life, &clock, held, settings, marks: .startUp) == ["suppressed"])
        #expect(!life.isActive)
        let id = life.event?.id
        #expect(kinds(&life, &clock, [minute(40)], settings) == ["raised"])
        #expect(life.event?.id == id)
        #expect(life.event?.marks == .startUp)
    }

    @Test("held back to the end it is closed, never raised; a mark of no concern holds nothing back")
    func suppressedToTheEnd() {
        var clock = TestClock()
        var life = AlarmLifecycle(subject: Self.subject)
        let verdicts = Array(repeating: minute(40), count: 6) + [.clear, .clear]
        #expect(kinds(&life, &clock, verdicts, settings, marks: .shutDown) == ["suppressed", "closed"])
        #expect(kinds(&life, &clock, verdicts, settings, marks: .maintenance) == ["raised", "closed"])
    }

    @Test("what becomes worse by a step is told once, and the severity never falls or passes the rule's greatest")
    func steps() {
        var clock = TestClock()
        let settings = RuleSettings(.uplinkDown)
        var life = AlarmLifecycle(subject: AlarmSubject(.uplinkDown, source: "province"))
        func step(_ step: Int, _ severity: AlarmSeverity) -> Verdict {
            .holds(Evidence(step: step, severity: severity))
        }
        let verdicts = [step(0, .warning), step(0, .warning), step(1, .alarm), step(1, .alarm), step(0, .warning)]
        #expect(kinds(&life, &clock, verdicts, settings) == ["raised", "updated"])
        #expect(life.event?.severity == .alarm)
        var forecast = AlarmLifecycle(subject: AlarmSubject(.hourForecast, source: "stack-1"))
        _ = kinds(&forecast, &clock, [step(0, .critical)], RuleSettings(.hourForecast))
        #expect(forecast.event?.severity == .warning)
    }

    @Test("repeated until somebody acknowledges it; only the first acknowledgement counts")
    func repetition() {
        var clock = TestClock()
        var settings = settings
        settings.onDelay = .zero
        settings.repeatInterval = .seconds(180)
        var life = AlarmLifecycle(subject: Self.subject)
        let held = Array(repeating: minute(40), count: 7)
        #expect(kinds(&life, &clock, held, settings) == ["raised", "repeated", "repeated"])
        let li = AlarmEvent.Acknowledgement(by: "Li", note: "pump", at: clock.now.wall)
        #expect(life.acknowledge(li, by: settings, at: clock.now).map(\.kind) == [.acknowledged])
        #expect(life.acknowledge(li, by: settings, at: clock.now) == [])
        #expect(kinds(&life, &clock, held, settings) == [])
        #expect(life.comment(li, at: clock.now).map(\.kind) == [.commented])
        for _ in 0..<100 { _ = life.comment(li, at: clock.now) }
        #expect(life.event?.comments.count == AlarmEvent.mostComments)
        #expect(kinds(&life, &clock, [.clear, .clear], settings) == ["closed"])
        #expect(life.acknowledge(li, by: settings, at: clock.now) == [])
    }

    @Test("some end when acknowledged, some at once")
    func closing() {
        var clock = TestClock()
        let changed = RuleSettings(.parameterChanged)
        var life = AlarmLifecycle(subject: AlarmSubject(.parameterChanged, source: "cems-1", part: "slope"))
        #expect(kinds(&life, &clock, [.holds(Evidence()), .clear, .clear], changed) == ["raised"])
        let who = AlarmEvent.Acknowledgement(by: "Li", note: "", at: clock.now.wall)
        #expect(life.acknowledge(who, by: changed, at: clock.now).map(\.kind) == [.acknowledged, .closed])
        var event = AlarmLifecycle(subject: AlarmSubject(.gatewayEvent, source: "gateway"))
        #expect(kinds(&event, &clock, [.holds(Evidence())], RuleSettings(.gatewayEvent)) == ["raised", "closed"])
    }

    @Test("a low alarm's peak is its least value")
    func lowPeak() {
        var life = AlarmLifecycle(subject: AlarmSubject(.lowerLimit, source: "stack-1"))
        for value in [840.0, 800, 830] {
            let evidence = Evidence(value: value, limit: 850, isLow: true, span: .seconds(300))
            _ = life.judge(.holds(evidence), by: RuleSettings(.lowerLimit), at: TestClock().now)
        }
        #expect(life.event?.peak == 800)
    }

    @Test("a step of the wall clock shifts no delay and no length")
    func clockStep() {
        var clock = TestClock()
        var life = AlarmLifecycle(subject: Self.subject)
        _ = kinds(&life, &clock, Array(repeating: minute(40), count: 5), settings)
        clock.now.wall = clock.now.wall - .seconds(86_400)
        #expect(kinds(&life, &clock, [.clear], settings) == [])
        clock.advance(60)
        let closed = life.judge(.clear, by: settings, at: clock.now)
        #expect(closed.map(\.kind) == [.closed])
        #expect(closed.first?.event.duration(at: clock.now.wall) == .seconds(300))
    }
}
