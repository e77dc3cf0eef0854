import GatewayCore
import HostSystem
import JSON
import Protocol
import Telemetry
import TelemetryStore

/// A part that cannot be started, in words for the operator.
struct StartError: Error, CustomStringConvertible {
    let description: String
}

/// Everything that runs: wired in ``init(_:fingerprint:log:)``, started in order, stopped in reverse.
final class Daemon: Sendable {
    private static let stopLimit = Duration.seconds(8)

    let configuration: GatewayConfiguration
    let fingerprint: String
    let log: LogSink
    let zone: ZoneRules
    private let since: WallInstant
    private let heartbeats = Heartbeats()
    let journal: Journal
    let core: CoreHost
    let uplinks: [UplinkRunner]
    let lines: [(line: Line, handler: InstrumentLine)]
    let buses: [BusRunner]
    private let control = OnceBox<ControlSocket>()
    private let orders: OrderDesk
    private let alarms: AlarmService
    private let commands: CommandService
    private let statusSchedule = StatusSchedule()
    let healthSchedule = StatusSchedule(every: .seconds(2))
    private let responseFile: ResponseFile?
    private let room: JournalRoom

    init(_ configuration: GatewayConfiguration, fingerprint: String, log: LogSink) throws {
        self.configuration = configuration
        self.fingerprint = fingerprint
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
        room = JournalRoom(core: core, log: log)
        buses = configuration.buses.enumerated().map { index, bus in
            BusRunner(
                bus, index: index, core: core, log: log,
                beat: heartbeats.register("bus-\(bus.id)", budget: .seconds(60)))
        }
        lines = try Self.lines(configuration, core: core, log: log, heartbeats: heartbeats)
        commands = CommandService(
            configuration.uplinks, log: log, beat: heartbeats.register("commands", budget: .seconds(60)))
        uplinks = try Self.uplinks(
            configuration, core: core, journal: journal, commands: commands, log: log, heartbeats: heartbeats)
        alarms = AlarmService(core: core, journal: journal, zone: zone)
        responseFile = configuration.alarms.responseFile.map { ResponseFile($0, core: core, log: log) }
        orders = Self.orderDesk(configuration, lines, core: core, log: log)
    }

    /// Where orders to instruments come in. Each is evidence: it may change what is measured.
    private static func orderDesk(
        _ configuration: GatewayConfiguration, _ lines: [(line: Line, handler: InstrumentLine)], core: CoreHost,
        log: LogSink
    ) -> OrderDesk {
        let ids = configuration.instruments.map(\.id)
        return OrderDesk(instruments: ids) { request, instrument, end in
            guard let handler = lines.first(where: { $0.handler.instruments.contains(instrument) })?.handler else {
                return nil
            }
            return handler.order(request, instrument: instrument) { report in
                log.log(
                    .notice, "order to an instrument ended",
                    [
                        LogField("instrument", ids[instrument]), LogField("command", request.command.rawValue),
                        LogField("outcome", report.outcome.words),
                    ])
                core.step { machine, _, wall in
                    let details = [
                        AuditEvent.Detail("instrument", ids[instrument]),
                        .init("command", String(request.command.rawValue)), .init("outcome", report.outcome.words),
                    ]
                    return [.journal(machine.event("order", details, at: wall))]
                }
                end(report)
            }
        }
    }

    /// One line for each address or port; instruments that share one share the line.
    private static func lines(
        _ configuration: GatewayConfiguration, core: CoreHost, log: LogSink, heartbeats: Heartbeats
    ) throws -> [(line: Line, handler: InstrumentLine)] {
        try InstrumentGroup.groups(of: configuration.instruments).map { group in
            let name = configuration.instruments[group.members[0]].id
            let endpoint = LineEndpoint(group.transport)
            let handler = InstrumentLine(
                endpoint, group, names: configuration.instruments.map(\.id), core: core, log: log)
            let beat = heartbeats.register("line-\(name)", budget: .seconds(60))
            let line = Line(name: name, endpoint: endpoint, limits: group.limits, beat: beat, handler: handler)
            handler.use(line)
            try line.bind()
            return (line, handler)
        }
    }

