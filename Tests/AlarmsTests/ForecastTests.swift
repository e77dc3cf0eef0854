import Alarms
import Emissions
import Telemetry
import TestSupport
import Testing

@Suite struct RunningBudgetTests {
    private func bound(_ value: Double) -> LimitBound {
        LimitBound(value: value, limit: Limit(statistic: .hour, maximum: value, source: "permit 12"))
    }

    private func hour(_ minutes: [(Int, Double?)]) -> RunningBudget {
        var budget = RunningBudget.hour()
        for (count, value) in minutes { for _ in 0..<count { budget.add(.init(value)) } }
        return budget
    }

    private func fires(_ budget: RunningBudget, _ limit: Double) -> Bool {
        if case .holds = budget.verdict(limit: bound(limit), decimals: 1, until: at(6, 1, 11)) { true } else { false }
    }

    @Test("the reference's example: limit 50, 30 min at 48 and 10 at 70 leave 43.0 for the rest")
    func vector() throws {
        let budget = hour([(30, 48), (10, 70)])
        #expect(budget.allowed(limit: 50) == 43)
        #expect(budget.present == 70)
        #expect(fires(budget, 50))
    }

    @Test("L4 fires above the budget and not at it, from the tenth minute, every five")
    func fireAndMiss() {
        #expect(fires(hour([(10, 35.1)]), 35))
        #expect(!fires(hour([(10, 35)]), 35))
        #expect(!fires(hour([(9, 60)]), 35))
        #expect(!fires(hour([(11, 60)]), 35))
        #expect(fires(hour([(15, 60)]), 35))
        // The past is bad but the level already keeps the hour below its limit.
        #expect(!fires(hour([(20, 50), (5, 20)]), 35))
        #expect(!fires(hour([(60, 60)]), 35))
    }

    @Test("lost minutes leave the budget, and a lost hour is no forecast")
    func lost() {
        #expect(hour([(20, nil), (20, 40)]).allowed(limit: 35) == 30)
        #expect(!fires(hour([(16, nil), (14, 60)]), 35))
        #expect(fires(hour([(15, nil), (15, 60)]), 35))
        #expect(hour([(10, nil)]).present == nil)
    }

    @Test(
        "the level is told as records are rounded: a mean between two roundings is a tie",
        arguments: [
            (0.47, 0.44, RoundingRule.halfEven, 0.46), (0.47, 0.44, .halfUp, 0.46), (0.48, 0.45, .halfEven, 0.46),
            (0.48, 0.45, .halfUp, 0.47),
        ])
    func rounding(first: Double, second: Double, rule: RoundingRule, expected: Double) throws {
        let verdict = hour([(5, first), (3, nil), (1, first), (1, second)]).verdict(
            limit: bound(0.4), decimals: 2, rounding: rule, until: at(6, 1, 11))
        guard case .holds(let evidence) = verdict else {
            Issue.record("the level is above the budget")
            return
        }
        #expect(evidence.value == expected)
    }

    @Test("what is said is cut, never rounded up, and has no number when nothing can help")
    func sentence() {
        func allowed(_ budget: RunningBudget) -> AlarmFacts.Value? {
            guard case .holds(let evidence) = budget.verdict(limit: bound(35), decimals: 1, until: at(6, 1, 11))
            else { return nil }
            return evidence.facts[.allowed]
        }
        #expect(allowed(hour([(30, 38.75)])) == .number(31.2))
        // What is cut to nothing is not "below 0".
        guard case .number(let little)? = allowed(hour([(50, 41.99)])) else {
            Issue.record("0.05 is left")
            return
        }
        #expect(little > 0.04 && little <= 0.051)
        #expect(allowed(hour([(50, 42)])) == nil)
        #expect(allowed(hour([(50, 45)])) == nil)
    }

