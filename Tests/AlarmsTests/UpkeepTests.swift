import Alarms
import Telemetry
import Testing

@Suite struct UpkeepTests {
    @Test("M1: a change is told once, a further one again, and the way back is quiet")
    func parameter() {
        var clock = TestClock()
        var desk = AlarmDesk()
        let place = desk.add(AlarmSubject(.parameterChanged, source: "cems-1", part: "slope"))
        var watch = ParameterWatch(name: "slope", registered: .number(1.02))
        func read(_ value: Double?) -> [AlarmTransition] {
            clock.advance(60)
            return desk.judge(watch.read(value.map { .number($0) }), at: place, now: clock.now)
        }
        // The registered value as a 32-bit float is no change.
        #expect(read(Double(Float(1.02))) == [])
        #expect(read(nil) == [])
        let raised = read(1.2)
        #expect(raised.map(\.kind) == [.raised])
        #expect(
            raised.first.map { AlarmMessage(zone: .china).present($0.event).en }
                == "cems-1 slope is 1.2, registered is 1.02")
        #expect(read(1.2) == [])
        // Each change is a record of its own, also while nobody has looked.
        let further = read(1.25)
        #expect(further.map(\.kind) == [.updated])
        #expect(
            further.first.map { AlarmMessage(zone: .china).present($0.event).en }
                == "cems-1 slope is 1.25, registered is 1.02")
        #expect(read(1.2).map(\.kind) == [.updated])
        let who = AlarmEvent.Acknowledgement(by: "Li", note: "", at: clock.now.wall)
        _ = desk.acknowledge(raised.first?.event.id ?? "", who, at: clock.now)
        #expect(read(1.2) == [])
        var restored = ParameterWatch(
            name: "slope", registered: .number(1.02), told: watch.told, changes: watch.changes)
        #expect(restored.read(.number(1.2)) == .unknown)
        #expect(restored == watch)
        // A damaged state must not make the count overflow.
        var damaged = ParameterWatch(name: "slope", registered: .number(1.02), changes: .max)
        #expect(damaged.read(.number(1.2)) != .unknown)
        #expect(read(1.3).map(\.kind) == [.raised])
        #expect(read(1.02) == [])
    }

    @Test("M1: a text is compared to the letter, with what is registered and with what was told")
    func text() {
        var watch = ParameterWatch(name: "i13001", registered: .text("0-200"))
        #expect(watch.read(.text("0-200")) == .clear)
        #expect(watch.read(nil) == .unknown)
        let verdict = watch.read(.text("0-250"))
        #expect(sentence(.parameterChanged, verdict).contains(" i13001 is 0-250, registered is 0-200 /"))
        #expect(watch.read(.text("0-250")) == .unknown)
        #expect(
            sentence(.parameterChanged, watch.read(.text("0-300"))).contains(" is 0-300, registered is 0-200 /"))
        #expect(watch.read(.text("0-200")) == .clear)
        #expect(watch.told == nil)
    }

    @Test(
        "a parameter is one word of a state line",
        arguments: [
            .number(1.02), .number(-3e-9), .text("0-200"), .text("-"), .text(""), .text("0 - 200 mg/m\u{B3}"),
            .text("100 %20\r\n=x"),
        ] as [ParameterValue])
    func word(value: ParameterValue) throws {
        var line = StateLine()
        line.add(word: value.word)
        line.add(7)
        #expect(!line.text.unicodeScalars.contains("\n"))
        line = StateLine(line.text)
        let word = try line.word()
        #expect(word.flatMap(ParameterValue.init) == value)
        #expect(try line.integer() == 7)
    }

    @Test("M2 is recorded and done")
    func event() {
        var desk = AlarmDesk()
        let place = desk.add(AlarmSubject(.gatewayEvent, source: "gateway", part: "restart"))
        let verdict = GatewayEvent.verdict(BilingualText(en: "program restarted", zh: "程序重启"))
        #expect(desk.judge(verdict, at: place, now: TestClock().now).map(\.kind) == [.raised, .closed])
        #expect(desk.active.isEmpty)
    }

    @Test(
        "M4: maintenance six hours, a fault twelve, then five working days",
        arguments: [
            (.maintenance, 6 * 60, nil), (.maintenance, 6 * 60 + 1, 0), (.fault, 12 * 60, nil),
            (.fault, 12 * 60 + 1, 0),
            // From Monday 1 June 2026, 10:00, five working days end on Monday the 8th.
            (.fault, 7 * 24 * 60, 0), (.fault, 7 * 24 * 60 + 1, 1),
        ] as [(OutageTimer.Kind, Int, Int?)])
    func outage(kind: OutageTimer.Kind, minutes: Int, expected: Int?) {
        var timer = OutageTimer(kind)
        let start = at(6, 1, 10)
        #expect(timer.judge(isOut: true, zone: .china, at: start) == .clear)
        // A restart keeps only the beginning.
        timer = OutageTimer(kind, since: timer.since)
        let verdict = timer.judge(isOut: true, zone: .china, at: start + .seconds(minutes * 60))
        #expect(step(verdict) == expected)
        if expected != nil { #expect(!sentence(.longOutage, verdict).contains("?")) }
        #expect(timer.judge(isOut: false, zone: .china, at: start) == .clear)
        #expect(timer.since == nil)
    }

    @Test("M4 of an instrument: the longest is told, what nobody hears of stays as it was")
    func instrument() {
        var outage = InstrumentOutage(.maintenance, of: ["a21026", "a21003"])
        let start = at(6, 1, 10)
        func judge(_ isOut: [Bool?], _ minutes: Int) -> Verdict {
            let now = start + .seconds(minutes * 60)
            return outage.judge(isOut, from: now - .seconds(60), zone: .china, at: now)
        }
        #expect(judge([false, nil], 1) == .clear)
        #expect(judge([nil, nil], 2) == .unknown)
        #expect(judge([true, false], 61) == .clear)
        #expect(judge([true, true], 91) == .clear)
        guard case .holds(let evidence) = judge([true, true], 421) else { return #expect(Bool(false)) }
        #expect(evidence.value == Double(361 * 60))
        #expect(
            sentence(.longOutage, .holds(evidence)).contains(" is in maintenance for 6 h 1 min: SO2 (a21026) /"))
        #expect(sentence(.longOutage, judge([true, true], 452)).contains(": SO2 (a21026), NO (a21003) /"))
        #expect(sentence(.longOutage, judge([false, nil], 453)).contains(": NO (a21003) /"))
        #expect(judge([nil, nil], 454) == .unknown)
        // After a restart only the beginnings are known.
        var restored = InstrumentOutage(.maintenance, of: ["a21026", "a21003"])
        restored.restore(since: start, of: "a21003")
        #expect(restored.judge([false, nil], from: start, zone: .china, at: start) == .unknown)
        #expect(restored.judge([false, false], from: start, zone: .china, at: start) == .clear)
    }

    @Test(
        "working days leave out Saturday and Sunday",
        arguments: [(5, 5, 1, 5, 8), (6, 6, 1, 6, 8), (6, 5, 5, 6, 12), (6, 7, 1, 6, 8)])
    func workingDays(month: Int, day: Int, days: Int, toMonth: Int, toDay: Int) {
        // 5 May 2026 is a Tuesday, 5 June a Friday.
        let expected = month == 5 ? at(5, 6, 9) : at(toMonth, toDay, 9)
        #expect(ZoneRules.china.instant(after: days, workingDaysFrom: at(month, day, 9)) == expected)
    }

    @Test("M5: half, four fifths, all of the ceiling; a new year begins anew")
    func exemption() {
        var counter = ExemptionCounter(name: BilingualText(en: "start-up hours", zh: "启炉小时"), ceiling: 60)
        for (amount, expected) in [(29.9, nil), (0.1, 0), (17.9, 0), (0.1, 1), (12, 2), (-5, 2), (.nan, 2)]
            as [(Double, Int?)]
        {
            let verdict = counter.add(amount, in: 2026)
            #expect(step(verdict) == expected)
            if expected != nil { #expect(!sentence(.exemption, verdict).contains("?")) }
        }
        var restored = ExemptionCounter(name: counter.name, ceiling: 60, used: counter.used, period: counter.period)
        #expect(step(restored.add(0, in: 2026)) == 2)
        #expect(restored.add(0, in: 2027) == .clear)
        #expect(restored.used == 0)
    }
}