    private static func uplinks(
        _ configuration: GatewayConfiguration, core: CoreHost, journal: Journal, commands: CommandService, log: LogSink,
        heartbeats: Heartbeats
    ) throws -> [UplinkRunner] {
        var runners: [UplinkRunner] = []
        for (index, uplink) in configuration.uplinks.enumerated() {
            let password = try uplink.mqtt.passwordFile.map { try SecretFile.firstLine(of: $0) }
            // Looking up a host name may take a while; opening the connection itself does not block.
            let beat = heartbeats.register("uplink-\(uplink.id)", budget: .seconds(120))
            let runner = UplinkRunner(
                configuration: uplink, gateway: configuration.gateway.id, journal: journal, password: password,
                subscriptions: CommandService.subscriptions(of: uplink), beat: beat
            ) { event in
                if case .message(let suffix, let payload) = event {
                    commands.take(suffix: suffix, payload, uplink: index)
                }
                take(event, of: index, uplink.id, core, log)
            }
            runners.append(runner)
        }
        return runners
    }

    private static func take(_ event: UplinkEvent, of index: Int, _ id: String, _ core: CoreHost, _ log: LogSink) {
        let uplink = LogField("uplink", id)
        switch event {
        case .connected: log.log(.info, "uplink connected", [uplink])
        case .disconnected(let error):
            log.log(.warning, "uplink disconnected", [uplink, LogField("reason", error.description)])
        case .acknowledged: core.step { machine, now, wall in machine.uplinkIsWell(index, at: now, wall: wall) }
        case .setAside(let sequence, let reason):
            log.log(.error, "record set aside", [uplink, LogField("seq", sequence), LogField("reason", reason)])
            core.step { machine, now, wall in
                let details = [
                    AuditEvent.Detail("uplink", id), .init("seq", String(sequence)), .init("reason", reason),
                ]
                return [.journal(machine.event("set-aside", details, at: wall))]
                    + machine.recordRefused(by: index, sequence: sequence, reason: reason, at: now, wall: wall)
            }
        case .journalUnreadable(let error):
            log.log(.error, "journal cannot be read", [uplink, LogField("reason", error.description)])
        case .replayEnded(let sent, let isComplete):
            log.log(
                isComplete ? .notice : .warning, isComplete ? "replay sent" : "replay given up",
                [uplink, LogField("records", sent)])
        case .message: break
        }
    }

    // MARK: Start and stop

    func start() throws {
        let socket = ControlSocket(
            path: configuration.gateway.controlSocketPath, beat: heartbeats.register("control", budget: .seconds(60))
        ) { [self] in answer($0) }
        control.set(socket)
        try socket.start()
        core.restore()
        core.step { machine, now, wall in
            let start = machine.event(
                "start", [.init("version", programVersion), .init("config", fingerprint)], at: wall)
            let forgotten = machine.closeForgottenAlarms(at: now, wall: wall)
            let damage =
                journal.opening.damagedFile.map { machine.journalWasDamaged(movedTo: $0, at: now, wall: wall) } ?? []
            if journal.opening.skippedNumbers > 0 {
                log.log(.warning, "sequence numbers skipped", [LogField("count", journal.opening.skippedNumbers)])
            }
            return [.journal(start)] + forgotten + damage
        }
        tellOfStart()
        journal.onReplacement { [core, log] file, reason in
            log.log(.critical, "journal replaced", [LogField("moved_to", file ?? "-"), LogField("reason", reason)])
            core.step { machine, now, wall in machine.journalWasDamaged(movedTo: file ?? "-", at: now, wall: wall) }
        }
        room.watch(journal)
        for uplink in uplinks { uplink.start() }
        commands.start(
            uplinks,
            reach: CommandReach(
                core: core, journal: journal, alarms: alarms, status: { [self] in report.json },
                fingerprint: { [self] in fingerprint }))
        core.publishAlarms { [uplinks] payload in
            for uplink in uplinks { uplink.publishRetained(topicSuffix: "alarms", payload: payload) }
        }
        publishStatus()
        for (line, _) in lines { try line.start() }
        for bus in buses { bus.start() }
        log.log(
            .notice, "gateway started",
            [
                LogField("gateway", configuration.gateway.id), LogField("version", programVersion),
                LogField("config", fingerprint), LogField("head", journal.opening.lastUsed),
            ])
    }