    @Test(
        "what is lost whatever follows is a further step in words of its own",
        arguments: [
            (RunningBudget.hour(), "the hour will exceed 35 whatever follows", "本小时都将超过限值 35"),
            (.day(), "the day will exceed 35 whatever follows", "当日都将超过限值 35"),
        ])
    func lostWhateverFollows(budget: RunningBudget, en: String, zh: String) {
        var clock = TestClock()
        var desk = AlarmDesk()
        let place = desk.add(AlarmSubject(budget.rule, source: "stack-1", factor: "a21026"))
        var budget = budget
        var told: [(kind: AlarmTransition.Kind, text: BilingualText)] = []
        for part in 0..<budget.division.parts {
            clock.advance(60)
            budget.add(.init(part * 10 < budget.division.parts * 8 ? 52 : 0))
            let verdict = budget.verdict(limit: bound(35), decimals: 1, until: at(6, 1, 11), unit: "mg/m3")
            told += desk.judge(verdict, at: place, now: clock.now).map {
                ($0.kind, AlarmMessage(zone: .china).text($0))
            }
        }
        #expect(told.map(\.kind) == [.raised, .updated])
        #expect(told.first?.text.en.contains("must average below") == true)
        #expect(told.last?.text.en.contains(": \(en) (permit 12); it is at ") == true)
        #expect(told.last?.text.en.hasSuffix(" mg/m3 now") == true)
        #expect(told.last?.text.zh.contains("无论其后如何，\(zh)（permit 12）；目前为 ") == true)
        #expect(told.allSatisfy { !$0.text.en.contains("?") && !$0.text.en.contains("no longer possible") })
        #expect(told.last?.text.en.contains("must average") == false)
    }

    @Test("one alarm an hour: it neither ends within the hour nor outlives it")
    func oneAnHour() {
        var clock = TestClock()
        var desk = AlarmDesk()
        let place = desk.add(AlarmSubject(.hourForecast, source: "stack-1", factor: "a21026"))
        var budget = RunningBudget.hour()
        var kinds: [AlarmTransition.Kind] = []
        for minute in 0..<180 {
            if minute.isMultiple(of: 60) { kinds += desk.judge(budget.begin(), at: place, now: clock.now).map(\.kind) }
            clock.advance(60)
            budget.add(.init((60..<120).contains(minute) && minute % 20 < 12 ? 50 : 10))
            let verdict = budget.verdict(limit: bound(20), decimals: 1, until: clock.now.wall)
            kinds += desk.judge(verdict, at: place, now: clock.now).map(\.kind)
        }
        #expect(kinds == [.raised, .updated, .closed])
    }

    @Test("L5 counts hours")
    func day() {
        var budget = RunningBudget.day()
        for _ in 0..<12 { budget.add(.init(40)) }
        for _ in 0..<6 { budget.add(.init(70)) }
        #expect(budget.allowed(limit: 50) == 50)
        guard case .holds = budget.verdict(limit: bound(50), decimals: 1, until: at(6, 2)) else {
            Issue.record("70 is above 50")
            return
        }
        var quiet = RunningBudget.day()
        for _ in 0..<18 { quiet.add(.init(50)) }
        #expect(quiet.verdict(limit: bound(50), decimals: 1, until: at(6, 2)) == .unknown)
    }

    @Test("who keeps to the allowed mean keeps the limit, whatever came before")
    func property() {
        var random = SeededGenerator()
        for _ in 0..<randomCases(500) {
            var values: [Double] = []
            var budget = RunningBudget.hour()
            for _ in 0..<Int.random(in: 1..<60, using: &random) {
                let value = Int.random(in: 0..<5, using: &random) == 0 ? nil : Double.random(in: 0...80, using: &random)
                budget.add(.init(value))
                if let value { values.append(value) }
            }
            let allowed = budget.allowed(limit: 35) ?? 0
            var rest = budget
            while rest.allowed(limit: 35) != nil {
                rest.add(.init(allowed))
                values.append(allowed)
            }
            #expect((values.reduce(0, +) / Double(values.count) - 35).magnitude < 1e-9, "\(random)")
        }
    }
}

