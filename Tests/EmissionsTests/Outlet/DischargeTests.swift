import Emissions
import Telemetry
import Testing

/// What is due in water, and how its means are weighed: docs/calculation.md, sections 5 and 6.
@Suite("Water that is discharged for a part of the time")
struct DischargeTests {
    private func outlet(_ change: (inout OutletPlan) -> Void = { _ in }) -> Outlet {
        Outlet([.stack("w01018"), .stack("w01001"), .stack("w00000") { $0.scale.range = 0...100 }], change)
    }

    /// An hour of COD and pH with these flows, minute by minute; nil: the flow meter is at fault.
    private func hour(_ outlet: inout Outlet, cod: (Int) -> Double = { _ in 500 }, flow: (Int) -> Double?)
        -> OutletPeriod
    {
        for minute in 0..<60 {
            outlet.minute([
                "w01018": Reading(value: cod(minute)), "w01001": Reading(value: 7),
                "w00000": flow(minute).map { Reading(value: $0) } ?? Reading(value: 10, flag: .fault),
            ])
        }
        return outlet.closedHour()
    }

    @Test(
        "an hour needs three quarters of its minutes with discharge",
        arguments: [
            (40, 40, nil), (40, 30, nil), (40, 29, "29 valid minutes of 40 due"), (60, 45, nil),
            (60, 44, "44 valid minutes"), (1, 1, nil), (1, 0, "0 valid minutes of 1 due"),
        ] as [(Int, Int, String?)])
    func due(discharging: Int, valid: Int, reason: String?) {
        var outlet = outlet()
        for minute in 0..<60 {
            let isBad = minute >= valid
            outlet.minute([
                "w01018": Reading(value: 500, flag: isBad ? .fault : .normal),
                "w01001": Reading(value: 7, flag: isBad ? .fault : .normal),
                "w00000": Reading(value: minute < discharging ? 10 : 0),
            ])
        }
        let hour = outlet.closedHour()
        for code in ["w01018", "w01001"] {
            #expect(hour.factor(code, of: outlet).validity.reason == reason, "\(code)")
            #expect(hour.factor(code, of: outlet).isDue)
        }
        #expect(hour.factor("w00000", of: outlet).validity == .valid)
    }

