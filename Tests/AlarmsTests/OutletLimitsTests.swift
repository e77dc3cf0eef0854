import Alarms
import Emissions
import Telemetry
import Testing

/// One scenario that fires and one near-miss for each limit rule, with the catalogue's delays.
@Suite struct OutletLimitsTests {
    struct Case: Sendable {
        let rule: String
        let limit: Limit
        let fires: [Double]
        let misses: [Double]
    }

    private static let cases: [Case] = [
        Case(
            rule: "L1", limit: Limit(statistic: .hour, of: .converted, maximum: 35), fires: [35.1],
            misses: [35, 35, 35]),
        Case(rule: "L2", limit: Limit(statistic: .day, maximum: 50), fires: [50.01], misses: [50, 49]),
        Case(rule: "L2", limit: Limit(statistic: .month, of: .total, maximum: 9), fires: [9.1], misses: [9]),
        Case(rule: "L2", limit: Limit(statistic: .year, of: .total, maximum: 9), fires: [9.1], misses: [9]),
        Case(rule: "L1", limit: Limit(statistic: .hour, of: .mass, maximum: 2), fires: [2.1], misses: [2]),
        Case(
            rule: "L3", limit: Limit(statistic: .hour, maximum: 50, warnShares: [0.8, 0.9]), fires: [40],
            misses: [39.9, 39.99]),
        Case(
            rule: "L6", limit: Limit(statistic: .minute, maximum: 35), fires: [36, 36, 36, 36, 36],
            misses: [36, 36, 36, 36, 35, 36, 36, 36, 36]),
        Case(
            rule: "L7", limit: Limit(statistic: .minute, minimum: 850), fires: [849.9], misses: [850, 851]),
    ]

    private func kinds(_ one: Case, _ values: [Double], marks: HoldMarks = []) -> [String] {
        var clock = TestClock()
        var desk = AlarmDesk()
        let factor = OutletLimits.Factor(code: "a21026", unit: "mg/m3", limits: [one.limit])
        let limits = OutletLimits(outlet: "stack-1", factors: [factor], desk: &desk) { _, _ in nil }
        return values.flatMap { value -> [String] in
            clock.advance(60)
            return limits.judge(
                JudgedValue(one.limit.statistic, one.limit.quantity, value), factor: 0,
                in: LimitScene(instant: clock.now.wall), marks: marks, at: clock.now, desk: &desk
            ).map { transition in
                #expect(!said(transition).contains("?"), "\(said(transition))")
                return "\(transition.event.subject.rule.rawValue) \(transition.kind.rawValue)"
            }
        }
    }

    @Test("fires as documented, and a near-miss does not", arguments: cases.indices)
    func rule(index: Int) {
        let one = Self.cases[index]
        #expect(kinds(one, one.fires) == ["\(one.rule) raised"])
        #expect(kinds(one, one.misses) == [])
        #expect(kinds(one, one.fires, marks: .startUp) == ["\(one.rule) suppressed"])
    }

    @Test(
        "a mark holds back what is not made for it",
        arguments: [
            ([.startUp, .shutDown], .startUp, "raised"), ([.shutDown], .startUp, nil), ([.stopped], .stopped, "raised"),
            ([.running, .banked], .banked, "raised"), ([], .banked, "suppressed"),
        ] as [(Set<PlantMark>, PlantMark, String?)])
    func marks(named: Set<PlantMark>, mark: PlantMark, told: String?) {
        let limit = Limit(
            statistic: .hour, maximum: 35,
            applies: LimitApplicability(conditions: named.isEmpty ? [] : [.marks(named)]))
        var desk = AlarmDesk()
        let factor = OutletLimits.Factor(code: "a21026", limits: [limit])
        let limits = OutletLimits(outlet: "stack-1", factors: [factor], desk: &desk) { _, _ in nil }
        let now = TestClock().now
        let transitions = limits.judge(
            JudgedValue(.hour, .measured, 40), factor: 0, in: LimitScene(instant: now.wall, mark: mark),
            marks: HoldMarks(mark), at: now, desk: &desk)
        #expect(transitions.map(\.kind.rawValue) == [told].compactMap(\.self))
        #expect(transitions.allSatisfy { $0.event.marks == HoldMarks(mark) })
    }

