import Alarms
import Protocol
import Telemetry

/// Rule D3 for one source: its own time stamp, or a counter of it, must move.
///
/// Only what comes is judged: a source that sends nothing is rule D1's business.
struct PulseWatch: Sendable {
    /// After a pause longer than this, and than two cycles, what stands still is observed anew: an instrument that comes
    /// back may repeat its last data once.
    private static let longestPause = Duration.seconds(600)

    private let cycle: Duration
    private let place: Int
    private var silence: SilenceWatch
    private var last: (stamp: Double, at: Uptime)?

    /// `source`: the id of the device or instrument; `cycle`: how often the stamp moves at least.
    init(_ source: String, cycle: Duration, at now: Uptime, alarms: inout GatewayAlarms) {
        self.cycle = cycle
        silence = .stamp(cycle: cycle, at: now)
        place = alarms.add(AlarmSubject(.staleData, source: source), recordedAt: .device(source))
    }

    /// The stamp was read or came with data.
    mutating func seen(
        _ stamp: Double, at now: Moment, desk: inout AlarmDesk, marks: () -> HoldMarks
    ) -> [AlarmTransition] {
        let before = last
        last = (stamp, now.uptime)
        if let before, before.stamp != stamp {
            silence.good(at: now.uptime)
            return desk.isNormal(at: place) ? [] : desk.judge(.clear, at: place, now: now)
        }
        let pause = max(cycle * 2, Self.longestPause)
        guard let before, now.uptime - before.at <= pause else {
            silence = .stamp(cycle: cycle, at: now.uptime)
            return []
        }
        let verdict = silence.verdict(at: now.uptime)
        guard case .holds = verdict else { return [] }
        return desk.judge(verdict, at: place, marks: marks(), now: now)
    }
}

extension GatewayMachine {
    /// What a device's heartbeat register says.
    mutating func takePulse(bus: Int, _ result: PollResult, at now: Moment, to actions: inout [Action]) {
        guard var pulse = devices[bus][result.device].pulse, let value = result.readings[pulse.register].value
        else { return }
        let (source, outlets) = (devices[bus][result.device].source, outlets)
        let transitions = pulse.watch.seen(value, at: now, desk: &alarms.desk) {
            source.marks { outlets[$0.outlet].instrumentMarks(factor: $0.factor, at: now.wall) }
        }
        devices[bus][result.device].pulse = pulse
        tell(transitions, at: now.wall, to: &actions)
    }

    /// The time that an instrument gives its present data.
    mutating func takePulse(
        instrument: Int, _ upload: HJ212Upload, at now: Moment, to actions: inout [Action]
    ) {
        guard upload.kind == .realtime, let stamp = upload.dataTime, var pulse = instruments[instrument].pulse
        else { return }
        let (source, outlets) = (instruments[instrument].source, outlets)
        let transitions = pulse.seen(Double(stamp.localMilliseconds), at: now, desk: &alarms.desk) {
            source.marks { outlets[$0.outlet].instrumentMarks(factor: $0.factor, at: now.wall) }
        }
        instruments[instrument].pulse = pulse
        tell(transitions, at: now.wall, to: &actions)
    }
}

extension GatewayConfiguration {
    /// The shortest cycle that is assumed of an instrument: some stamp their data with whole minutes.
    private static var shortestCycle: Duration { .seconds(60) }

    /// How often an instrument has new data at least, as far as the configuration tells.
    func dataCycle(ofInstrument index: Int) -> Duration {
        let instrument = instruments[index]
        let batches = outlets.flatMap(\.factors).compactMap { factor -> Duration? in
            guard case .instrument(index, _) = factor.source else { return nil }
            return factor.cycle
        }
        let stated = instrument.commissioning.map { Duration.seconds($0.realtimeInterval) }
        let cycles = batches + [gateway.realtimeInterval, stated, instrument.station?.poll].compactMap(\.self)
        return cycles.reduce(Self.shortestCycle, max)
    }
}
