import Alarms
import Emissions
import Telemetry
import Testing

/// The step of a verdict that holds, nil of one that does not.
func step(_ verdict: Verdict) -> Int? {
    if case .holds(let evidence) = verdict { evidence.step } else { nil }
}

/// What an alarm of `rule` says with this verdict, in both languages; a fact that is missing shows as `?`.
func sentence(_ rule: RuleID, _ verdict: Verdict, factor: String? = nil) -> String {
    var settings = RuleSettings(rule)
    settings.onDelay = .zero
    settings.isEnabled = true
    var life = AlarmLifecycle(subject: AlarmSubject(rule, source: "stack-1", factor: factor))
    let transitions = life.judge(verdict, by: settings, at: TestClock().now)
    return transitions.first.map { said($0) } ?? "?"
}

/// The same of a transition that is there.
func said(_ transition: AlarmTransition) -> String {
    let text = AlarmMessage(zone: .china).present(transition.event)
    return text.en + " / " + text.zh
}

private func uptime(_ seconds: Double) -> Uptime { .zero + .milliseconds(Int64(seconds * 1_000)) }

@Suite struct LinksTests {
    @Test(
        "D1 waits for the gap, and for three polls of a slow device",
        arguments: [(60, 5, 59.9, nil), (60, 5, 60, 0), (60, 30, 89.9, nil), (60, 30, 90, 0), (1, 0, 1, 0)]
            as [(Int, Int, Double, Int?)])
    func silence(gap: Int, poll: Int, after: Double, expected: Int?) {
        var watch = SilenceWatch.data(gap: .seconds(gap), poll: .seconds(poll), at: .zero)
        #expect(step(watch.verdict(at: uptime(after))) == expected)
        watch.good(at: uptime(after))
        #expect(watch.verdict(at: uptime(after + 0.5)) == .clear)
    }

    @Test(
        "D1 learns how often an instrument sends, and forgets one outage",
        arguments: [
            ([0, 5, 10, 15], 59.9, nil), ([0, 5, 10, 15], 60, 0),
            ([0, 60, 120], 149.9, nil), ([0, 60, 120], 150, 0),
            ([0, 0.2, 0.4], 60, 0),
            ([0, 5, 605, 610], 60, 0), ([0, 3_600], 8_999, nil), ([0, 3_600], 9_000, 0),
        ] as [([Double], Double, Int?)])
    func learntPace(uploads: [Double], after: Double, expected: Int?) {
        var watch = SilenceWatch.data(learnsPace: true, at: .zero)
        for upload in uploads { watch.good(at: uptime(upload)) }
        let last = uploads[uploads.count - 1]
        #expect(step(watch.verdict(at: uptime(last + after))) == expected)
        #expect(watch.end > uptime(last + after) || expected != nil)

        var polled = SilenceWatch.data(at: .zero)
        for upload in uploads { polled.good(at: uptime(upload)) }
        #expect(step(polled.verdict(at: uptime(last + 60))) == 0)
    }

