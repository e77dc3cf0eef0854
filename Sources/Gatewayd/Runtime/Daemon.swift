import GatewayCore
import HostSystem
import JSON
import Protocol
import Synchronization
import Telemetry
import TelemetryStore

/// Everything that runs: wired in ``init(_:from:log:)``, started in order, stopped in reverse.
final class Daemon: Sendable {
    private static let stopLimit = Duration.seconds(8)

    let log: LogSink
    let zone: ZoneRules
    let since: WallInstant
    private let heartbeats = Heartbeats()
    let journal: Journal
    let core: CoreHost
    let maker: PartMaker
    let parts: PartsBox
    private let control = OnceBox<ControlSocket>()
    let orders: OrderDesk
    let reads: ReadDesk
    let alarms: AlarmService
    let commands: CommandService
    let actions: ActionService
    private let statusSchedule = StatusSchedule()
    private let healthSchedule = StatusSchedule(every: .seconds(2))
    private let logSchedule = StatusSchedule(every: .seconds(10))
    private let room: JournalRoom
    let manager = ServiceManager()
    /// Held while the configuration is read again; true once no reload is wanted any more.
    let isEnding = Mutex(false)

    init(_ configuration: GatewayConfiguration, from source: ConfigurationSource, log: LogSink) throws {
        self.log = log
        zone = try ZoneRules.named(configuration.gateway.timezone)
        since = SystemClock.wall
        let gateway = configuration.gateway
        let heartbeats = heartbeats
        journal = try Journal(
            directory: gateway.dataDirectory, settings: JournalSettings(gateway),
            beat: heartbeats.register("store", budget: .seconds(60)))
        journal.protectBacklogs(of: configuration.uplinks)
        let core = CoreHost(
            GatewayMachine(
                configuration: configuration, zone: zone, at: SystemClock.uptime, wall: since,
                alarmState: journal.cursor(of: CoreHost.alarmsKey) ?? ""),
            configuration, journal: journal, log: log)
        self.core = core
        room = JournalRoom(journal, core: core, log: log)
        let commands = CommandService(log: log, beat: heartbeats.register("commands", budget: .seconds(60)))
        self.commands = commands
        let actions = ActionService(core: core, log: log, heartbeats: heartbeats)
        self.actions = actions
        maker = PartMaker(
            gateway: gateway.id, core: core, journal: journal, commands: commands, actions: actions,
            heartbeats: heartbeats, log: log)
        parts = PartsBox(maker.parts(of: configuration, from: source))
        alarms = AlarmService(core: core, journal: journal, zone: zone)
        orders = OrderDesk(parts, core: core, log: log)
        reads = ReadDesk(parts)
    }

    // MARK: Start and stop

    func start() throws {
        let parts = parts.current
        let gateway = parts.configuration.gateway
        let socket = ControlSocket(
            path: gateway.controlSocketPath, beat: heartbeats.register("control", budget: .seconds(60))
        ) { [self] in answer($0) }
        control.set(socket)
        // Nobody is answered before everything runs: a reload would replace parts that are being started.
        try socket.bind()
        core.restore()
        lookAtClock()
        actions.serve(parts.configuration)
        core.step { machine, now, wall in
            let start = machine.event(
                "start", [.init("version", programVersion), .init("config", parts.fingerprint)], at: wall)
            let forgotten = machine.closeForgottenAlarms(at: now, wall: wall)
            return [.journal(start)] + forgotten
        }
        tellUpgrade()
        if let loss = journal.opening.loss { tell(loss) }
        tellOfStart()
        journal.onReplacement { [weak self] in self?.tell($0) }
        room.watch()
        commands.serve(parts.uplinks)
        commands.start(
            CommandReach(
                core: core, journal: journal, alarms: alarms, status: { [self] in report.json },
                fingerprint: { [box = self.parts] in box.current.fingerprint }))
        core.publishAlarms { [box = self.parts] in box.publishRetained("alarms", $0) }
        publishStatus()
        try parts.start()
        try socket.start()
        log.log(
            .notice, "gateway started",
            [
                LogField("gateway", gateway.id), LogField("version", programVersion),
                LogField("config", parts.fingerprint), LogField("head", journal.opening.lastUsed),
            ])
    }

