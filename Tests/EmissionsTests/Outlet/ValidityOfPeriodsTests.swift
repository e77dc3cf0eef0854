import Emissions
import Telemetry
import Testing

@Suite("What makes periods valid")
struct ValidityOfPeriodsTests {
    private let gas = [Channel.stack("a21026")]

    @Test("a minute needs 12 good samples; an invalid one keeps its numbers", arguments: [(12, true), (11, false)])
    func minute(samples: Int, isValid: Bool) {
        var outlet = Outlet(gas)
        let list = (0..<samples).map { ($0 * 5, Reading(value: 10)) }
        let factor = outlet.minute(["a21026": list]).factor("a21026", of: outlet)
        #expect(factor.validity == (isValid ? .valid : .invalid(reason: "11 good samples")))
        #expect(factor.measured.average == 10)
    }

    @Test(
        "a slower source needs three quarters of the samples due",
        arguments: [(15.0, 3, true), (15, 2, false), (30, 2, true), (30, 1, false), (60, 1, true)])
    func slow(interval: Double, samples: Int, isValid: Bool) {
        var outlet = Outlet([.stack("a21026") { $0.interval = interval }])
        let list = (0..<samples).map { ($0 * 15, Reading(value: 10)) }
        let factor = outlet.minute(["a21026": list]).factor("a21026", of: outlet)
        #expect(factor.validity.isValid == isValid)
    }

    @Test("a source slower than a minute counts through its interval, and not longer")
    func held() {
        var outlet = Outlet([.stack("a24088") { $0.interval = 300 }])
        outlet.minute(["a24088": [(10, Reading(value: 7))]])
        let none: [String: [(second: Int, Reading)]] = [:]
        let following = (0..<5).map { _ in outlet.minute(none).factor("a24088", of: outlet) }
        #expect(following.map(\.validity.isValid) == [true, true, true, true, false])
        #expect(following.map(\.measured.average) == [7, 7, 7, 7, nil])
        #expect(following.first?.measured.count == 0)
        // What came and was bad is no reason to go on with the old value.
        outlet.minute(["a24088": [(10, Reading(value: 7))]])
        let bad = outlet.minute(["a24088": [(5, Reading(value: 1, flag: .fault))]]).factor("a24088", of: outlet)
        #expect(!bad.validity.isValid)
        #expect(bad.measured.flag == .fault)
    }

    @Test("an hour needs 45 valid minutes", arguments: [(45, true), (44, false)])
    func hour(valid: Int, isValid: Bool) {
        var outlet = Outlet(gas)
        for minute in 0..<60 {
            let samples = (0..<(minute < valid ? 12 : 3)).map { ($0, Reading(value: minute < valid ? 10 : 99)) }
            outlet.minute(["a21026": samples])
        }
        let factor = outlet.closedHour().factor("a21026", of: outlet)
        #expect(factor.validity == (isValid ? .valid : .invalid(reason: "44 valid minutes")))
        #expect(factor.measured.average == 10, "only valid minutes count")
        #expect(factor.measured.count == valid)
    }

    @Test("an hour without a valid minute keeps the numbers it has")
    func noValidMinute() {
        var outlet = Outlet(gas)
        for value in [10.0, 30] { outlet.minute(["a21026": [(1, Reading(value: value))]]) }
        let factor = outlet.closedHour().factor("a21026", of: outlet)
        #expect(factor.measured.average == 20)
        #expect(factor.validity.reason == "0 valid minutes")
    }

    @Test(
        "the flag of an invalid hour is the letter with the most minutes; equals go D, M, C",
        arguments: [
            ([(DataFlag.calibration, 20)], "C"), ([(.calibration, 10), (.maintenance, 12)], "M"),
            ([(.calibration, 10), (.fault, 10)], "D"), ([(.calibration, 10), (.maintenance, 10)], "M"),
            ([(.calibration, 10)], "N"),
        ])
    func flag(bad: [(DataFlag, Int)], expected: String) {
        var outlet = Outlet(gas)
        let flags = bad.flatMap { Array(repeating: $0.0, count: $0.1) }
        for minute in 0..<60 {
            let flag = minute < flags.count ? flags[minute] : .normal
            outlet.minute(["a21026": Reading(value: 5, flag: flag)])
        }
        #expect(outlet.closedHour().factor("a21026", of: outlet).measured.flag.text == expected)
    }

