package import HostSystem
import Telemetry

/// One simulated HJ 212 peer in the foreground: tells each frame in a line and what came of it at the end.
package final class PeerSimulation: Sendable {
    private enum Side: Sendable {
        case line(Line)
        case terminal(TerminalInstrument)
    }

    private let side: Side
    private let say: @Sendable (String) -> Void
    private let summary: @Sendable () -> [String]

    /// An instrument at `endpoint`; nil: at a pseudo-terminal of its own.
    package init(
        instrument: SimulatedMonitor, at endpoint: LineEndpoint?, say: @escaping @Sendable (String) -> Void
    ) throws(SystemError) {
        self.say = say
        let start = SystemClock.uptime
        let script = PlantScript(seconds: 0)
        let moments: @Sendable (Uptime) -> PlantMoment = { script.moment(after: $0 - start) }
        if let endpoint {
            let handler = PeerHandler(instrument, moments: moments, say: say)
            side = .line(handler.line(name: instrument.id, endpoint: endpoint))
            summary = { handler.summaries }
        } else {
            let terminal = try TerminalInstrument(InstrumentMachine(instrument, moments: moments), say: say)
            side = .terminal(terminal)
            summary = { terminal.summary }
        }
    }

    /// A centre that listens at `endpoint`.
    package init(centre: SimulatedCentre, at endpoint: LineEndpoint, say: @escaping @Sendable (String) -> Void) {
        let ledger = CentreLedger()
        let handler = PeerHandler<CentreMachine>(survives: false, say: say) { CentreMachine(centre, ledger: ledger) }
        side = .line(handler.line(name: "centre", endpoint: endpoint))
        self.say = say
        summary = { ledger.summary }
    }

    /// Runs until `stop` is woken or `length` is over; nil: for ever.
    package func run(until stop: WakeDescriptor, for length: Duration?) throws(SystemError) {
        switch side {
        case .line(let line):
            try line.start()
            say(line.port.map { "listens on port \($0)" } ?? line.endpoint.description)
        case .terminal(let terminal):
            terminal.start()
            say("serial \(terminal.path)")
        }
        let end = length.map { SystemClock.uptime + $0 } ?? .never
        while !stop.wait(until: end), SystemClock.uptime < end {}
        switch side {
        case .line(let line): line.stop()
        case .terminal(let terminal): terminal.stop()
        }
        for text in summary() { say(text) }
    }
}
