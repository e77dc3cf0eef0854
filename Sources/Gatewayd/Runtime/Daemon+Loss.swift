import Alarms
import GatewayCore
import HostSystem
import Protocol
import Telemetry
import TelemetryStore

extension Daemon {
    /// Tells of records that are gone: the log, alarm D10, and an audit record `journal-lost`, so that the platform knows why
    /// numbers are missing.
    func tell(_ loss: JournalLoss) {
        let numbers = loss.numbers
        log.log(
            .critical, "journal lost",
            [
                LogField("reason", loss.cause.rawValue), LogField("moved_to", loss.damagedFile ?? "-"),
                LogField("first", numbers?.lowerBound ?? 0), LogField("last", numbers?.upperBound ?? 0),
                LogField("detail", loss.detail ?? "-"),
            ])
        core.step { machine, now, wall in
            let details = [
                AuditEvent.Detail("first", String(numbers?.lowerBound ?? 0)),
                .init("last", String(numbers?.upperBound ?? 0)), .init("reason", loss.cause.rawValue),
            ]
            let record = machine.event("journal-lost", details, at: wall)
            return [.journal(record)] + machine.journalLost(StorageLoss(loss), at: now, wall: wall)
        }
    }
}

extension StorageLoss {
    init(_ loss: JournalLoss) {
        let next = (loss.numbers?.upperBound ?? 0) + 1
        self =
            switch loss.cause {
            case .damaged: .damaged(movedTo: loss.damagedFile ?? "-")
            case .missing: .missing
            case .older: .older(nextNumber: next)
            case .uncertain: .uncertain(nextNumber: next)
            }
    }
}
