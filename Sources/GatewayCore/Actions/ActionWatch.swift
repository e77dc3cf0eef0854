import Alarms
package import Protocol

/// Which alarms an action is about at the moment, and when there is something to do for it.
///
/// An alarm counts from the message on in which it has the severity that is asked for. What a mark holds back does not count.
package struct ActionWatch: Sendable {
    private let configuration: ActionConfiguration
    private let rules: Set<String>
    /// Matching active alarms by their ids, and whether somebody has taken note.
    private var active: [String: Bool] = [:]

    /// `active`: the alarms that an earlier run left; they were told then.
    package init(_ configuration: ActionConfiguration, active alarms: [AlarmReport] = []) {
        self.configuration = configuration
        rules = Set(configuration.rules.map(\.rawValue))
        for alarm in alarms { _ = take(alarm) }
    }

    /// Takes one message about an alarm; what to do, if this is an occasion.
    package mutating func take(_ alarm: AlarmReport) -> ActionConfiguration.Occasion? {
        guard alarm.state != .cleared else {
            return active.removeValue(forKey: alarm.id) == nil ? nil : occasion(.cleared)
        }
        guard matches(alarm) else { return nil }
        let isNew = active.updateValue(alarm.acknowledgement != nil, forKey: alarm.id) == nil
        return isNew ? occasion(.raised) : nil
    }

    /// Whether a coil is to be on.
    package var isOn: Bool {
        guard case .coil(let coil) = configuration.effect, coil.until == .acknowledged else { return !active.isEmpty }
        return active.values.contains(false)
    }

    private func matches(_ alarm: AlarmReport) -> Bool {
        guard !alarm.isSuppressed, rules.isEmpty || rules.contains(alarm.rule) else { return false }
        guard configuration.sources.isEmpty || configuration.sources.contains(alarm.source) else { return false }
        return alarm.severity >= AlarmReport.Severity(configuration.severity)
    }

    private func occasion(_ occasion: ActionConfiguration.Occasion) -> ActionConfiguration.Occasion? {
        configuration.occasions.contains(occasion) ? occasion : nil
    }
}