    /// Stops polling, lets the journal take what is there, leaves the brokers. False: something had to be left behind.
    func stop() -> Bool {
        // A reload that is under way comes to its end first.
        isEnding.withLock { $0 = true }
        let deadline = SystemClock.uptime + Self.stopLimit
        let parts = parts.current
        commands.requestStop()
        actions.requestStop()
        var left: [String] = []
        if !parts.stopIntake(until: deadline - .seconds(5)) { left.append("buses and lines") }
        if !commands.waitForEnd(until: deadline - .seconds(5)) { left.append("commands") }
        let desks = parts.uplinks.map(\.desk)
        commands.close(desks, because: "the gateway stops")
        if !actions.waitForEnd(until: deadline - .seconds(5)) { left.append("actions") }
        room.tellGivenUp()
        core.step { machine, _, wall in [.journal(machine.event("stop", [], at: wall))] }
        core.keep()
        rememberRun(isEnded: true)
        // What is on disk now is sent before the goodbye, as far as that takes no longer than a moment.
        journal.flush(deadline: .seconds(2))
        if !parts.leaveBrokers(until: deadline - .seconds(2)) { left.append("uplinks") }
        commands.forget(desks, because: "the gateway stops")
        control.value?.stop(until: deadline - .seconds(1))
        let report = journal.close(deadline: max(.milliseconds(500), deadline - SystemClock.uptime))
        let isJournalled = report.isClosed && report.pendingRows == 0
        log.log(
            isJournalled ? .notice : .critical, "gateway stopped",
            [LogField("head", journal.committedHead), LogField("unwritten", report.pendingRows)])
        if !left.isEmpty {
            log.log(.warning, "parts did not end in time", [LogField("parts", left.joined(separator: ", "))])
        }
        log.flush(isLast: true)
        return left.isEmpty && isJournalled
    }

    // MARK: While it runs

    /// What the main thread does about once a second. Returns when to come again.
    func tick() -> Uptime {
        for uplink in parts.current.uplinks {
            if uplink.runner.statistics.isIdle { core.uplinkIsWell(uplink.place) }
        }
        let journalled = journal.statistics
        let free = DiskSpace.freeShare(of: journal.directory)
        core.step { machine, now, wall in
            machine.journalIs(
                inTrouble: journalled.lastError?.text, freeShare: free, latency: journalled.commitLatency,
                keepingTrouble: journalled.keepingError?.text, isLogHeld: journalled.isLogHeld, at: now,
                wall: wall)
                + machine.tick(at: now, wall: wall)
        }
        let now = SystemClock.uptime
        if healthSchedule.isDue(at: now) {
            lookAtClock()
            lookAtHealth()
            tellOfHealth(journalled)
        }
        parts.current.responseFile?.look(at: now)
        room.report(journalled.pressure, at: now)
        if statusSchedule.isDue(at: now) {
            publishStatus()
        }
        if logSchedule.isDue(at: now) { log.flush() }
        return core.look { $0.nextTick(at: now, wall: SystemClock.wall) }
    }

    /// Each uplink with the records that its broker does not take.
    var uplinkSelections: [(uplink: UplinkConfiguration, setAside: [Int64])] {
        parts.current.uplinks.map { ($0.configuration, $0.runner.statistics.setAside) }
    }

    private static let countTrouble = LogTrouble(
        "deliveries cannot be counted", over: "deliveries are counted again", level: .error)

    /// What counts the deliveries of hour records, for the thread that calls ``count(_:)``.
    func makeDeliveryCount() -> DeliveryCount? {
        do {
            return try DeliveryCount(journal, zone: zone, at: SystemClock.wall)
        } catch {
            log.failed(Self.countTrouble, because: error.description)
            return nil
        }
    }

    /// Tells the core what every uplink has had acknowledged.
    func count(_ deliveries: DeliveryCount) {
        do {
            try deliveries.update(at: SystemClock.wall)
            log.recovered(Self.countTrouble)
        } catch {
            log.failed(Self.countTrouble, because: error.description)
            return
        }
        for uplink in parts.current.uplinks {
            let counts = deliveries.acknowledged(by: uplink.configuration)
            core.step { machine, _, _ in
                if let index = uplink.place.index { machine.acknowledged(counts, by: index) }
                return []
            }
            lookAtBacklog(of: uplink, deliveries)
        }
    }

    /// The threads that make no progress; the watchdog is not fed while there are any.
    func overdueThreads() -> [String] { heartbeats.overdue(at: SystemClock.uptime) }

    func publishStatus() {
        var json = JSONWriter()
        json.beginObject()
        json.field("online", bool: true)
        json.field("version", programVersion)
        json.field("since", integer: since.millisecondsSince1970)
        json.field("head", integer: journal.committedHead)
        json.field("config", parts.current.fingerprint)
        json.field("clockSynchronised", bool: ClockQuality.current.isSynchronised)
        json.endObject()
        parts.publishRetained("status", json.bytes)
    }
}
