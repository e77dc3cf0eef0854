import GatewayCore
import HostSystem
import ModbusLink
import Protocol
import Synchronization
import Telemetry

/// One bus at work: one thread, one libmodbus context. What to do next is ``BusMachine``'s business.
final class BusRunner: Sendable {
    let configuration: BusConfiguration
    let place: CorePlace
    private let core: CoreHost
    private let log: LogSink
    private let coils: @Sendable () -> [CoilAction]
    private let beat: @Sendable () -> Void
    /// Reads of people at the control socket.
    let guests = GuestReads()
    private let thread = OnceBox<StoppableThread>()
    private let shared: Mutex<Shared>

    /// What others may see.
    private struct Shared {
        var statistics: [DeviceStatistics]
        var oddities: [LineOddity] = []
    }

    /// `coils`: those of actions that are behind this bus now.
    init(
        _ configuration: BusConfiguration, place: CorePlace, core: CoreHost, log: LogSink,
        coils: @escaping @Sendable () -> [CoilAction] = { [] },
        beat: @escaping @Sendable () -> Void
    ) {
        self.configuration = configuration
        self.place = place
        self.core = core
        self.log = log
        self.coils = coils
        self.beat = beat
        shared = Mutex(Shared(statistics: configuration.devices.map { _ in DeviceStatistics() }))
    }

    /// One for each device, at most a second old.
    var statistics: [DeviceStatistics] { shared.withLock { $0.statistics } }

    /// What is wrong with the latest answer although it could be read.
    var oddities: [LineOddity] { shared.withLock { $0.oddities } }

    var medium: BusMedium { ModbusTransport(configuration.transport).medium }

    func start() {
        let thread = StoppableThread("bus-\(configuration.id)") { [self] in run($0) }
        self.thread.set(thread)
        thread.start()
    }

    func requestStop() { thread.value?.requestStop() }

    func waitForEnd(until deadline: Uptime) -> Bool { thread.value?.waitForEnd(until: deadline) ?? true }

    private func run(_ stopping: StopFlag) {
        let start = SystemClock.uptime
        var machine = BusMachine(configuration, start: start, seed: .random(in: .min ... .max))
        let connection = ModbusConnection(
            ModbusTransport(configuration.transport), timeout: configuration.timeout,
            tolerance: configuration.tolerance)
        var words: [UInt16] = []
        var sharedAt = Uptime.zero
        var problem = LastProblem()
        while !stopping.isSet {
            writeCoils(connection, &machine)
            serveGuest(connection, &machine, problem)
            let now = SystemClock.uptime
            switch machine.next(at: now, wall: SystemClock.wall) {
            case .connect: connect(connection, &machine, &problem)
            case .close: connection.close()
            case .read(_, let unit, let request):
                let outcome = read(connection, unit: unit, request, &words, &problem)
                if let result = machine.completed(outcome, at: SystemClock.uptime, wall: SystemClock.wall) {
                    deliver(result)
                }
            case .report(let result): deliver(result)
            case .wait(let until): _ = stopping.wait(until: min(until, now + .seconds(1)))
            }
            if now - sharedAt >= .seconds(1) {
                beat()
                sharedAt = now
                shared.withLock {
                    $0.statistics = machine.statistics
                    $0.oddities = LineOddity.allCases.filter(connection.oddities.contains)
                }
            }
        }
        connection.close()
    }

    private func connect(_ connection: ModbusConnection, _ machine: inout BusMachine, _ problem: inout LastProblem) {
        do throws(ModbusError) {
            try connection.connect()
            machine.connected(at: SystemClock.uptime)
            for coil in coils() { coil.lineOpened() }
        } catch {
            machine.connectFailed(error.fault, at: SystemClock.uptime)
            tell(error, &problem)
        }
    }

    /// Switches the coils that are due, one after another between two polls.
    private func writeCoils(_ connection: ModbusConnection, _ machine: inout BusMachine) {
        for coil in coils() {
            let now = SystemClock.uptime
            guard connection.canWrite, machine.isQuiet(at: now), let request = coil.due(at: now) else { continue }
            coil.write(request, over: connection)
            machine.wasInterrupted(at: SystemClock.uptime)
        }
    }

    /// Does one read that somebody asks for, between two polls; at once in vain while the line cannot be opened.
    private func serveGuest(
        _ connection: ModbusConnection, _ machine: inout BusMachine, _ problem: LastProblem
    ) {
        guard !guests.isEmpty else { return }
        let now = SystemClock.uptime
        if let reason = problem.ofLine, !machine.isConnected {
            while let guest = guests.next(at: now) {
                guest.end(.failed(BilingualText("the line is down: \(reason)", zh: "线路不通：\(reason)")))
            }
        }
        guard machine.isQuiet(at: now), let guest = guests.next(at: now) else { return }
        var words: [UInt16] = []
        do throws(ModbusError) {
            try connection.read(unit: guest.unit, guest.request, into: &words)
            guest.end(.words(words))
            machine.wasInterrupted(at: SystemClock.uptime)
        } catch {
            guest.end(.failed(error.fault.what + "\n" + error.fault.advice(on: medium)))
            // A late answer must not be taken for that of a poll.
            machine.wasInterrupted(at: SystemClock.uptime + configuration.timeout)
        }
    }

    private func read(
        _ connection: ModbusConnection, unit: UInt8, _ request: ReadRequest, _ words: inout [UInt16],
        _ problem: inout LastProblem
    ) -> ReadOutcome {
        do throws(ModbusError) {
            try connection.read(unit: unit, request, into: &words)
            problem.isOver(unit)
            tell(connection.oddities, &problem)
            return .words(words)
        } catch {
            tell(error, unit: unit, &problem)
            return .failed(error.fault)
        }
    }

    /// Logs what is wrong with answers that can be read, each kind once.
    private func tell(_ oddities: Set<LineOddity>, _ problem: inout LastProblem) {
        for oddity in oddities where problem.isNews(oddity) {
            log.log(
                .notice, "Modbus line is odd",
                [LogField("bus", configuration.id), LogField("hint", oddity.hint(on: medium).en)])
        }
    }

    private func deliver(_ result: PollResult) {
        core.step { machine, now, wall in
            place.index.map { machine.polled(bus: $0, result, at: now, wall: wall) } ?? []
        }
    }

    /// Logs a problem when it is not the one logged last for that unit.
    private func tell(_ error: ModbusError, unit: UInt8? = nil, _ problem: inout LastProblem) {
        guard problem.isNews(error.description, unit) else { return }
        var fields = [LogField("bus", configuration.id)]
        if let unit { fields.append(LogField("unit", unit)) }
        fields.append(LogField("reason", error.description))
        fields.append(LogField("advice", error.fault.advice(on: medium).en))
        log.log(.warning, "Modbus request failed", fields)
    }
}

/// What was logged last about each unit of a bus (nil: the line), so that it is not said again with every poll.
private struct LastProblem {
    private var texts: [UInt8?: String] = [:]
    private var oddities: Set<LineOddity> = []

    mutating func isNews(_ oddity: LineOddity) -> Bool { oddities.insert(oddity).inserted }

    /// Why the line could not be opened, while it is not.
    var ofLine: String? { texts[nil] }

    mutating func isNews(_ text: String, _ unit: UInt8?) -> Bool {
        if texts[unit] == text { return false }
        texts[unit] = text
        return true
    }

    mutating func isOver(_ unit: UInt8) {
        if !texts.isEmpty {
            texts[unit] = nil
            texts[nil] = nil
        }
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
