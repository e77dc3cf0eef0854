import GatewayCore
import HostSystem
import Telemetry
import TelemetryStore

/// What only the program can see of links, clock and its own past, told to the core, which judges.
extension Daemon {
    /// The key of what a run leaves for the next one; no uplink has such a name.
    private static let runKey = "gateway:run"

    /// Says how the run before ended, and whether the configuration is another one.
    func tellOfStart() {
        let run = RunTrace(fingerprint: parts.current.fingerprint, boot: BootIdentity.current)
        let before = journal.cursor(of: Self.runKey).flatMap { RunTrace(text: $0) }
        core.step { machine, now, wall in machine.started(run, after: before, at: now, wall: wall) }
        rememberRun(isEnded: false)
    }

    /// Keeps what the next start must know.
    func rememberRun(isEnded: Bool) {
        let run = RunTrace(fingerprint: parts.current.fingerprint, boot: BootIdentity.current, isEnded: isEnded)
        journal.saveCursor(uplink: Self.runKey, state: run.text)
    }

    /// How far the clock is off; before the first record, then every few seconds.
    func lookAtClock() {
        let clock = ClockQuality.current
        log.note(Self.clockTrouble, clock.isSynchronised ? nil : "the kernel knows of no time source")
        core.step { machine, now, wall in
            machine.clockIs(offBy: clock.isSynchronised ? clock.estimatedError : nil, at: now, wall: wall)
        }
    }

    /// How requests end; every few seconds.
    func lookAtHealth() {
        let parts = parts.current
        for line in parts.lines { line.handler.lookForFiles() }
        let buses = parts.buses.map { (place: $0.place, counts: $0.statistics.map { RequestCount($0) }) }
        let lines = parts.lines.compactMap { line in
            line.handler.places.first.map {
                (
                    place: $0, count: line.handler.requestCount,
                    intrusions: line.handler.intrusions(at: SystemClock.uptime)
                )
            }
        }
        core.step { machine, now, wall in
            var actions: [GatewayMachine.Action] = []
            for bus in buses {
                guard let index = bus.place.index else { continue }
                for (device, count) in bus.counts.enumerated() {
                    actions += machine.judgeRequests(bus: index, device: device, count, at: now, wall: wall)
                }
            }
            for line in lines {
                guard let index = line.place.index else { continue }
                actions += machine.judgeRequests(instrument: index, line.count, at: now, wall: wall)
                actions += machine.judgeIntrusions(instrument: index, line.intrusions, at: now, wall: wall)
            }
            return actions
        }
    }

    /// What an uplink owes; every minute.
    func lookAtBacklog(of part: RunningParts.Uplink, _ deliveries: DeliveryCount) {
        let uplink = part.configuration
        let trouble = LogTrouble(
            "backlog cannot be looked at", over: "backlog is looked at again", [LogField("uplink", uplink.id)],
            level: .error)
        do {
            let hours = deliveries.owedHours(by: uplink)
            // A record that was set aside and is tried again, by this run or the next, is known as such.
            let told = journal.cursor(of: UplinkRunner.toldKey(uplink.id)).map(UplinkMachine.records(told:)) ?? []
            let age = try deliveries.backlogAge(
                of: uplink, except: part.runner.statistics.setAside + told, at: SystemClock.wall)
            log.recovered(trouble)
            core.step { machine, now, wall in
                part.place.index.map { machine.uplinkOwes($0, oldest: age, hours: hours, at: now, wall: wall) } ?? []
            }
        } catch {
            log.failed(trouble, because: error.description)
        }
    }

    // MARK: In the log

    private static let journalTrouble = LogTrouble(
        "journal cannot be written", over: "journal is written again", level: .critical)
    private static let keepingTrouble = LogTrouble(
        "old records cannot be deleted", over: "old records are deleted again", level: .error)
    private static let heldTrouble = LogTrouble(
        "another program keeps the journal open, its log grows", over: "the journal's log is cut again")
    private static let clockTrouble = LogTrouble(
        "clock is not synchronised", over: "clock is synchronised", level: .warning)

    /// Logs how the journal and the uplinks do, where that changes.
    func tellOfHealth(_ journalled: JournalStatistics) {
        log.note(Self.journalTrouble, journalled.lastError?.description)
        log.note(Self.keepingTrouble, journalled.keepingError?.description)
        log.note(Self.heldTrouble, journalled.isLogHeld ? "an open transaction" : nil)
        for uplink in parts.current.uplinks where uplink.runner.statistics.setAside.isEmpty {
            log.recovered(PartMaker.refusalTrouble(of: uplink.configuration.id))
        }
    }
}
