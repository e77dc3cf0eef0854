import GatewayCore
import HostSystem
import Protocol
import Telemetry
import TelemetryStore

extension Daemon {
    /// Tells once of a data directory that an earlier version has written, by an audit record `upgraded`: what is new begins
    /// empty, behind the record `after`.
    func tellUpgrade() {
        guard let upgrade = journal.upgrade else { return }
        let details = [
            AuditEvent.Detail("after", String(upgrade.after)),
            .init("new", "unrounded amounts, results of batch analysers, what is due"),
        ]
        let record = core.look { $0.event("upgraded", details, at: SystemClock.wall) }
        guard core.journal(record, remembering: upgrade.note) else { return }
        log.log(.notice, "data directory of an earlier version", [LogField("after", upgrade.after)])
    }
}
