import Emissions
import Telemetry
import Testing

/// Water that a meter counts in steps of more than a minute's flow: docs/calculation.md, section 5.1.
@Suite("Meters that count in coarse steps")
struct CoarseMeterTests {
    private var outlet: Outlet {
        Outlet([.stack("w01018"), .stack("w01001"), .stack("w00000") { $0.meter = ChannelMeter(settings: .init()) }])
    }

    /// A minute with one reading of the meter in 5 s.
    @discardableResult
    private func minute(_ outlet: inout Outlet, cod: Double?, meter: Double) -> OutletPeriod {
        let cod = cod.map { Reading(value: $0) } ?? Reading(value: 500, flag: .fault)
        return outlet.minute(["w01018": cod, "w01001": Reading(value: 7), "w00000": Reading(value: meter)])
    }

    /// An hour in which the meter rises by 1 m³ in the minutes that are multiples of `every`, from `first` on.
    private func hour(every: Int, from first: Int = 0, cod: (Int) -> Double?) -> (Outlet, OutletPeriod) {
        var outlet = outlet
        for minute in 0..<60 {
            let steps = minute < first ? 0 : (minute - first) / every + 1
            self.minute(&outlet, cod: cod(minute), meter: 1000 + Double(steps))
        }
        return (outlet, outlet.closedHour())
    }

    @Test("a step has the water, and the mean, of the minutes in which it was awaited")
    func steps() throws {
        let (outlet, hour) = hour(every: 12, from: 11) { $0 % 12 == 11 ? 40 : 500 }
        let (cod, flow) = (hour.factor("w01018", of: outlet), hour.factor("w00000", of: outlet))
        let mean = (11 * 500 + 40) / 12.0
        #expect(try #require(cod.measured.average).isAbout(mean, 1e-9))
        #expect(cod.validity == .valid && cod.measured.count == 60 && cod.unweighed == nil)
        #expect(try #require(cod.amount?.value).isAbout(5 * mean * 1e-3, 1e-9))
        #expect(cod.amount?.validity == .valid)
        #expect(flow.amount == PeriodAmount(value: 5, validity: .valid))
    }

    @Test("a step whose own minute has no concentration has the mean of those before it; without any it has no mass")
    func lostStep() throws {
        let (outlet, hour) = hour(every: 12, from: 11) { $0 % 12 == 11 ? nil : 500 }
        let cod = hour.factor("w01018", of: outlet)
        #expect(try #require(cod.measured.average).isAbout(500, 1e-9))
        #expect(try #require(cod.amount?.value).isAbout(2.5, 1e-9))
        #expect(cod.amount?.validity == .valid && cod.unweighed == nil)
        let (other, lost) = self.hour(every: 12, from: 11) { _ in nil }
        #expect(lost.factor("w01018", of: other).amount?.validity.reason == "0 valid minutes")
    }

    @Test("readings above the range while a step is awaited count at the end of the range in the bound of the hour")
    func overRange() throws {
        var outlet = Outlet([
            .stack("w01018") { $0.scale.range = 0...300 },
            .stack("w00000") { $0.meter = ChannelMeter(settings: .init()) },
        ])
        for index in 0..<60 {
            outlet.minute(["w01018": index % 6 == 0 ? 350 : 20, "w00000": 1000 + Double((index + 1) / 12)])
        }
        let cod = outlet.closedHour().factor("w01018", of: outlet)
        #expect(try #require(cod.measured.average).isAbout(20, 1e-9) && cod.measured.count == 50)
        #expect(try #require(cod.bound?.judged).isAbout((10 * 300 + 50 * 20) / 60.0, 1e-9))
        #expect(cod.carryingWater == 5)
    }

