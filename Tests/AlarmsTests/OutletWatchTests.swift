import Alarms
import Emissions
import Telemetry
import TestSupport
import Testing

/// A simulated stack with everything on: a quiet time raises nothing, each incident raises what it should and no more.
@Suite struct OutletWatchTests {
    private static let codes = ["a21026", "a19001", "a01011", "a01012", "a00000"]

    /// Changes what the plant shows: minute of the run, value of each factor, flag, mark.
    struct Incident: Sendable {
        let name: String
        let raises: Set<String>
        var minutes: Range<Int> = 0..<0
        var change: @Sendable (Int, inout [FactorMinute], inout PlantMark) -> Void = { _, _, _ in }
    }

    private struct Plant {
        var clock = TestClock()
        var desk = AlarmDesk()
        var watch: OutletWatch
        var random = SeededGenerator(seed: 7)
        var minute = 0
        var hour: [[Double]] = Array(repeating: [], count: 5)
        var happened: [String] = []

        init(start: WallInstant = at(6, 1)) {
            clock.now.wall = start
            let limits = [
                Limit(statistic: .hour, of: .converted, maximum: 35, warnShares: [0.9], source: "permit 12"),
                Limit(statistic: .day, of: .converted, maximum: 35), Limit(statistic: .minute, maximum: 60),
            ]
            let ranges: [ClosedRange<Double>] = [0...100, 0...25, 0...40, 0...300, 0...200]
            let factors = zip(OutletWatchTests.codes, ranges).map { code, range in
                OutletWatch.Factor(
                    traits: FactorTraits(code: code, unit: "mg/m3", range: range, resolution: 0.01),
                    limits: code == "a21026" ? limits : [])
            }
            watch = OutletWatch(
                outlet: "stack-1", factors: factors, calendar: PeriodCalendar(zone: .china), desk: &desk)
        }

        mutating func run(_ minutes: Int, _ incident: Incident? = nil) {
            for _ in 0..<minutes { step(incident) }
        }

        private mutating func step(_ incident: Incident?) {
            let start = clock.now.wall
            var mark = PlantMark.running
            var factors = [20.0, 8, 12, 120, 90].map { mean in
                let value = mean * (1 + Double.random(in: -0.05...0.05, using: &random))
                return FactorMinute(average: value, minimum: value * 0.98, maximum: value * 1.02)
            }
            if let incident, incident.minutes.contains(minute) { incident.change(minute, &factors, &mark) }
            if factors[0].isValid { factors[0].converted = factors[0].average }
            for index in factors.indices where factors[index].isValid {
                hour[index].append(factors[index].average ?? 0)
            }
            clock.advance(60)
            let facts = MinuteFacts(start: start, mark: mark, isRunning: mark == .running, factors: factors)
            note(watch.minute(facts, in: LimitScene(instant: start, mark: mark), at: clock.now, desk: &desk))
            minute += 1
            if minute.isMultiple(of: 60) { closeHour(mark) }
        }

        private mutating func closeHour(_ mark: PlantMark) {
            let flow = hour[4].isEmpty ? 0 : hour[4].reduce(0, +) / Double(hour[4].count) * 3_600
            let factors = zip(OutletWatchTests.codes, hour).map { code, values in
                let mean = values.count >= 45 ? values.reduce(0, +) / Double(values.count) : nil
                let amount = code == "a00000" ? flow : mean.map { $0 * flow * 1e-6 }
                return PeriodFacts.Factor(
                    code: code, average: mean, converted: code == "a21026" ? mean : nil, amount: amount)
            }
            let scene = LimitScene(instant: clock.now.wall - .seconds(3_600), mark: mark)
            note(
                watch.hour(
                    PeriodFacts(factors: factors), in: scene, isRunning: mark == .running, at: clock.now, desk: &desk))
            hour = Array(repeating: [], count: 5)
        }

        private mutating func note(_ transitions: [AlarmTransition]) {
            happened += transitions.map { "\($0.event.subject.rule.rawValue) \($0.kind)" }
        }

        var raised: [String] { happened.filter { $0.hasSuffix("raised") }.map { String($0.prefix { $0 != " " }) } }
    }

    private static func set(_ index: Int, _ value: @escaping @Sendable (Int) -> Double)
        -> @Sendable (
            Int, inout [FactorMinute], inout PlantMark
        ) -> Void
    {
        { minute, factors, _ in
            let value = value(minute)
            factors[index] = FactorMinute(average: value, minimum: value - 0.02, maximum: value + 0.02)
        }
    }