    @Test("ends beyond the deadband only")
    func deadband() {
        #expect(kinds(Self.cases[0], [36, 34.4]) == ["L1 raised"])
        #expect(kinds(Self.cases[0], [36, 34.3]) == ["L1 raised", "L1 closed"])
        #expect(kinds(Self.cases[7], [849, 866, 868, 868]) == ["L7 raised", "L7 closed"])
    }

    @Test("a warning rises by steps, stays while the limit is exceeded, and a jump over the limit is one alarm")
    func shares() {
        let one = Case(
            rule: "", limit: Limit(statistic: .hour, maximum: 50, warnShares: [0.9, 0.8]), fires: [], misses: [])
        #expect(kinds(one, [41, 46, 41, 38.9]) == ["L3 raised", "L3 updated", "L3 closed"])
        #expect(kinds(one, [60, 30]) == ["L1 raised", "L1 closed"])
        #expect(kinds(one, [41, 60, 41]) == ["L3 raised", "L1 raised", "L1 closed"])
    }

    @Test("nothing valid changes nothing; a limit that ends closes its alarm")
    func gone() {
        var clock = TestClock()
        var desk = AlarmDesk()
        let limit = Limit(
            statistic: .hour, maximum: 35, applies: LimitApplicability(validTo: at(6, 1, 12)), source: "permit 12")
        let factors = [OutletLimits.Factor(code: "a21026", limits: [limit])]
        let limits = OutletLimits(outlet: "stack-1", factors: factors, desk: &desk) { _, _ in nil }
        func judge(_ value: Double?) -> [AlarmTransition] {
            clock.advance(3_600)
            return limits.judge(
                JudgedValue(.hour, .measured, value), factor: 0,
                in: LimitScene(instant: clock.now.wall - .seconds(3_600)),
                marks: [], at: clock.now, desk: &desk)
        }
        let raised = judge(40)
        #expect(raised.first?.event.limitSource == "permit 12")
        #expect(raised.first?.event.id.hasPrefix("stack-1.a21026.L1-hour-measured.") == true)
        #expect(judge(nil) == [])
        #expect(judge(40).map(\.kind) == [.closed])
        let scene = LimitScene(instant: at(6, 1, 10))
        #expect(limits.effective(.hour, .measured, factor: 0, in: scene).maximum?.value == 35)
        #expect(limits.effective(.day, .measured, factor: 0, in: scene).isEmpty)
    }

    @Test("among 10 000 rules a value reaches those of its factor and statistic alone")
    func index() {
        var desk = AlarmDesk()
        var outlets: [OutletLimits] = []
        for outlet in 0..<100 {
            let factors = (0..<25).map { factor in
                OutletLimits.Factor(
                    code: "f\(factor)",
                    limits: [LimitStatistic.realtime, .minute, .hour, .day].map { Limit(statistic: $0, maximum: 35) })
            }
            outlets.append(OutletLimits(outlet: "o\(outlet)", factors: factors, desk: &desk) { _, _ in nil })
        }
        var clock = TestClock()
        var raised: [AlarmTransition] = []
        for _ in 0..<7 {
            raised += outlets[42].judge(
                JudgedValue(.realtime, .measured, 40), factor: 7, in: LimitScene(instant: clock.now.wall), marks: [],
                at: clock.now, desk: &desk)
            clock.advance(60)
        }
        #expect(raised.map(\.event.subject.name) == ["o42.f7.L6-realtime-measured"])
        #expect(desk.active.count == 1)
        // A quantity without a limit does not even ask for the scene.
        func scene() -> LimitScene {
            Issue.record("the scene is built in vain")
            return LimitScene(instant: clock.now.wall)
        }
        #expect(
            outlets[0].judge(
                JudgedValue(.year, .measured, 40), factor: 0, in: scene(), marks: [], at: clock.now, desk: &desk) == [])
    }
}
