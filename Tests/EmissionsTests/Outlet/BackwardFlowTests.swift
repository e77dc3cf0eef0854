import Emissions
import Telemetry
import Testing

/// What flows backwards carries nothing off: no amount and no mass is below zero.
@Suite("Gas that flows backwards")
struct BackwardFlowTests {
    /// SO2 and a flow that a flow meter measures.
    private func measured() -> Outlet { Outlet([.stack("a21026"), .stack("a00000")]) }

    /// SO2 and a flow computed from the velocity in a duct of 1 m², at standard state and dry.
    private func computed() -> Outlet {
        var flow = Channel.stack("a00000")
        flow.origin = .area
        return Outlet([.stack("a21026"), .stack("a01011"), flow]) { plan in
            plan.constants.squareMetres = 1
            plan.constants.celsius = 0
            plan.constants.humidityPercent = 0
        }
    }

    @Test("a flow meter that shows less than nothing is believed in no amount")
    func flowMeter() {
        var outlet = measured()
        for _ in 0..<60 {
            let minute = outlet.minute(["a21026": 30, "a00000": -10])
            let flow = minute.factor("a00000", of: outlet)
            #expect(flow.measured.average == -10 && flow.validity == .valid)
            #expect(flow.amount?.value == nil)
            #expect(flow.amount?.validity.reason == "impossible a00000")
            let gas = minute.factor("a21026", of: outlet).amount
            #expect(gas?.value == nil && gas?.validity.reason == "impossible a00000")
        }
        let hour = outlet.closedHour()
        #expect(hour.factor("a00000", of: outlet).amount?.value == nil)
        #expect(hour.factor("a00000", of: outlet).amount?.validity.reason == "impossible a00000")
        #expect(hour.factor("a21026", of: outlet).amount?.value == nil)
        #expect(hour.factor("a21026", of: outlet).amount?.validity.isValid == false)
    }

    @Test("half an hour backwards takes nothing away from the other half; too little of the hour is known")
    func halfAnHour() throws {
        var outlet = measured()
        for minute in 0..<60 { outlet.minute(["a21026": 30, "a00000": minute < 30 ? 10 : -10]) }
        let hour = outlet.closedHour()
        let flow = hour.factor("a00000", of: outlet)
        #expect(flow.measured.average == 0 && flow.validity == .valid)
        #expect(try #require(flow.amount?.value).isAbout(18_000, 1e-6))
        #expect(flow.amount?.validity.reason == "30 valid minutes")
        let mass = hour.factor("a21026", of: outlet).amount
        #expect(try #require(mass?.value).isAbout(0.54, 1e-9))
        #expect(mass?.validity.reason == "no valid a00000")
    }

    @Test("a few minutes backwards leave an hour valid")
    func fewMinutes() throws {
        var outlet = measured()
        for minute in 0..<60 { outlet.minute(["a21026": 30, "a00000": minute < 50 ? 10 : -1]) }
        let hour = outlet.closedHour()
        let flow = hour.factor("a00000", of: outlet).amount
        #expect(try #require(flow?.value).isAbout(30_000, 1e-6))
        #expect(flow?.validity == .valid)
        #expect(hour.factor("a21026", of: outlet).amount?.validity == .valid)
    }

    @Test("a velocity a little below zero is gas that stands")
    func velocity() throws {
        var outlet = computed()
        for minute in 0..<60 {
            let period = outlet.minute(["a21026": 30, "a01011": minute < 30 ? 10 : -0.9])
            let flow = period.factor("a00000", of: outlet)
            #expect(flow.amount?.validity == .valid)
            #expect(flow.amount?.value.map { $0.isAbout(minute < 30 ? 600 : 0, 1e-9) } == true)
            #expect(period.factor("a21026", of: outlet).amount?.value.map { $0 >= 0 } == true)
        }
        let hour = outlet.closedHour()
        #expect(try #require(hour.factor("a00000", of: outlet).amount?.value).isAbout(18_000, 1e-6))
        #expect(try #require(hour.factor("a21026", of: outlet).amount?.value).isAbout(0.54, 1e-9))
        #expect(hour.factor("a21026", of: outlet).amount?.validity == .valid)
    }

    @Test("the running hour goes on after a restart")
    func restart() throws {
        var outlet = measured()
        for minute in 0..<40 { outlet.minute(["a21026": 30, "a00000": minute < 30 ? 10 : -10]) }
        let kept = try PeriodSum(plan: outlet.chain.plan, state: outlet.hour.state.map { StateLine($0.text) })
        #expect(kept == outlet.hour)
    }

    @Test("the drift of an analyser's zero takes no mass away", arguments: [-0.3, -29])
    func drift(concentration: Double) {
        var outlet = measured()
        for _ in 0..<60 { outlet.minute(["a21026": concentration, "a00000": 10]) }
        let gas = outlet.closedHour().factor("a21026", of: outlet)
        #expect(gas.measured.average.map { $0.isAbout(concentration, 1e-9) } == true)
        #expect(gas.amount?.value == 0 && gas.amount?.validity == .valid)
    }
}
