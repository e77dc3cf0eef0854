import GatewayCore
import HostSystem
import JSON
import Protocol
import Telemetry
import TelemetryStore

/// A configuration that could be applied, and what that would mean.
private struct Proposal {
    let loaded: LoadedConfiguration
    let configuration: GatewayConfiguration
    let files: NamedFileDigests
    let difference: ConfigurationDifference
    let plan: ReloadPlan

    func report(_ outcome: ReloadReport.Outcome, of old: RunningParts) -> ReloadReport {
        ReloadReport(
            outcome: outcome, file: old.source.file, from: old.fingerprint, to: loaded.source.fingerprint,
            problems: (loaded.result.problems + loaded.problems(of: files)).map(\.words),
            difference: difference.text, plan: plan.told)
    }
}

/// The parts of the next configuration, and those that come and go.
private struct Succession {
    let next: RunningParts
    let leaving: RunningParts
    let starting: RunningParts

    /// Of uplinks that are not configured any more.
    var removedDesks: [CommandDesk] {
        leaving.uplinks.map(\.desk).filter { desk in !next.uplinks.contains { $0.desk === desk } }
    }
}

extension Daemon {
    /// How long buses and lines, and before them uplinks, may take to end; what does not is left behind.
    private static let partLimit = Duration.seconds(3)
    /// Of a problem in a record.
    private static let longestProblem = 1_000

    /// Reads the configuration again and applies what changed: all of it, or on any error nothing. One at a time, on any thread.
    ///
    /// `isTrial`: only says what would be done.
    func reload(isTrial: Bool = false) -> ReloadReport {
        isEnding.withLock { isEnding in
            if !isTrial { manager.reloading() }
            let old = parts.current
            do throws(ReloadRefusal) {
                if isEnding { throw ReloadRefusal([.init("the gateway is stopping", zh: "网关正在停止")]) }
                let proposal = try propose(after: old)
                if isTrial { return proposal.report(.possible, of: old) }
                let outcome = try apply(proposal, after: old)
                manager.ready(status: "running")
                return proposal.report(outcome, of: old)
            } catch {
                let report = ReloadReport(
                    outcome: .refused, file: old.source.file, from: old.fingerprint, to: error.fingerprint,
                    problems: error.problems, errors: error.errors.count)
                if !isTrial { record(error, from: old) }
                return report
            }
        }
    }

    // MARK: Checking

    private func propose(after old: RunningParts) throws(ReloadRefusal) -> Proposal {
        let loaded: LoadedConfiguration
        do {
            loaded = try ConfigurationFile.read(old.source.file)
        } catch {
            throw ReloadRefusal([error.text])
        }
        let fingerprint = loaded.source.fingerprint
        guard let configuration = loaded.result.configuration else {
            throw ReloadRefusal(loaded.result.problems, fingerprint: fingerprint)
        }
        let restarts = old.configuration.settingsNeedingRestart(for: configuration, in: loaded.source)
        guard restarts.isEmpty else {
            throw ReloadRefusal(restarts, fingerprint: fingerprint)
        }
        var files = NamedFileDigests(of: configuration, after: old.files)
        let changed = files.changed(since: old.files, in: configuration)
        let plan = ReloadPlan(from: old.configuration, to: configuration, changedFiles: Set(changed.map(\.path)))
        let obstacles = files.obstacles(since: old.files).filter {
            plan.starts($0.file.owner, in: configuration) && old.works(despite: $0)
        }
        guard obstacles.isEmpty else {
            throw ReloadRefusal(
                obstacles.map {
                    ConfigurationProblem(of: $0.file.setting, in: loaded.source, .error, $0.refusal)
                }, fingerprint: fingerprint)
        }
        files.keepBeginnings(of: old.files) { !plan.starts($0, in: configuration) }
        return Proposal(
            loaded: loaded, configuration: configuration, files: files,
            difference: ConfigurationDifference(
                from: old.source, to: loaded.source, changedFiles: changed.map(\.setting)),
            plan: plan)
    }

    // MARK: Applying

