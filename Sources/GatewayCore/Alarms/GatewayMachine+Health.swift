package import Alarms
package import Telemetry

/// What the program tells about links, disk, clock and itself; rules D2, D5, D7 to D12 and M2.
extension GatewayMachine {
    // MARK: Links

    /// How the requests of a Modbus device have ended so far; told every few seconds.
    package mutating func judgeRequests(
        bus: Int, device: Int, _ count: RequestCount, at now: Uptime, wall: WallInstant
    ) -> [Action] {
        judge(count, of: \.health.devices[bus][device], [devices[bus][device].source], now, wall)
    }

    /// How the frames of the line have ended that `instrument` is the first of.
    package mutating func judgeRequests(
        instrument: Int, _ count: RequestCount, at now: Uptime, wall: WallInstant
    ) -> [Action] {
        let sources = health.lineMates[instrument].map { instruments[$0].source }
        return judge(count, of: \.health.instruments[instrument], sources, now, wall)
    }

    /// Failures are looked at when something good has come after them: that nothing does is told by rule D1, and what
    /// failed in such a silence proves nothing of the time afterwards.
    private mutating func judge(
        _ count: RequestCount, of requests: WritableKeyPath<GatewayMachine, HealthAlarms.Requests>,
        _ sources: [SourceMachine], _ now: Uptime, _ wall: WallInstant
    ) -> [Action] {
        if sources.allSatisfy(\.isSilent) {
            self[keyPath: requests].counted = count
            self[keyPath: requests].share = ErrorShare()
            return []
        }
        guard sources.contains(where: { $0.lastGood > self[keyPath: requests].judgedAt }) else { return [] }
        let new = count.since(self[keyPath: requests].counted)
        self[keyPath: requests].counted = count
        self[keyPath: requests].judgedAt = now
        let verdict = self[keyPath: requests].share.judge(
            requests: new.requests, errors: new.failures, reason: count.reason, at: now)
        return judged(verdict, self[keyPath: requests].place, now, wall)
    }

    /// Why an uplink does not come about, or has ended; for the sentence of rule D6.
    package mutating func uplinkFailed(_ uplink: Int, because reason: BilingualText) {
        uplinks[uplink].silence.failed(reason)
    }

    /// Why nothing can come from an instrument; for the sentence of rule D1.
    package mutating func instrumentFailed(_ instrument: Int, because reason: BilingualText) {
        instruments[instrument].voice.failed(because: reason)
    }

    /// Gives the alarm of an instrument's silence its present reason, before it is judged.
    mutating func explainSilence(ofInstrument instrument: Int, at now: Uptime) {
        // Most bring data all the time.
        guard now - instruments[instrument].source.lastGood >= configuration.alarms.instrumentGap,
            let reason = reasonOfSilence(ofInstrument: instrument, at: now)
        else { return }
        instruments[instrument].source.failed(because: reason)
    }

    /// What an uplink owes: how long its oldest record has been waiting (nil: nothing waits), and the hour records that
    /// it carries and that are not acknowledged, oldest first. Told once a minute.
    package mutating func uplinkOwes(
        _ uplink: Int, oldest age: Duration?, hours: [DeliveryWatch.Hour], at now: Uptime, wall: WallInstant
    ) -> [Action] {
        var actions = judged(GatewayHealth.backlog(age: age), health.uplinks[uplink].backlogPlace, now, wall)
        if let place = health.uplinks[uplink].deliveryPlace {
            actions += judged(health.uplinks[uplink].deliveries.judge(owed: hours, at: now), place, now, wall)
        }
        return actions
    }

    /// The broker of an uplink refuses records, which were set aside.
    package mutating func recordsRefused(
        by uplink: Int, _ notice: SetAsideNotice, at now: Uptime, wall: WallInstant
    ) -> [Action] {
        let place = health.uplinks[uplink].refusalPlace
        let known = alarms.desk.event(at: place)
        // The same record is tried again from time to time.
        let (first, last) = (notice.numbers.lowerBound, notice.numbers.upperBound)
        let records = first == last ? "\(first)" : "\(first)–\(last)"
        if known?.facts[.parameter] == .text(records) { return [] }
        // Taken from the alarm, so that counting goes on after a restart.
        let verdict = GatewayHealth.refused(
            records: records, reason: notice.reason.words, count: (known?.count ?? 0) + notice.count)
        return judged(verdict, place, now, wall)
    }

    /// Whether another client uses the client identifier of an uplink, or seems to; nil: no longer.
    package mutating func identifierIsShared(
        _ uplink: Int, _ clientID: String, _ finding: TakeoverWatch.Finding?, at now: Uptime, wall: WallInstant
    ) -> [Action] {
        let verdict = finding.map {
            GatewayHealth.sharedIdentifier(clientID, isCertain: $0.isCertain, count: $0.count)
        }
        return judged(verdict ?? .clear, health.uplinks[uplink].identifierPlace, now, wall)
    }

