package import Telemetry

/// Rules D1, D3, D6: nothing good has come for some time. Good things are reported, the time asks for the verdict.
package struct SilenceWatch: Equatable, Sendable {
    /// From which silence on the condition holds, in order; more than one is a step of urgency.
    package struct Step: Equatable, Sendable {
        package var after: Duration
        package var severity: AlarmSeverity?

        package init(after: Duration, severity: AlarmSeverity? = nil) {
            self.after = after
            self.severity = severity
        }
    }

    package let steps: [Step]
    /// When the last good thing came; the start of the gateway before the first.
    package private(set) var lastGood: Uptime
    /// Why nothing good comes; nil: not known, or something does.
    package private(set) var reason: BilingualText?
    /// Before the first good thing a short silence says nothing: an alarm of the run before goes on.
    private var hasBeenGood = false
    /// Of an instrument that sends when it likes; nil: we ask, and know how often.
    private var pace: UploadPace?

    package init(steps: [Step], learnsPace: Bool = false, at now: Uptime) {
        self.steps = steps
        pace = learnsPace ? UploadPace() : nil
        lastGood = now
    }

    /// D1: silent for `gap`, of a polled device for at least three polls. With `learnsPace` a source that is seen to send more
    /// seldom is silent after two and a half of its own intervals.
    package static func data(
        gap: Duration = .seconds(60), poll: Duration? = nil, learnsPace: Bool = false, at now: Uptime
    ) -> SilenceWatch {
        SilenceWatch(steps: [Step(after: max(gap, (poll ?? .zero) * 3))], learnsPace: learnsPace, at: now)
    }

    /// The same for one factor of the source. `cycle`: of a batch analyser, which is silent when a result is missing; see
    /// ``patience(ofCycle:gap:)``.
    package func ofFactor(cycle: Duration? = nil, gap: Duration = .seconds(60)) -> SilenceWatch {
        guard let cycle else { return SilenceWatch(steps: steps, learnsPace: pace != nil, at: lastGood) }
        return .data(gap: Self.patience(ofCycle: cycle, gap: gap), at: lastGood)
    }

    /// How long a batch analyser may be silent: a cycle and a quarter, after which a result counts as missing, and `gap`.
    package static func patience(ofCycle cycle: Duration, gap: Duration) -> Duration { cycle * 5 / 4 + gap }

    /// D3: the instrument's own stamp or counter, of which every change is good, stands for two cycles.
    package static func stamp(cycle: Duration, at now: Uptime) -> SilenceWatch {
        SilenceWatch(steps: [Step(after: cycle * 2)], at: now)
    }

    /// D6: a warning after a minute, an alarm after `gap`.
    package static func uplink(gap: Duration = .seconds(600), at now: Uptime) -> SilenceWatch {
        SilenceWatch(
            steps: [Step(after: min(.seconds(60), gap), severity: .warning), Step(after: gap, severity: .alarm)],
            at: now)
    }

    /// A number, a change of the stamp, an acknowledgement.
    package mutating func good(at now: Uptime) {
        if hasBeenGood { pace?.came(after: now - lastGood) }
        lastGood = max(lastGood, now)
        hasBeenGood = true
        reason = nil
    }

    /// Goes on where `earlier` is, with its own steps.
    package mutating func resume(_ earlier: SilenceWatch) {
        lastGood = earlier.lastGood
        reason = earlier.reason
        hasBeenGood = earlier.hasBeenGood
        if pace != nil { pace = earlier.pace ?? pace }
    }

    /// After which silence step `index` is reached.
    private func limit(_ index: Int) -> Duration { pace?.patience(steps[index].after) ?? steps[index].after }

    /// Why nothing good comes, for the sentence.
    package mutating func failed(_ reason: BilingualText) { self.reason = reason }

    /// The same in words that both languages share.
    package mutating func failed(_ reason: String) { failed(BilingualText(en: reason, zh: reason)) }

    /// When the condition begins to hold, if nothing good comes.
    package var end: Uptime { lastGood + (steps.isEmpty ? .zero : limit(0)) }

    package func verdict(at now: Uptime) -> Verdict {
        let silence = now - lastGood
        guard let step = steps.indices.last(where: { silence >= limit($0) }) else {
            return hasBeenGood ? .clear : .unknown
        }
        return .holds(
            Evidence(
                value: silence.inSeconds.rounded(.down), limit: limit(step).inSeconds, lasted: silence,
                step: step, severity: steps[step].severity,
                facts: AlarmFacts([.length: .length(silence), .reason: reason.map { AlarmFacts.Value($0) }])))
    }
}