    private func apply(
        _ proposal: Proposal, after old: RunningParts
    ) throws(ReloadRefusal) -> ReloadReport.Outcome {
        if proposal.plan.isEmpty, proposal.loaded.source == old.source {
            log.log(.info, "configuration unchanged", [LogField("config", old.fingerprint)])
            return .unchanged
        }
        let succession: Succession
        do {
            succession = try makeParts(proposal, after: old)
        } catch {
            throw ReloadRefusal([BilingualText(error)], fingerprint: proposal.loaded.source.fingerprint)
        }
        stop(succession)
        let details = [
            AuditEvent.Detail("from", old.fingerprint), .init("to", succession.next.fingerprint),
            .init("difference", proposal.difference.summary),
        ]
        core.reconfigure(proposal.configuration) { machine, now, wall in
            succession.leaving.leavePlaces()
            succession.next.takePlaces()
            let event = machine.event("configuration", details, at: wall)
            let told =
                old.fingerprint == succession.next.fingerprint
                ? []
                : machine.happened(
                    .configurationChanged, fingerprint: succession.next.fingerprint, at: now, wall: wall)
            return machine.closeForgottenAlarms(at: now, wall: wall) + [.journal(event)] + told
        }
        journal.protectBacklogs(of: proposal.configuration.uplinks)
        journal.change(to: JournalSettings(proposal.configuration.gateway))
        parts.replace(by: succession.next)
        commands.serve(succession.next.uplinks)
        actions.serve(proposal.configuration)
        rememberRun(isEnded: false)
        start(succession.starting)
        log.log(.notice, "configuration applied", details.map { LogField($0.name, $0.value) })
        return .applied
    }

    private func makeParts(_ proposal: Proposal, after old: RunningParts) throws -> Succession {
        let (plan, configuration) = (proposal.plan, proposal.configuration)
        var next = old
        next.configuration = configuration
        next.source = proposal.loaded.source
        next.files = proposal.files
        if configuration.alarms.responseFile != old.configuration.alarms.responseFile {
            next.responseFile = maker.responseFile(of: configuration)
        }
        next.buses = configuration.buses.enumerated().map { index, bus in
            plan.buses.kept[index].map { old.buses[$0] } ?? maker.bus(bus, at: index)
        }
        next.lines = try configuration.instrumentLines.enumerated().map { index, members in
            if let before = plan.lines.kept[index] { return old.lines[before] }
            let group = InstrumentGroup(members, of: configuration.instruments)
            let endpoint = LineEndpoint(group.transport)
            let before = old.lines.first { $0.line.endpoint == endpoint }
            return try maker.line(group, of: configuration, takingOver: before?.line)
        }
        next.uplinks = configuration.uplinks.enumerated().map { index, uplink in
            if let before = plan.uplinks.kept[index] { return old.uplinks[before] }
            let desk = old.uplinks.first { $0.configuration.id == uplink.id }?.desk
            return maker.uplink(uplink, at: index, desk: desk)
        }
        var (leaving, starting) = (old, next)
        leaving.buses = plan.buses.stopped.map { old.buses[$0] }
        leaving.lines = plan.lines.stopped.map { old.lines[$0] }
        leaving.uplinks = plan.uplinks.stopped.map { old.uplinks[$0] }
        starting.buses = plan.buses.started.map { next.buses[$0] }
        starting.lines = plan.lines.started.map { next.lines[$0] }
        starting.uplinks = plan.uplinks.started.map { next.uplinks[$0] }
        return Succession(next: next, leaving: leaving, starting: starting)
    }

    /// Uplinks first: polling pauses for as short as possible.
    private func stop(_ succession: Succession) {
        commands.close(succession.removedDesks, because: "the uplink is removed")
        let haveLeft = succession.leaving.leaveBrokers(until: SystemClock.uptime + Self.partLimit)
        commands.forget(succession.removedDesks, because: "the uplink is removed")
        let haveEnded = succession.leaving.stopIntake(until: SystemClock.uptime + Self.partLimit)
        if !haveLeft || !haveEnded { log.log(.warning, "a part of the old configuration ends late", []) }
    }

    private func start(_ starting: RunningParts) {
        do {
            try starting.start()
        } catch {
            log.log(.critical, "a line cannot be started", [LogField("reason", error.description)])
        }
        core.publishAlarms()
        publishStatus()
    }

    private func record(_ refusal: ReloadRefusal, from old: RunningParts) {
        let summary = String(refusal.summary.prefix(Self.longestProblem))
        let details = [
            AuditEvent.Detail("from", old.fingerprint), .init("to", refusal.fingerprint), .init("refused", summary),
            .init("errors", String(refusal.errors.count)),
        ]
        core.step { machine, _, wall in [.journal(machine.event("configuration", details, at: wall))] }
        log.log(
            .error, "configuration refused, the old one goes on", details.map { LogField($0.name, $0.value) },
            isRepeated: false)
        manager.ready(status: "running; a changed configuration is refused: \(summary)")
    }

    // MARK: Over the control socket

    /// The reply to `{"reload":"apply"}` and `{"reload":"try"}`, with `"language":"zh"` in Chinese; nil for anything else.
    func answer(reload request: JSONValue) -> [UInt8]? {
        switch request["reload"] {
        case .string("apply"): reload().json(in: Language(request))
        case .string("try"): reload(isTrial: true).json(in: Language(request))
        default: nil
        }
    }
}
