import Emissions
import Telemetry
import Testing

/// Conditions that gas cannot have leave what depends on them without a value, and nothing else.
@Suite struct PossibleGasTests {
    /// Dust wet and at the state of the duct, SO2 as it comes, flow and mass of all.
    private func stack() -> Outlet {
        var flow = Channel.stack("a00000")
        flow.origin = .area
        return Outlet([
            .stack("a21026") { $0.isConverted = true },
            .stack("a34013") { $0.basis = GasBasis(moisture: .wet, state: .actual) },
            .stack("a21002") { $0.basis.moisture = .wet },
            .stack("a19001"), .stack("a01011"), .stack("a01012"), .stack("a01013"), .stack("a01014"), .stack("i23001"),
            flow,
        ]) { plan in
            plan.constants.squareMetres = 12.566
            plan.constants.conversion = OxygenConversion(reference: .oxygen(percent: 6))
        }
    }

    private static let calm = [
        "a21026": 28.0, "a34013": 30.0, "a21002": 40.0, "a19001": 6.8, "a01011": 12.5, "a01012": 120.0, "a01013": -0.5,
        "a01014": 8.0, "i23001": 98.5,
    ]

    struct Case: Sendable, CustomTestStringConvertible {
        var code: String
        var value: Double
        /// What has no value then.
        var lost: Set<String>
        var testDescription: String { "\(code) at \(value)" }

        init(_ code: String, _ value: Double, _ lost: String = "") {
            self.code = code
            self.value = value
            self.lost = Set(lost.split(separator: " ").map(String.init))
        }
    }

    @Test(
        "what cannot be has a reason, what is only seldom has a number",
        arguments: [
            Case("a01014", -1.1, "a34013 a21002 a00000"), Case("a01014", -1), Case("a01014", -0.5), Case("a01014", 0),
            Case("a01014", 60), Case("a01014", 99), Case("a01014", 99.99, "a34013 a21002 a00000"),
            Case("a01014", 100, "a34013 a21002 a00000"), Case("a01014", 65_535, "a34013 a21002 a00000"),
            Case("a01011", -1.1, "a00000"), Case("a01011", -1), Case("a01011", 0), Case("a01011", -9_999, "a00000"),
            Case("a01012", -50.1, "a34013 a00000"), Case("a01012", -50), Case("a01012", 2_000),
            Case("a01012", 2_000.1, "a34013 a00000"), Case("a01012", -273, "a34013 a00000"),
            Case("a01013", -50.1, "a34013 a00000"), Case("a01013", -50), Case("a01013", 5),
            Case("a01013", -500, "a34013 a00000"), Case("i23001", 985, "a34013 a00000"), Case("i23001", 55),
            Case("i23001", 0, "a34013 a00000"),
        ])
    func conditions(entry: Case) {
        var outlet = stack()
        let minute = outlet.minute(Self.calm.merging([entry.code: entry.value]) { $1 })
        for (index, channel) in outlet.chain.plan.channels.enumerated() {
            let factor = minute.factors[index]
            let isLost = entry.lost.contains(channel.code)
            #expect((factor.measured.average == nil) == isLost, "\(channel.code)")
            #expect(factor.validity.reason == (isLost ? "impossible \(entry.code)" : nil), "\(channel.code)")
            // Mass needs the flow.
            let isGas = channel.role == .gasConcentration
            if isGas || channel.code == "a00000" {
                #expect((factor.amount?.value == nil) == entry.lost.contains("a00000"), "\(channel.code)")
                #expect((factor.amount?.validity.isValid == false) == entry.lost.contains("a00000"), "\(channel.code)")
            }
        }
        // The condition's own record keeps what was read.
        #expect(minute.factor(entry.code, of: outlet).measured.average?.isAbout(entry.value, 1e-9) == true)
        #expect(minute.factor(entry.code, of: outlet).validity == .valid)
        let converted = minute.factor("a21026", of: outlet).converted
        #expect(converted?.average?.isAbout(29.577) == true && converted?.validity == .valid)
    }