    /// Stops polling, lets the journal take what is there, leaves the brokers. False: something had to be left behind.
    func stop() -> Bool {
        let deadline = SystemClock.uptime + Self.stopLimit
        for bus in buses { bus.requestStop() }
        for (line, _) in lines { line.requestStop() }
        commands.requestStop()
        var isClean = true
        for bus in buses where !bus.waitForEnd(until: deadline - .seconds(5)) { isClean = false }
        for (line, _) in lines where !line.waitForEnd(until: deadline - .seconds(5)) { isClean = false }
        if !commands.waitForEnd(until: deadline - .seconds(5)) { isClean = false }
        core.step { machine, _, wall in [.journal(machine.event("stop", [], at: wall))] }
        core.keep()
        rememberRun(isEnded: true)
        // What is on disk now is sent before the goodbye, as far as that takes no longer than a moment.
        if journal.flush(deadline: .seconds(2)).pendingRows > 0 { isClean = false }
        let farewells = uplinks.map { uplink in
            StoppableThread("uplink-stop") { _ in uplink.stop(deadline: .seconds(3)) }
        }
        for farewell in farewells { farewell.start() }
        for farewell in farewells where !farewell.waitForEnd(until: deadline - .seconds(2)) { isClean = false }
        control.value?.stop(until: deadline - .seconds(1))
        let report = journal.close(deadline: max(.milliseconds(500), deadline - SystemClock.uptime))
        let isJournalled = report.isClosed && report.pendingRows == 0
        log.log(
            isJournalled ? .notice : .critical, "gateway stopped",
            [LogField("head", journal.committedHead), LogField("unwritten", report.pendingRows)])
        log.flush()
        return isClean && isJournalled
    }

    // MARK: While it runs

    /// What the main thread does about once a second. Returns when to come again.
    func tick() -> Uptime {
        for (index, uplink) in uplinks.enumerated() {
            let statistics = uplink.statistics
            if statistics.isConnected, statistics.owed == 0 {
                core.step { machine, now, wall in machine.uplinkIsWell(index, at: now, wall: wall) }
            }
        }
        let journalled = journal.statistics
        let free = DiskSpace.freeShare(of: configuration.gateway.dataDirectory)
        core.step { machine, now, wall in
            machine.journalIs(
                inTrouble: journalled.lastError?.description, freeShare: free, latency: journalled.commitLatency,
                at: now, wall: wall)
                + machine.tick(at: now, wall: wall)
        }
        let now = SystemClock.uptime
        if healthSchedule.isDue(at: now) { lookAtHealth() }
        responseFile?.look(at: now)
        room.report(journalled.pressure, at: now)
        if statusSchedule.isDue(at: now) {
            publishStatus()
            log.flush()
        }
        return core.look { $0.nextTick(at: now, wall: SystemClock.wall) }
    }

    /// Each uplink with the records that its broker does not take.
    var uplinkSelections: [(uplink: UplinkConfiguration, setAside: [Int64])] {
        zip(configuration.uplinks, uplinks).map { ($0, $1.statistics.setAside) }
    }

    /// What counts the deliveries of hour records, for the thread that calls ``count(_:)``.
    func makeDeliveryCount() -> DeliveryCount? {
        do {
            return try DeliveryCount(journal, zone: zone, at: SystemClock.wall)
        } catch {
            log.log(.error, "deliveries cannot be counted", [LogField("reason", error.description)])
            return nil
        }
    }

