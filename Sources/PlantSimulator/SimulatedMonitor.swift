import HostSystem
import Protocol
import Synchronization
import Telemetry

/// A simulated HJ 212-2017 monitor: sends its values every interval and what it states of each minute, and asks for
/// answers.
final class SimulatedMonitor: LineHandler {
    struct Factor: Sendable {
        let code: String
        let decimals: Int
        let value: @Sendable (_ seconds: Double) -> Double
    }

    struct Settings: Sendable {
        let mn: String
        let st: String
        let interval: Duration
        let factors: [Factor]
        let isSilent: @Sendable (_ seconds: Double) -> Bool
    }

    private struct State {
        var nextAt = Uptime.zero
        var minute: Int64 = 0
        var lastQN: Int64 = 0
    }

    private let settings: Settings
    private let start: Uptime
    private let state = Mutex(State())

    init(_ settings: Settings, start: Uptime) {
        self.settings = settings
        self.start = start
    }

    func opened(_ connection: ConnectionID, peer: String) {}

    func received(_ connection: ConnectionID, _ bytes: [UInt8], at now: Uptime) -> [UInt8] { [] }

    func tick(_ connection: ConnectionID, at now: Uptime) -> [UInt8] {
        let seconds = (now - start).inSeconds
        guard !settings.isSilent(seconds) else { return [] }
        return state.withLock { state in
            guard now >= state.nextAt else { return [] }
            state.nextAt = max(state.nextAt + settings.interval, now)
            let wall = SystemClock.wall
            var bytes = realtime(at: wall, seconds: seconds, &state)
            let minute = wall.millisecondsSince1970 / 60_000
            if state.minute != 0, minute > state.minute {
                bytes += statement(of: state.minute, seconds: seconds, wall, &state)
            }
            state.minute = minute
            return bytes
        }
    }

    func closed(_ connection: ConnectionID, reason: String) {}
    func unavailable(reason: String) {}
    func alive() {}

    // MARK: Frames

    private func realtime(at wall: WallInstant, seconds: Double, _ state: inout State) -> [UInt8] {
        let factors = settings.factors.map { factor in
            var upload = HJ212Upload.Factor(code: factor.code)
            upload.rtd = factor.value(seconds).rounded(toPlaces: factor.decimals)
            upload.flag = .normal
            return upload
        }
        return frame(.realtime, of: wall, factors, at: wall, &state)
    }

    private func statement(of minute: Int64, seconds: Double, _ wall: WallInstant, _ state: inout State) -> [UInt8] {
        let start = WallInstant(millisecondsSince1970: minute * 60_000)
        let factors = settings.factors.map { factor in
            let value = factor.value(seconds).rounded(toPlaces: factor.decimals)
            var upload = HJ212Upload.Factor(code: factor.code)
            upload.avg = value
            upload.min = value
            upload.max = value
            upload.flag = .normal
            return upload
        }
        return frame(.minute, of: start, factors, at: wall, &state)
    }

    private func frame(
        _ kind: HJ212Upload.Kind, of time: WallInstant, _ factors: [HJ212Upload.Factor], at wall: WallInstant,
        _ state: inout State
    ) -> [UInt8] {
        // Two frames of one millisecond still have two request numbers.
        state.lastQN = max(state.lastQN + 1, wall.millisecondsSince1970)
        let qn = ZoneRules.china.civilTime(at: WallInstant(millisecondsSince1970: state.lastQN))
        let upload = HJ212Upload(
            kind: kind, mn: settings.mn, st: settings.st, dataTime: ZoneRules.china.civilTime(at: time), qnTime: qn,
            factors: factors)
        let packet = upload.packet(edition: .hj2017, qn: qn.compactWithMilliseconds, asksForAnswer: true)
        return FrameEncoder.frame(packet) ?? []
    }
}
