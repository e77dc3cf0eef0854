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