    @Test("a step weighs in its hour by the minutes that lie in it, and its mass is that of all of them")
    func nextHour() throws {
        var outlet = outlet
        for index in 0..<60 { minute(&outlet, cod: 500, meter: 1000 + Double((index + 6) / 12)) }
        outlet.hour = PeriodSum(plan: outlet.chain.plan)
        let mass = (0..<7).map { minute(&outlet, cod: 40, meter: $0 == 6 ? 1006 : 1005) }
            .map { $0.factor("w01018", of: outlet).amount?.value }
        // Five minutes of the hour before were awaited too.
        #expect(try #require(mass[6]).isAbout((5 * 500 + 7 * 40) / 12 * 1e-3, 1e-9))
        #expect(mass[..<6].allSatisfy { $0 == 0 })
        for index in 7..<60 { minute(&outlet, cod: index % 12 == 6 ? 100 : 40, meter: 1005 + Double((index + 6) / 12)) }
        let cod = outlet.closedHour().factor("w01018", of: outlet)
        #expect(try #require(cod.measured.average).isAbout((7 / 12.0 * 40 + 4 * 45) / (4 + 7 / 12.0), 1e-9))
        #expect(cod.unweighed == nil)
    }

    @Test("water stands when a step has been awaited twice in vain, or an unknown meter stood still for an hour")
    func still() {
        var outlet = outlet
        // It rises in the minutes 70 and 80.
        let due = (0..<120).map { index in
            minute(&outlet, cod: 40, meter: 1000 + (index < 70 ? 0 : index < 80 ? 1 : 2)).factor("w01001", of: outlet)
        }.map(\.isDue)
        #expect(due.firstIndex(of: false) == 60)
        #expect(due[70..<100].allSatisfy { $0 })
        #expect(due[60..<70].allSatisfy { !$0 } && due[100...].allSatisfy { !$0 })
    }

    @Test("the rhythm of a meter and what is awaited outlast a restart; a state without them opens")
    func restart() throws {
        var outlet = outlet
        for index in 0..<26 { minute(&outlet, cod: 500, meter: 1000 + Double(index / 10)) }
        let lines = outlet.chain.state
        var restarted = outlet
        restarted.chain = OutletChain(plan: outlet.chain.plan)
        try restarted.chain.restore(lines.map { StateLine($0.text) })
        #expect(restarted.chain == outlet.chain)
        #expect(minute(&restarted, cod: 40, meter: 1003) == minute(&outlet, cod: 40, meter: 1003))
        var earlier = OutletChain(plan: outlet.chain.plan)
        try earlier.restore(
            lines.map { line in
                let words = line.text.split(separator: " ").map(String.init)
                let kept = words[0] == "w00000" ? words.dropLast(2) : words.prefix { $0 != "awaited" }
                return StateLine(kept.joined(separator: " "))
            })
        #expect(earlier != outlet.chain)
    }

    @Test("a meter beside a flow that goes on is awaited likewise")
    func beside() throws {
        var outlet = Outlet([
            .stack("w01018"), .stack("w00000") { $0.meter = ChannelMeter(settings: .init(), isBeside: true) },
        ])
        for index in 0..<60 { _ = outlet.minute(flow: 1.4, meter: 1000 + Double((index + 1) / 12)) }
        let cod = outlet.closedHour().factor("w01018", of: outlet)
        #expect(try #require(cod.amount?.value).isAbout(5 * 0.04, 1e-9))
        #expect(cod.unweighed == nil && cod.amount?.validity == .valid)
    }

    @Test("hours without a step do not weigh nothing in their day: its mean is arithmetic")
    func day() throws {
        var sum = PeriodSum(plan: outlet.chain.plan)
        for index in 0..<24 {
            let (_, hour) = hour(every: 60, from: index % 3 == 0 ? 30 : 60) { _ in index % 3 == 0 ? 40 : 500 }
            sum.add(hour)
        }
        let day = sum.closed(.day, parts: 24, month: 11).factors[0]
        #expect(try #require(day.measured.average).isAbout((40 + 2 * 500) / 3, 1e-9))
        #expect(day.unweighed == UnweighedParts(weighed: 8, known: 24, due: 24))
        #expect(day.unweighed?.words("hours") == "water counted for 8 of 24 hours")
    }

