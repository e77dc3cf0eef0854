import Emissions
import Telemetry
import Testing

@Suite("From samples of a stack to its minute")
struct GasChainTests {
    /// A stack with everything measured.
    private func stack(_ change: (inout OutletPlan) -> Void = { _ in }, dust: GasBasis = .dryStandard) -> Outlet {
        var flow = Channel.stack("a00000")
        flow.origin = .area
        let channels = [
            Channel.stack("a21026") { $0.isConverted = true },
            .stack("a34013") {
                $0.basis = dust
                $0.isConverted = true
            },
            .stack("a19001"), .stack("a01011"), .stack("a01012"), .stack("a01013"), .stack("a01014"), flow,
        ]
        return Outlet(channels) { plan in
            plan.constants.squareMetres = 12.566
            plan.constants.velocityCoefficient = 1.02
            plan.constants.atmosphericPascals = 98_500
            plan.constants.conversion = OxygenConversion(reference: .oxygen(percent: 6))
            change(&plan)
        }
    }

    private let conditions = [
        "a19001": 6.8, "a01011": 12.5, "a01012": 120.0, "a01013": -0.5, "a01014": 8.0, "a21026": 28.0, "a34013": 100.0,
    ]

    @Test("a flow that is computed from stated means, or from a slow velocity, has their flag")
    func flagOfStatedFlow() {
        var outlet = stack()
        let stated = conditions.mapValues {
            PeriodStatistics(average: $0, minimum: $0, maximum: $0, count: nil, flag: .normal)
        }
        let flow = outlet.minute([:], statements: stated).factor("a00000", of: outlet)
        #expect(flow.validity == .valid && flow.measured.average != nil)
        #expect(flow.measured.flag == .normal && flow.measured.failure == nil)
        let faulty = stated.mapValues { stated in
            var faulty = stated
            faulty.flag = .fault
            return faulty
        }
        #expect(outlet.minute([:], statements: faulty).factor("a00000", of: outlet).measured.flag == .fault)
        let nothing = outlet.minute([String: Double]()).factor("a00000", of: outlet).measured
        #expect(nothing.flag == .noCommunication && nothing.failure == .noData)
        var slow = Outlet(
            outlet.chain.plan.channels.map { channel in
                var channel = channel
                channel.interval = 300
                return channel
            }
        ) { $0.constants = outlet.chain.plan.constants }
        slow.minute(conditions)
        let held = slow.minute([String: Double]()).factor("a00000", of: slow)
        #expect(held.validity == .valid)
        #expect(held.measured.flag == .normal && held.measured.failure == nil && held.measured.count == 0)
    }

    @Test("actual becomes standard state: vector (18)")
    func standardState() throws {
        var outlet = stack(dust: GasBasis(moisture: .dry, state: .actual))
        let dust = try #require(outlet.minute(conditions).factor("a34013", of: outlet).measured.average)
        #expect(dust.isAbout(148.840))
        var exact = stack({ $0.constants.standard = .exact }, dust: GasBasis(moisture: .dry, state: .actual))
        let other = try #require(exact.minute(conditions).factor("a34013", of: exact).measured.average)
        #expect(other.isAbout(148.815))
    }

    @Test("wet becomes dry: vectors (19), oxygen too")
    func dry() throws {
        var outlet = stack(dust: GasBasis(moisture: .wet, state: .standard))
        let values = conditions.merging(["a34013": 30.0]) { $1 }
        let dust = try #require(outlet.minute(values).factor("a34013", of: outlet).measured.average)
        #expect(dust.isAbout(32.609))
        var wet = Outlet([.stack("a19001") { $0.basis.moisture = .wet }, .stack("a01014")])
        let oxygen = try #require(wet.minute(["a19001": 5.5, "a01014": 8]).factor("a19001", of: wet).measured.average)
        #expect(oxygen.isAbout(5.978))
    }

    @Test(
        "conversion to the reference: vectors (28), by oxygen and by excess air",
        arguments: [
            (OxygenReference.oxygen(percent: 6), 29.577), (.oxygen(percent: 9), 23.662), (.excessAir(1.4), 29.577),
            (.none, 28.0),
        ])
    func converted(reference: OxygenReference, expected: Double) throws {
        var outlet = stack { $0.constants.conversion = OxygenConversion(reference: reference) }
        let so2 = try #require(outlet.minute(conditions).factor("a21026", of: outlet).converted)
        #expect(try #require(so2.average).isAbout(expected))
        #expect(so2.validity == .valid)
    }

