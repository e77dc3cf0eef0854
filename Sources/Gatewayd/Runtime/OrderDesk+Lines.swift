import GatewayCore
import HostSystem
import Protocol
import Telemetry

extension OrderDesk {
    /// The desk for the instruments of the lines that run. Each order is evidence: it may change what is measured.
    convenience init(_ parts: PartsBox, core: CoreHost, log: LogSink) {
        self.init(instruments: { parts.current.configuration.instruments.map(\.id) }) { request, instrument, end in
            for line in parts.current.lines {
                guard let device = line.handler.instruments.firstIndex(where: { $0.id == instrument }) else { continue }
                return line.handler.order(request, device: device) { report in
                    Self.record(report, of: request, instrument: instrument, core, log)
                    end(report)
                }
            }
            return nil
        }
    }

    private static func record(
        _ report: OrderReport, of request: HostRequest, instrument: String, _ core: CoreHost, _ log: LogSink
    ) {
        log.log(
            .notice, "order to an instrument ended",
            [
                LogField("instrument", instrument), LogField("command", request.command.rawValue),
                LogField("outcome", report.outcome.words),
            ])
        core.step { machine, _, wall in
            let details = [
                AuditEvent.Detail("instrument", instrument), .init("command", String(request.command.rawValue)),
                .init("outcome", report.outcome.words),
            ]
            return [.journal(machine.event("order", details, at: wall))]
        }
    }
}
