import Alarms
import Emissions
import Telemetry
import Testing

/// For each rule a series of minutes that fires with the catalogue's delay, and one that comes close and must not.
@Suite struct QualityTests {
    struct Case: Sendable {
        let name: String
        let rule: RuleID
        var traits = FactorTraits(code: "a21026", unit: "mg/m3", range: 0...100, resolution: 0.1)
        var isRunning: Bool? = true
        var limit: Double?
        let fires: [FactorMinute]
        let misses: [FactorMinute]
    }

    /// A value that moves a little, as a real one does.
    private static func lively(_ minutes: Int, around mean: Double = 20) -> [FactorMinute] {
        (0..<minutes).map { minute in
            let value = mean + Double(minute * 7 % 5) * 0.1
            return FactorMinute(average: value, minimum: value - 0.2, maximum: value + 0.2)
        }
    }

    /// Read wet and at the state of the duct, recorded dry and at standard state.
    private static var wetDust: FactorTraits {
        var traits = FactorTraits(code: "a34013", resolution: 0.1)
        traits.readingRange = 0...50
        return traits
    }

    private static func wet(_ minutes: Int, reading: Double, average: Double) -> [FactorMinute] {
        var minute = FactorMinute(average: average)
        minute.rawAverage = reading
        return Array(repeating: minute, count: minutes)
    }

    private static func still(_ minutes: Int, at value: Double = 20) -> [FactorMinute] {
        Array(repeating: FactorMinute(average: value), count: minutes)
    }

    private static let cases: [Case] = [
        Case(
            name: "Q1", rule: .constantValue, fires: lively(5) + still(60),
            misses: lively(5) + still(59) + lively(1) + still(59)),
        Case(
            name: "Q1, level changes between minutes", rule: .constantValue, fires: still(60),
            misses: still(40, at: 20) + still(40, at: 20.1)),
        Case(
            name: "Q1, batch", rule: .constantValue, traits: FactorTraits(code: "w01018", range: 0...500),
            fires: Array(repeating: FactorMinute(average: 40, newResult: true), count: 4),
            misses: [40, 40, 40, 40.1, 40.1, 40.1].map { FactorMinute(average: $0, newResult: true) }
                + Array(repeating: FactorMinute(average: 40.1, newResult: false), count: 300)),
        Case(
            name: "Q1, constant", rule: .constantValue, fires: still(60),
            misses: Array(repeating: FactorMinute(average: 5, flag: .maintenance), count: 90)),
        Case(name: "Q2", rule: .zeroValue, fires: still(30, at: 0), misses: still(29, at: 0) + still(3, at: 0.1)),
        Case(
            name: "Q1, water that changes slowly, read in coarse steps", rule: .constantValue,
            traits: FactorTraits(code: "w01010"), fires: still(1_440, at: 18.3),
            misses: lively(5, around: 18) + still(1_439, at: Double(Float(18.3)))),
        Case(
            name: "Q1, the same in fine steps", rule: .constantValue, traits: FactorTraits(code: "w01010"),
            fires: still(1, at: 18.31) + still(61, at: 18.3), misses: still(59, at: 18.31)),
        Case(
            name: "Q1, pH to one decimal", rule: .constantValue, traits: FactorTraits(code: "w01001"),
            fires: still(1_440, at: 7.2), misses: still(600, at: 7.2) + still(600, at: 7.3)),
        Case(
            name: "Q2, within the resolution", rule: .zeroValue, fires: still(30, at: -0.04),
            misses: still(90, at: 0.06)),
        Case(name: "Q3", rule: .negativeValue, fires: still(5, at: -2.1), misses: still(30, at: -2)),
        Case(
            name: "Q3 of a pressure", rule: .negativeValue, traits: FactorTraits(code: "a01013", range: -5...5),
            fires: still(5, at: -5.3), misses: still(30, at: -5.1)),
        Case(
            name: "Q3 of wet dust", rule: .negativeValue, traits: wetDust, fires: wet(5, reading: -1.1, average: -1.9),
            misses: wet(30, reading: -0.9, average: -1.6)),
        Case(
            name: "Q3 without a range", rule: .negativeValue, traits: FactorTraits(code: "a21026", resolution: 0.1),
            fires: still(5, at: -0.2), misses: still(30, at: -0.1)),
        Case(
            name: "Q4", rule: .overRange, fires: [FactorMinute(average: 90, maximum: 100)],
            misses: [FactorMinute(average: 99, maximum: 99.9)]),
        Case(
            name: "Q4 by flag", rule: .overRange, traits: FactorTraits(code: "a21026"),
            fires: [FactorMinute(average: nil, flag: .overRange)],
            misses: [FactorMinute(average: nil, flag: .calibration), FactorMinute(average: 1e6)]),
        Case(
            name: "Q5", rule: .jump, fires: lively(20) + [FactorMinute(average: 71)],
            misses: lively(20) + [FactorMinute(average: 69)]),
        Case(
            name: "Q5, a noisy hour", rule: .jump, fires: lively(30) + still(1, at: 80),
            misses: (0..<30).map { FactorMinute(average: $0.isMultiple(of: 2) ? 5 : 60) } + still(1, at: 90)),
        Case(
            name: "Q5, noise within the minutes", rule: .jump, fires: lively(30) + still(1, at: 80),
            misses: (0..<30).map { _ in FactorMinute(average: 20, deviation: 13) } + still(1, at: 80)),
        Case(
            name: "Q5, too little history", rule: .jump, fires: lively(15) + still(1, at: 80),
            misses: lively(14) + still(1, at: 80)),
        Case(
            name: "Q5, pH", rule: .jump, traits: FactorTraits(code: "w01001", range: 0...14),
            fires: lively(5, around: 6) + still(1, at: 8.5), misses: lively(5, around: 6) + still(1, at: 7.9)),
        Case(
            name: "Q6", rule: .tooSmooth, traits: FactorTraits(code: "a21026", noise: 1),
            fires: (0..<61).map { FactorMinute(average: 20 + ($0.isMultiple(of: 2) ? 0.09 : -0.09)) },
            misses: (0..<90).map { FactorMinute(average: 20 + ($0.isMultiple(of: 2) ? 0.11 : -0.11)) }),
        Case(
            name: "Q7", rule: .flatTop, limit: 35, fires: lively(1440, around: 33),
            misses: (0..<1440).map { FactorMinute(average: $0.isMultiple(of: 18) ? 20 : 33) }),
        Case(
            name: "Q7, a day that is not whole", rule: .flatTop, limit: 35, fires: lively(1440, around: 33),
            misses: lively(1439, around: 33)),
    ]

