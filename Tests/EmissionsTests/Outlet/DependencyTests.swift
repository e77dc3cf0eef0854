import Emissions
import Telemetry
import Testing

/// What depends on what: docs/calculation.md, section 9.
@Suite("A minute is as valid as what it needs")
struct DependencyTests {
    private static let readings: [String: Double] = [
        "a21026": 50, "a21003": 50, "a21004": 5, "a19001": 6, "a01011": 10, "a01012": 100, "a01013": -0.5, "a01014": 8,
        "a01017": 0.09,
    ]

    /// Wet SO₂ at the actual state, NOx from NO and NO₂, wet oxygen, a pitot tube and the flow of the area.
    private func outlet() -> Outlet {
        Outlet([
            .stack("a21026") {
                $0.basis = GasBasis(moisture: .wet, state: .actual)
                $0.isConverted = true
            },
            .stack("a21003"), .stack("a21004"),
            .stack("a21002") { $0.origin = .nitrogenOxides(.exact) },
            .stack("a19001") { $0.basis.moisture = .wet },
            .stack("a01017"), .stack("a01011") { $0.origin = .pitot }, .stack("a01012"), .stack("a01013"),
            .stack("a01014"), .stack("a00000") { $0.origin = .area },
        ]) {
            $0.constants.squareMetres = 10
            $0.constants.conversion = OxygenConversion(reference: .oxygen(percent: 6))
        }
    }

    /// A minute in which `code` has one good sample of twelve.
    private func minute(_ outlet: inout Outlet, lacking code: String) -> OutletPeriod {
        var readings: [String: [(second: Int, Reading)]] = [:]
        for (factor, value) in Self.readings where factor != "a01011" {
            readings[factor] = (0..<12).map {
                ($0 * 5, Reading(value: value, flag: factor == code && $0 > 0 ? .calibration : .normal))
            }
        }
        return outlet.minute(readings)
    }

    @Test(
        "what one factor lacks, all lack that need it, and they name it",
        arguments: [
            ("a01014", ["a21026", "a19001", "a00000"]), ("a01012", ["a21026", "a01011", "a00000"]),
            ("a01013", ["a21026", "a01011", "a00000"]), ("a01017", ["a01011", "a00000"]), ("a21004", ["a21002"]),
            ("a21003", ["a21002"]), ("a19001", []),
        ])
    func inherited(lacking code: String, by factors: [String]) {
        var outlet = outlet()
        let minute = minute(&outlet, lacking: code)
        for channel in outlet.chain.plan.channels {
            let factor = minute.factor(channel.code, of: outlet)
            if channel.code == code {
                #expect(factor.validity.reason == "1 good sample")
            } else if factors.contains(channel.code) {
                #expect(factor.validity.reason == "no valid \(code)", "\(channel.code)")
                #expect(factor.measured.average != nil, "\(channel.code) keeps its number")
            } else {
                #expect(factor.validity == .valid, "\(channel.code)")
            }
        }
        let isConverted = !["a01014", "a01012", "a01013", "a19001"].contains(code)
        #expect(minute.factor("a21026", of: outlet).converted?.validity.isValid == isConverted)
    }

    @Test("samples are counted that could be computed, with the last good condition; the flag stays the factor's own")
    func lastGood() {
        var outlet = outlet()
        let minute = minute(&outlet, lacking: "a01014").factor("a21026", of: outlet)
        #expect(minute.measured.count == 12)
        #expect(minute.measured.flag == .normal)
        let nitrogen = self.minute(&outlet, lacking: "a21004").factor("a21002", of: outlet)
        #expect(nitrogen.measured.count == 12)
        #expect(nitrogen.measured.flag == .calibration)
    }

    @Test(
        "too few samples of its own come before what these lacked",
        arguments: [(11, "0 good samples"), (12, "no valid a01014")])
    func ownSamples(good: Int, reason: String) {
        var outlet = outlet()
        var readings: [String: [(second: Int, Reading)]] = [:]
        for (factor, value) in Self.readings where factor != "a01011" && factor != "a01014" {
            readings[factor] = (0..<12).map {
                ($0 * 5, Reading(value: value, flag: $0 < good ? .normal : .calibration))
            }
        }
        let factor = outlet.minute(readings).factor("a19001", of: outlet)
        #expect(factor.validity.reason == reason)
        #expect(factor.measured.count == 0)
    }

    @Test(
        "an hour names what cost the most of its minutes, each quantity its own",
        arguments: [
            (["a01014": 16, "a01012": 4], 10, "30 valid minutes, no valid a01014"),
            (["a01014": 5, "a01012": 5], 5, nil), (["a01014": 8, "a01012": 8], 4, "40 valid minutes, no valid a01012"),
            (["a01014": 10], 11, "39 valid minutes"), (["a01014": 10], 10, "40 valid minutes, no valid a01014"),
            (["a01012": 10, "a01014": 10], 10, "30 valid minutes, no valid a01012"),
        ] as [([String: Int], Int, String?)])
    func hourNames(lacking: [String: Int], own: Int, reason: String?) throws {
        var outlet = outlet()
        for (code, count) in lacking { for _ in 0..<count { _ = minute(&outlet, lacking: code) } }
        for _ in 0..<own { _ = minute(&outlet, lacking: "a21026") }
        while outlet.minutes < 60 { _ = minute(&outlet, lacking: "") }
        let hour = outlet.hour.closed(.hour, parts: 60, month: 11)
        let sulphur = hour.factor("a21026", of: outlet)
        #expect(sulphur.validity.reason == reason)
        // Conditions fail by themselves, and the flow for want of them.
        let worst = lacking.max { ($0.value, $1.key) < ($1.value, $0.key) }
        let isLost = lacking.values.reduce(0, +) > 15
        let flow = hour.factor("a00000", of: outlet).validity.reason
        #expect(flow?.hasSuffix(", no valid \(worst?.key ?? "")") ?? !isLost)
        let restored = try PeriodSum(plan: outlet.chain.plan, state: outlet.hour.state.map { StateLine($0.text) })
        #expect(restored.closed(.hour, parts: 60, month: 11) == hour)
    }