    @Test("flow and mass: vectors (29) to (31) and (33)")
    func flow() throws {
        var outlet = stack()
        let minute = outlet.minute(conditions)
        let velocity = try #require(minute.factor("a01011", of: outlet).measured.average)
        #expect(velocity.isAbout(12.75))
        let flow = minute.factor("a00000", of: outlet)
        #expect(try #require(flow.measured.average).isAbout(356_514.4 / 3600, 0.0001))
        #expect(try #require(flow.amount?.value).isAbout(356_514.4 / 60, 0.01))
        #expect(try #require(minute.factor("a21026", of: outlet).amount?.value).isAbout(9.9824 / 60, 0.00001))
        for _ in 1..<60 { outlet.minute(conditions) }
        let hour = outlet.closedHour()
        #expect(try #require(hour.factor("a21026", of: outlet).amount?.value).isAbout(9.9824, 0.0001))
        #expect(try #require(hour.factor("a00000", of: outlet).amount?.value).isAbout(356_514.4, 0.1))
    }

    @Test("CO2 in percent by its mass: 12 % dry at the same flow")
    func carbonDioxide() throws {
        var flow = Channel.stack("a00000")
        flow.origin = .area
        let perPercent = 44 / MolarMass.litresPerMole * 10_000
        var outlet = Outlet([
            .stack("a05001") { $0.scale.unitFactor = perPercent }, .stack("a01011"), .stack("a01012"), .stack("a01013"),
            .stack("a01014"), flow,
        ]) { plan in
            plan.constants.squareMetres = 12.566
            plan.constants.velocityCoefficient = 1.02
            plan.constants.atmosphericPascals = 98_500
        }
        var values = conditions.filter { ["a01011", "a01012", "a01013", "a01014"].contains($0.key) }
        values["a05001"] = 12
        for _ in 0..<60 { outlet.minute(values) }
        let mass = try #require(outlet.closedHour().factor("a05001", of: outlet).amount?.value)
        #expect(mass.isAbout(84_035.5, 0.1))
    }

    @Test("NOx from NO and NO2: vectors (21) and (22)")
    func nitrogenOxides() throws {
        func nox(weight: Double, no: Double, no2: Double?, factors: (Double, Double) = (1, 1)) -> Double? {
            var channel = Channel.stack("a21002")
            channel.origin = .nitrogenOxides(NitrogenOxides(nitricOxideWeight: weight))
            var channels = [channel, Channel.stack("a21003") { $0.scale.unitFactor = factors.0 }]
            if no2 != nil { channels.append(.stack("a21004") { $0.scale.unitFactor = factors.1 }) }
            var outlet = Outlet(channels)
            var values = ["a21003": no]
            if let no2 { values["a21004"] = no2 }
            return outlet.minute(values).factor("a21002", of: outlet).measured.average
        }
        #expect(try #require(nox(weight: 46.0 / 30, no: 50, no2: 3)).isAbout(79.667))
        #expect(try #require(nox(weight: 1.53, no: 50, no2: 3)).isAbout(79.5))
        let ppm = nox(weight: 46.0 / 30, no: 40, no2: 2, factors: (30 / 22.4, 46 / 22.4))
        #expect(try #require(ppm).isAbout(86.25))
        #expect(try #require(nox(weight: 1.53, no: 50, no2: nil)).isAbout(76.5))
    }

    @Test("velocity from a pitot tube")
    func pitot() throws {
        var velocity = Channel.stack("a01011")
        velocity.origin = .pitot
        var outlet = Outlet([velocity, .stack("a01017"), .stack("a01012"), .stack("a01013")]) {
            $0.constants.atmosphericPascals = 98_500
        }
        let minute = outlet.minute(["a01017": 0.09, "a01012": 120, "a01013": -0.5])
        // 1.34 · 273/393 · 98000/101325 = 0.90029 kg/m³
        #expect(try #require(minute.factor("a01011", of: outlet).measured.average).isAbout(11.877))
    }

    // MARK: Conditions

    @Test("an oxygen cell in calibration takes the converted values of all gases, and leaves the measured ones")
    func calibratingOxygen() throws {
        var outlet = stack()
        var readings = conditions.mapValues { Reading(value: $0) }
        readings["a19001"] = Reading(value: 21, flag: .calibration)
        outlet.minute(conditions)
        let minute = outlet.minute(readings)
        for code in ["a21026", "a34013"] {
            let factor = minute.factor(code, of: outlet)
            #expect(factor.validity == .valid)
            #expect(factor.measured.average != nil)
            #expect(factor.converted?.average == nil)
            #expect(factor.converted?.validity.reason == "no valid a19001")
            #expect(factor.amount?.validity == .valid)
        }
        #expect(minute.factor("a19001", of: outlet).measured.flag == .calibration)
    }

    @Test("a velocity meter at fault takes the mass, and leaves the concentration")
    func faultyVelocity() {
        var outlet = stack()
        var readings = conditions.mapValues { Reading(value: $0) }
        readings["a01011"] = Reading(value: 0, flag: .fault)
        let minute = outlet.minute(readings)
        let so2 = minute.factor("a21026", of: outlet)
        #expect(so2.validity == .valid)
        #expect(so2.converted?.validity == .valid)
        #expect(so2.amount?.validity.reason == "no valid a01011")
        #expect(minute.factor("a00000", of: outlet).validity.reason == "no valid a01011")
        #expect(minute.factor("a00000", of: outlet).measured.flag == .fault)
    }