    @Test("one impossible value in a minute costs the instants that need it, and does not move the flow")
    func single() throws {
        var outlet = stack()
        let calm = Self.calm.mapValues { value in stride(from: 0, to: 60, by: 5).map { ($0, Reading(value: value)) } }
        let whole = outlet.minute(calm)
        var disturbed = calm
        disturbed["a01014"]?[4].1 = Reading(value: 150)
        disturbed["a01011"]?[7].1 = Reading(value: -40)
        let minute = outlet.minute(disturbed)
        let dust = minute.factor("a34013", of: outlet)
        #expect(dust.measured.count == 11 && dust.validity.reason == "impossible a01014")
        #expect(dust.measured.average == whole.factor("a34013", of: outlet).measured.average)
        let flow = minute.factor("a00000", of: outlet)
        let undisturbed = try #require(whole.factor("a00000", of: outlet).measured.average)
        #expect(try #require(flow.measured.average).isAbout(undisturbed, 1e-9))
        #expect(flow.measured.count == 10 && flow.validity.reason == "impossible a01011")
        #expect(minute.factor("a21026", of: outlet).validity == .valid)
    }

    @Test("oxygen that no gas has does not move the conversion")
    func oxygen() {
        var outlet = stack()
        var readings = Self.calm.mapValues { value in
            stride(from: 0, to: 60, by: 5).map { ($0, Reading(value: value)) }
        }
        readings["a19001"]?[3].1 = Reading(value: -3)
        readings["a19001"]?[8].1 = Reading(value: 60)
        let minute = outlet.minute(readings)
        let converted = minute.factor("a21026", of: outlet).converted
        #expect(converted?.average?.isAbout(29.577) == true)
        #expect(converted?.validity.reason == "impossible a19001")
        for _ in 0..<59 { outlet.minute(Self.calm) }
        #expect(outlet.closedHour().factor("a21026", of: outlet).converted?.average?.isAbout(29.577) == true)
    }

    @Test("a velocity that cannot be does not say that the plant stands")
    func idle() {
        var outlet = stack()
        var plan = outlet.chain.plan
        plan.constants.idleVelocity = 2
        outlet.chain = OutletChain(plan: plan)
        let values = Self.calm.merging(["a01011": -20, "a19001": 19.5]) { $1 }
        #expect(outlet.minute(values).factor("a21026", of: outlet).converted?.average != nil)
        let standing = values.merging(["a01011": 0.5]) { $1 }
        #expect(outlet.minute(standing).factor("a21026", of: outlet).converted?.average == nil)
    }

    @Test("a pitot tube: what the density needs, and the pressure itself")
    func pitot() {
        var velocity = Channel.stack("a01011")
        velocity.origin = .pitot
        var outlet = Outlet([.stack("a01017"), velocity, .stack("a01012")])
        for (pressure, celsius, reason) in [
            (0.09, 120.0, nil), (0.09, 2_500, "impossible a01012"), (-0.02, 120, "impossible a01017"),
        ] as [(Double, Double, String?)] {
            let minute = outlet.minute(["a01017": pressure, "a01012": celsius])
            let factor = minute.factor("a01011", of: outlet)
            #expect((factor.measured.average == nil) == (reason != nil))
            #expect(factor.validity.reason == reason)
        }
    }

    @Test("a constant that cannot be counts as little as a reading")
    func constants() {
        var outlet = Outlet([.stack("a34013") { $0.basis.moisture = .wet }]) { $0.constants.humidityPercent = 99.9 }
        #expect(
            outlet.minute(["a34013": 30]).factor("a34013", of: outlet).validity.reason == "impossible a01014"
        )
    }

    @Test("an amount without a value always has a reason: water that flows backwards")
    func backwards() {
        var outlet = Outlet([.stack("w00000"), .stack("w01018")])
        let minute = outlet.minute(["w00000": -3, "w01018": 40])
        #expect(
            minute.factor("w00000", of: outlet).amount
                == PeriodAmount(value: nil, validity: .lacking(.impossible("w00000"))))
        #expect(minute.factor("w01018", of: outlet).amount?.validity.isValid == false)
    }
}
