import GatewayCore
import HostSystem
import Synchronization
import Telemetry

/// Where the commands of one uplink wait, and through what they are answered.
///
/// It outlives the uplink's runner: a reload that restarts the uplink hands the desk on, with what waits, the answers that
/// are not sent and the ids that are known.
final class CommandDesk: Sendable {
    /// A command whose turn it is, and for whom.
    struct Turn: Sendable {
        let order: CommandIntake.Order
        let uplink: UplinkConfiguration
        let runner: UplinkRunner
    }

    enum Step: Sendable {
        /// Carry it out, then tell ``finished(_:reply:)``.
        case carryOut(Turn)
        case wait(until: Uptime)
    }

    private struct State {
        var uplink: UplinkConfiguration
        var intake: CommandIntake
        /// The one that runs or, until the next one comes, the one that ran.
        var runner: UplinkRunner?
        var isPaused = true
    }

    /// The uplink's.
    let id: String
    private let state: Mutex<State>

    init(_ uplink: UplinkConfiguration) {
        id = uplink.id
        let intake = CommandIntake(allowed: uplink.commands, at: SystemClock.uptime)
        state = Mutex(State(uplink: uplink, intake: intake))
    }

    // MARK: The life of the uplink

    /// The settings that rule from now on, also over what waits.
    func configure(_ uplink: UplinkConfiguration) {
        state.withLock { state in
            state.uplink = uplink
            state.intake.allow(uplink.commands)
        }
    }

    /// To be called before `runner` starts: commands have their turn again, and it gets the answers that the runner before it
    /// could not publish.
    func use(_ runner: UplinkRunner) {
        state.withLock { state in
            if let before = state.runner { runner.takeOver(from: before) }
            state.runner = runner
            state.isPaused = false
        }
    }

    /// To be called before the runner is stopped: what comes waits for the next one.
    func pause() { state.withLock { $0.isPaused = true } }

    /// Before the last runner is stopped: returns what waited, which nobody carries out any more.
    func close(because reason: String) -> [CommandIntake.Order] {
        state.withLock { $0.intake.end(because: reason) }
    }

    /// After the end of the last runner: how many answers it could not publish, and what was refused at once.
    func end() -> (unsent: Int, tally: CommandIntake.Tally?) {
        state.withLock { state in
            let unsent = state.runner.take()?.takeAnswers().count ?? 0
            return (unsent, state.intake.takeLastTally())
        }
    }

    // MARK: Commands

    /// A message came; nil: the uplink allows no commands. A session that is older than the configuration may still
    /// bring some.
    func take(_ payload: [UInt8], at now: Uptime) -> CommandIntake.Taking? {
        state.withLock { $0.uplink.commands.isEmpty ? nil : $0.intake.take(payload, at: now) }
    }

    func next(at now: Uptime) -> Step {
        state.withLock { state in
            guard !state.isPaused, let runner = state.runner else { return .wait(until: .never) }
            switch state.intake.next(at: now) {
            case .wait(let moment): return .wait(until: moment)
            case .execute(let order):
                return .carryOut(Turn(order: order, uplink: state.uplink, runner: runner))
            }
        }
    }

    func finished(_ order: CommandIntake.Order, reply: [UInt8]) {
        state.withLock { $0.intake.finished(order, reply: reply) }
    }

    func takeTally(at now: Uptime) -> CommandIntake.Tally? { state.withLock { $0.intake.takeTally(at: now) } }

    /// Publishes an answer, or keeps it for the next runner. False: too many wait, or there will be none.
    func answer(_ reply: [UInt8], on topic: String) -> Bool {
        state.withLock { $0.runner?.publish(topicSuffix: topic, payload: reply) ?? false }
    }
}
