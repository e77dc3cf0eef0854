import GatewayCore
import HostSystem
import ModbusLink
import Synchronization
import Telemetry

/// One bus at work: one thread, one libmodbus context. What to do next is ``BusMachine``'s business.
final class BusRunner: Sendable {
    struct DeviceStatistics: Equatable, Sendable {
        var good = 0
        var failed = 0
        var missed = 0
        var lastFailure: ReadFailure?
    }

    private let index: Int
    private let configuration: BusConfiguration
    private let core: CoreHost
    private let log: LogSink
    private let beat: @Sendable () -> Void
    private let thread = OnceBox<StoppableThread>()
    private let shared: Mutex<[DeviceStatistics]>

    init(
        _ configuration: BusConfiguration, index: Int, core: CoreHost, log: LogSink,
        beat: @escaping @Sendable () -> Void
    ) {
        self.index = index
        self.configuration = configuration
        self.core = core
        self.log = log
        self.beat = beat
        shared = Mutex(configuration.devices.map { _ in DeviceStatistics() })
    }

    /// One for each device, at most a second old.
    var statistics: [DeviceStatistics] { shared.withLock { $0 } }

    func start() {
        let thread = StoppableThread("bus-\(configuration.id)") { [self] in run($0) }
        self.thread.set(thread)
        thread.start()
    }

    func requestStop() { thread.value?.requestStop() }

    func waitForEnd(until deadline: Uptime) -> Bool { thread.value?.waitForEnd(until: deadline) ?? true }

    private func run(_ stopping: StopFlag) {
        let start = SystemClock.uptime
        var machine = BusMachine(
            configuration, at: start, seed: UInt64(truncatingIfNeeded: start.nanoseconds) &+ UInt64(index))
        var connection = ModbusConnection(ModbusTransport(configuration.transport), timeout: configuration.timeout)
        var sharedAt = Uptime.zero
        var lastProblem = ""
        while !stopping.isSet {
            let now = SystemClock.uptime
            switch machine.next(at: now, wall: SystemClock.wall) {
            case .connect:
                do {
                    try connection.connect()
                    machine.connected()
                } catch {
                    machine.connectFailed(at: SystemClock.uptime, wall: SystemClock.wall)
                    tell(error, &lastProblem)
                }
            case .read(let unit, let request):
                do {
                    let words = try connection.read(request, unit: unit)
                    machine.completed(words, at: SystemClock.uptime, wall: SystemClock.wall)
                    lastProblem = ""
                } catch {
                    machine.failed(error.failure, at: SystemClock.uptime, wall: SystemClock.wall)
                    tell(error, unit: unit, &lastProblem)
                }
            case .deliver(let result):
                core.step { machine, now, wall in machine.polled(bus: index, result, at: now, wall: wall) }
            case .wait(let until):
                beat()
                _ = stopping.wait(until: min(until, now + .seconds(1)))
            }
            if now - sharedAt >= .seconds(1) {
                beat()
                sharedAt = now
                let statistics = machine.statistics.map {
                    DeviceStatistics(good: $0.good, failed: $0.failed, missed: $0.missed, lastFailure: $0.lastFailure)
                }
                shared.withLock { $0 = statistics }
            }
        }
    }

    /// Logs a problem when it is not the one logged last.
    private func tell(_ error: ModbusError, unit: UInt8? = nil, _ last: inout String) {
        let text = "\(unit.map(String.init) ?? "") \(error)"
        guard text != last else { return }
        last = text
        var fields = [LogField("bus", configuration.id)]
        if let unit { fields.append(LogField("unit", unit)) }
        fields.append(LogField("reason", error.description))
        log.log(.warning, "Modbus request failed", fields)
    }
}

extension ModbusTransport {
    init(_ transport: BusTransport) {
        switch transport {
        case .tcp(let host, let port): self = .tcp(host: host, port: port)
        case .rtuOverTCP(let host, let port): self = .rtuOverTCP(host: host, port: port)
        case .serial(let settings): self = .serial(settings)
        }
    }
}