    @Test("oxygen that cannot be is none where another reading of the minute could not be dried")
    func impossibleOxygen() {
        var outlet = outlet()
        var readings: [String: [(second: Int, Reading)]] = [:]
        for (factor, value) in Self.readings where factor != "a01011" {
            readings[factor] = (0..<12).map { ($0 * 5, Reading(value: factor == "a19001" ? 26 : value)) }
        }
        readings["a01014"]?[0].1 = Reading(value: 100)
        let minute = outlet.minute(readings)
        #expect(minute.factor("a19001", of: outlet).measured.count == 11)
        let converted = minute.factor("a21026", of: outlet).converted
        #expect(converted?.average == nil)
        #expect(converted?.validity.reason == "impossible a01014")
    }

    @Test("without a good sample of a condition there is no flow and no converted value")
    func noCondition() {
        var outlet = outlet()
        outlet.minute(Self.readings)
        var readings = Self.readings.mapValues { Reading(value: $0) }
        readings["a01014"] = Reading(value: 60, flag: .calibration)
        let minute = outlet.minute(readings)
        let flow = minute.factor("a00000", of: outlet)
        #expect(flow.measured.average == nil && flow.validity.reason == "no valid a01014")
        let gas = minute.factor("a21026", of: outlet)
        #expect(gas.measured.average != nil, "the humidity of the minute before is young enough")
        #expect(gas.validity.reason == "no valid a01014")
        #expect(gas.amount?.validity.reason == "no valid a01014")
        readings["a01014"] = Reading(value: 8)
        readings["a19001"] = Reading(value: 20.9, flag: .calibration)
        let converted = outlet.minute(readings).factor("a21026", of: outlet)
        #expect(converted.validity == .valid)
        #expect(converted.converted == ConvertedPeriod.missing("a19001"))
    }

    @Test("a constant is always valid")
    func constants() {
        var outlet = Outlet([.stack("a21026") { $0.basis = GasBasis(moisture: .wet, state: .actual) }]) {
            $0.constants.humidityPercent = 8
            $0.constants.celsius = 100
        }
        #expect(outlet.minute(["a21026": 50]).factors[0].validity == .valid)
    }

    @Test("small negatives of a zero are 0 for others, and kept in their own records")
    func noise() throws {
        var outlet = outlet()
        var values = Self.readings
        values["a01014"] = -0.1
        values["a01017"] = -0.001
        let minute = outlet.minute(values)
        #expect(minute.factor("a01014", of: outlet).measured.average?.isAbout(-0.1, 1e-9) == true)
        #expect(minute.factor("a01017", of: outlet).measured.average?.isAbout(-0.001, 1e-9) == true)
        #expect(minute.factor("a01011", of: outlet).measured.average == 0)
        #expect(minute.factor("a00000", of: outlet).measured.average == 0)
        #expect(minute.factor("a00000", of: outlet).validity == .valid)
        #expect(minute.factor("a19001", of: outlet).measured.average == 6)
        // Noise around zero: each instant first, then the mean.
        let swing = (0..<12).map { (second: $0 * 5, Reading(value: $0 % 2 == 0 ? 0.4 : -0.4)) }
        var velocity = Outlet([
            .stack("a01011"), .stack("a01012"), .stack("a01014"), .stack("a00000") { $0.origin = .area },
        ]) { $0.constants.squareMetres = 10 }
        let still = velocity.minute([
            "a01011": swing, "a01012": swing.map { ($0.0, Reading(value: 0)) },
            "a01014": swing.map { ($0.0, Reading(value: 0)) },
        ])
        #expect(still.factor("a01011", of: velocity).measured.average?.isAbout(0, 1e-12) == true)
        #expect(
            try #require(still.factor("a00000", of: velocity).measured.average).isAbout(2, 1e-9), "10 m² at 0.2 m/s")
    }

    @Test("what lies below the noise is impossible, and named", arguments: [-1.5, -0.9])
    func impossible(humidity: Double) {
        var outlet = Outlet([
            .stack("a21026") { $0.basis.moisture = .wet },
            .stack("a01014") { $0.scale.range = humidity == -0.9 ? 0...40 : nil },
        ])
        let minute = outlet.minute(["a21026": 50, "a01014": humidity])
        #expect(minute.factor("a21026", of: outlet).validity.reason == "impossible a01014")
        #expect(minute.factor("a01014", of: outlet).validity == .valid)
    }

    @Test(
        "oxygen is judged as it is delivered, before it is dried",
        arguments: [(24.0, nil), (25.5, "impossible a19001"), (0, "impossible a19001"), (-0.1, "impossible a19001")]
            as [(Double, String?)])
    func oxygen(reading: Double, reason: String?) {
        var outlet = outlet()
        var values = Self.readings
        values["a19001"] = reading
        values["a01014"] = 20
        let minute = outlet.minute(values)
        #expect(minute.factor("a19001", of: outlet).validity.reason == reason)
        #expect(minute.factor("a21026", of: outlet).converted?.validity.reason == reason)
        #expect(minute.factor("a21026", of: outlet).validity == .valid)
        if reason == nil { #expect(minute.factor("a21026", of: outlet).converted?.isCapped == true) }
    }
}

extension ConvertedPeriod {
    fileprivate static func missing(_ code: String) -> ConvertedPeriod {
        ConvertedPeriod(average: nil, minimum: nil, maximum: nil, validity: .lacking(.missing(code)))
    }
}
