import Emissions
import Telemetry
import Testing

/// Converted values of hours, and what hours are at least: docs/calculation.md, section 6.
@Suite("The converted hour, and the hour over range")
struct ConvertedPeriodTests {
    private func outlet(_ method: ConvertedMethod = .ofMeans) -> Outlet {
        Outlet([
            .stack("a21026") {
                $0.isConverted = true
                $0.scale.range = 0...300
            }, .stack("a19001"),
        ]) {
            $0.constants.conversion = OxygenConversion(reference: .oxygen(percent: 6))
            $0.constants.method = method
        }
    }

    /// SO₂ is valid in the first 50 minutes, oxygen in the last `oxygen`; SO₂ rises with oxygen from minute 30 on.
    private func hour(_ method: ConvertedMethod, oxygen: Int) -> FactorPeriod {
        var outlet = outlet(method)
        for minute in 0..<60 {
            let isLate = minute >= 30
            outlet.minute([
                "a21026": Reading(value: isLate ? 20 : 10, flag: minute < 50 ? .normal : .fault),
                "a19001": Reading(value: isLate ? 12 : 6, flag: minute < 60 - oxygen ? .fault : .normal),
            ])
        }
        return outlet.closedHour().factor("a21026", of: outlet)
    }

    @Test(
        "it is made of the reported means where both are valid, else of the pairs",
        arguments: [
            // 30·10 + 20·20 over 50; 15·6 + 30·12 over 45; 35 pairs.
            (.ofMeans, 45, 14.0 * 15 / (21 - 10), "35 valid minutes, no valid a19001"),
            // 20 pairs of 30 minutes with oxygen at 12: the hour of oxygen is not valid.
            (.ofMeans, 30, 20.0 * 15 / 9, "20 valid minutes, no valid a19001"),
            (
                .paired, 45, (15 * 10 + 20 * 20) / 35 * 15 / (21 - (15 * 6 + 20 * 12) / 35),
                "35 valid minutes, no valid a19001"
            ),
            (.meanOf, 45, (15 * 10 + 20 * 20.0 * 15 / 9) / 35, "35 valid minutes, no valid a19001"),
            (.ofMeans, 60, 14.0 * 15 / (21 - 9), nil),
        ] as [(ConvertedMethod, Int, Double, String?)])
    func methods(method: ConvertedMethod, oxygen: Int, expected: Double, reason: String?) throws {
        let converted = try #require(hour(method, oxygen: oxygen).converted)
        #expect(try #require(converted.average).isAbout(expected, 1e-9))
        #expect(converted.validity.reason == reason)
    }

    @Test("readings over range count at its end where limits are judged: at least 85.333")
    func bound() throws {
        var outlet = outlet()
        for minute in 0..<60 {
            outlet.minute([
                "a21026": Reading(value: minute < 46 ? 20 : 900), "a19001": Reading(value: minute < 46 ? 6 : 11),
            ])
        }
        let hour = outlet.closedHour().factor("a21026", of: outlet)
        #expect(hour.measured.average == 20 && hour.validity == .valid)
        let bound = try #require(hour.bound)
        #expect(try #require(bound.judged).isAbout((46 * 20 + 14 * 300) / 60, 1e-9))
        // What is known of the hour has its own converted value, of the means.
        let oxygen: Double = (46 * 6 + 14 * 11) / 60
        let known: Double = 20 * 15 / (21 - oxygen)
        #expect(try #require(hour.converted?.average).isAbout(known, 1e-9))
        #expect(try #require(bound.judgedConverted).isAbout((46 * known + 6300) / 60, 1e-9))
        #expect(bound.minutes == 14)
        #expect(hour.converted?.validity == .valid)
    }

    @Test("so they do in minutes with good samples, in the wet and with a flag alone")
    func boundOfMinutes() throws {
        var outlet = Outlet([
            .stack("a21026") {
                $0.basis.moisture = .wet
                $0.scale.range = 0...300
            }, .stack("a01014"),
        ])
        let gas = (0..<12).map {
            (second: $0 * 5, Reading(value: $0 < 6 ? 92 : nil, flag: $0 < 6 ? .normal : .overRange))
        }
        let humid = gas.map { ($0.second, Reading(value: 8)) }
        let minute = outlet.minute(["a21026": gas, "a01014": humid]).factor("a21026", of: outlet)
        #expect(try #require(minute.measured.average).isAbout(100, 1e-9))
        #expect(minute.validity.reason == "6 good samples")
        #expect(try #require(minute.bound?.judged).isAbout((100 + 300 / 0.92) / 2, 1e-9))
    }

