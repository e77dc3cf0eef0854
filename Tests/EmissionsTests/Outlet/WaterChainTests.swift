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

    @Test("the mean of an hour weighs by flow: vector (14), 49.333 and not 51.25")
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
        #expect(try #require(hour(isWeighted: false).measured.average).isAbout(51.25))
    }

    @Test("within a minute each sample weighs by the flow of its moment")
    func withinMinute() {
        var outlet = Outlet([.stack("w01018"), .stack("w00000")])
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
        #expect(hour.validity == .invalid(reason: "no discharge"))
        #expect(hour.amount?.value == 0)
        #expect(hour.amount?.validity == .valid)
    }

    @Test("a meter counts differences, over its end and over being set back")
    func meter() throws {
        var outlet = Outlet([.stack("w00000") { $0.meterModulus = 1000 }])
        let first = outlet.minute(["w00000": [(0, Reading(value: 990))]]).factor("w00000", of: outlet)
        #expect(first.measured.average == nil, "one reading is no difference")
        for (reading, amount) in [(996.0, 6.0), (2, 6), (5, 3), (1, 1), (1, 0)] {
            let factor = outlet.minute(["w00000": reading]).factor("w00000", of: outlet)
            #expect(try #require(factor.amount?.value).isAbout(amount, 1e-9))
            #expect(try #require(factor.measured.average).isAbout(amount * 1000 / 60, 1e-9))
        }
        let resets = outlet.chain.takeMeterResets()
        #expect(resets == ["w00000"])
        let again = outlet.chain.takeMeterResets()
        #expect(again.isEmpty)
    }

    // MARK: Batch analysers

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

    @Test("an hour within the cycle of the last result takes that one; later there is none")
    func batchHeld() {
        var outlet = batch
        _ = outlet.chain.takeResult(Reading(value: 8), channel: 0, at: minuteStart - .seconds(1800))
        let next = outlet.chain.results(from: minuteStart, to: minuteStart + .seconds(3600))[0]
        #expect(next?.average == 8)
        #expect(next?.count == 0)
        let later = outlet.chain.results(from: minuteStart + .seconds(3600), to: minuteStart + .seconds(7200))[0]
        #expect(later?.average == nil)
        #expect(later?.flag == .noCommunication)
    }

    @Test("without a sample time another number is a new result, or the same after most of a cycle")
    func unstamped() {
        var outlet = batch
        let readings = [(0, 8.0, true), (60, 8, false), (600, 9, true), (3240, 9, false), (3300, 9, true)]
        for (second, value, isNew) in readings {
            let isTaken = outlet.chain.takeResult(
                Reading(value: value), channel: 0, at: minuteStart + .seconds(second), isStamped: false)
            #expect(isTaken == isNew, "\(second)")
        }
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
        #expect(last.validity == .invalid(reason: "no result"))
    }
}
