import Alarms
import Emissions
import Telemetry
import Testing

@Suite struct MinuteConsistencyTests {
    private static let codes = ["a19001", "a01011", "a01012", "a01013", "a01014"]

    struct Case: Sendable {
        let rule: RuleID
        /// Oxygen, velocity, temperature, pressure, humidity.
        let fires: [Double?]
        let misses: [Double?]
        var mark = PlantMark.running
        var isRunning: Bool? = true
    }

    private static let cases: [Case] = [
        Case(rule: .airWhileRunning, fires: [19, 12, 120, -0.5, 8], misses: [18.9, 12, 120, -0.5, 8]),
        Case(rule: .flowAgainstMark, fires: [8, 1.9, 120, -0.5, 8], misses: [8, 2, 120, -0.5, 8]),
        Case(
            rule: .flowAgainstMark, fires: [20.9, 5.1, 120, -0.5, 8], misses: [20.9, 5, 120, -0.5, 8], mark: .stopped,
            isRunning: false),
        Case(rule: .outsidePhysics, fires: [8, 41, 120, -0.5, 8], misses: [8, 40, 120, -0.5, 8]),
        Case(rule: .outsidePhysics, fires: [8, 12, 301, -0.5, 8], misses: [8, 12, 300, -0.5, 8]),
        Case(rule: .outsidePhysics, fires: [8, 12, 120, -5.1, 8], misses: [8, 12, 120, 5, 8]),
        Case(rule: .outsidePhysics, fires: [8, 12, 120, -0.5, 41], misses: [8, 12, 120, -0.5, 40]),
        // Behind a wet scrubber of 50 °C the gas cannot hold 15 %.
        Case(rule: .outsidePhysics, fires: [8, 12, 50, -0.5, 15], misses: [8, 12, 50, -0.5, 13]),
    ]

    private func kinds(_ values: [Double?], _ one: Case, minutes: Int) -> [String] {
        var clock = TestClock()
        var desk = AlarmDesk()
        let consistency = MinuteConsistency(codes: Self.codes)
        let places = MinuteConsistency.rules.enumerated().map { part, rule in
            desk.add(AlarmSubject(rule, source: "stack-1", part: "\(part)"))
        }
        return (0..<minutes).flatMap { _ -> [String] in
            let facts = MinuteFacts(
                start: clock.now.wall, mark: one.mark, isRunning: one.isRunning,
                factors: values.map { FactorMinute(average: $0) })
            clock.advance(60)
            let verdicts = consistency.judge(facts)
            #expect(verdicts.count == MinuteConsistency.rules.count)
            return zip(places, verdicts).flatMap { place, verdict in
                desk.judge(verdict, at: place, now: clock.now).map { transition in
                    #expect(!said(transition).contains("?"), "\(said(transition))")
                    return "\(transition.event.subject.rule) \(transition.kind)"
                }
            }
        }
    }

    @Test("fires after ten minutes, and a near-miss does not", arguments: cases.indices)
    func rule(index: Int) {
        let one = Self.cases[index]
        #expect(kinds(one.fires, one, minutes: 10) == ["\(one.rule) raised"])
        #expect(kinds(one.fires, one, minutes: 9) == [])
        #expect(kinds(one.misses, one, minutes: 30) == [])
    }

    @Test("without knowing whether the plant runs, nothing is said of it")
    func unknown() {
        let one = Case(rule: .airWhileRunning, fires: [20.9, 0, 20, 0, 1], misses: [], isRunning: nil)
        #expect(kinds(one.fires, one, minutes: 30) == [])
        #expect(kinds([nil, nil, nil, nil, nil], Self.cases[0], minutes: 30) == [])
    }

    @Test("an outlet without these factors has nothing to judge")
    func absent() {
        let consistency = MinuteConsistency(codes: ["w01018"])
        let facts = MinuteFacts(start: at(6, 1), isRunning: true, factors: [FactorMinute(average: 40)])
        #expect(consistency.judge(facts).allSatisfy { $0 == .clear })
    }

