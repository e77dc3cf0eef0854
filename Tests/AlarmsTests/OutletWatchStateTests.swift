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

    @Test("a limit of another quantity that is added meanwhile does not end the hour of the others")
    func addedQuantity() throws {
        var desk = AlarmDesk()
        var watch = makeWatch(&desk)
        #expect(run(&watch, &desk, from: 0, Array(repeating: nil, count: 12)).isEmpty)
        let more = [
            Limit(statistic: .hour, of: .measured, maximum: 35), Limit(statistic: .hour, of: .mass, maximum: 5),
        ]
        var (next, nextDesk) = try restarted(watch, desk, limits: more)
        #expect(run(&next, &nextDesk, from: 12, Array(repeating: nil, count: 10)) == ["D4 15"])
        // And back, with the second quantity in the state.
        let (last, _) = try restarted(next, nextDesk)
        #expect(last.state.text != watch.state.text)
    }

    @Test("the water of a meter that was silent for hours can be read back")
    func silentMeter() throws {
        func make(_ desk: inout AlarmDesk) -> OutletWatch {
            var factor = OutletWatch.Factor(
                traits: FactorTraits(code: "w01018"), limits: [Limit(statistic: .hour, of: .measured, maximum: 35)])
            factor.isWeighted = true
            return OutletWatch(
                outlet: "outfall", factors: [factor], calendar: PeriodCalendar(zone: .china), desk: &desk)
        }
        var desk = AlarmDesk()
        var watch = make(&desk)
        var minute = FactorMinute(average: 30)
        minute.water = 12
        minute.waterParts = 180
        let now = Moment(wall: at(6, 1, 10), uptime: .zero)
        _ = watch.minute(
            MinuteFacts(start: at(6, 1, 10), factors: [minute]), in: LimitScene(instant: at(6, 1, 10)), at: now,
            desk: &desk)
        var next = make(&desk)
        try next.restore(StateLine(watch.state.text))
        #expect(next.state.text == watch.state.text)
    }

    @Test("minutes that an amount of a meter may still make good outlast a restart")
    func openMinutes() throws {
        func make(_ desk: inout AlarmDesk) -> OutletWatch {
            let factor = OutletWatch.Factor(
                traits: FactorTraits(code: "w01018"), limits: [Limit(statistic: .hour, of: .total, maximum: 35)])
            return OutletWatch(
                outlet: "outfall", factors: [factor], calendar: PeriodCalendar(zone: .china), desk: &desk)
        }
        func next(_ watch: inout OutletWatch, _ desk: inout AlarmDesk, _ index: Int, isValid: Bool) -> [AlarmTransition]
        {
            var minute = FactorMinute(average: 30)
            let isRead = index == 29
            minute.awaitsMeter = !isRead
            minute.massStanding = .init(isValid: isRead && isValid, culprit: isRead ? nil : "w00000")
            minute.massParts = isRead ? 30 : 1
            let start = at(6, 1, 10) + .seconds(60 * index)
            return watch.minute(
                MinuteFacts(start: start, factors: [minute]), in: LimitScene(instant: start),
                at: Moment(wall: start, uptime: .zero), desk: &desk)
        }
        var desk = AlarmDesk()
        var watch = make(&desk)
        for index in 0..<29 { #expect(next(&watch, &desk, index, isValid: false).isEmpty) }
        for isValid in [true, false] {
            var desk = AlarmDesk()
            var restarted = make(&desk)
            try restarted.restore(StateLine(watch.state.text))
            #expect(restarted.state.text == watch.state.text)
            #expect(next(&restarted, &desk, 29, isValid: isValid).isEmpty == isValid)
        }
    }

    /// Closes bad minutes of 10:00 and on, of which those in `silent` lie under a silence that D1 tells; the minutes of D4.
    private func lose(
        _ watch: inout OutletWatch, _ desk: inout AlarmDesk, _ minutes: Range<Int>, silent: Range<Int>
    ) -> [Int] {
        minutes.filter { index in
            let start = at(6, 1, 10) + .seconds(60 * index)
            var minute = FactorMinute(average: nil, flag: .fault)
            // It is noticed a minute after its beginning.
            if silent.dropFirst().contains(index) {
                minute.silentSince = at(6, 1, 10) + .seconds(60 * silent.lowerBound)
            }
            let facts = MinuteFacts(start: start, factors: [minute])
            let now = Moment(wall: start + .seconds(60), uptime: .zero + .seconds(60 * index))
            let transitions = watch.minute(facts, in: LimitScene(instant: start), at: now, desk: &desk)
            return transitions.contains { $0.kind == .raised && $0.event.subject.rule == .incompleteHour }
        }
    }

    @Test(
        "an hour lost to a silence that D1 tells needs no D4; one lost to more does, once data come again",
        arguments: [
            (0..<60, []), (0..<16, []), (30..<60, [15]), (0..<14, [15]), (10..<20, [20]), (10..<26, []),
        ] as [(Range<Int>, [Int])])
    func silence(silent: Range<Int>, raised: [Int]) {
        var desk = AlarmDesk()
        var watch = makeWatch(&desk)
        let bad = silent.upperBound == 16 || silent.upperBound == 26 ? 0..<silent.upperBound : 0..<60
        #expect(lose(&watch, &desk, bad, silent: silent) == raised)
    }

    @Test("what D1 has told of the hour is known after a restart")
    func silenceOverRestart() throws {
        var desk = AlarmDesk()
        var watch = makeWatch(&desk)
        #expect(lose(&watch, &desk, 0..<16, silent: 0..<16) == [])
        var (next, nextDesk) = try restarted(watch, desk)
        #expect(lose(&next, &nextDesk, 16..<60, silent: 0..<16) == [])
        // A state of an earlier version knows nothing of it.
        let words = watch.state.text.split(separator: " ").dropLast(2).joined(separator: " ")
        var earlierDesk = AlarmDesk()
        var earlier = makeWatch(&earlierDesk)
        try earlier.restore(StateLine(words))
        #expect(lose(&earlier, &earlierDesk, 16..<17, silent: 0..<0) == [16])
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