    @Test(
        "what needs a condition has no value without it, and says which; a constant only stands for what is not measured"
    )
    func missingCondition() {
        var outlet = stack({ $0.constants.humidityPercent = 50 }, dust: GasBasis(moisture: .wet, state: .standard))
        var readings = conditions.mapValues { Reading(value: $0) }
        readings["a01014"] = .failed(.timeout)
        let minute = outlet.minute(readings)
        #expect(minute.factor("a34013", of: outlet).measured.average == nil)
        #expect(minute.factor("a34013", of: outlet).validity.reason == "no valid a01014")
        var constant = Outlet([.stack("a34013") { $0.basis.moisture = .wet }]) { $0.constants.humidityPercent = 8 }
        #expect(
            constant.minute(["a34013": 30.0]).factor("a34013", of: constant).measured.average?.isAbout(32.609) == true)
        #expect(constant.chain.plan.constantsInUse == [.humidity])
    }

    @Test("the condition at an instant is the last before it, in the minute or for a while from the one before")
    func alignment() throws {
        let dust = Channel.stack("a34013") { $0.basis.moisture = .wet }
        var outlet = Outlet([dust, .stack("a01014")])
        let first = outlet.minute([
            "a34013": [(10, Reading(value: 30)), (30, Reading(value: 30)), (50, Reading(value: 30))],
            "a01014": [(20, Reading(value: 0)), (40, Reading(value: 50))],
        ])
        // Before the first humidity the first one, then 0 %, then 50 %.
        let statistics = first.factor("a34013", of: outlet).measured
        #expect(try #require(statistics.average).isAbout(40))
        #expect(statistics.minimum == 30 && statistics.maximum == 60)
        let second = outlet.minute(["a34013": [(10, Reading(value: 30)), (50, Reading(value: 30))]])
        // 30 s old: 50 %; 70 s old: no condition any more.
        #expect(second.factor("a34013", of: outlet).measured.average == 60)
        #expect(second.factor("a34013", of: outlet).measured.count == 1)
    }

    // MARK: Oxygen near that of air

    @Test(
        "oxygen near that of air, by setting",
        arguments: [
            (OxygenConversion.CapAction.cap, 20.5, 15.0 * 10, true), (.useMeasured, 20.5, 10, false),
            (.cap, 20.0, 150, false), (.max, 21.0, 99_999.99, false), (.max, 20.5, 300, false),
        ])
    func cap(action: OxygenConversion.CapAction, oxygen: Double, expected: Double, isCapped: Bool) throws {
        var outlet = Outlet([
            .stack("a21026") {
                $0.isConverted = true
                $0.greatest = 99_999.99
            }, .stack("a19001"),
        ]) { $0.constants.conversion = OxygenConversion(reference: .oxygen(percent: 6), action: action) }
        let so2 = try #require(
            outlet.minute(["a21026": 10, "a19001": oxygen]).factor("a21026", of: outlet).converted)
        #expect(try #require(so2.average).isAbout(expected, 1e-9))
        #expect(so2.isCapped == isCapped)
        #expect(so2.validity == .valid)
    }

    @Test("a plant that stands has no converted values: marked stopped, or without velocity", arguments: [true, false])
    func idle(isMarked: Bool) {
        var outlet = stack { $0.constants.idleVelocity = 2 }
        var values = conditions.merging(["a19001": 20.9]) { $1 }
        if !isMarked { values["a01011"] = 0.5 }
        let minute = outlet.minute(values, mark: isMarked ? .stopped : .running)
        #expect(minute.factor("a21026", of: outlet).converted?.average == nil)
        #expect(minute.factor("a21026", of: outlet).converted?.validity.reason == "the plant stands")
        #expect(minute.factor("a21026", of: outlet).validity == .valid)
    }

    @Test(
        "the converted value of a period is that of the means, or the mean: minutes (20, 6) and (5, 18)",
        arguments: [
            (ConvertedMethod.ofMeans, 20.833), (.meanOf, 22.5),
        ])
    func method(method: ConvertedMethod, expected: Double) throws {
        var outlet = Outlet([.stack("a21026") { $0.isConverted = true }, .stack("a19001")]) {
            $0.constants.conversion = OxygenConversion(reference: .oxygen(percent: 6))
            $0.constants.method = method
        }
        for _ in 0..<30 {
            outlet.minute(["a21026": 20, "a19001": 6])
            outlet.minute(["a21026": 5, "a19001": 18])
        }
        let converted = try #require(outlet.closedHour().factor("a21026", of: outlet).converted)
        #expect(try #require(converted.average).isAbout(expected))
        #expect(converted.minimum == 20 && converted.maximum == 25)
    }
}