    @Test("every sentence has all its facts")
    func sentences() {
        var errors = ErrorShare()
        var hour = HourCompleteness(NeededParts(.everyMinute))
        var delivery = DeliveryWatch()
        _ = delivery.judge(owed: [.init(sequence: 1, start: at(6, 1, 10))], at: .zero)
        let verdicts: [(RuleID, Verdict)] = [
            (.silence, SilenceWatch.data(at: .zero).verdict(at: uptime(60))),
            (
                .errorShare,
                errors.judge(requests: 30, errors: 30, reason: BilingualText(en: "crc", zh: "crc"), at: .zero)
            ),
            (.staleData, SilenceWatch.stamp(cycle: .seconds(60), at: .zero).verdict(at: uptime(120))),
            (.incompleteHour, hour.minute(isValid: false, until: at(6, 1, 11))),
            (.undeliveredHour, delivery.judge(owed: [.init(sequence: 1, start: at(6, 1, 10))], at: uptime(901))),
            (.uplinkDown, SilenceWatch.uplink(at: .zero).verdict(at: uptime(60))),
            (.oldBacklog, GatewayHealth.backlog(age: .seconds(7_200))),
            (.rateForecast, RateForecast(dueInMonth: 720, due: 400, valid: 340).verdict),
            (.clockOffset, GatewayHealth.clock(offset: .seconds(-31))),
            (.storageTrouble, StorageHealth(freeShare: 0.04).verdict),
            (
                .recordRefused,
                GatewayHealth.refused(records: "4711", reason: .init(verbatim: "packet too large"), count: 2)
            ),
        ]
        for (rule, verdict) in verdicts {
            #expect(!sentence(rule, verdict).contains("?"), "\(sentence(rule, verdict))")
        }
        #expect(
            sentence(.clockOffset, GatewayHealth.clock(offset: .seconds(-31)))
                == "stack-1 clock is 31 s off / stack-1 时钟偏差 31 s")
    }

    @Test("D1 says why, until something good comes")
    func reason() {
        var watch = SilenceWatch.data(at: .zero)
        watch.failed("timeout")
        guard case .holds(let evidence) = watch.verdict(at: uptime(70)) else {
            Issue.record("70 s are more than 60")
            return
        }
        #expect(evidence.facts[.reason] == .text("timeout"))
        #expect(evidence.facts[.length] == .length(.seconds(70)))
    }

    @Test("D3 waits for two cycles of a stamp that stands")
    func stale() {
        var watch = SilenceWatch.stamp(cycle: .seconds(3_600), at: .zero)
        #expect(step(watch.verdict(at: uptime(7_199))) == nil)
        #expect(step(watch.verdict(at: uptime(7_200))) == 0)
        watch.good(at: uptime(7_200))
        #expect(step(watch.verdict(at: uptime(14_399))) == nil)
    }

    @Test(
        "D6 warns after a minute and is an alarm after ten",
        arguments: [(59.9, nil), (60, 0), (599, 0), (600, 1)] as [(Double, Int?)])
    func uplink(after: Double, expected: Int?) {
        let watch = SilenceWatch.uplink(at: .zero)
        #expect(step(watch.verdict(at: uptime(after))) == expected)
    }

    @Test("D6 through its life: raised, worse, closed by one acknowledgement")
    func uplinkLife() {
        var clock = TestClock()
        var watch = SilenceWatch.uplink(at: clock.now.uptime)
        var desk = AlarmDesk()
        let place = desk.add(AlarmSubject(.uplinkDown, source: "province"))
        var happened: [String] = []
        for second in 1...700 {
            clock.advance(1)
            if second == 650 { watch.good(at: clock.now.uptime) }
            happened += desk.judge(watch.verdict(at: clock.now.uptime), at: place, now: clock.now).map {
                "\(second) \($0.kind) \($0.event.severity)"
            }
        }
        #expect(happened == ["60 raised warning", "600 updated alarm", "650 closed alarm"])
    }

    @Test("D2: more than 5 % of enough requests within ten minutes, whenever they were counted")
    func errors() {
        var share = ErrorShare()
        #expect(share.judge(requests: 19, errors: 19, at: .zero) == .unknown)
        #expect(step(share.judge(requests: 1, errors: 0, at: uptime(1))) == 0)
        share = ErrorShare()
        #expect(share.judge(requests: 100, errors: 5, at: .zero) == .clear)
        #expect(step(share.judge(requests: 100, errors: 6, at: uptime(60))) == 0)
        #expect(share.judge(requests: 21, errors: 0, at: uptime(599)) == .clear)
        // The minute with five errors leaves the window, then the one with six.
        #expect(share.judge(requests: 0, errors: 0, at: uptime(600)) == .clear)
        #expect(step(share.judge(requests: 0, errors: 0, at: uptime(659))) == nil)
        #expect(share.judge(requests: 0, errors: 0, at: uptime(660)) == .clear)
        #expect(share.judge(requests: -1, errors: 7, at: uptime(661)) == .clear)
        #expect(share.judge(requests: 0, errors: 0, at: uptime(9_000)) == .unknown)
    }

    @Test(
        "D4 knows with the 16th bad minute; minutes of a standing plant are not due",
        arguments: [(15, false), (16, true)])
    func completeness(bad: Int, fires: Bool) {
        var hour = HourCompleteness()
        #expect(hour.begin() == .clear)
        var verdict = Verdict.clear
        for _ in 0..<20 { verdict = hour.minute(isValid: false, isDue: false, until: at(6, 1, 11)) }
        #expect(verdict == .unknown)
        for _ in 0..<bad { verdict = hour.minute(isValid: false, until: at(6, 1, 11)) }
        #expect((step(verdict) != nil) == fires)
        #expect(hour.begin() == .clear)
        #expect(hour.minute(isValid: false, until: at(6, 1, 12)) == .unknown)
    }

    @Test("D5: an hour may take a quarter of an hour; one that is on its way ends no alarm")
    func delivery() {
        let hours = (0..<4_000).map { DeliveryWatch.Hour(sequence: Int64($0), start: at(6, 1) + .seconds($0 * 3_600)) }
        var watch = DeliveryWatch()
        #expect(watch.judge(owed: [hours[10]], at: .zero) == .between)
        #expect(watch.judge(owed: [hours[10]], at: uptime(900)) == .between)
        #expect(step(watch.judge(owed: [hours[10]], at: uptime(901))) == 0)
        guard case .holds(let evidence) = watch.judge(owed: [hours[10], hours[11]], at: uptime(3_600)) else {
            Issue.record("10 h is late")
            return
        }
        #expect(evidence.value == 1)
        #expect(watch.judge(owed: [hours[11]], at: uptime(4_500)) == .between)
        #expect(watch.judge(owed: [], at: uptime(4_501)) == .clear)
        _ = watch.judge(owed: hours, at: .zero)
        guard case .holds(let many) = watch.judge(owed: hours, at: uptime(1_000)) else {
            Issue.record("they are late")
            return
        }
        #expect(many.value == Double(DeliveryWatch.capacity))
    }

    @Test(
        "D8: of what is left of a month half may be lost before it is told",
        arguments: [(4, 0, true), (4, 1, false), (72, 65, true), (72, 68, true), (72, 69, false), (10, 10, false)])
    func lateStart(due: Int, valid: Int, fires: Bool) {
        // The gateway came 72 hours before the end of the month: 7 hours may be lost.
        #expect((step(RateForecast(dueInMonth: 72, due: due, valid: valid).verdict) != nil) == fires)
    }

    @Test(
        "D7: an hour, six hours",
        arguments: [(nil, nil), (3_599, nil), (3_600, 0), (21_599, 0), (21_600, 1)] as [(Int?, Int?)])
    func backlog(seconds: Int?, expected: Int?) {
        #expect(step(GatewayHealth.backlog(age: seconds.map { .seconds($0) })) == expected)
    }

    @Test(
        "D9: five seconds, thirty, backwards",
        arguments: [(5.0, nil), (-5.1, 0), (30, 0), (30.1, 1), (-31, 1)] as [(Double, Int?)])
    func clock(offset: Double, expected: Int?) {
        #expect(step(GatewayHealth.clock(offset: .milliseconds(Int64(offset * 1_000)))) == expected)
        #expect(step(GatewayHealth.clock(offset: .zero, wentBack: .seconds(1))) == 1)
        #expect(GatewayHealth.clock(offset: nil) == .unknown)
    }

    @Test(
        "D10: trouble, no room, a full disk, scarce room, slow writing, a held log, no tidying; of several the worst",
        arguments: [
            (.init(freeShare: 0.1), nil, ""), (.init(freeShare: 0.099), 0, "9.9 % of the disk"),
            (.init(freeShare: 0.05), 0, "5 % of the disk"), (.init(freeShare: 0.049), 1, "4.9 % of the disk"),
            (.init(trouble: .init(verbatim: "disk full"), freeShare: 0.5), 2, "(disk full)"),
            (.init(freeShare: 0.5, latency: .milliseconds(4_999)), nil, ""),
            (.init(latency: .seconds(5)), 0, "takes 5 s"),
            (.init(freeShare: 0.5, isScarce: true), 0, "nearly taken"),
            (.init(freeShare: 0.5, isLogHeld: true), 0, "another program keeps the journal open"),
            (.init(freeShare: 0.5, keepingTrouble: .init(verbatim: "disk I/O error")), 0, "deleted (disk I/O error)"),
            (.init(freeShare: 0.5, keepingTrouble: .init(verbatim: "x"), isScarce: true), 0, "nearly taken"),
            (.init(freeShare: 0.04, isScarce: true), 1, "4 % of the disk"),
            (.init(freeShare: 0.04, isScarce: true, isExhausted: true), 1, "being deleted"),
            (
                .init(trouble: .init(verbatim: "disk full"), freeShare: 0, isScarce: true, isExhausted: true), 2,
                "(disk full)"
            ),
        ] as [(StorageHealth, Int?, String)])
    func storage(health: StorageHealth, expected: Int?, words: String) {
        #expect(step(health.verdict) == expected)
        if expected != nil { #expect(sentence(.storageTrouble, health.verdict).contains(words)) }
    }

    @Test(
        "D10: a journal that lost records says what became of it",
        arguments: [
            (.damaged(movedTo: "/x"), "damaged; it was moved to /x"), (.missing, "was missing; a new one"),
            (.older(nextNumber: 201), "newest records of the journal are missing"),
            (.uncertain(nextNumber: 201), "goes on at number 201"),
        ] as [(StorageLoss, String)])
    func loss(loss: StorageLoss, words: String) {
        let verdict = StorageHealth.lost(loss)
        #expect(step(verdict) == 2)
        #expect(sentence(.storageTrouble, verdict).contains(words))
    }

    @Test(
        "D8: so many more hours may be lost",
        arguments: [(400, 400, 73), (400, 352, 25), (400, 351, 24), (400, 328, 1), (400, 327, 0)])
    func rate(due: Int, valid: Int, left: Int) {
        // 10 % of 720 hours are 72; the 73rd brings the month under 90 %.
        let forecast = RateForecast(dueInMonth: 720, due: due, valid: valid)
        #expect(forecast.hoursToLose == left)
        #expect((step(forecast.verdict) != nil) == (left <= 24))
        #expect(RateForecast(dueInMonth: 0, due: 0, valid: 0).verdict == .clear)
    }
}

extension ValidityRules {
    /// An hour that needs all of its minutes.
    fileprivate static var everyMinute: ValidityRules {
        var rules = ValidityRules()
        rules.minutes = 60
        return rules
    }
}

@Suite("Hours of what a meter counts")
struct MeteredHourTests {
    private func hour(_ minutes: Int, reading every: Int, isValid: Bool = true) -> [Bool] {
        var hour = HourCompleteness()
        return (0..<minutes).map { index in
            let isRead = index % every == every - 1
            let verdict = hour.minute(
                isValid: isRead && isValid, culprit: isRead ? nil : "w00000", makesGood: isRead ? every - 1 : 0,
                isOpen: !isRead, until: at(6, 1))
            if case .holds = verdict { return true }
            return false
        }
    }

    @Test(
        "a meter that is read each half hour makes good the minutes before, and loses them with a concentration at fault"
    )
    func slowMeter() {
        #expect(!hour(60, reading: 30).contains(true))
        #expect(hour(60, reading: 30, isValid: false).firstIndex(of: true) == 29)
    }
}
