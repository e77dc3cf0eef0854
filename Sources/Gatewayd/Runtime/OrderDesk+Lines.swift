import GatewayCore
import HostSystem
import Protocol
import Telemetry

extension OrderDesk {
    /// The desk for the instruments of the lines that run. Each order is evidence: it may change what is measured.
    convenience init(_ parts: PartsBox, core: CoreHost, log: LogSink) {
        self.init(instruments: { parts.current.configuration.instruments.map(\.id) }) { order, end in
            for line in parts.current.lines {
                guard let device = line.handler.instruments.firstIndex(where: { $0.id == order.instrument }) else {
                    continue
                }
                return line.handler.order(order.request, device: device) { report in
                    Self.record(report, of: order, core, log)
                    end(report)
                }
            }
            return nil
        }
    }

    private static func record(
        _ report: OrderReport, of order: Order, _ core: CoreHost, _ log: LogSink
    ) {
        log.log(
            .notice, "order to an instrument ended",
            [
                LogField("instrument", order.instrument), LogField("order", order.words),
                LogField("outcome", report.outcome.words),
            ])
        core.step { machine, _, wall in
            let giver = order.giver.map { [AuditEvent.Detail("by", $0)] } ?? []
            let details = [
                AuditEvent.Detail("instrument", order.instrument), .init("order", order.words),
                .init("command", String(order.request.command.rawValue)), .init("outcome", report.outcome.words),
            ]
            return [.journal(machine.event("order", details + giver, at: wall))]
        }
    }
}
