import Emissions
import Telemetry
import Testing

@Suite("From samples of an outfall to its records")
struct WaterChainTests {
    @Test("amounts: 45 L/s through 1000 s are 45 m³, kg are mg/L times m³: vector (1)")
    func amounts() throws {
        var outlet = Outlet([.stack("w01018"), .stack("w00000")])
        let minute = outlet.minute(["w01018": 40, "w00000": 45])
        #expect(try #require(minute.factor("w00000", of: outlet).amount?.value).isAbout(2.7, 1e-12))
        #expect(try #require(minute.factor("w01018", of: outlet).amount?.value).isAbout(0.108, 1e-12))
    }

    @Test("the mean of an hour weighs by flow: vector (14), 49.333 and not 50")
    func weighted() throws {
        func hour(isWeighted: Bool) -> FactorPeriod {
            var outlet = Outlet([.stack("w01018") { $0.isFlowWeighted = isWeighted }, .stack("w00000")])
            // 15 minutes each, with 100, 120, 80 and 0 parts of water.
            for (value, flow) in [(40.0, 100.0), (50, 120), (60, 80), (55, 0)] {
                for _ in 0..<15 { outlet.minute(["w01018": value, "w00000": flow]) }
            }
            return outlet.closedHour().factor("w01018", of: outlet)
        }
        #expect(try #require(hour(isWeighted: true).measured.average).isAbout(49.333))
        #expect(
            try #require(hour(isWeighted: false).measured.average).isAbout(50), "minutes without discharge do not count"
        )
    }

    @Test("within a minute each sample weighs by the flow of its moment")
    func withinMinute() {
        var outlet = Outlet([.stack("w01018") { $0.interval = 30 }, .stack("w00000") { $0.interval = 30 }])
        let minute = outlet.minute([
            "w01018": [(0, Reading(value: 40)), (30, Reading(value: 60))],
            "w00000": [(0, Reading(value: 30)), (30, Reading(value: 10))],
        ])
        #expect(minute.factor("w01018", of: outlet).measured.average?.isAbout(45, 1e-9) == true)
    }

    @Test("pH has the arithmetic mean, and its extremes")
    func acidity() {
        var outlet = Outlet([.stack("w01001"), .stack("w00000")])
        let minute = outlet.minute([
            "w01001": [(0, Reading(value: 6.5)), (20, Reading(value: 7.5)), (40, Reading(value: 8.5))],
            "w00000": [(0, Reading(value: 1)), (20, Reading(value: 100)), (40, Reading(value: 1))],
        ])
        let acidity = minute.factor("w01001", of: outlet).measured
        #expect(acidity.average == 7.5)
        #expect(acidity.minimum == 6.5 && acidity.maximum == 8.5)
    }

    @Test("water that stands has no concentration, and a mass of 0")
    func noDischarge() {
        var outlet = Outlet([.stack("w01018"), .stack("w00000")])
        for _ in 0..<60 { outlet.minute(["w01018": 40, "w00000": 0]) }
        let hour = outlet.closedHour().factor("w01018", of: outlet)
        #expect(hour.measured.average == nil)
        #expect(hour.validity.reason == "no discharge")
        #expect(hour.amount?.value == 0)
        #expect(hour.amount?.validity == .valid)
    }

    @Test("a meter counts differences, over its end and over being set back")
    func meter() throws {
        var outlet = Outlet([.stack("w00000") { $0.meter = ChannelMeter(settings: .init(modulus: 1000)) }])
        let first = outlet.minute(["w00000": [(0, Reading(value: 990))]]).factor("w00000", of: outlet)
        #expect(first.measured.average == nil, "one reading is no difference")
        for (reading, amount) in [(996.0, 6.0), (2, 6), (25, 23), (24.9, 0), (26, 1), (1, 1), (1, 0)] {
            let factor = outlet.minute(["w00000": reading]).factor("w00000", of: outlet)
            #expect(try #require(factor.amount?.value).isAbout(amount, 1e-9))
            #expect(try #require(factor.measured.average).isAbout(amount * 1000 / 60, 1e-9))
        }
        let changes = outlet.chain.takeMeterChanges()
        #expect(changes == [MeterChange(code: "w00000", from: 26, to: 1)])
        let again = outlet.chain.takeMeterChanges()
        #expect(again.isEmpty)
    }

    private static let metered: Channel = .stack("w00000") {
        $0.meter = ChannelMeter(settings: .init(greatestRate: 0.05))
    }

    /// Readings of a meter at the seconds 0, 5, …
    private func readings(_ values: [Double]) -> [String: [(second: Int, Reading)]] {
        ["w00000": values.enumerated().map { ($0 * 5, Reading(value: $1)) }]
    }

    @Test("a meter that dips books nothing, and what it cannot have counted has no amount, flag D and a reason")
    func dips() throws {
        var outlet = Outlet([.stack("w01018"), Self.metered])
        outlet.minute(readings(Array(repeating: 123_456, count: 12)))
        var dip = Array(repeating: 123_456.0, count: 12)
        dip[5] = 123_455.9
        let dipped = outlet.minute(readings(dip)).factor("w00000", of: outlet)
        #expect(dipped.amount == PeriodAmount(value: 0, validity: .valid))
        #expect(dipped.validity == .valid)
        #expect(dipped.meterDoubt == nil)
        dip[5] = 60_000
        let doubtful = outlet.minute(readings(dip)).factor("w00000", of: outlet)
        #expect(doubtful.amount?.value == 0)
        #expect(doubtful.meterDoubt?.to == 60_000)
        // A wild reading costs its minute the amount, and the next minute has it.
        var spike = (0..<12).map { 123_456 + Double($0) * 0.1 }
        spike[5] = 900_000
        let wild = outlet.minute(readings(spike)).factor("w00000", of: outlet)
        #expect(wild.amount == PeriodAmount(value: nil, validity: .invalid(reason: "more than the pipe carries")))
        #expect(wild.measured.flag == .fault)
        #expect(wild.validity.reason == "more than the pipe carries")
        #expect(wild.measured.average == nil)
        let next = outlet.minute(readings((0..<12).map { 123_457.2 + Double($0) * 0.1 })).factor("w00000", of: outlet)
        #expect(try #require(next.amount?.value).isAbout(2.3, 1e-6))
        #expect(try #require(next.measured.average).isAbout(2300 / 120, 1e-6), "the flow of two minutes")
        #expect(try #require(outlet.closedHour().factor("w00000", of: outlet).amount?.value).isAbout(2.3, 1e-6))
    }

    @Test(
        "over a gap the mean is that of the whole time, and the minutes of the gap count as measured",
        arguments: [3, 40])
    func gap(minutes: Int) throws {
        var outlet = Outlet([Self.metered])
        let none: [String: [(second: Int, Reading)]] = [:]
        outlet.minute(readings([100]))
        for _ in 0..<minutes { outlet.minute(none) }
        let after = outlet.minute(readings([100 + Double(minutes)])).factor("w00000", of: outlet)
        #expect(after.amount?.value == Double(minutes))
        #expect(after.amount?.validity == .valid, "however few samples it has")
        #expect(try #require(after.measured.average).isAbout(Double(minutes) * 1000 / 60 / Double(minutes + 1)))
        for index in (100 + minutes)..<158 { outlet.minute(readings([Double(index), Double(index + 1)])) }
        let hour = outlet.closedHour().factor("w00000", of: outlet)
        #expect(hour.amount?.value == 58)
        #expect(hour.amount?.validity == .valid)
    }

    @Test("a gas with a meter: its hour sums what the meter counted, and masses follow it; it tells no present flow")
    func gasMeter() throws {
        var outlet = Outlet([
            .stack("a21026"), .stack("a00000") { $0.meter = ChannelMeter(settings: .init(greatestRate: 100)) },
        ])
        for minute in 0..<60 {
            // Twenty minutes without a reading: the flow goes on.
            let isGap = (20..<40).contains(minute)
            let values = (0..<12).map { (second: $0 * 5, Reading(value: Double(minute * 600 + $0 * 50))) }
            outlet.minute(["a21026": values.map { ($0.second, Reading(value: 20)) }, "a00000": isGap ? [] : values])
        }
        let hour = outlet.closedHour()
        #expect(hour.factor("a00000", of: outlet).amount?.value == 35_950)
        #expect(try #require(hour.factor("a21026", of: outlet).amount?.value).isAbout(20 * 35_950 * 1e-6, 1e-9))
        let readings = [Reading(value: 20), Reading(value: 36_000)]
        let present = outlet.chain.present(readings, at: minuteStart + .seconds(3700), mark: .running)
        #expect(present.factor("a00000", of: outlet).measured.average == nil)
    }

    @Test("a meter beside the flow counts, and the flow has the present value and the means")
    func meterBeside() throws {
        var outlet = Outlet([
            .stack("w01018"), .stack("w00000") { $0.meter = ChannelMeter(settings: .init(), isBeside: true) },
        ])
        var period = OutletPeriod(factors: [])
        for minute in 0..<3 { period = outlet.minute(flow: 10, meter: 1000 + Double(minute)) }
        let flow = period.factor("w00000", of: outlet)
        #expect(flow.measured.average == 10)
        #expect(flow.amount == PeriodAmount(value: 1, validity: .valid))
        #expect(flow.balance == MeterBalance(flow: 0.6, meter: 1))
        #expect(
            try #require(period.factor("w01018", of: outlet).amount?.value).isAbout(0.04, 1e-9), "of the meter's m³")
        // Without the flow's samples the meter counts on.
        let lost = outlet.minute(flow: nil, meter: 1003).factor("w00000", of: outlet)
        #expect(lost.amount == PeriodAmount(value: 1, validity: .valid))
        #expect(!lost.validity.isValid)
        let noMeter = outlet.minute(flow: 10, meter: nil).factor("w00000", of: outlet)
        #expect(noMeter.validity == .valid)
        #expect(noMeter.amount?.validity.reason == "no meter reading")
    }

    @Test("water that the meter beside a flow has counted has a concentration", arguments: [0, -3.0])
    func flowThatShowsNothing(flow: Double) throws {
        var outlet = besideFlow
        _ = outlet.minute(flow: flow, meter: 1000)
        for minute in 1..<60 {
            let cod = outlet.minute(flow: flow, meter: 1000 + 6 * Double(minute)).factor("w01018", of: outlet)
            #expect(cod.measured.average == 40 && cod.validity == .valid)
            #expect(try #require(cod.amount?.value).isAbout(0.24, 1e-9))
        }
        let hour = outlet.closedHour().factor("w01018", of: outlet)
        #expect(try #require(hour.measured.average).isAbout(40, 1e-9))
        #expect(hour.validity == .valid)
    }

    @Test("where neither the flow nor the meter beside it shows water there is no discharge")
    func neither() {
        var outlet = besideFlow
        for _ in 0..<60 { _ = outlet.minute(flow: 0, meter: 1000) }
        let hour = outlet.closedHour().factor("w01018", of: outlet)
        #expect(hour.measured.average == nil)
        #expect(hour.validity.reason == "no discharge")
        #expect(hour.amount?.value == 0)
    }

    @Test("an hour in which a flow goes on and a meter of coarse steps counts nothing keeps its mean")
    func hourWithoutStep() throws {
        var outlet = besideFlow
        for _ in 0..<60 { _ = outlet.minute(flow: 1.1, meter: 1000) }
        let hour = outlet.closedHour().factor("w01018", of: outlet)
        #expect(try #require(hour.measured.average).isAbout(40, 1e-9))
        #expect(hour.validity == .valid)
        #expect(hour.amount?.value == 0)
    }

    // MARK: Batch analysers

    private var besideFlow: Outlet {
        Outlet([.stack("w01018"), .stack("w00000") { $0.meter = ChannelMeter(settings: .init(), isBeside: true) }])
    }

    private var batch: Outlet {
        Outlet([.stack("w21003") { $0.cycle = 3600 }, .stack("w00000")])
    }

    @Test("a result belongs to the hour of its sample, however late it comes; a repeated stamp is no new one")
    func batchHour() throws {
        var outlet = batch
        let result: [(second: Int, Reading)] = [(0, Reading(value: 8)), (0, Reading(value: 8)), (0, Reading(value: 9))]
        outlet.minute(["w21003": result, "w00000": [(0, Reading(value: 10))]])
        for _ in 1..<60 { outlet.minute(["w00000": 10]) }
        // The hour's second result comes after its end.
        let isNew = outlet.chain.takeResult(
            Reading(value: 4), channel: 0, at: minuteStart + .seconds(1800))
        #expect(isNew)
        let hour = outlet.closedHour().factor("w21003", of: outlet)
        #expect(hour.measured.average == 6)
        #expect(hour.measured.count == 2)
        #expect(hour.validity == .valid)
        // 10 L/s through 59 minutes: the first has one sample of flow only and does not count.
        #expect(try #require(hour.amount?.value).isAbout(6 * 10 * 59 * 60 * 1e-6))
    }

    @Test("minutes show the newest result while it is the present one")
    func batchMinute() {
        var outlet = batch
        let first = outlet.minute(["w21003": [(30, Reading(value: 8))]]).factor("w21003", of: outlet)
        #expect(first.measured.average == 8)
        #expect(first.measured.count == 1)
        let none: [String: [(second: Int, Reading)]] = [:]
        let second = outlet.minute(none).factor("w21003", of: outlet)
        #expect(second.measured.average == 8)
        #expect(second.measured.count == 0)
        for _ in 0..<74 { outlet.minute(none) }
        let last = outlet.minute(none).factor("w21003", of: outlet)
        #expect(last.measured.average == nil)
        #expect(last.validity.reason == "no result")
    }
}
