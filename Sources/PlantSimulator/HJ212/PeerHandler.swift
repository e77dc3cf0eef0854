import HostSystem
import Synchronization
import Telemetry

/// Puts a ``PeerMachine`` on the connections of a line.
final class PeerHandler<Machine: PeerMachine>: LineHandler {
    /// Does not keep the line alive, which keeps the handler.
    private struct WeakLine {
        weak var line: Line?
    }

    private struct State {
        var machines: [ConnectionID: Machine] = [:]
        /// The machine of an instrument between two connections.
        var resting: Machine?
        var line = WeakLine()
    }

    private let state: Mutex<State>
    private let make: @Sendable () -> Machine
    private let survives: Bool
    private let say: (@Sendable (String) -> Void)?

    /// `survives`: one machine lives through all connections, of which there is one at a time; else each has its own.
    /// `say` is given a line for each frame.
    init(survives: Bool, say: (@Sendable (String) -> Void)?, make: @escaping @Sendable () -> Machine) {
        self.survives = survives
        self.say = say
        self.make = make
        state = Mutex(State())
    }

    /// A line with this handler on it.
    func line(name: String, endpoint: LineEndpoint) -> Line {
        var limits = LineLimits()
        limits.retry = .seconds(1)
        limits.idle = nil
        limits.tick = make().pace
        // Frames in pieces wait as many small writes, each with its cost.
        limits.waitingBytes = 4 * 1_024 * 1_024
        if survives { limits.connections = 1 }
        let line = Line(name: name, endpoint: endpoint, limits: limits, handler: self)
        state.withLock { $0.line = WeakLine(line: line) }
        return line
    }

    /// What the machines that are there say of themselves.
    var summaries: [String] {
        state.withLock { ($0.machines.values + ($0.resting.map { [$0] } ?? [])).flatMap(\.summary) }
    }

    func opened(_ connection: ConnectionID, peer: String, at now: Uptime) -> LineReply {
        say?("connected: \(peer)")
        state.withLock { state in
            var machine = survives ? state.resting ?? make() : make()
            state.resting = nil
            machine.wire.isLogging = say != nil
            machine.opened(at: PeerTime(now, SystemClock.wall))
            state.machines[connection] = machine
        }
        return .nothing
    }

    func received(_ bytes: ArraySlice<UInt8>, on connection: ConnectionID, at now: Uptime) -> LineReply {
        step(connection, at: now) { $0.receive(bytes, at: $1) }
    }

    func tick(_ connection: ConnectionID, at now: Uptime) -> LineReply {
        step(connection, at: now) { $0.tick(at: $1) }
    }

    func closed(_ connection: ConnectionID, reason: BilingualText, at now: Uptime) {
        say?("disconnected: \(reason.en)")
        state.withLock { state in
            let machine = state.machines.removeValue(forKey: connection)
            if survives { state.resting = machine }
        }
    }

    func trouble(_ text: BilingualText, at now: Uptime) { say?(text.en) }

    private func step(
        _ connection: ConnectionID, at now: Uptime, _ body: (inout Machine, PeerTime) -> Void
    ) -> LineReply {
        let (due, log, line) = state.withLock { state in
            guard var machine = state.machines[connection] else {
                return ((writes: [[UInt8]](), closes: false), [String](), state.line.line)
            }
            body(&machine, PeerTime(now, SystemClock.wall))
            let due = machine.wire.takeDue(at: now)
            let log = machine.wire.takeLog()
            state.machines[connection] = machine
            return (due, log, state.line.line)
        }
        for text in log { say?(text) }
        // Every write goes by the same way, so that they stay apart and in order.
        for bytes in due.writes { line?.send(bytes, to: connection) }
        if due.closes { line?.close(connection, reason: .init(verbatim: "fault: close")) }
        return .nothing
    }
}

extension PeerHandler where Machine == InstrumentMachine {
    /// The handler of one instrument.
    convenience init(
        _ monitor: SimulatedMonitor, moments: @escaping @Sendable (Uptime) -> PlantMoment,
        say: (@Sendable (String) -> Void)? = nil
    ) {
        self.init(survives: true, say: say) { InstrumentMachine(monitor, moments: moments) }
    }
}