    /// Whether the month of an outlet will miss its effective rate, looked at when an hour has closed.
    mutating func judgeRate(outlet: Int, through hour: WallInstant, at now: Moment, to actions: inout [Action]) {
        // Without a platform nothing is due. That a first day lacks hours is no news on that day.
        guard !configuration.uplinks.isEmpty, !outlets[outlet].rates.isOfPartialDay(hour) else { return }
        let month = outlets[outlet].rates.month(through: hour)
        let forecast = RateForecast(dueInMonth: month.dueInMonth, due: month.due, valid: month.valid)
        actions += judged(forecast.verdict, health.ratePlaces[outlet], now.uptime, now.wall)
    }

    // MARK: Disk and clock

    /// The state of the journal, told about once a second. `trouble`: why it cannot write; `freeShare`: of its file
    /// system, 0…1, nil: not known; `latency`: of the last commit, or of the one that is under way; `keepingTrouble`: why
    /// old records cannot be deleted; `isLogHeld`: another program keeps the write-ahead log from being cut.
    package mutating func journalIs(
        inTrouble trouble: BilingualText?, freeShare: Double? = nil, latency: Duration? = nil,
        keepingTrouble: BilingualText? = nil,
        isLogHeld: Bool = false, at now: Uptime, wall: WallInstant
    ) -> [Action] {
        health.storage.trouble = trouble
        health.storage.freeShare = freeShare
        health.storage.latency = latency
        health.storage.keepingTrouble = keepingTrouble
        health.storage.isLogHeld = isLogHeld
        return judged(health.storage.verdict, health.journalPlace, now, wall)
    }

    /// The room for the journal has become scarce, is exhausted, or ample again.
    package mutating func journalRoom(
        isScarce: Bool, isExhausted: Bool, at now: Uptime, wall: WallInstant
    ) -> [Action] {
        health.storage.isScarce = isScarce
        health.storage.isExhausted = isExhausted
        return judged(health.storage.verdict, health.journalPlace, now, wall)
    }

    /// The journal has lost records, or may have. The alarm stays until the next start.
    package mutating func journalLost(_ loss: StorageLoss, at now: Uptime, wall: WallInstant) -> [Action] {
        let subject = AlarmSubject(.storageTrouble, source: HealthAlarms.journal, part: "damaged")
        let place = alarms.add(subject, recordedAt: .gateway)
        return judged(StorageHealth.lost(loss), place, now, wall)
    }

    /// How far the clock is off by the time service's estimate; nil: no service keeps it. Told every few seconds.
    package mutating func clockIs(offBy offset: Duration?, at now: Uptime, wall: WallInstant) -> [Action] {
        clock.isSynchronised(offset != nil)
        var verdict = GatewayHealth.clock(offset: offset)
        if case .holds = verdict {
            health.isClockOff = true
        } else if offset != nil {
            health.isClockOff = false
        } else if !health.isClockOff {
            // Nobody keeps the clock; after a step back it is well when it did not step again.
            verdict = .clear
        }
        if clock.lead != .zero { verdict = GatewayHealth.clockLeads(by: clock.lead) }
        return judged(verdict, health.clockPlace, now, wall)
    }

    /// D9 while the periods do not follow the clock.
    mutating func judgeClockLead(at now: Moment, to actions: inout [Action]) {
        guard clock.lead != .zero else { return }
        actions += judged(GatewayHealth.clockLeads(by: clock.lead), health.clockPlace, now.uptime, now.wall)
    }

    mutating func clockStepped(by step: Duration, at now: Moment, to actions: inout [Action]) {
        guard step < .zero else { return }
        let verdict = GatewayHealth.clock(offset: nil, wentBack: .zero - step)
        actions += judged(verdict, health.clockPlace, now.uptime, now.wall)
    }

    // MARK: The gateway itself

    /// The gateway has started. `before`: what the run before left, nil: there was none.
    package mutating func started(
        _ run: RunTrace, after before: RunTrace?, at now: Uptime, wall: WallInstant
    ) -> [Action] {
        guard let before else { return [] }
        return run.happenings(after: before).flatMap {
            happened($0, fingerprint: run.fingerprint, at: now, wall: wall)
        }
    }

    /// Something happened to the gateway; `fingerprint`: of the configuration that holds now.
    package mutating func happened(
        _ what: GatewayHappening, fingerprint: String, at now: Uptime, wall: WallInstant
    ) -> [Action] {
        guard let place = health.eventPlaces[what] else { return [] }
        return judged(GatewayEvent.verdict(what.text(fingerprint: fingerprint)), place, now, wall)
    }

    private mutating func judged(
        _ verdict: Verdict, _ place: Int, _ now: Uptime, _ wall: WallInstant
    ) -> [Action] {
        var actions: [Action] = []
        tell(alarms.desk.judge(verdict, at: place, now: Moment(wall: wall, uptime: now)), at: wall, to: &actions)
        return actions
    }
}