    @Test("above the range is T: it does not count, unless that is set", arguments: [false, true])
    func overRange(counts: Bool) {
        var outlet = Outlet([.stack("a21026") { $0.scale.range = 0...300 }]) { $0.constants.overRangeCounts = counts }
        let factor = outlet.minute(["a21026": 301]).factor("a21026", of: outlet)
        #expect(factor.measured.flag == .overRange)
        #expect(factor.measured.average == (counts ? 301 : nil))
        let below = outlet.minute(["a21026": -5]).factor("a21026", of: outlet)
        #expect(below.measured.average == -5, "nothing is clamped")
    }

    @Test("limits judge what is above the range in a minute of a stopped plant, as they judge its mean")
    func overRangeWhileStopped() {
        var outlet = Outlet([.stack("a21026") { $0.scale.range = 0...300 }])
        let bound = outlet.minute(["a21026": 301], mark: .stopped).factor("a21026", of: outlet).bound
        #expect(bound?.judged == 300)
    }

    @Test("what is above the range is weighed where the flow of enough minutes is known", arguments: [44, 45])
    func overRangeWeighed(flows: Int) throws {
        var outlet = Outlet([.stack("w00000"), .stack("w21011") { $0.scale.range = 0...1 }])
        for minute in 0..<60 {
            let readings = ["w21011": 2.0].merging(minute < flows ? ["w00000": 10] : [:]) { $1 }
            let factor = outlet.minute(readings).factor("w21011", of: outlet)
            #expect((factor.carryingWater ?? 0).isAbout(minute < flows ? 0.6 : 0, 1e-9))
        }
        let hour = outlet.closedHour().factor("w21011", of: outlet)
        #expect(hour.bound?.judged?.isAbout(1, 1e-9) == true)
        #expect((hour.carryingWater ?? 0).isAbout(flows == 45 ? 27 : 0, 1e-9))
    }

    @Test("45 minutes stopped make a stopped hour: not valid, marked; 44 do not", arguments: [45, 44])
    func stopped(minutes: Int) {
        var outlet = Outlet(gas)
        for minute in 0..<60 { outlet.minute(["a21026": 1], mark: minute < minutes ? .stopped : .running) }
        let hour = outlet.closedHour()
        #expect(hour.mark == (minutes == 45 ? .stopped : nil))
        let expected = minutes == 45 ? Validity.invalid(reason: "plant stopped") : .valid
        #expect(hour.factor("a21026", of: outlet).validity == expected)
        #expect(hour.factor("a21026", of: outlet).measured.average == 1)
    }

    @Test(
        "days need 20 valid hours, months 25 days, February 23; years a month",
        arguments: [
            (PeriodLength.day, 11, 20, "19 valid hours"), (.month, 11, 25, "24 valid days"),
            (.month, 2, 23, "22 valid days"),
            (.year, 1, 1, "0 valid months"),
        ])
    func longer(length: PeriodLength, month: Int, needed: Int, reason: String) {
        var part = FactorPeriod(
            measured: PeriodStatistics(average: 4, minimum: 1, maximum: 9, count: 60, flag: .normal), validity: .valid)
        part.amount = PeriodAmount(value: 2, validity: .valid)
        var bad = part
        bad.validity = .invalid(reason: "x")
        bad.measured.average = 100
        bad.amount = PeriodAmount(value: 50, validity: .invalid(reason: "x"))
        for valid in [needed, needed - 1] {
            var sum = PeriodSum(plan: OutletPlan(channels: [.stack("a21026"), .stack("a00000")]))
            for _ in 0..<valid { sum.add(OutletPeriod(factors: [part, part])) }
            sum.add(OutletPeriod(factors: [bad, bad]))
            let factor = sum.closed(length, parts: 28, month: month).factors[0]
            #expect(factor.validity == (valid == needed ? .valid : .invalid(reason: reason)))
            guard valid > 0 else { continue }
            #expect(factor.measured.average == 4)
            #expect(factor.measured.count == valid)
            // Days sum valid hours alone; months all of their days, which hold nothing else.
            #expect(factor.amount?.value == Double(2 * valid) + (length == .day ? 0 : 50))
        }
    }
}
