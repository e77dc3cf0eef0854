import Emissions
import Telemetry
import Testing

/// Mean concentrations of an hour of which the water is known for some minutes only, or late.
@Suite("Concentrations whose water is known for other minutes")
struct WaterOfOtherMinutesTests {
    private static let meter: Channel = .stack("w00000") {
        $0.meter = ChannelMeter(settings: .init(greatestRate: 0.5))
    }

    @Test("water that was counted while there was no concentration does not take the mean of the rest away")
    func waterElsewhere() throws {
        var outlet = Outlet([.stack("w01018"), Self.meter])
        for _ in 0..<25 { outlet.minute(["w01018": 40]) }
        for _ in 0..<25 { outlet.minute(["w01018": 50]) }
        for minute in 0..<10 { outlet.minute(["w00000": 1000 + Double(minute)]) }
        let hour = outlet.closedHour().factor("w01018", of: outlet)
        #expect(try #require(hour.measured.average).isAbout(45, 1e-9))
        #expect(hour.validity == .valid)
    }

    @Test("a flow that is known for some minutes only, and was 0 then, does not hide the concentrations of the others")
    func flowThatIsLost() throws {
        var outlet = Outlet([.stack("w01018"), .stack("w00000")])
        for _ in 0..<10 { outlet.minute(["w01018": 40, "w00000": 0]) }
        for _ in 0..<50 { outlet.minute(["w01018": 80]) }
        let hour = outlet.closedHour().factor("w01018", of: outlet)
        #expect(try #require(hour.measured.average).isAbout(80, 1e-9))
        #expect(hour.validity == .valid)
    }

    @Test("water that stood for most of the hour hides nothing of the minutes of unknown flow, which are due")
    func flowThatStood() throws {
        var outlet = Outlet([.stack("w01018"), .stack("w00000")])
        for _ in 0..<45 { outlet.minute(["w01018": 40, "w00000": 0]) }
        for _ in 0..<15 { outlet.minute(["w01018": 80]) }
        let hour = outlet.closedHour().factor("w01018", of: outlet)
        #expect(try #require(hour.measured.average).isAbout(80, 1e-9))
        #expect(hour.validity == .valid)
    }

    @Test("where no minute is valid, those with numbers weigh by the water they have")
    func nothingValid() throws {
        var outlet = Outlet([.stack("w01018"), .stack("w00000")])
        for (value, flow) in [(40.0, 10.0), (80, 30)] {
            for _ in 0..<30 {
                outlet.minute(["w01018": Reading(value: value), "w00000": Reading(value: flow)], every: 10)
            }
        }
        let hour = outlet.closedHour().factor("w01018", of: outlet)
        #expect(try #require(hour.measured.average).isAbout(70, 1e-9))
        #expect(hour.validity.reason == "0 valid minutes")
    }

    @Test(
        "an hour of a meter that is read each half hour has all of an hour's minutes, wherever they begin",
        arguments: [0, 1, 29])
    func slowMeter(first: Int) throws {
        let slow = Channel.stack("w00000") {
            $0.meter = ChannelMeter(settings: .init(greatestRate: 0.5, interval: 1800))
            $0.interval = 1800
        }
        var outlet = Outlet([.stack("w01018"), slow])
        func nextHour() -> OutletPeriod {
            for minute in 0..<60 {
                var readings = ["w01018": stride(from: 0, to: 60, by: 5).map { ($0, Reading(value: 40)) }]
                let place = outlet.minutes - first
                if place >= 0, place % 30 == 0 { readings["w00000"] = [(0, Reading(value: 1000 + Double(place)))] }
                outlet.minute(readings, spansIntervals: true, place: minute)
            }
            defer { outlet.hour = PeriodSum(plan: outlet.chain.plan) }
            return outlet.closedHour()
        }
        #expect(nextHour().factor("w00000", of: outlet).amount?.validity.isValid == false, "nothing is known of before")
        for _ in 0..<2 {
            let hour = nextHour()
            let (flow, cod) = (hour.factor("w00000", of: outlet), hour.factor("w01018", of: outlet))
            #expect(try #require(flow.amount?.value).isAbout(60, 1e-9))
            #expect(flow.amount?.validity == .valid && flow.validity == .valid && flow.measured.count == 60)
            #expect(try #require(cod.amount?.value).isAbout(2.4, 1e-9))
            #expect(cod.amount?.validity == .valid)
        }
    }

    @Test("a minute between two readings of a slow meter lacks a reading, and nothing has failed")
    func betweenReadings() {
        let slow = Channel.stack("w00000") {
            $0.meter = ChannelMeter(settings: .init(greatestRate: 0.5, interval: 300))
            $0.interval = 300
        }
        var outlet = Outlet([slow])
        for minute in 0..<12 {
            // The last one does not come.
            let readings = [0, 5].contains(minute) ? ["w00000": [(0, Reading(value: 1000 + Double(minute)))]] : [:]
            let factor = outlet.minute(readings, place: minute).factor("w00000", of: outlet)
            guard ![0, 5].contains(minute) else { continue }
            #expect(factor.measured.flag == (minute < 10 ? .normal : .noCommunication), "\(minute)")
            #expect(factor.measured.failure == (minute < 10 ? nil : .noData), "\(minute)")
            guard minute < 10 else { continue }
            #expect(factor.validity.reason == "no meter reading", "\(minute)")
            #expect(factor.amount?.validity.reason == "no meter reading", "\(minute)")
        }
    }

    @Test("a mass stands for as many minutes as the water of the meter it was computed with")
    func massesOfASlowMeter() throws {
        var outlet = Outlet([.stack("w01018"), Self.meter])
        for minute in 0..<60 {
            var values = ["w01018": 40.0]
            if minute % 5 == 0 { values["w00000"] = 1000 + Double(minute) }
            outlet.minute(values)
        }
        let hour = outlet.closedHour().factor("w01018", of: outlet)
        #expect(try #require(hour.amount?.value).isAbout(55 * 0.04, 1e-9))
        #expect(hour.amount?.validity == .valid)
        #expect(try #require(hour.measured.average).isAbout(40, 1e-9))
    }
}