    private static func lose(_ index: Int, _ flag: DataFlag)
        -> @Sendable (Int, inout [FactorMinute], inout PlantMark) -> Void
    {
        { _, factors, _ in factors[index] = FactorMinute(average: nil, flag: flag, count: 0) }
    }

    private static let incidents: [Incident] = [
        Incident(
            name: "an hour above the limit is forecast, warned of and judged", raises: ["L4", "L1"], minutes: 300..<360,
            change: set(0) { 38 + Double($0 % 3) * 0.1 }),
        Incident(
            name: "an hour at 92 % is a warning alone", raises: ["L3"], minutes: 300..<360,
            change: set(0) { 32.2 + Double($0 % 3) * 0.1 }),
        Incident(
            name: "six bad minutes are seen at once and do no harm", raises: ["L6", "Q5"], minutes: 290..<296,
            change: set(0) { 75 + Double($0 % 3) * 0.1 }),
        Incident(
            name: "a held output", raises: ["Q1"], minutes: 300..<420,
            change: {
                $1[0] = FactorMinute(average: 20); _ = ($0, $2)
            }),
        Incident(
            name: "an instrument that sticks at zero", raises: ["Q1", "Q2"], minutes: 300..<370,
            change: {
                $1[0] = FactorMinute(average: 0); _ = ($0, $2)
            }),
        Incident(
            name: "a drawn probe", raises: ["C1"], minutes: 300..<330, change: set(1) { 20.5 + Double($0 % 3) * 0.1 }),
        Incident(
            name: "a dead flow meter", raises: ["C2"], minutes: 300..<330,
            change: set(2) { 0.3 + Double($0 % 3) * 0.05 }),
        Incident(name: "sixteen lost minutes", raises: ["D4"], minutes: 300..<316, change: lose(0, .fault)),
        Incident(
            name: "fifteen lost minutes are none too many", raises: [], minutes: 300..<315, change: lose(0, .fault)),
        Incident(
            name: "a calibration of half an hour loses the hour, as somebody knows", raises: [], minutes: 300..<330,
            change: lose(0, .calibration)),
        Incident(
            name: "a start-up above the limit is no alarm", raises: [], minutes: 300..<360,
            change: { minute, factors, mark in
                mark = .startUp
                factors[0] = FactorMinute(average: 80 + Double(minute % 3) * 0.1)
            }),
        Incident(
            name: "a marked stop of a day is no alarm", raises: [], minutes: 300..<1_740,
            change: { minute, factors, mark in
                mark = .stopped
                let drift = Double(minute % 7) * 0.01
                factors = [0.2, 20.9, 0.5, 25, 0].map { FactorMinute(average: $0 + drift, maximum: $0 + drift + 0.01) }
                factors[0] = FactorMinute(average: nil, flag: .outOfService, count: 0)
            }),
    ]

    @Test("a quiet week raises nothing at all")
    func quiet() {
        var plant = Plant()
        plant.run(7 * 1_440)
        #expect(plant.happened == [])
    }

    @Test("each incident raises what it should, once, and leaves nothing behind", arguments: incidents.indices)
    func incident(index: Int) {
        let incident = Self.incidents[index]
        var plant = Plant()
        plant.run(3 * 1_440, incident)
        #expect(plant.raised.sorted() == incident.raises.sorted(), "\(incident.name): \(plant.happened)")
        #expect(plant.desk.active.isEmpty, "\(incident.name): \(plant.happened)")
    }

    @Test("what a mark held back is recorded")
    func suppressed() throws {
        let startUp = try #require(Self.incidents.first { $0.name.hasPrefix("a start-up") })
        var plant = Plant()
        plant.run(1_440, startUp)
        #expect(plant.happened.contains("L1 suppressed"))
        #expect(plant.happened.contains("L1 closed"))
    }

    @Test("the hour of a start is not called incomplete, nor forecast from a part of it")
    func partialHour() {
        var plant = Plant(start: at(6, 1, 0, 40))
        plant.minute = 40
        plant.run(
            100, Incident(name: "", raises: [], minutes: 40..<60, change: Self.set(0) { 50 + Double($0 % 3) * 0.1 }))
        #expect(!plant.happened.contains { $0.hasPrefix("L4") || $0.hasPrefix("D4") })
    }
}
