import GatewayCore
import HostSystem
import Protocol

extension PartMaker {
    /// Says that a topic is refused, or (`refusal` nil) that it no longer is.
    func tell(_ use: TopicUse, _ suffix: String, refusal: String?, of uplink: String) {
        let trouble = LogTrouble(
            "\(use.rawValue) refused", over: "\(use.rawValue) accepted again",
            [LogField("uplink", uplink), LogField("topic", suffix)])
        guard let refusal else { return _ = log.recovered(trouble) }
        log.failed(trouble, because: refusal)
        core.step { machine, _, wall in
            let details = [AuditEvent.Detail("uplink", uplink), .init("topic", suffix), .init("reason", refusal)]
            return [.journal(machine.event("\(use.rawValue)-refused", details, at: wall))]
        }
    }
}
