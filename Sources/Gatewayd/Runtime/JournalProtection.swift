import GatewayCore
import Protocol
import TelemetryStore

extension Journal {
    /// Keeps retention from deleting what an uplink still owes. A cursor that is missing or cannot be read owes everything.
    func protectBacklogs(of uplinks: [UplinkConfiguration]) {
        protect { kind, cursors in
            uplinks.filter { $0.kinds.contains { $0.rawValue == kind } }
                .map { (cursors[$0.id].flatMap { BacklogLedger(text: $0) } ?? BacklogLedger()).oldest }.min()
        }
    }
}

extension JournalSettings {
    /// As the configuration has it.
    init(_ gateway: GatewaySettings) {
        self.init(commitInterval: gateway.commitInterval)
        let days = gateway.keeping.days.map { ($0.key.rawValue, $0.value) }
        retention = RetentionRules(days: Dictionary(uniqueKeysWithValues: days))
        disk = DiskLimits(
            maximumBytes: gateway.keeping.maximumBytes, minimumFreeBytes: gateway.keeping.minimumFreeBytes)
    }
}
