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
        #expect(try #require(bound.judgedConverted).isAbout((46 * 20 + 14 * 300 * 1.5) / 60, 1e-9))
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

    @Test("without a range nothing is known of it; with over_range_counts nothing is left out")
    func noBound() {
        var unknown = Outlet([.stack("a21026")])
        let minute = unknown.minute(["a21026": Reading(value: 900, flag: .overRange)])
        #expect(minute.factors[0].bound == nil)
        var counted = outlet()
        counted.chain = OutletChain(plan: counted.chain.plan.countingOverRange)
        let whole = counted.minute(["a21026": 900, "a19001": 6]).factor("a21026", of: counted)
        #expect(whole.measured.average == 900 && whole.bound == nil)
    }
}

extension OutletPlan {
    fileprivate var countingOverRange: OutletPlan {
        var plan = self
        plan.constants.overRangeCounts = true
        return plan
    }
}
