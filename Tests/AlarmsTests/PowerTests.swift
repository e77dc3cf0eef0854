import Alarms
import Emissions
import Telemetry
import Testing

@Suite struct MeteredDeviceTests {
    private func states(_ readings: [(Int, Double?, Double?)]) -> [DeviceState] {
        var device = MeteredDevice(.init(on: 5, off: 3, normal: 50))
        var second = 0
        return readings.map { seconds, power, voltage in
            second += seconds
            return device.read(power: power, voltage: voltage, at: .zero + .seconds(second))
        }
    }

    @Test("a state must last a minute, and between the thresholds nothing changes")
    func thresholds() {
        #expect(
            states([(0, 40, nil), (59, 40, nil), (1, 40, nil), (60, 4, nil), (60, 4, nil)]) == [
                .unknown, .unknown, .running, .running, .idling,
            ])
        #expect(states([(0, 4, nil), (60, 4, nil), (10, 40, nil), (10, 2, nil), (60, 2, nil)]).last == .stopped)
    }

    @Test("no voltage is no power, no telegram is unknown, little power is idling")
    func kinds() {
        #expect(states([(0, 0, 0), (60, 0, 0)]).last == .noPower)
        #expect(states([(0, 0, 220), (60, 0, 220)]).last == .stopped)
        #expect(states([(0, 40, 220), (60, 40, 220), (5, nil, nil), (60, nil, nil)]).last == .unknown)
        #expect(states([(0, 14, 220), (60, 14, 220)]).last == .idling)
        #expect(states([(0, 15, 220), (60, 15, 220)]).last == .running)
    }
}

@Suite struct PowerNeedTests {
    @Test("two of three pumps, with what is unknown")
    func need() {
        let pumps = PowerNeed.atLeast(2, of: [.device(0), .device(1), .device(2)])
        func met(_ on: [Bool?]) -> Bool? { pumps.isMet { on[$0] } }
        #expect(met([true, true, false]) == true)
        #expect(met([true, nil, true]) == true)
        #expect(met([true, nil, false]) == nil)
        #expect(met([false, nil, false]) == false)
    }

    @Test("and, or, and nothing at all")
    func groups() {
        let need = PowerNeed.all([.device(0), .any([.device(1), .device(2)])])
        #expect(need.isMet { $0 != 1 } == true)
        #expect(need.isMet { $0 == 0 } == false)
        #expect(PowerNeed.all([]).isMet { _ in false } == true)
        #expect(PowerNeed.any([]).isMet { _ in true } == false)
    }
}

@Suite struct PowerLineWatchTests {
    /// Minutes of one state: how many, production, treatment.
    struct Stretch: Sendable {
        let minutes: Int
        let production: DeviceState
        let treatment: DeviceState
        var mark: PlantMark?
        var load: Double?
        var order: ProductionOrder?
        var bypass: Bool?
    }

    struct Case: Sendable {
        let rule: RuleID
        let fires: [Stretch]
        let misses: [Stretch]
    }

    private static let off = Stretch(minutes: 20, production: .stopped, treatment: .stopped)
    private static let on = Stretch(minutes: 30, production: .running, treatment: .running)

    private static func stretch(
        _ minutes: Int, _ production: DeviceState, _ treatment: DeviceState, mark: PlantMark? = nil,
        load: Double? = nil, order: ProductionOrder? = nil, bypass: Bool? = nil
    ) -> Stretch {
        Stretch(
            minutes: minutes, production: production, treatment: treatment, mark: mark, load: load, order: order,
            bypass: bypass)
    }

    private static let half = ProductionOrder(allowedShare: 0.5, source: "order 7")
    private static let none = ProductionOrder(allowedShare: 0, source: "order 8")

    @Test("an order without a name, and a load that nobody measures, are left out of the sentence")
    func nameless() {
        func sentence(load: Double?, _ order: ProductionOrder) -> BilingualText? {
            let facts = PowerFacts(states: [.running, .running], load: load, order: order)
            var watch = PowerLineWatch(
                PowerLine(
                    id: "line-1", production: .device(0), treatment: .device(1), productionName: "kiln",
                    treatmentName: "scrubber"))
            let verdicts = watch.judge(facts, at: .zero)
            let place = PowerLineWatch.rules.firstIndex(of: .productionForbidden) ?? 0
            guard case .holds = verdicts[place] else { return nil }
            var desk = AlarmDesk()
            var settings = RuleSettings(.productionForbidden)
            settings.onDelay = .zero
            let number = desk.add(AlarmSubject(.productionForbidden, source: "line-1"), settings)
            let raised = desk.judge(verdicts[place], at: number, now: TestClock().now)
            #expect(raised.first?.event.limitSource == order.source)
            return raised.first.map(AlarmMessage(zone: .china).text)
        }
        let stop = ProductionOrder(allowedShare: 0, source: nil)
        let text = sentence(load: nil, stop)
        #expect(text?.en == "line-1: kiln runs, 0 % are allowed")
        #expect(text?.zh == "line-1 kiln 在生产，允许 0 %")
        let half = ProductionOrder(allowedShare: 0.5, source: nil)
        #expect(sentence(load: 0.5004, half)?.en == "line-1: kiln runs at 50.1 % load, 50 % are allowed")
        #expect(sentence(load: 0.5, half) == nil)
    }