    /// Tells the core what every uplink has had acknowledged.
    func count(_ deliveries: DeliveryCount) {
        do {
            try deliveries.update(at: SystemClock.wall)
        } catch {
            log.log(.error, "deliveries cannot be counted", [LogField("reason", error.description)])
            return
        }
        for (index, uplink) in configuration.uplinks.enumerated() {
            let counts = deliveries.acknowledged(by: uplink)
            core.step { machine, _, _ in
                machine.acknowledged(counts, by: index)
                return []
            }
            lookAtBacklog(of: index, deliveries)
        }
    }

    /// The threads that make no progress; the watchdog is not fed while there are any.
    func overdueThreads() -> [String] { heartbeats.overdue(at: SystemClock.uptime) }

    private func publishStatus() {
        var json = JSONWriter()
        json.beginObject()
        json.field("online", bool: true)
        json.field("version", programVersion)
        json.field("since", integer: since.millisecondsSince1970)
        json.field("head", integer: journal.committedHead)
        json.field("config", fingerprint)
        json.field("clockSynchronised", bool: ClockQuality.current.isSynchronised)
        json.endObject()
        for uplink in uplinks { uplink.publishStatus(json.bytes) }
    }

    // MARK: Status

    private func answer(_ request: String) -> [UInt8] {
        switch request {
        case "json": return report.json
        case "table": return Array((report.table.joined(separator: "\n") + "\n").utf8)
        default:
            let order = try? JSONValue(parsing: Array(request.utf8))
            let reply = order.flatMap {
                orders.answer($0) ?? alarms.answer($0) ?? MarkDesk.answer($0, core: core, log: log)
            }
            return reply ?? Array("unknown request\n".utf8)
        }
    }

    private var report: StatusReport {
        let wall = SystemClock.wall
        let now = SystemClock.uptime
        let statistics = journal.statistics
        let (outlets, alarms, intake, response) = core.look {
            ($0.outletStatus(at: now, wall: wall), $0.activeAlarms(at: wall), $0.intakeStatus, $0.response(at: wall))
        }
        return StatusReport(
            gateway: configuration.gateway.id, version: programVersion, since: since, at: wall,
            civil: zone.civilTime(at: wall), isClockSynchronised: ClockQuality.current.isSynchronised,
            memoryBytes: MemoryUsage.residentBytes ?? 0,
            journal: .init(
                head: journal.committedHead, pending: statistics.pendingRows, dropped: statistics.dropped,
                lastError: statistics.lastError?.description),
            intake: intake,
            uplinks: zip(configuration.uplinks, uplinks).map { configuration, uplink in
                let statistics = uplink.statistics
                return .init(
                    id: configuration.id, isConnected: statistics.isConnected, owed: Int(clamping: statistics.owed),
                    inFlight: statistics.inFlight, acknowledged: statistics.acknowledgedTotal,
                    lastError: statistics.lastError?.description)
            },
            sources: deviceStatus + instrumentStatus, outlets: outlets, alarms: alarms,
            response: response)
    }

    private var deviceStatus: [StatusReport.Source] {
        configuration.buses.enumerated().flatMap { index, bus in
            zip(bus.devices, buses[index].statistics).enumerated().map { device, entry in
                let (configuration, statistics) = entry
                return StatusReport.Source(
                    id: configuration.id, line: bus.id, successes: Int(statistics.polls - statistics.failedPolls),
                    failures: Int(statistics.failedPolls), missed: Int(statistics.missedSlots),
                    isSilent: core.look { $0.isSilent(bus: index, device: device) },
                    lastError: statistics.lastError?.text)
            }
        }
    }

    private var instrumentStatus: [StatusReport.Source] {
        lines.flatMap { line, handler in
            handler.instruments.map { index in
                let statistics = handler.statistics(of: index)
                return StatusReport.Source(
                    id: configuration.instruments[index].id, line: "HJ 212", successes: statistics.frames,
                    failures: statistics.defects, missed: 0, isSilent: core.look { $0.isSilent(instrument: index) },
                    lastError: statistics.lastError)
            }
        }
    }
}
