import Alarms
package import Protocol
package import Telemetry

extension GatewayMachine {
    /// Shows one poll of a device to what watches meters and parameters.
    mutating func takePlantReadings(
        _ readings: [Reading], bus: Int, device: Int, at now: Moment, to actions: inout [Action]
    ) {
        tell(
            parameters.take(readings, bus: bus, device: device, at: now, desk: &alarms.desk), at: now.wall,
            to: &actions)
        guard !power.isEmpty else { return }
        var isRead = false
        for (register, reading) in readings.enumerated() {
            let source = FactorSource.register(bus: bus, device: device, register: register)
            if power.take(reading, from: source, at: now.uptime) { isRead = true }
        }
        judgePower(at: now, isRead: isRead, to: &actions)
    }

    /// An instrument tells states or parameters, asked or by itself.
    package mutating func told(
        instrument: Int, _ information: [DeviceInformation], at now: Uptime, wall: WallInstant
    ) -> [Action] {
        var actions: [Action] = []
        let moment = Moment(wall: wall, uptime: now)
        tell(
            parameters.take(information, instrument: instrument, at: moment, desk: &alarms.desk), at: wall,
            to: &actions)
        return actions
    }

    /// The same with an upload of present values.
    mutating func takePower(_ intake: Intake, to actions: inout [Action]) {
        guard !power.isEmpty else { return }
        var isRead = false
        for (factor, match) in zip(intake.upload.factors, intake.matches) {
            for code in match.wanted {
                let source = FactorSource.instrument(index: intake.instrument, code: code)
                if power.take(factor.reading, from: source, at: intake.now.uptime) { isRead = true }
            }
        }
        judgePower(at: intake.now, isRead: isRead, to: &actions)
    }

    /// Judges production, treatment and bypasses: after a reading, and when it is time.
    mutating func judgePower(at now: Moment, isRead: Bool, to actions: inout [Action]) {
        guard isRead || power.isDue(at: now.uptime) else { return }
        let outlets = outlets
        let transitions = power.judge(
            levels: alarms.levels, mark: { outlets[$0].statedMark }, at: now, desk: &alarms.desk)
        tell(transitions, at: now.wall, to: &actions)
    }

    /// When ``judgePower(at:isRead:to:)`` is due next; nil: nothing is metered.
    var nextPower: Moment? {
        guard !power.isEmpty, let judged = power.judgedAt else { return nil }
        return Moment(wall: judged.wall + PowerAlarms.interval, uptime: judged.uptime + PowerAlarms.interval)
    }

    // MARK: Restart

    /// What must survive a restart besides alarms and unfinished periods, as text.
    package var plantState: String { "\(parameters.state)\n\(power.state)\n\(alarms.response.state)" }

    /// Continues with ``plantState`` of an earlier run; what cannot be read of it is left out.
    package mutating func restorePlant(_ state: String, at now: Uptime, wall: WallInstant) {
        let parts = state.split(separator: "\n", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3 else { return }
        parameters.restore(parts[0])
        power.restore(parts[1], at: Moment(wall: wall, uptime: now))
        alarms.response.restore(String(parts[2]), at: wall)
    }
}