@Suite struct QuotaTests {
    private let year = Quota(
        .quota, limit: 100, unit: "t", source: "permit 12", period: BilingualText(en: "year", zh: "年度"),
        start: at(1, 1), end: at(1, 1, year: 2027))

    private func evidence(_ used: Double, _ now: WallInstant) -> Evidence? {
        if case .holds(let evidence) = year.verdict(used: used, at: now) { evidence } else { nil }
    }

    @Test(
        "told at 80, 90 and 100 %, not just before",
        arguments: [(79.9, nil), (80, 0), (89.9, 0), (90, 1), (100, 2)] as [(Double, Int?)])
    func steps(used: Double, step: Int?) {
        #expect(evidence(used, at(7, 1))?.step == step)
    }

    @Test("the forecast is a straight line from the beginning")
    func exhaustion() {
        #expect(year.exhaustion(used: 50, at: at(4, 11)) == at(7, 20))
        #expect(year.exhaustion(used: 0, at: at(4, 11)) == nil)
        #expect(year.exhaustion(used: 1e-300, at: at(4, 11)) == nil)
        #expect(year.exhaustion(used: 10, at: at(1, 1)) == nil)
        #expect(evidence(85, at(7, 1))?.facts[.date] != nil)
    }

    @Test("counted from the middle of the period on, it runs from there")
    func lateBeginning() {
        let counted = Duration.seconds(10 * 86_400)
        #expect(year.exhaustion(used: 50, counted: counted, at: at(7, 11)) == at(7, 21))
        #expect(year.exhaustion(used: 50, counted: .zero, at: at(7, 11)) == nil)
        let verdict = year.verdict(used: 80, counted: counted, at: at(12, 1))
        guard case .holds(let evidence) = verdict else {
            Issue.record("80 of 100 is a step")
            return
        }
        #expect(evidence.facts[.date] == .date(at(12, 3) + .seconds(12 * 3_600)))
        #expect(evidence.severity == .warning)
    }

    @Test(
        "no share says a step before it is reached",
        arguments: [(2_599.2, 99.9, 1), (2_600, 100, 2), (2_339.9, 89.9, 0), (2_340, 90, 1), (2_210, 85, 0)])
    func shownShare(used: Double, shown: Double, step: Int) {
        var quota = year
        quota.limit = 2_600
        guard case .holds(let evidence) = quota.verdict(used: used, at: at(7, 1)) else {
            Issue.record("\(used) of 2600 is a step")
            return
        }
        #expect(evidence.facts[.share] == .number(shown))
        #expect(evidence.step == step)
    }

    @Test("what lasts to the end is information, what does not a warning, what is used up an alarm")
    func severity() {
        #expect(evidence(85, at(12, 1))?.severity == .info)
        #expect(evidence(85, at(12, 1))?.facts[.date] == nil)
        #expect(evidence(85, at(7, 1))?.severity == .warning)
        #expect(evidence(100, at(12, 1))?.severity == .alarm)
    }

    @Test("a new period begins without an alarm, and nothing is told outside of it")
    func period() {
        #expect(year.verdict(used: 100, at: at(1, 1, year: 2027)) == .clear)
        #expect(year.verdict(used: .nan, at: at(7, 1)) == .unknown)
    }

    @Test("T2 speaks in its own name, in both languages")
    func season() {
        var winter = year
        winter.rule = .seasonQuota
        var desk = AlarmDesk()
        let place = desk.add(AlarmSubject(winter.rule, source: "stack-1", factor: "a21026"))
        let raised = desk.judge(winter.verdict(used: 92, at: at(7, 2)), at: place, now: TestClock().now)
        let text = raised.first.map { AlarmMessage(zone: .china).text($0) }
        #expect(
            text?.en.contains(
                "has emitted 92 t, 92 % of 100 for the year (permit 12); at this rate it is used up on 2026-07-1")
                == true)
        #expect(text?.zh.contains("年度已排放 92 t") == true)
    }
}
