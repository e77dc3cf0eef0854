import Alarms
import Emissions
import Telemetry
import Testing

/// An instant of the plant's clock in China.
func at(_ month: Int, _ day: Int, _ hour: Int = 0, _ minute: Int = 0, year: Int = 2026) -> WallInstant {
    ZoneRules.china.instant(of: CivilTime(year: year, month: month, day: day, hour: hour, minute: minute))
}

@Suite struct LimitTests {
    private func maximum(_ limits: [Limit], _ scene: LimitScene) -> Double? {
        limits.effective(.hour, .converted, in: scene).maximum?.value
    }

    private func hour(
        _ maximum: Double, _ applies: LimitApplicability = .always, priority: Int = 0, source: String? = nil
    ) -> Limit {
        Limit(
            statistic: .hour, of: .converted, maximum: maximum, applies: applies, priority: priority, source: source)
    }

    @Test("only limits of the same statistic and quantity compete")
    func kinds() {
        let limits = [
            Limit(statistic: .day, of: .converted, maximum: 1), Limit(statistic: .hour, of: .measured, maximum: 2),
            hour(35), Limit(statistic: .hour, of: .mass, maximum: 3),
        ]
        #expect(maximum(limits, LimitScene(instant: at(6, 1))) == 35)
        #expect(limits.effective(.month, .total, in: LimitScene(instant: at(6, 1))).isEmpty)
    }

    @Test("a validity begins with its first instant and ends before its last")
    func validity() {
        let limits = [hour(35, .init(validFrom: at(6, 1), validTo: at(7, 1)))]
        for (instant, expected) in [
            (at(5, 31, 23, 59), nil), (at(6, 1), 35), (at(6, 30, 23, 59), 35), (at(7, 1), nil),
        ] as [(WallInstant, Double?)] {
            #expect(maximum(limits, LimitScene(instant: instant)) == expected)
        }
    }

    @Test(
        "winter months go over the new year, on the plant's clock",
        arguments: [
            (at(10, 31, 23, 59), 35), (at(11, 1), 25), (at(1, 15), 25), (at(3, 31, 23, 59), 25), (at(4, 1), 35),
        ] as [(WallInstant, Double)])
    func months(instant: WallInstant, expected: Double) {
        let limits = [hour(35), hour(25, .init(months: .init(from: 11, to: 3)), priority: 1)]
        #expect(maximum(limits, LimitScene(instant: instant)) == expected)
    }

    @Test(
        "hours of the day go over midnight; the end is not in them",
        arguments: [
            (at(6, 1, 21, 59), nil), (at(6, 1, 22, 0), 30), (at(6, 2, 0, 0), 30), (at(6, 2, 5, 59), 30),
            (at(6, 2, 6, 0), nil),
        ] as [(WallInstant, Double?)])
    func hours(instant: WallInstant, expected: Double?) {
        let limits = [hour(30, .init(minutesOfDay: .init(from: 22 * 60, to: 6 * 60)))]
        #expect(maximum(limits, LimitScene(instant: instant)) == expected)
        let always = [hour(30, .init(minutesOfDay: .init(from: 0, to: 0)))]
        #expect(maximum(always, LimitScene(instant: instant)) == 30)
    }

    @Test("ammonia in cold water has its own limit; without a temperature the plain one holds (GB 18918-2002)")
    func otherFactor() {
        let cold = LimitApplicability(conditions: [.atMost(factor: "w01010", 12)])
        let limits = [hour(5), hour(8, cold, priority: 1)]
        for (temperature, expected) in [(11.9, 8.0), (12, 8), (12.1, 5)] {
            #expect(maximum(limits, LimitScene(instant: at(1, 1), values: ["w01010": temperature])) == expected)
        }
        #expect(maximum(limits, LimitScene(instant: at(1, 1))) == 5)
        let warm = [hour(4, .init(conditions: [.atLeast(factor: "w01010", 20)]))]
        #expect(maximum(warm, LimitScene(instant: at(1, 1), values: ["w01010": 20])) == 4)
        #expect(maximum(warm, LimitScene(instant: at(1, 1), values: ["w01010": 19.9])) == nil)
    }