    @Test(
        "C3 takes saturation at the site's pressure: the barometer's and the gas's, else the constants",
        arguments: [
            // At 50 °C: 12.2 % at sea level, 14.6 % at 85 kPa.
            (nil, nil, 15, true), (84.5, nil, 15, false), (nil, -5, 15, false), (84.5, nil, 18, true),
            (84.5, -5, 18, false),
        ] as [(Double?, Double?, Double, Bool)])
    func sitePressure(atmospheric: Double?, gauge: Double?, humidity: Double, fires: Bool) {
        let codes = ["a01012", "a01014"]
        let values = [50, humidity]
        var settings = MinuteConsistency.Settings()
        settings.atmosphericPressure = atmospheric ?? settings.atmosphericPressure
        settings.staticPressure = gauge ?? settings.staticPressure
        let constant = MinuteConsistency(codes: codes, settings: settings)
        let measured = MinuteConsistency(codes: codes + ["i23001", "a01013"])
        // A factor that has no good reading is not replaced by the constant: nothing is known of saturation then.
        let pressures = [
            FactorMinute(average: atmospheric ?? 60, flag: atmospheric == nil ? .fault : .normal),
            FactorMinute(average: gauge ?? -40, flag: gauge == nil ? .fault : .normal),
        ]
        let isKnown = atmospheric != nil && gauge != nil
        for (consistency, more) in [(constant, []), (measured, pressures)] {
            let minute = MinuteFacts(start: at(6, 1), factors: values.map { FactorMinute(average: $0) } + more)
            let verdict = consistency.judge(minute).last
            let isExpected = fires && (more.isEmpty || isKnown)
            if case .holds? = verdict { #expect(isExpected) } else { #expect(!isExpected) }
        }
    }

    @Test("saturation at 98 kPa", arguments: [(45, 9.8), (50, 12.6), (55, 16.1), (60, 20.4)] as [(Double, Double)])
    func saturation(celsius: Double, percent: Double) throws {
        let humidity = try #require(SaturatedGas.humidity(atCelsius: celsius, kilopascals: 98))
        #expect((humidity - percent).magnitude < 0.06)
        #expect(SaturatedGas.humidity(atCelsius: 100, kilopascals: 98) == nil)
        #expect(SaturatedGas.humidity(atCelsius: -1, kilopascals: 98) == nil)
        #expect(SaturatedGas.humidity(atCelsius: 99.99, kilopascals: 98) == 100)
    }
}

@Suite struct HourConsistencyTests {
    private func holds(_ verdict: Verdict) -> Bool { if case .holds = verdict { true } else { false } }

    private func hour(_ factors: [(String, Double?, Double?)]) -> PeriodFacts {
        PeriodFacts(factors: factors.map { PeriodFacts.Factor(code: $0.0, average: $0.1, amount: $0.2) })
    }

    @Test(
        "C4: mass that is lost, and mass from nothing",
        arguments: [
            (28, 0, 356_514, true), (28, 9.982, 356_514, false), (28, 9.982, 0, true), (0, 0, 356_514, false),
            (0.000001, 0, 356_514, false), (28, 0, 0, false),
        ] as [(Double, Double, Double, Bool)])
    func mass(concentration: Double, amount: Double, volume: Double, fires: Bool) {
        let hour = hour([("a21026", concentration, amount), ("a00000", 99, volume)])
        let verdict = HourConsistency().mass(of: "a21026", hour)
        #expect(holds(verdict) == fires)
        if fires { #expect(!sentence(.massAgainstFlow, verdict).contains("?")) }
    }

    @Test("C4 needs both, and is no matter without flow")
    func massUnknown() {
        #expect(
            HourConsistency().mass(of: "a21026", hour([("a21026", nil, nil), ("a00000", 99, 1)])) == .unknown)
        #expect(HourConsistency().mass(of: "a21026", hour([("a21026", 28, nil)])) == .clear)
    }

    @Test(
        "C7: NOx counts its NO as NO2",
        arguments: [(100, 68, true), (102.2, 68, false), (60, 20, false)] as [(Double, Double, Bool)])
    func nitrogen(oxides: Double, oxide: Double, fires: Bool) {
        let hour = hour([("a21002", oxides, nil), ("a21003", oxide, nil)])
        let verdict = HourConsistency().nitrogenOxides(hour)
        #expect(holds(verdict) == fires)
        if fires { #expect(!sentence(.combustionConflict, verdict).contains("?")) }
    }

    @Test(
        "C7: off the fuel's line",
        arguments: [(12.1, 6, false), (13.4, 6, false), (15, 6, true), (10, 6, true)] as [(Double, Double, Bool)])
    func fuel(percent: Double, oxygen: Double, fires: Bool) {
        let hour = hour([("a05001", percent * 44.01 / 22.4 * 10_000, nil), ("a19001", oxygen, nil)])
        #expect(holds(HourConsistency(greatestCarbonDioxide: 18.7).combustionLine(hour)) == fires)
        #expect(HourConsistency().combustionLine(hour) == .clear)
    }
}
