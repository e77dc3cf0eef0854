import Emissions
import Telemetry
import Testing

/// Sources slower than a minute: docs/calculation.md, section 2.
@Suite("Slow sources")
struct SlowSourceTests {
    /// Wet SO₂ that is read every two minutes, beside a humidity that is read all the time.
    private func outlet() -> Outlet {
        Outlet([
            .stack("a21026") {
                $0.basis.moisture = .wet
                $0.interval = 120
            }, .stack("a01014"),
        ])
    }

    private func humidity(_ flag: DataFlag) -> [(second: Int, Reading)] {
        (0..<12).map { ($0 * 5, Reading(value: 8, flag: flag)) }
    }

    @Test("a minute between two samples lacks what the last one lacked")
    func lacking() {
        var outlet = outlet()
        let sample: [(second: Int, Reading)] = [(1, Reading(value: 92))]
        var minutes: [FactorPeriod] = []
        for minute in 0..<60 {
            let period = outlet.minute([
                "a21026": minute % 2 == 0 ? sample : [], "a01014": humidity(minute < 10 ? .normal : .fault),
            ])
            minutes.append(period.factor("a21026", of: outlet))
        }
        #expect(minutes[..<10].allSatisfy { $0.validity == .valid && $0.measured.average == 100 })
        for minute in minutes[12...] {
            #expect(minute.validity.reason == "no valid a01014")
            #expect(minute.measured.average == nil && minute.measured.minimum == nil)
            #expect(minute.measured.flag == .normal && minute.measured.count == 0)
            #expect(minute.absence == "no valid a01014")
        }
        let hour = outlet.closedHour().factor("a21026", of: outlet)
        #expect(hour.measured.flag == .normal)
        #expect(hour.validity.reason == "10 valid minutes")
    }

    @Test("so it does after a restart, until a sample can be computed, or none comes for longer than the interval")
    func restart() throws {
        var outlet = outlet()
        outlet.minute(["a21026": [(1, Reading(value: 92))], "a01014": humidity(.fault)])
        var next = Outlet(outlet.chain.plan.channels)
        try next.chain.restore(outlet.chain.state.map { StateLine($0.text) })
        next.minutes = outlet.minutes
        let between = next.minute(["a01014": humidity(.normal)]).factor("a21026", of: next)
        #expect(between.validity.reason == "no valid a01014")
        var other = next
        let late = next.minute(["a01014": humidity(.normal)]).factor("a21026", of: next)
        #expect(late.measured.flag == .noCommunication)
        let computed = other.minute(["a21026": [(1, Reading(value: 92))], "a01014": humidity(.normal)])
        #expect(computed.factor("a21026", of: other).validity == .valid)
        let held = other.minute(["a01014": humidity(.normal)]).factor("a21026", of: other)
        #expect(held.measured.average == 100 && held.validity == .valid)
    }

    @Test("what is computed of a slow source lacks the same: velocity of a pitot tube")
    func velocity() {
        var outlet = Outlet([
            .stack("a01017") { $0.interval = 120 },
            .stack("a01011") {
                $0.origin = .pitot
                $0.interval = 120
            }, .stack("a01012"),
        ])
        for minute in 0..<4 {
            let period = outlet.minute([
                "a01017": minute % 2 == 0 ? [(1, Reading(value: 0.09))] : [],
                "a01012": [(0, Reading(value: 100, flag: .fault))],
            ])
            #expect(period.factor("a01017", of: outlet).validity == .valid)
            #expect(period.factor("a01011", of: outlet).validity.reason == "no valid a01012")
        }
    }
}