    @Test("a slow meter says of the minutes between its readings what the newest one said")
    func slow() {
        let slow = Channel.stack("w00000") {
            $0.meter = ChannelMeter(settings: .init(interval: 300))
            $0.interval = 300
        }
        var outlet = Outlet([.stack("w01001"), slow])
        let due = (0..<90).map { index in
            var readings = ["w01001": stride(from: 0, to: 60, by: 5).map { ($0, Reading(value: 7)) }]
            // The last reading is that of minute 80.
            if index % 5 == 0, index <= 80 { readings["w00000"] = [(0, Reading(value: 1000))] }
            return outlet.minute(readings).factor("w01001", of: outlet).isDue
        }
        #expect(due[..<60].allSatisfy { $0 } && due[60..<85].allSatisfy { !$0 } && due[85...].allSatisfy { $0 })
    }

    // MARK: Amounts of water that stands

    @Test(
        "a mass needs three quarters of the minutes due, and those that stand are none",
        arguments: [(15, 15, nil), (15, 12, nil), (15, 11, "11 valid minutes of 15 due"), (0, 0, nil)]
            as [(Int, Int, String?)])
    func due(discharging: Int, valid: Int, reason: String?) {
        var outlet = Outlet([.stack("w01018"), .stack("w00000")])
        for minute in 0..<60 {
            outlet.minute([
                "w01018": Reading(value: 500, flag: minute < valid ? .normal : .fault),
                "w00000": Reading(value: minute < discharging ? 10 : 0),
            ])
        }
        let amount = outlet.closedHour().factor("w01018", of: outlet).amount
        #expect(amount?.validity.reason == reason)
        #expect(amount?.value?.isAbout(Double(valid) * 0.3, 1e-9) == true)
    }

    @Test(
        "an hour of which nothing is due has a mass where its water is known to stand, or the stopped minutes have one",
        arguments: [(1, false, nil), (0, true, nil), (0, false, "plant stopped")] as [(Int, Bool, String?)])
    func nothingDue(standing: Int, isKnown: Bool, reason: String?) {
        var outlet = Outlet([.stack("w01018"), .stack("w00000")])
        for minute in 0..<60 {
            let isStopped = minute >= standing
            let flow = Reading(value: isStopped ? 1 : 0, flag: isStopped && !isKnown ? .fault : .normal)
            outlet.minute(
                ["w01018": Reading(value: 500), "w00000": flow], every: 5, mark: isStopped ? .stopped : .running)
        }
        #expect(outlet.closedHour().factor("w01018", of: outlet).amount?.validity.reason == reason)
    }

    @Test(
        "hours that stand do not make a day's mass valid, and those of a stopped plant are not due",
        arguments: [0, 3, 6])
    func dayOfStandingHours(stopped: Int) throws {
        var sum = PeriodSum(plan: OutletPlan(channels: [.stack("w01018"), .stack("w00000")]))
        for index in 0..<24 {
            var outlet = Outlet([.stack("w01018"), .stack("w00000")])
            for _ in 0..<60 {
                outlet.minute(
                    ["w01018": Reading(value: 500, flag: .fault), "w00000": Reading(value: index < 18 ? 0 : 10)],
                    every: 5, mark: index >= 24 - stopped ? .stopped : .running)
            }
            sum.add(outlet.closedHour())
        }
        let day = sum.closed(.day, parts: 24, month: 11)
        let due = 6 - stopped
        #expect(day.factors[0].amount?.validity.reason == (due > 0 ? "0 valid hours of \(due) due" : nil))
        #expect(day.factors[0].amount?.value == 0)
        #expect(day.factors[1].amount?.validity == .valid)
    }

    @Test("what of an hour stands and carries nothing outlasts a restart")
    func restartOfAnHour() throws {
        var outlet = Outlet([.stack("w01018"), .stack("w00000")])
        for minute in 0..<60 {
            outlet.minute([
                "w01018": Reading(value: 500, flag: .fault), "w00000": Reading(value: minute < 15 ? 10 : 0),
            ])
        }
        let kept = try PeriodSum(plan: outlet.chain.plan, state: outlet.hour.state.map { StateLine($0.text) })
        #expect(kept == outlet.hour)
    }
}
