import HostSystem
import Synchronization
import Telemetry

/// A simulated Modbus device on a line: each connection has a machine of its own.
final class SimulatedDevice: LineHandler {
    private let makeMachine: @Sendable () -> ModbusServerMachine
    private let machines = Mutex<[ConnectionID: ModbusServerMachine]>([:])
    private let start: Uptime

    init(start: Uptime, _ makeMachine: @escaping @Sendable () -> ModbusServerMachine) {
        self.start = start
        self.makeMachine = makeMachine
    }

    func opened(_ connection: ConnectionID, peer: String) {
        machines.withLock { $0[connection] = makeMachine() }
    }

    func received(_ connection: ConnectionID, _ bytes: [UInt8], at now: Uptime) -> [UInt8] {
        machines.withLock { $0[connection]?.receive(bytes, at: (now - start).inSeconds) ?? [] }
    }

    func tick(_ connection: ConnectionID, at now: Uptime) -> [UInt8] { [] }

    func closed(_ connection: ConnectionID, reason: String) { machines.withLock { $0[connection] = nil } }

    func unavailable(reason: String) {}

    func alive() {}
}
