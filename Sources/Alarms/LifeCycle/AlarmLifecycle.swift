import Telemetry

/// The life of the alarms of one subject: normal → pending → active → clearing → closed, which is normal again.
///
/// Verdicts and the time come in, transitions come out. Lengths that count towards delays are sums of what was observed,
/// so neither a step of the wall clock nor the time the gateway was off counts. Source: monitoring practice, alarm
/// state machine with on-delay, off-delay, hold-off and repeat.
package struct AlarmLifecycle: Equatable, Sendable {
    package enum Phase: String, CaseIterable, Sendable {
        case normal
        /// The condition holds, for less than the on-delay.
        case pending
        /// It holds, and a mark keeps it from being raised.
        case suppressed
        /// Raised.
        case active
        /// It was active or suppressed and holds no more, for less than the off-delay.
        case clearing
    }

    /// Two instants further apart prove no more than this of the time between them.
    static let longestStep = Duration.seconds(120)
    /// A condition that nothing was known of for this long beyond the on-delay begins anew.
    static let longestSilence = Duration.seconds(600)
    /// A limit that changes to and fro, as with another factor's value, is told no more often.
    static let limitPause = Duration.seconds(60)

    package let subject: AlarmSubject
    package internal(set) var phase = Phase.normal
    /// Nil exactly when normal.
    package internal(set) var event: AlarmEvent?
    /// Towards the on-delay while pending, towards the off-delay while clearing.
    var progress = Duration.zero
    /// Since the alarm was raised or repeated.
    var sinceAnnounced = Duration.zero
    private var lastVerdict: Uptime?
    private var lastKnown: Uptime?
    /// Whether the limit has changed since anything was told of the alarm, and when that was told last.
    private var isLimitUntold = false
    private var lastLimit: Uptime?

    package init(subject: AlarmSubject) {
        self.subject = subject
    }

    /// Whether people should see it: raised and not closed.
    package var isActive: Bool { event?.raisedAt != nil && (phase == .active || phase == .clearing) }

    /// How much longer the condition must hold to be raised; nil when it is not pending.
    func remaining(by settings: RuleSettings) -> Duration? {
        phase == .pending ? max(.zero, settings.onDelay - progress) : nil
    }

    /// Takes one verdict of the rule.
    package mutating func judge(
        _ verdict: Verdict, by settings: RuleSettings, marks: HoldMarks = [], at now: Moment
    ) -> [AlarmTransition] {
        if phase == .normal {
            guard case .holds = verdict else { return [] }
        }
        let elapsed = lastVerdict.map { max(.zero, now.uptime - $0) } ?? .zero
        // Time that nobody judged proves nothing.
        let observed = lastKnown == nil ? .zero : min(elapsed, Self.longestStep)
        if phase == .pending, hasBeenSilent(until: now.uptime - verdict.span, settings) { reset() }
        let transitions: [AlarmTransition]
        switch verdict {
        case .holds(let evidence):
            guard !isHeldBack(evidence, settings, marks) else { return pause(now) }
            event?.marks.formUnion(marks)
            transitions = hold(evidence, observed, settings, marks, now)
        case .clear:
            note(.good, now)
            transitions = clear(observed, settings, now)
        case .between:
            note(.good, now)
            stayBetween()
            // A value inside the deadband is not above the limit, so "still" would be wrong.
            remember(verdict, at: now.uptime)
            return []
        case .unknown: return pause(now)
        }
        remember(verdict, at: now.uptime)
        return transitions + repetition(elapsed, settings, now)
    }

    /// Whether a bad period of an alarm that was raised lies under a mark: it is none of the alarm's.
    private func isHeldBack(_ evidence: Evidence, _ settings: RuleSettings, _ marks: HoldMarks) -> Bool {
        event?.raisedAt != nil && evidence.isSummed && isHeld(evidence, settings, marks)
    }

    private func isHeld(_ evidence: Evidence, _ settings: RuleSettings, _ marks: HoldMarks) -> Bool {
        !marks.subtracting(evidence.unheldBy).isDisjoint(with: settings.heldBy)
    }

    /// Nothing could be judged: nothing is counted or told.
    private mutating func pause(_ now: Moment) -> [AlarmTransition] {
        note(.unknown, now)
        remember(.unknown, at: now.uptime)
        return []
    }

    private mutating func note(_ finding: JudgedTime.Finding, _ now: Moment) {
        let elapsed = lastKnown.map { now.uptime - $0 }
        event?.note(finding, after: elapsed, at: now.wall)
    }

    private mutating func remember(_ verdict: Verdict, at now: Uptime) {
        guard phase != .normal else { return }
        lastVerdict = now
        if case .unknown = verdict { return }
        lastKnown = now
    }

    private func hasBeenSilent(until instant: Uptime, _ settings: RuleSettings) -> Bool {
        guard let lastKnown else { return false }
        return instant - lastKnown > settings.onDelay + Self.longestSilence
    }

    private mutating func reset() {
        phase = .normal
        event = nil
        progress = .zero
        sinceAnnounced = .zero
        lastVerdict = nil
        lastKnown = nil
        lastLimit = nil
        isLimitUntold = false
    }

    // MARK: The condition holds

    private mutating func hold(
        _ evidence: Evidence, _ observed: Duration, _ settings: RuleSettings, _ marks: HoldMarks, _ now: Moment
    ) -> [AlarmTransition] {
        let severity = settings.severity(of: evidence)
        let isNew = phase == .normal
        if isNew {
            phase = .pending
            event = AlarmEvent(subject: subject, severity: severity, since: now.wall - evidence.span - evidence.lasted)
            event?.marks = marks
            progress = .zero
        }
        let news = event?.take(evidence, severity: severity) ?? []
        note(.bad, now)
        if news.contains(.limit) { isLimitUntold = true }
        let isHeld = isHeld(evidence, settings, marks)
        switch phase {
        case .normal: return []
        case .pending:
            progress += evidence.span > .zero ? evidence.span : (isNew ? .zero : observed)
            guard progress >= settings.onDelay else { return [] }
            return isHeld ? suppress(settings, now) : raise(settings, now)
        case .suppressed: return isHeld ? [] : raise(settings, now)
        case .clearing:
            progress = .zero
            phase = event?.raisedAt == nil ? .suppressed : .active
            if phase == .suppressed, !isHeld { return raise(settings, now) }
            return phase == .active ? update(news, now) : []
        case .active: return update(news, now)
        }
    }

    private mutating func update(_ news: AlarmEvent.News, _ now: Moment) -> [AlarmTransition] {
        if news.contains(.worse) { return told(.updated, now) }
        guard isLimitUntold, lastLimit.map({ now.uptime - $0 >= Self.limitPause }) ?? true else { return [] }
        lastLimit = now.uptime
        return told(.updated, now)
    }

    private mutating func raise(_ settings: RuleSettings, _ now: Moment) -> [AlarmTransition] {
        phase = .active
        event?.raisedAt = now.wall
        sinceAnnounced = .zero
        let raised = told(.raised, now)
        return settings.closing == .atOnce ? raised + close(now) : raised
    }

    private mutating func suppress(_ settings: RuleSettings, _ now: Moment) -> [AlarmTransition] {
        phase = .suppressed
        let suppressed = told(.suppressed, now)
        return settings.closing == .atOnce ? suppressed + close(now) : suppressed
    }

    // MARK: It holds no more

    private mutating func clear(
        _ observed: Duration, _ settings: RuleSettings, _ now: Moment
    ) -> [AlarmTransition] {
        // A good period proves its whole length, a good instant nothing of the time before it.
        let span = event?.span ?? .zero
        switch phase {
        case .normal: return []
        case .pending:
            reset()
            return []
        case .suppressed, .active:
            if settings.closing == .byAcknowledgement { return [] }
            phase = .clearing
            progress = span
        case .clearing: progress += span > .zero ? span : observed
        }
        return progress >= settings.offDelay ? close(now) : []
    }

    private mutating func stayBetween() {
        switch phase {
        case .normal, .suppressed, .active: break
        case .pending: reset()
        case .clearing:
            phase = event?.raisedAt == nil ? .suppressed : .active
            progress = .zero
        }
    }

    /// Ends the alarm whatever the condition: its rule is no longer in the configuration.
    package mutating func withdraw(_ now: Moment) -> [AlarmTransition] { end(.withdrawn, now) }

    private mutating func close(_ now: Moment) -> [AlarmTransition] { end(.closed, now) }

    private mutating func end(_ kind: AlarmTransition.Kind, _ now: Moment) -> [AlarmTransition] {
        defer { reset() }
        guard phase != .normal, phase != .pending else { return [] }
        event?.endedAt = now.wall
        return told(kind, now)
    }

    // MARK: People

    private mutating func repetition(
        _ elapsed: Duration, _ settings: RuleSettings, _ now: Moment
    ) -> [AlarmTransition] {
        guard phase == .active, let event, event.acknowledgement == nil, let interval = settings.repeatInterval,
            event.raisedAt != now.wall
        else { return [] }
        sinceAnnounced += elapsed
        guard sinceAnnounced >= interval else { return [] }
        sinceAnnounced = .zero
        return told(.repeated, now)
    }

    /// Somebody takes note. The first one counts; an alarm that ends by acknowledgement ends.
    package mutating func acknowledge(
        _ acknowledgement: AlarmEvent.Acknowledgement, by settings: RuleSettings, at now: Moment
    ) -> [AlarmTransition] {
        guard phase != .normal, phase != .pending, event?.acknowledgement == nil else { return [] }
        event?.acknowledgement = acknowledgement
        let transitions = told(.acknowledged, now)
        return settings.closing == .byAcknowledgement ? transitions + close(now) : transitions
    }

    /// Adds a comment; refused (empty) without an alarm and beyond ``AlarmEvent/mostComments``.
    package mutating func comment(_ comment: AlarmEvent.Acknowledgement, at now: Moment) -> [AlarmTransition] {
        guard phase != .normal, phase != .pending, let event, event.comments.count < AlarmEvent.mostComments
        else { return [] }
        self.event?.comments.append(comment)
        return told(.commented, now)
    }

    private mutating func told(_ kind: AlarmTransition.Kind, _ now: Moment) -> [AlarmTransition] {
        isLimitUntold = false
        return event.map { [AlarmTransition(kind: kind, event: $0, at: now.wall)] } ?? []
    }
}

extension Verdict {
    /// The time before the verdict in which its condition was seen to hold.
    fileprivate var span: Duration { if case .holds(let evidence) = self { evidence.span } else { .zero } }
}
