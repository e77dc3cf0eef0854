import Alarms
import Emissions
import Telemetry
import Testing

/// What rules of the running hour know, over a restart.
@Suite struct OutletWatchStateTests {
    private func makeWatch(_ desk: inout AlarmDesk, limits: [Limit]? = nil) -> OutletWatch {
        let limits = limits ?? [Limit(statistic: .hour, of: .measured, maximum: 35)]
        return OutletWatch(
            outlet: "stack-1", factors: [.init(traits: FactorTraits(code: "a21026"), limits: limits)],
            calendar: PeriodCalendar(zone: .china), desk: &desk)
    }

    /// Closes the minutes of 10:00 and on with `values`; what was raised, with its minute.
    private func run(
        _ watch: inout OutletWatch, _ desk: inout AlarmDesk, from minute: Int, _ values: [Double?]
    ) -> [String] {
        var raised: [String] = []
        for (index, value) in values.enumerated() {
            let start = at(6, 1, 10) + .seconds(60 * (minute + index))
            let facts = MinuteFacts(
                start: start, factors: [FactorMinute(average: value, flag: value == nil ? .fault : .normal)])
            let now = Moment(wall: start + .seconds(60), uptime: .zero + .seconds(60 * (minute + index)))
            let transitions = watch.minute(facts, in: LimitScene(instant: start), at: now, desk: &desk)
            raised += transitions.filter { $0.kind == .raised }.map {
                "\($0.event.subject.rule.rawValue) \(minute + index)"
            }
        }
        return raised
    }

    private func restarted(_ watch: OutletWatch, _ desk: AlarmDesk, limits: [Limit]? = nil) throws -> (
        OutletWatch, AlarmDesk
    ) {
        var newDesk = AlarmDesk(stateText: desk.stateText)
        var newWatch = makeWatch(&newDesk, limits: limits)
        try newWatch.restore(StateLine(watch.state.text))
        return (newWatch, newDesk)
    }

    @Test("the hour goes on with its bad minutes: D4 comes with the same minute as without the restart")
    func completeness() throws {
        var desk = AlarmDesk()
        var watch = makeWatch(&desk)
        #expect(run(&watch, &desk, from: 0, Array(repeating: nil, count: 12)).isEmpty)
        var (next, nextDesk) = try restarted(watch, desk)
        #expect(run(&next, &nextDesk, from: 12, Array(repeating: nil, count: 10)) == ["D4 15"])
        // Without the state nothing is said in this hour.
        desk = AlarmDesk()
        watch = makeWatch(&desk)
        #expect(run(&watch, &desk, from: 12, Array(repeating: nil, count: 40)).isEmpty)
    }

    @Test("minutes while the gateway was off are bad ones")
    func offMinutes() throws {
        var desk = AlarmDesk()
        var watch = makeWatch(&desk)
        _ = run(&watch, &desk, from: 0, Array(repeating: nil, count: 6))
        var (next, nextDesk) = try restarted(watch, desk)
        #expect(run(&next, &nextDesk, from: 15, [20, nil]) == ["D4 16"])
    }

    @Test("the forecast goes on with the sum of its hour")
    func forecast() throws {
        let hot = Array(repeating: 34.9 as Double?, count: 30)
        var desk = AlarmDesk()
        var watch = makeWatch(&desk)
        #expect(run(&watch, &desk, from: 0, hot).isEmpty)
        var (next, nextDesk) = try restarted(watch, desk)
        #expect(run(&next, &nextDesk, from: 30, Array(repeating: 36, count: 10)) == ["L4 34"])
        // The same without the hot half hour before.
        var (other, otherDesk) = (watch, desk)
        #expect(run(&other, &otherDesk, from: 30, Array(repeating: 36, count: 10)) == ["L4 34"])
    }

    @Test("a state of other limits or no state at all changes nothing")
    func others() throws {
        var desk = AlarmDesk()
        var watch = makeWatch(&desk)
        _ = run(&watch, &desk, from: 0, Array(repeating: nil, count: 12))
        let limits = [Limit(statistic: .day, of: .measured, maximum: 35)]
        var (next, nextDesk) = try restarted(watch, desk, limits: limits)
        #expect(run(&next, &nextDesk, from: 12, Array(repeating: nil, count: 20)).isEmpty)
        let before = next.state.text
        #expect(throws: StateLine.Unreadable.self) { try next.restore(StateLine("1 2")) }
        #expect(next.state.text == before)
    }
}
