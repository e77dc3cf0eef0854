import JSON
import Telemetry

extension AlarmLifecycle {
    /// What must be kept over a restart; nil when normal.
    var state: JSONValue? {
        guard let event else { return nil }
        return .object([
            .init("subject", subject.state), .init("phase", .string(phase.rawValue)),
            .init("progress", .duration(progress)), .init("announced", .duration(sinceAnnounced)),
            .init("event", event.state),
        ])
    }

    /// The alarm as `state` has it; nil when that makes no sense.
    init?(subject: AlarmSubject, state: JSONValue) {
        self.init(subject: subject)
        guard let phase = state.text("phase").flatMap(Phase.init), phase != .normal,
            let event = state["event"].flatMap({ AlarmEvent(subject: subject, state: $0) }),
            phase != .active || event.raisedAt != nil
        else { return nil }
        self.phase = phase
        self.event = event
        progress = max(.zero, state.duration("progress") ?? .zero)
        sinceAnnounced = max(.zero, state.duration("announced") ?? .zero)
    }
}

extension AlarmSubject {
    var state: JSONValue {
        .object(compact: [
            ("rule", .string(rule.rawValue)), ("source", .string(source)), ("factor", factor.map { .string($0) }),
            ("part", part.map { .string($0) }),
        ])
    }

    init?(state: JSONValue) {
        guard let rule = state.text("rule").flatMap(RuleID.init), let source = state.text("source") else { return nil }
        self.init(rule, source: source, factor: state.text("factor"), part: state.text("part"))
    }
}
