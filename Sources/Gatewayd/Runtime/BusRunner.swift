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
        var news = LineNews(troubled: Set([nil] + configuration.devices.indices.map { Int?($0) }))
        while !stopping.isSet {
            writeCoils(connection, &machine)
            serveGuest(connection, &machine, news)
            let now = SystemClock.uptime
            switch machine.next(at: now, wall: SystemClock.wall) {
            case .connect: connect(connection, &machine, &news)
            case .close:
                log.debug("bus closed", [LogField("bus", configuration.id)])
                connection.close()
            case .read(let device, let unit, let request):
                let (outcome, error) = read(connection, unit: unit, request, &words, &news)
                let result = machine.completed(outcome, at: SystemClock.uptime, wall: SystemClock.wall)
                if let error, !(error.fault.asksForPatience && machine.isAskedAgain(device: device)) {
                    news.troubled.insert(device)
                    log.failed(trouble(ofDevice: device), because: Self.reason(error, request), advice(on: error))
                }
                if let result {
                    deliver(result)
                    if result.failures.isEmpty, news.troubled.remove(device) != nil {
                        log.recovered(trouble(ofDevice: device))
                    }
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

    private func connect(_ connection: ModbusConnection, _ machine: inout BusMachine, _ news: inout LineNews) {
        do throws(ModbusError) {
            try connection.connect()
            machine.connected(at: SystemClock.uptime)
            news.lineFault = nil
            if news.troubled.remove(nil) != nil { log.recovered(trouble()) }
            log.debug("bus connected", [LogField("bus", configuration.id)])
            for coil in coils() { coil.lineOpened() }
        } catch {
            machine.connectFailed(error.fault, at: SystemClock.uptime)
            news.troubled.insert(nil)
            news.lineFault = error.fault.what + "\n" + error.fault.advice(on: medium)
            log.failed(trouble(), because: error.description, advice(on: error))
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
        _ connection: ModbusConnection, _ machine: inout BusMachine, _ news: LineNews
    ) {
        guard !guests.isEmpty else { return }
        let now = SystemClock.uptime
        if let reason = news.lineFault, !machine.isConnected {
            while let guest = guests.next(at: now) {
                guest.end(.failed(BilingualText("the line is down: ", zh: "线路不通：") + reason))
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
        _ news: inout LineNews
    ) -> (ReadOutcome, ModbusError?) {
        let start = SystemClock.uptime
        do throws(ModbusError) {
            try connection.read(unit: unit, request, into: &words)
            log.debug("Modbus read", facts(unit, request, since: start) + [LogField("words", Self.hex(words))])
            tell(connection.oddities, &news)
            return (.words(words), nil)
        } catch {
            log.debug("Modbus read", facts(unit, request, since: start) + [LogField("error", error)])
            return (.failed(error.fault), error)
        }
    }

    /// `holding 101, function 3: exception 2, illegal data address`
    private static func reason(_ error: ModbusError, _ request: ReadRequest) -> String {
        "\(request.table.rawValue) \(request.address), function \(request.table.functionCode): \(error.fault.what.en)"
    }

    private func advice(on error: ModbusError) -> [LogField] {
        [LogField("advice", error.fault.advice(on: medium).en)]
    }

    /// Logs what is wrong with answers that can be read, each kind once.
    private func tell(_ oddities: Set<LineOddity>, _ news: inout LineNews) {
        for oddity in oddities where news.oddities.insert(oddity).inserted {
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

    /// What has no device is the line.
    private func trouble(ofDevice device: Int? = nil) -> LogTrouble {
        let bus = LogField("bus", configuration.id)
        guard let device else { return LogTrouble("Modbus line is down", over: "Modbus line is open", [bus]) }
        let (id, unit) = (configuration.devices[device].id, configuration.devices[device].unit)
        return LogTrouble(
            "Modbus request failed", over: "Modbus device answers",
            [bus, LogField("device", id), LogField("unit", unit)])
    }

    private func facts(_ unit: UInt8, _ request: ReadRequest, since start: Uptime) -> [LogField] {
        [
            LogField("bus", configuration.id), LogField("unit", unit),
            LogField(
                "read", "\(request.table.rawValue) \(request.address)-\(Int(request.address) + request.count - 1)"),
            LogField("ms", (SystemClock.uptime - start).wholeMilliseconds),
        ]
    }

    private static func hex(_ words: [UInt16]) -> String {
        words.map { String(0x10000 + Int($0), radix: 16, uppercase: true).dropFirst() }.joined(separator: " ")
    }
}

/// What the log has been told of a bus, so that nothing is looked up while all is well.
private struct LineNews {
    /// Devices and, as nil, the line that may be in trouble.
    var troubled: Set<Int?>
    var oddities: Set<LineOddity> = []
    /// Why the line could not be opened when that was last tried.
    var lineFault: BilingualText?
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
