import GatewayCore
import HostSystem
import Telemetry

/// What only the program can see of links, clock and its own past, told to the core, which judges.
extension Daemon {
    /// The key of what a run leaves for the next one; no uplink has such a name.
    private static let runKey = "gateway:run"

    /// Says how the run before ended, and whether the configuration is another one.
    func tellOfStart() {
        let run = RunTrace(fingerprint: fingerprint, boot: BootIdentity.current)
        let before = journal.cursor(of: Self.runKey).flatMap { RunTrace(text: $0) }
        core.step { machine, now, wall in machine.started(run, after: before, at: now, wall: wall) }
        rememberRun(isEnded: false)
    }

    /// Keeps what the next start must know.
    func rememberRun(isEnded: Bool) {
        let run = RunTrace(fingerprint: fingerprint, boot: BootIdentity.current, isEnded: isEnded)
        journal.saveCursor(uplink: Self.runKey, state: run.text)
    }

    /// How requests end and how far the clock is off; every few seconds.
    func lookAtHealth() {
        let devices = buses.map { $0.statistics.map { RequestCount($0) } }
        let lines = lines.compactMap { _, handler in
            handler.instruments.first.map { (instrument: $0, count: handler.requestCount) }
        }
        let clock = ClockQuality.current
        core.step { machine, now, wall in
            var actions = machine.clockIs(
                offBy: clock.isSynchronised ? clock.estimatedError : nil, at: now, wall: wall)
            for (bus, counts) in devices.enumerated() {
                for (device, count) in counts.enumerated() {
                    actions += machine.judgeRequests(bus: bus, device: device, count, at: now, wall: wall)
                }
            }
            for line in lines {
                actions += machine.judgeRequests(instrument: line.instrument, line.count, at: now, wall: wall)
            }
            return actions
        }
    }

    /// What an uplink owes; every minute.
    func lookAtBacklog(of index: Int, _ deliveries: DeliveryCount) {
        let uplink = configuration.uplinks[index]
        do {
            let hours = deliveries.owedHours(by: uplink)
            let age = try deliveries.backlogAge(
                of: uplink, except: uplinks[index].statistics.setAside, at: SystemClock.wall)
            core.step { machine, now, wall in
                machine.uplinkOwes(index, oldest: age, hours: hours, at: now, wall: wall)
            }
        } catch {
            log.log(
                .error, "backlog cannot be looked at",
                [LogField("uplink", uplink.id), LogField("reason", error.description)])
        }
    }
}