    @Test("a response level tightens from itself upwards; a mark chooses")
    func levelAndMark() {
        let limits = [
            hour(35), hour(20, .init(conditions: [.response(atLeast: .orange)]), priority: 1),
            hour(150, .init(conditions: [.marks([.startUp, .shutDown])]), priority: 2),
        ]
        for (level, expected) in [(ResponseLevel.yellow, 35.0), (.orange, 20), (.red, 20)] {
            #expect(maximum(limits, LimitScene(instant: at(1, 1), responseLevel: level)) == expected)
        }
        #expect(maximum(limits, LimitScene(instant: at(1, 1), mark: .startUp, responseLevel: .red)) == 150)
    }

    @Test("the greatest priority wins even when it is laxer; of equals the strictest, and its source travels")
    func priorityAndTies() {
        let scene = LimitScene(instant: at(1, 1))
        #expect(maximum([hour(35), hour(50, priority: 1)], scene) == 50)
        let tie = [hour(50, source: "a"), hour(35, source: "b"), hour(40, source: "c")]
        let bound = tie.effective(.hour, .converted, in: scene).maximum
        #expect(bound?.value == 35)
        #expect(bound?.limit.source == "b")
    }

    @Test("bounds of a band are settled apart, the strictest of each")
    func band() {
        let scene = LimitScene(instant: at(1, 1))
        let limits = [
            Limit(statistic: .realtime, maximum: 9, minimum: 6),
            Limit(statistic: .realtime, maximum: 9.5, minimum: 6.5),
            Limit(statistic: .realtime, maximum: 8.5, priority: 1),
        ]
        let effective = limits.effective(.realtime, .measured, in: scene)
        #expect(effective.maximum?.value == 8.5)
        #expect(effective.minimum?.value == 6.5)
    }

    @Test("the deadband is 2 % of the bound unless it is stated")
    func deadband() {
        let scene = LimitScene(instant: at(1, 1))
        #expect([hour(35)].effective(.hour, .converted, in: scene).maximum?.deadband == 0.7)
        let stated = Limit(statistic: .hour, of: .converted, maximum: 35, deadband: 0)
        #expect([stated].effective(.hour, .converted, in: scene).maximum?.deadband == 0)
    }
}

@Suite struct ResponseLevelTests {
    private let orange = ResponseOrder(level: .orange, from: at(12, 1, 8), until: at(12, 4, 8), source: "order 7")

    @Test("an order ends by itself, and the past keeps its level")
    func expiry() {
        var levels = ResponseLevels()
        levels.add(orange)
        for (instant, expected) in [
            (at(12, 1, 7, 59), ResponseLevel.none), (at(12, 1, 8), .orange), (at(12, 4, 7, 59), .orange),
            (at(12, 4, 8), .none),
        ] {
            #expect(levels.level(at: instant) == expected)
        }
        levels.callOff(at: at(12, 2))
        #expect(levels.level(at: at(12, 1, 12)) == .orange)
        #expect(levels.level(at: at(12, 2)) == .none)
    }

    @Test("of overlapping orders the highest holds; one without length is none")
    func overlap() {
        var levels = ResponseLevels()
        levels.add(orange)
        levels.add(ResponseOrder(level: .red, from: at(12, 2), until: at(12, 3), source: "order 8"))
        levels.add(ResponseOrder(level: .red, from: at(12, 3), until: at(12, 3), source: "empty"))
        #expect(levels.inForce(at: at(12, 2, 12))?.source == "order 8")
        #expect(levels.level(at: at(12, 3)) == .orange)
        #expect(levels.orders.count == 2)
    }

    @Test("orders survive a restart; a damaged state leaves what can be read")
    func state() {
        var levels = ResponseLevels()
        levels.add(orange)
        #expect(ResponseLevels(stateText: levels.stateText) == levels)
        #expect(ResponseLevels(stateText: "{") == ResponseLevels())
        #expect(ResponseLevels(stateText: #"[{"level":"pink"},7]"#) == ResponseLevels())
    }

    @Test("no more orders are kept than there is room for")
    func bound() {
        var levels = ResponseLevels()
        for day in 0..<200 {
            levels.add(
                ResponseOrder(
                    level: .yellow, from: at(1, 1) + .seconds(day * 86_400), until: at(1, 2) + .seconds(day * 86_400),
                    source: "\(day)"))
        }
        #expect(levels.orders.count == ResponseLevels.capacity)
        #expect(levels.orders.last?.source == "199")
    }
}
