import GatewayCore
import HostSystem
import Protocol

extension PartMaker {
    /// Says that a topic is refused, or (`refusal` nil) that it no longer is.
    func tell(_ use: TopicUse, _ suffix: String, refusal: String?, of uplink: String) {
        let fields = [LogField("uplink", uplink), LogField("topic", suffix)]
        guard let refusal else { return log.log(.notice, "\(use.rawValue) accepted again", fields) }
        log.log(.warning, "\(use.rawValue) refused", fields + [LogField("reason", refusal)])
        core.step { machine, _, wall in
            let details = [AuditEvent.Detail("uplink", uplink), .init("topic", suffix), .init("reason", refusal)]
            return [.journal(machine.event("\(use.rawValue)-refused", details, at: wall))]
        }
    }
}