    @Test("standing water is neither due nor valid; pH keeps its number, the concentration has none")
    func standing() {
        var outlet = outlet()
        let hour = hour(&outlet) { _ in 0 }
        for code in ["w01018", "w01001"] {
            let factor = hour.factor(code, of: outlet)
            #expect(factor.validity.reason == "no discharge")
            #expect(!factor.isDue)
        }
        #expect(hour.factor("w01018", of: outlet).measured.average == nil)
        #expect(
            hour.factor("w01018", of: outlet).amount
                == PeriodAmount(value: 0, validity: .valid).withWater(of: hour, outlet))
        #expect(hour.factor("w01001", of: outlet).measured.average == 7)
        #expect(hour.factor("w00000", of: outlet).isDue)
    }

    @Test("the noise of a flow meter in standing water is no discharge; less is not known", arguments: [-1.9, -2.1])
    func noise(flow: Double) {
        var outlet = outlet()
        let cod = hour(&outlet) { _ in flow }.factor("w01018", of: outlet)
        #expect(cod.isDue == (flow < -2))
        #expect(cod.measured.average == (flow < -2 ? 500 : nil))
        #expect(cod.validity.isValid == (flow < -2))
    }

    @Test("a plant that is stopped is not due", arguments: [20, 45])
    func stopped(minutes: Int) {
        var outlet = outlet()
        for minute in 0..<60 {
            // Half of the rest is bad.
            let isBad = minute % 2 == 0 || minute < minutes
            outlet.minute(
                ["w01018": Reading(value: 500, flag: isBad ? .fault : .normal), "w00000": Reading(value: 10)],
                every: 5, mark: minute < minutes ? .stopped : .running)
        }
        let cod = outlet.closedHour().factor("w01018", of: outlet)
        #expect(cod.isDue == (minutes < 45))
        #expect(cod.validity.reason == (minutes < 45 ? "20 valid minutes of 40 due" : "plant stopped"))
    }

    @Test("a flow that is lost hides no concentration: the mean is arithmetic, valid and said so")
    func lostFlow() throws {
        var outlet = outlet()
        let hour = hour(&outlet, cod: { $0 == 0 ? 40 : 200 }) { $0 == 0 ? 10 : nil }
        let cod = hour.factor("w01018", of: outlet)
        #expect(try #require(cod.measured.average).isAbout((40 + 59 * 200) / 60, 1e-9))
        #expect(cod.validity == .valid)
        #expect(cod.unweighed == UnweighedParts(weighed: 1, known: 1, due: 60))
        #expect(cod.amount?.validity.isValid == false)
    }

    @Test("three quarters of what is due with a known flow are enough to weigh", arguments: [(45, true), (44, false)])
    func weighed(known: Int, isWeighted: Bool) throws {
        var outlet = outlet()
        let cod = hour(&outlet, cod: { $0 < 10 ? 100 : 20 }) { $0 >= known ? nil : $0 < 10 ? 30 : 10 }
            .factor("w01018", of: outlet)
        let weighted = (10 * 30 * 100 + Double(known - 10) * 10 * 20) / (10 * 30 + Double(known - 10) * 10)
        #expect(try #require(cod.measured.average).isAbout(isWeighted ? weighted : (1000 + 50 * 20) / 60, 1e-9))
        #expect((cod.unweighed == nil) == isWeighted)
        #expect(cod.validity == .valid)
    }

    @Test("a minute weighs by a flow that is valid only, and a flow of one good zero withholds no number")
    func doubtfulFlow() {
        var outlet = outlet()
        var readings: [String: [(second: Int, Reading)]] = [:]
        readings["w01018"] = (0..<12).map { ($0 * 5, Reading(value: 40)) }
        readings["w00000"] = (0..<12).map { ($0 * 5, Reading(value: 0, flag: $0 == 0 ? .normal : .fault)) }
        let cod = outlet.minute(readings).factor("w01018", of: outlet)
        #expect(cod.measured.average == 40)
        #expect(cod.validity == .valid)
        #expect(cod.isDue)
        #expect(cod.amount?.validity.reason == "no valid w00000")
    }

    @Test(
        "days need three quarters of their hours due; those of which nothing was heard are due",
        arguments: [
            (10, 14, 10, nil), (10, 14, 8, nil), (10, 14, 7, "7 valid hours of 10 due"), (10, 0, 10, "10 valid hours"),
            (18, 0, 18, nil), (0, 24, 0, "no discharge"),
        ] as [(Int, Int, Int, String?)])
    func days(discharging: Int, standing: Int, valid: Int, reason: String?) {
        var sum = PeriodSum(plan: OutletPlan(channels: [.stack("w01018"), .stack("w00000")]))
        for hour in 0..<(discharging + standing) {
            var part = FactorPeriod(
                measured: PeriodStatistics(average: 61, minimum: 61, maximum: 61, count: 60, flag: .normal),
                validity: .valid)
            if hour >= valid { part.validity = .invalid(reason: "x") }
            if hour >= discharging {
                part.validity = .invalid(reason: "no discharge")
                part.isDue = false
            }
            sum.add(OutletPeriod(factors: [part, part]))
        }
        let day = sum.closed(.day, parts: 24, month: 11).factors[0]
        #expect(day.validity.reason == reason)
        #expect(day.isDue == (reason != "no discharge"))
    }

    @Test("what is configured caps the need", arguments: [(29, false), (30, true)])
    func cap(valid: Int, isValid: Bool) {
        var outlet = outlet { $0.validity.minutes = 30 }
        for minute in 0..<60 {
            outlet.minute([
                "w01018": Reading(value: 5, flag: minute < valid ? .normal : .fault), "w00000": Reading(value: 1),
            ])
        }
        #expect(outlet.closedHour().factor("w01018", of: outlet).validity.isValid == isValid)
    }
}

extension PeriodAmount {
    /// The same with the water of the hour's record, of which tests say nothing.
    fileprivate func withWater(of hour: OutletPeriod, _ outlet: Outlet) -> PeriodAmount? {
        hour.factor("w01018", of: outlet).amount.flatMap { $0.value == value && $0.validity == validity ? $0 : nil }
    }
}
