import Emissions
import Telemetry
import Testing

@Suite struct PresentTests {
    @Test("a present value that stands alone is the one that the whole outlet would have")
    func alone() {
        let outlet = Outlet([
            .stack("a21026"), .stack("a21002") { $0.basis = GasBasis(moisture: .wet, state: .standard) },
            .stack("a34013") {
                $0.scale.unitFactor = 0.5
                $0.scale.range = 0...20
            }, .stack("a19001"), .stack("a01011"), .stack("a01014"), .stack("w01001"), .stack("w01018"),
            .stack("w00000"), .stack("w21003") { $0.cycle = 3_600 },
        ])
        let readings = outlet.chain.plan.channels.indices.map { Reading(value: 7.25 + 10 * Double($0)) }
        let whole = outlet.chain.present(readings, at: minuteStart + .seconds(17), mark: .running)
        var codes: [String] = []
        for (channel, reading) in readings.enumerated() {
            guard let value = outlet.chain.presentAlone(reading, channel: channel) else { continue }
            #expect(value == whole.factors[channel].measured.average)
            codes.append(outlet.chain.plan.channels[channel].code)
        }
        #expect(codes == ["a21026", "a34013", "a19001", "a01014", "w00000"])
        #expect(outlet.chain.presentAlone(.failed(.timeout), channel: 0) == nil)
    }

    /// A stack with everything that something else is computed with.
    private func stack(_ change: (inout OutletPlan) -> Void = { _ in }) -> Outlet {
        Outlet([
            .stack("a21026") {
                $0.basis = GasBasis(moisture: .wet, state: .actual)
                $0.isConverted = true
                $0.scale.range = 0...2000
            },
            .stack("a21003"), .stack("a19001") { $0.basis = GasBasis(moisture: .wet, state: .standard) },
            .stack("a01012") { $0.scale.range = 0...400 }, .stack("a01014"), .stack("a01017"),
            .stack("a21002") { $0.origin = .nitrogenOxides(.exact) },
            .stack("a01011") { $0.origin = .pitot }, .stack("a00000") { $0.origin = .area },
        ]) { plan in
            plan.constants.squareMetres = 10
            plan.constants.conversion = OxygenConversion(reference: .oxygen(percent: 6))
            change(&plan)
        }
    }

    private static let calm: [String: Double] = [
        "a21026": 30, "a21003": 30, "a19001": 6.8, "a01012": 100, "a01014": 10, "a01017": 0.06,
    ]

    private func present(_ outlet: Outlet, _ odd: [String: Reading]) -> OutletPeriod {
        let readings = outlet.chain.plan.channels.map { channel in
            odd[channel.code] ?? Self.calm[channel.code].map { Reading(value: $0) } ?? .failed(.noData)
        }
        return outlet.chain.present(readings, at: minuteStart + .seconds(17), mark: .running)
    }

    @Test(
        "a flagged reading keeps its number, and nothing else is computed with it",
        arguments: [
            ("a01014", 99.0, ["a21026": "no valid a01014", "a19001": "no valid a01014", "a00000": "no valid a01014"]),
            ("a01012", 1000, ["a21026": "no valid a01012", "a01011": "no valid a01012", "a00000": "no valid a01012"]),
            ("a21003", 500, ["a21002": "no valid a21003"]),
            ("a01017", 5, ["a01011": "no valid a01017", "a00000": "no valid a01017"]),
            ("a19001", 20.5, [:]), ("a21026", 1000, [:]),
        ])
    func flagged(code: String, value: Double, lost: [String: String]) {
        let outlet = stack()
        let calm = present(outlet, [:])
        for flag in [DataFlag.fault, .calibration, .maintenance] {
            let period = present(outlet, [code: Reading(value: value, flag: flag)])
            for (channel, settings) in outlet.chain.plan.channels.enumerated() {
                let factor = period.factors[channel]
                #expect(factor.absence == lost[settings.code], "\(settings.code)")
                guard settings.code != code, lost[settings.code] == nil else { continue }
                #expect(factor.measured.average == calm.factors[channel].measured.average, "\(settings.code)")
            }
            let own = period.factor(code, of: outlet).measured.average
            let asGood = present(outlet, [code: Reading(value: value)]).factor(code, of: outlet).measured.average
            #expect(own != nil && own == asGood)
            let dust = period.factor("a21026", of: outlet)
            #expect((dust.converted?.average == nil) == ["a01014", "a01012", "a19001"].contains(code))
            if code == "a19001" { #expect(dust.converted?.validity.reason == "no valid a19001") }
            if code == "a21003" { #expect(period.factor("a21002", of: outlet).measured.flag == flag) }
        }
    }

    @Test("a reading above the range keeps its number too, and is computed with where it counts in means")
    func overRange() {
        let hot = ["a01012": Reading(value: 1000, flag: .overRange)]
        let withheld = stack()
        let period = present(withheld, hot)
        #expect(period.factor("a01012", of: withheld).measured.average == 1000)
        #expect(period.factor("a21026", of: withheld).absence == "no valid a01012")
        let counting = stack { $0.constants.overRangeCounts = true }
        #expect(present(counting, hot).factor("a21026", of: counting).measured.average != nil)
        let dust = present(withheld, ["a21026": Reading(value: 2500)]).factor("a21026", of: withheld)
        #expect(dust.measured.average != nil && dust.converted?.average != nil)
    }
}
