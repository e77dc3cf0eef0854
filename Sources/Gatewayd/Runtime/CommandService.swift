import GatewayCore
import HostSystem
import Protocol
import Synchronization
import Telemetry
import TelemetryStore

/// Takes the commands of the platforms, lets each have its turn on a thread of its own, answers and audits them.
///
/// What may be done, in which order and how often is ``CommandIntake``'s business, one for each uplink.
final class CommandService: Sendable {
    private final class Desk: Sendable {
        let uplink: UplinkConfiguration
        let intake: Mutex<CommandIntake>

        init(_ uplink: UplinkConfiguration) {
            self.uplink = uplink
            intake = Mutex(CommandIntake(allowed: uplink.commands, at: SystemClock.uptime))
        }
    }

    /// Below the gateway's topics.
    static let topic = "command"
    private static let replyTopic = "reply"

    private let desks: [Desk]
    private let log: LogSink
    private let beat: @Sendable () -> Void
    private let runners = OnceBox<[UplinkRunner]>()
    private let reach = OnceBox<CommandReach>()
    private let thread = OnceBox<StoppableThread>()
    /// Wakes the thread.
    private let wake = WakeDescriptor()

    /// `beat`: called at least once a second.
    init(_ uplinks: [UplinkConfiguration], log: LogSink, beat: @escaping @Sendable () -> Void) {
        desks = uplinks.map(Desk.init)
        self.log = log
        self.beat = beat
    }

    /// The topics below the gateway's that `uplink` listens to.
    static func subscriptions(of uplink: UplinkConfiguration) -> [String] {
        uplink.commands.isEmpty ? [] : [topic]
    }

    /// Begins to carry commands out; until then they wait.
    func start(_ runners: [UplinkRunner], reach: CommandReach) {
        self.runners.set(runners)
        self.reach.set(reach)
        let thread = StoppableThread("commands") { [self] in run($0) }
        self.thread.set(thread)
        thread.start()
    }

    func requestStop() {
        thread.value?.requestStop()
        wake.wake()
    }

    func waitForEnd(until deadline: Uptime) -> Bool { thread.value?.waitForEnd(until: deadline) ?? true }

    // MARK: On the uplink's thread

    /// A message came. A session that is older than the configuration may still bring some to an uplink that allows none.
    func take(suffix: String, _ payload: [UInt8], uplink index: Int) {
        let desk = desks[index]
        guard suffix == Self.topic, !desk.uplink.commands.isEmpty else { return }
        switch desk.intake.withLock({ $0.take(payload, at: SystemClock.uptime) }) {
        case .queued: wake.wake()
        case .underWay: break
        case .answer(let reply, let reason):
            if let reason {
                log.log(.warning, "command refused", [LogField("uplink", desk.uplink.id), LogField("reason", reason)])
            }
            answer(reply, uplink: index)
        }
    }

    private func answer(_ reply: [UInt8], uplink index: Int) {
        guard let runner = runners.value?[index] else { return }
        if runner.publish(topicSuffix: Self.replyTopic, payload: reply) { return }
        log.log(.warning, "answer dropped: too many wait", [LogField("uplink", desks[index].uplink.id)])
    }

    // MARK: On the thread of commands

    private func run(_ stopping: StopFlag) {
        while !stopping.isSet {
            beat()
            var moment = SystemClock.uptime + .seconds(1)
            for index in desks.indices { moment = min(moment, serve(index)) }
            if !stopping.isSet { _ = wake.wait(until: moment) }
        }
    }

    /// Does what is due for one uplink, and says when to come again.
    private func serve(_ index: Int) -> Uptime {
        let desk = desks[index]
        let now = SystemClock.uptime
        if let tally = desk.intake.withLock({ $0.takeTally(at: now) }) { audit(tally, desk.uplink) }
        switch desk.intake.withLock({ $0.next(at: now) }) {
        case .wait(let moment): return moment
        case .execute(let order):
            let reply = carryOut(order, uplink: index)
            desk.intake.withLock { $0.finished(order, reply: reply) }
            answer(reply, uplink: index)
            return now
        }
    }

    private func carryOut(_ order: CommandIntake.Order, uplink index: Int) -> [UInt8] {
        let uplink = desks[index].uplink
        guard let reach = reach.value, let runner = runners.value?[index] else {
            return CommandReply.failure(order.id, "the gateway is just starting")
        }
        do {
            let execution = CommandExecution(reach: reach, uplink: uplink, runner: runner, beat: beat)
            let result = try execution.run(try order.request.get())
            audit(order, outcome: "ok", uplink, level: .notice)
            return CommandReply.good(order.id, result: result)
        } catch {
            audit(order, outcome: "\(error)", uplink, level: .warning)
            return CommandReply.failure(order.id, "\(error)")
        }
    }

    // MARK: Evidence

    private func audit(_ order: CommandIntake.Order, outcome: String, _ uplink: UplinkConfiguration, level: LogLevel) {
        let outcome = String(outcome.prefix(200))
        log.log(
            level, "command from a platform",
            [LogField("uplink", uplink.id), LogField("command", order.name), LogField("outcome", outcome)])
        journal(
            "command",
            [
                .init("uplink", uplink.id), .init("command", order.name), .init("id", order.id.shown),
                .init("outcome", outcome),
            ])
    }

    private func audit(_ tally: CommandIntake.Tally, _ uplink: UplinkConfiguration) {
        journal(
            "commands-refused",
            [
                .init("uplink", uplink.id), .init("malformed", String(tally.malformed)),
                .init("overflowed", String(tally.overflowed)),
            ])
    }

    private func journal(_ name: String, _ details: [AuditEvent.Detail]) {
        reach.value?.core.step { machine, _, wall in [.journal(machine.event(name, details, at: wall))] }
    }
}