    /// An hour of 10 mg/m³ with these percents of oxygen, minute by minute, where 21 and more stand for no bound.
    private func unbounded(_ oxygen: (Int) -> Double) -> FactorPeriod {
        var outlet = outlet(.meanOf)
        outlet.chain = OutletChain(plan: outlet.chain.plan.withGreatestNumber)
        outlet.hour = PeriodSum(plan: outlet.chain.plan)
        for minute in 0..<60 {
            outlet.minute(["a21026": minute == 7 ? 400 : 10, "a19001": oxygen(minute)])
        }
        return outlet.closedHour().factor("a21026", of: outlet)
    }

    @Test("the greatest number is in no mean of converted values that has others, and in no bound")
    func greatest() throws {
        let hour = unbounded { $0 % 10 == 0 ? 21.5 : 6 }
        let converted = try #require(hour.converted)
        #expect(converted.average == 10 && converted.validity == .valid && !converted.isGreatest)
        #expect(converted.maximum == 999_999.999)
        #expect(try #require(hour.bound?.judgedConverted).isAbout((53 * 10 + 300) / 54, 1e-9))
    }

    @Test("of nothing else it is the mean")
    func greatestAlone() throws {
        let converted = try #require(unbounded { _ in 21.5 }.converted)
        #expect(converted.average == 999_999.999 && converted.isGreatest && converted.validity == .valid)
    }

    @Test("so it is in a minute, and over a restart", arguments: [0, 11, 12])
    func greatestInMinute(count: Int) throws {
        var outlet = outlet(.meanOf)
        outlet.chain = OutletChain(plan: outlet.chain.plan.withGreatestNumber)
        outlet.hour = PeriodSum(plan: outlet.chain.plan)
        let gas = (0..<12).map { (second: $0 * 5, Reading(value: 10)) }
        let oxygen = (0..<12).map { (second: $0 * 5, Reading(value: $0 < count ? 21.5 : 6)) }
        let minute = outlet.minute(["a21026": gas, "a19001": oxygen]).factor("a21026", of: outlet)
        #expect(minute.converted?.average == (count == 12 ? 999_999.999 : 10))
        #expect(minute.converted?.isGreatest == (count == 12))
        outlet.minute(["a21026": 20, "a19001": 6])
        outlet.hour = try PeriodSum(plan: outlet.chain.plan, state: outlet.hour.state.map { StateLine($0.text) })
        let hour = try #require(outlet.closedHour().factor("a21026", of: outlet).converted)
        #expect(hour.average == (count == 12 ? 20 : 15))
    }

    @Test("the mean of equal numbers is each of them, of a minute, an hour and longer")
    func equalNumbers() throws {
        let number = 512_345_678_901_234.5
        var outlet = Outlet([.stack("a21026")])
        for _ in 0..<60 {
            let minute = outlet.minute(["a21026": (0..<12).map { ($0 * 5, Reading(value: number)) }])
            #expect(minute.factors[0].measured.average == number)
        }
        let hour = outlet.closedHour()
        #expect(hour.factors[0].measured.average == number)
        var day = PeriodSum(plan: outlet.chain.plan)
        for _ in 0..<24 { day.add(hour) }
        #expect(day.closed(.day, parts: 24, month: 11).factors[0].measured.average == number)
    }

    @Test("without a range nothing is known of it; with over_range_counts nothing is left out")
    func noBound() {
        var unknown = Outlet([.stack("a21026")])
        let minute = unknown.minute(["a21026": Reading(value: 900, flag: .overRange)])
        #expect(minute.factors[0].bound?.minutes == 1 && minute.factors[0].bound?.mean == nil)
        var counted = outlet()
        counted.chain = OutletChain(plan: counted.chain.plan.countingOverRange)
        let whole = counted.minute(["a21026": 900, "a19001": 6]).factor("a21026", of: counted)
        #expect(whole.measured.average == 900 && whole.bound == nil)
    }
}

extension OutletPlan {
    fileprivate var withGreatestNumber: OutletPlan {
        var plan = self
        plan.constants.conversion?.action = .max
        return plan
    }

    fileprivate var countingOverRange: OutletPlan {
        var plan = self
        plan.constants.overRangeCounts = true
        return plan
    }
}