    private func kinds(_ one: Case, _ minutes: [FactorMinute], isRunning: Bool?) throws -> [AlarmTransition.Kind] {
        var clock = TestClock()
        var desk = AlarmDesk()
        var settings = RuleSettings(one.rule)
        settings.isEnabled = true
        let place = desk.add(AlarmSubject(one.rule, source: "stack-1", factor: one.traits.code), settings)
        var quality = FactorQuality(one.traits)
        let index = try #require(FactorQuality.minuteRules.firstIndex(of: one.rule))
        return minutes.flatMap { minute in
            clock.advance(60)
            let verdict = quality.judge(minute, isRunning: isRunning, limit: one.limit)[index]
            let transitions = desk.judge(verdict, at: place, now: clock.now)
            for transition in transitions { #expect(!said(transition).contains("?"), "\(said(transition))") }
            return transitions.map(\.kind)
        }
    }

    @Test("fires as documented, and a near-miss does not", arguments: cases.indices)
    func rule(index: Int) throws {
        let one = Self.cases[index]
        #expect(try kinds(one, one.fires, isRunning: one.isRunning) == [.raised], "\(one.name)")
        #expect(try kinds(one, one.misses, isRunning: one.isRunning) == [], "\(one.name)")
        #expect(
            try kinds(one, Array(one.fires.dropLast()), isRunning: one.isRunning) == [], "\(one.name), a minute less")
    }

    @Test("Q4 tells what was over range, not the greatest of what was not, nor the end of the range")
    func overRangeValue() {
        func value(_ minute: FactorMinute, range: ClosedRange<Double>? = 0...300) -> Double? {
            var quality = FactorQuality(FactorTraits(code: "a21026", unit: "mg/m3", range: range))
            let verdicts = quality.judge(minute, isRunning: true, limit: nil)
            for case (.overRange, .holds(let evidence)) in zip(FactorQuality.minuteRules, verdicts) {
                return evidence.value
            }
            return nil
        }
        #expect(value(FactorMinute(average: 20, maximum: 20.15, flag: .overRange, overRange: 500)) == 500)
        #expect(value(FactorMinute(average: nil, flag: .overRange, overRange: 500)) == 500)
        #expect(value(FactorMinute(average: nil, flag: .overRange, overRange: 500), range: nil) == 500)
        #expect(value(FactorMinute(average: nil, flag: .overRange)) == 300)
        #expect(value(FactorMinute(average: 20, overRange: 500)) == nil)
    }

    @Test("a configured constant may stand, and what stands still with the plant may be zero")
    func exceptions() throws {
        var constant = Self.cases[0]
        constant.traits.isConstant = true
        #expect(try kinds(constant, constant.fires, isRunning: true) == [])
        let zero = Self.cases[4]
        #expect(try kinds(zero, zero.fires, isRunning: false) == [])
        #expect(try kinds(zero, zero.fires, isRunning: nil) == [])
    }

    @Test("only substances are expected not to be zero")
    func emitted() {
        for code in ["a21026", "a34013", "a05001", "w01018", "w21003"] { #expect(FactorTraits(code: code).isEmitted) }
        for code in ["a01012", "a01013", "a19001", "w00000", "w01001"] { #expect(!FactorTraits(code: code).isEmitted) }
    }

    @Test("Q8: two days of hours below 10 or above 90 % of the range", arguments: [(9.9, 10.0), (90.1, 90)])
    func unsuitableRange(bad: Double, good: Double) {
        func kinds(_ hours: [Double?], isRunning: Bool? = true) -> [AlarmTransition.Kind] {
            var clock = TestClock()
            var desk = AlarmDesk()
            let place = desk.add(AlarmSubject(.unsuitableRange, source: "stack-1", factor: "a21026"))
            let quality = FactorQuality(FactorTraits(code: "a21026", range: 0...100))
            return hours.flatMap { mean in
                clock.advance(3_600)
                let verdict = quality.judgeRange(hourMean: mean, isRunning: isRunning)
                let transitions = desk.judge(verdict, at: place, now: clock.now)
                for transition in transitions { #expect(!said(transition).contains("?")) }
                return transitions.map(\.kind)
            }
        }
        #expect(kinds(Array(repeating: bad, count: 48)) == [.raised])
        #expect(kinds(Array(repeating: bad, count: 47) + [nil, good] + Array(repeating: bad, count: 47)) == [])
        #expect(kinds(Array(repeating: bad, count: 96), isRunning: false) == [])
        #expect(FactorQuality.suits(range: 0...75, limit: 50))
        #expect(!FactorQuality.suits(range: 0...74, limit: 50))
    }
}
