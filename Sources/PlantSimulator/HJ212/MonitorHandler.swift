import HostSystem
import Synchronization
import Telemetry

/// Puts a ``MonitorMachine`` on each connection of a line.
final class MonitorHandler: LineHandler {
    private let monitor: SimulatedMonitor
    private let moment: @Sendable (Uptime) -> PlantMoment
    private let machines = Mutex<[ConnectionID: MonitorMachine]>([:])

    init(_ monitor: SimulatedMonitor, moment: @escaping @Sendable (Uptime) -> PlantMoment) {
        self.monitor = monitor
        self.moment = moment
    }

    /// The line a monitor needs: tries again soon, since the gateway may be started at any time.
    static func line(
        _ monitor: SimulatedMonitor, port: UInt16, moment: @escaping @Sendable (Uptime) -> PlantMoment
    ) -> Line {
        var limits = LineLimits()
        limits.retry = .seconds(1)
        limits.idle = nil
        limits.tick = min(monitor.interval / 4, .milliseconds(200))
        let endpoint: LineEndpoint =
            switch monitor.role {
            case .connects: .connect(host: "127.0.0.1", port: port)
            case .listens: .listen(host: "127.0.0.1", port: port)
            }
        return Line(
            name: monitor.id, endpoint: endpoint, limits: limits, handler: MonitorHandler(monitor, moment: moment))
    }

    func opened(_ connection: ConnectionID, peer: String, at now: Uptime) -> LineReply {
        machines.withLock { $0[connection] = MonitorMachine(monitor) }
        return .nothing
    }

    func received(_ bytes: ArraySlice<UInt8>, on connection: ConnectionID, at now: Uptime) -> LineReply {
        machines.withLock { $0[connection]?.receive(bytes) }
        return .nothing
    }

    func tick(_ connection: ConnectionID, at now: Uptime) -> LineReply {
        let bytes = machines.withLock { machines in
            machines[connection]?.tick(at: now, wall: SystemClock.wall, moment: moment(now))
        }
        return .send(bytes ?? [])
    }

    func closed(_ connection: ConnectionID, reason: String, at now: Uptime) {
        machines.withLock { $0[connection] = nil }
    }
}
