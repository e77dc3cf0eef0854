import GatewayCore
import HostSystem
import ModbusLink
import Protocol
import Synchronization
import Telemetry

/// A coil that is on while alarms are active. Alarms are told by any thread, writing is done by the bus's own.
final class CoilAction: Sendable {
    private struct State {
        var watch: ActionWatch
        var coil: CoilSwitch
    }

    private let id: String
    private let device: String
    private let unit: UInt8
    private let address: UInt16
    private let evidence: ActionEvidence
    private let state: Mutex<State>

    /// `device`, `unit`: of who has the coil. `active`: the alarms that an earlier run left.
    init(
        _ action: ActionConfiguration, _ coil: ActionConfiguration.Coil, device: String, unit: UInt8,
        active: [AlarmReport], evidence: ActionEvidence
    ) {
        id = action.id
        self.device = device
        self.unit = unit
        address = coil.address
        self.evidence = evidence
        let watch = ActionWatch(action, active: active)
        state = Mutex(State(watch: watch, coil: CoilSwitch(gap: action.gap, wanted: watch.isOn)))
    }

    func take(_ alarm: AlarmReport) {
        state.withLock { state in
            _ = state.watch.take(alarm)
            state.coil.want(state.watch.isOn)
        }
    }

    // MARK: On the bus's thread

    func lineOpened() { state.withLock { $0.coil.lineOpened() } }

    func due(at now: Uptime) -> CoilWrite? {
        state.withLock { $0.coil.due(at: now) }.map { CoilWrite(address: address, isOn: $0) }
    }

    func write(_ request: CoilWrite, over connection: ModbusConnection) {
        do {
            try attempt(request, over: connection)
            let isNews = state.withLock { $0.coil.written(request.isOn, at: SystemClock.uptime) }
            if isNews { tell(request, outcome: "ok", level: .notice) }
        } catch {
            let isNews = state.withLock { $0.coil.failed(at: SystemClock.uptime) }
            if isNews { tell(request, outcome: error.description, level: .error) }
        }
    }

    /// A connection that had been cut while nobody used it is made anew at once.
    private func attempt(_ request: CoilWrite, over connection: ModbusConnection) throws(ModbusError) {
        do throws(ModbusError) {
            try connection.write(unit: unit, request)
        } catch {
            guard error.readFailure == .notConnected else { throw error }
            try connection.connect()
            try connection.write(unit: unit, request)
        }
    }

    private func tell(_ request: CoilWrite, outcome: String, level: LogLevel) {
        evidence.tell(
            "coil action", outcome: outcome, level: level,
            [
                .init("action", id), .init("device", device), .init("coil", String(address)),
                .init("state", request.isOn ? "on" : "off"),
            ])
    }
}