    private static let cases: [Case] = [
        Case(
            rule: .treatmentOff, fires: [on, stretch(6, .running, .stopped)],
            misses: [on, stretch(5, .running, .stopped), on]),
        Case(
            rule: .treatmentOff, fires: [on, stretch(6, .running, .noPower)],
            misses: [
                on, stretch(60, .running, .unknown), stretch(60, .idling, .stopped), stretch(60, .running, .idling),
            ]),
        Case(
            rule: .treatmentLate, fires: [off, stretch(6, .running, .stopped), on],
            misses: [off, stretch(5, .running, .stopped), on]),
        // What began before anybody looked is not judged.
        Case(
            rule: .treatmentLate, fires: [off, stretch(6, .running, .stopped), on],
            misses: [stretch(30, .running, .stopped), on]),
        Case(
            rule: .treatmentStoppedEarly, fires: [on, stretch(9, .stopped, .running), off],
            misses: [on, stretch(10, .stopped, .running), off]),
        Case(
            rule: .treatmentStoppedEarly, fires: [on, off],
            misses: [on, stretch(5, .running, .stopped), off]),
        Case(
            rule: .productionForbidden, fires: [stretch(16, .running, .running, load: 0.51, order: half)],
            misses: [
                stretch(60, .running, .running, load: 0.5, order: half), stretch(60, .running, .running, order: half),
            ]),
        Case(
            rule: .productionForbidden, fires: [stretch(16, .running, .running, order: none)],
            misses: [stretch(15, .running, .running, order: none), off, stretch(60, .stopped, .running, order: none)]),
        Case(
            rule: .markConflict, fires: [stretch(11, .running, .running, mark: .stopped)],
            misses: [stretch(10, .running, .running, mark: .stopped), stretch(60, .running, .running, mark: .running)]),
        Case(
            rule: .markConflict, fires: [stretch(11, .stopped, .running, mark: .running)],
            misses: [
                stretch(60, .stopped, .running), stretch(60, .stopped, .running, mark: .banked),
                stretch(60, .unknown, .running, mark: .stopped),
            ]),
        Case(
            rule: .bypassOpen, fires: [stretch(1, .running, .running, bypass: true)],
            misses: [stretch(9, .stopped, .running, bypass: true), stretch(9, .running, .running, bypass: false), on]),
    ]

    private func raised(_ stretches: [Stretch]) -> [RuleID] {
        var clock = TestClock()
        var desk = AlarmDesk()
        let places = PowerLineWatch.rules.map { desk.add(AlarmSubject($0, source: "line-1")) }
        var watch = PowerLineWatch(
            PowerLine(
                id: "line-1", production: .device(0), treatment: .device(1), productionName: "furnace",
                treatmentName: "scrubber"))
        var raised: [RuleID] = []
        for stretch in stretches {
            for _ in 0..<stretch.minutes {
                let facts = PowerFacts(
                    states: [stretch.production, stretch.treatment], mark: stretch.mark, load: stretch.load,
                    order: stretch.order, isBypassOpen: stretch.bypass)
                for (place, verdict) in zip(places, watch.judge(facts, at: clock.now.uptime)) {
                    let transitions = desk.judge(verdict, at: place, now: clock.now)
                    for transition in transitions { #expect(!said(transition).contains("?"), "\(said(transition))") }
                    raised += transitions.filter { $0.kind == .raised }.map(\.event.subject.rule)
                }
                clock.advance(60)
            }
        }
        return raised
    }

    @Test("fires as documented, and a near-miss does not", arguments: cases.indices)
    func rule(index: Int) {
        let one = Self.cases[index]
        #expect(raised(one.fires).filter { $0 == one.rule } == [one.rule])
        #expect(raised(one.misses).filter { $0 == one.rule } == [])
    }

    @Test("a normal day raises nothing")
    func normal() {
        let day = [
            Self.off, Self.stretch(3, .stopped, .running), Self.on, Self.stretch(15, .stopped, .running), Self.off,
        ]
        #expect(raised(day + day) == [])
    }

    @Test("orders hold in their months and response levels; the strictest counts")
    func orders() {
        let winter = ProductionOrder(
            allowedShare: 0.5, source: "staggered", applies: .init(months: .init(from: 11, to: 3)))
        let red = ProductionOrder(
            allowedShare: 0, source: "red", applies: .init(conditions: [.response(atLeast: .red)]))
        let orders = [winter, red]
        #expect(orders.inForce(in: LimitScene(instant: at(6, 1))) == nil)
        #expect(orders.inForce(in: LimitScene(instant: at(12, 1)))?.source == "staggered")
        #expect(orders.inForce(in: LimitScene(instant: at(12, 1), responseLevel: .red))?.source == "red")
    }
}
