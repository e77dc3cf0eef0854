import GatewayCore
import HostSystem
import Protocol
import Synchronization
import Telemetry
import TelemetryStore

/// Takes the commands of the platforms, lets each have its turn on a thread of its own, answers and audits them.
///
/// What may be done, in which order and how often is ``CommandIntake``'s business; each uplink has a ``CommandDesk``.
final class CommandService: Sendable {
    /// Below the gateway's topics.
    static let topic = "command"
    private static let replyTopic = "reply"

    /// Of the uplinks that run.
    private let desks = Mutex<[CommandDesk]>([])
    private let log: LogSink
    private let beat: @Sendable () -> Void
    private let reach = OnceBox<CommandReach>()
    private let thread = OnceBox<StoppableThread>()
    /// Wakes the thread.
    private let wake = WakeDescriptor()

    /// `beat`: called at least once a second.
    init(log: LogSink, beat: @escaping @Sendable () -> Void) {
        self.log = log
        self.beat = beat
    }

    /// The topics below the gateway's that `uplink` listens to.
    static func subscriptions(of uplink: UplinkConfiguration) -> [String] {
        uplink.commands.isEmpty ? [] : [topic]
    }

    /// Serves the desks of these uplinks from now on, and no others.
    func serve(_ uplinks: [RunningParts.Uplink]) {
        for uplink in uplinks { uplink.desk.configure(uplink.configuration) }
        desks.withLock { $0 = uplinks.map(\.desk) }
        wake.wake()
    }

    /// Refuses with `reason` what waits at these desks and what still comes. To be called while their uplinks run, so that
    /// the answers can be sent.
    func close(_ desks: [CommandDesk], because reason: String) {
        for desk in desks {
            for order in desk.close(because: reason) {
                audit(order, outcome: reason, of: desk, level: .warning)
                answer(CommandReply.failure(order.id, reason), from: desk)
            }
        }
    }

    /// Tells of what ends with these desks, whose uplinks have left: answers that are not sent, refusals that are not told.
    func forget(_ desks: [CommandDesk], because reason: String) {
        for desk in desks {
            let (unsent, tally) = desk.end()
            if let tally { audit(tally, of: desk) }
            guard unsent > 0 else { continue }
            log.log(
                .error, "answers lost",
                [LogField("uplink", desk.id), LogField("answers", unsent), LogField("reason", reason)])
            journal(
                "answers-lost",
                [.init("uplink", desk.id), .init("answers", String(unsent)), .init("reason", reason)])
        }
    }

    /// Begins to carry commands out; until then they wait.
    func start(_ reach: CommandReach) {
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

    /// A message came.
    func take(suffix: String, _ payload: [UInt8], at desk: CommandDesk) {
        guard suffix == Self.topic else { return }
        switch desk.take(payload, at: SystemClock.uptime) {
        case .queued: wake.wake()
        case .underWay, nil: break
        case .answer(let reply, let reason):
            if let reason {
                log.log(.warning, "command refused", [LogField("uplink", desk.id), LogField("reason", reason)])
            }
            answer(reply, from: desk)
        }
    }

    private func answer(_ reply: [UInt8], from desk: CommandDesk) {
        if desk.answer(reply, on: Self.replyTopic) { return }
        log.log(.warning, "answer dropped: too many wait, or the uplink has left", [LogField("uplink", desk.id)])
    }

    // MARK: On the thread of commands

    private func run(_ stopping: StopFlag) {
        while !stopping.isSet {
            beat()
            var moment = SystemClock.uptime + .seconds(1)
            for desk in desks.withLock({ $0 }) { moment = min(moment, serve(desk)) }
            if !stopping.isSet { _ = wake.wait(until: moment) }
        }
    }

    /// Does what is due for one uplink, and says when to come again.
    private func serve(_ desk: CommandDesk) -> Uptime {
        let now = SystemClock.uptime
        if let tally = desk.takeTally(at: now) { audit(tally, of: desk) }
        switch desk.next(at: now) {
        case .wait(let moment): return moment
        case .carryOut(let turn):
            let reply = carryOut(turn, of: desk)
            desk.finished(turn.order, reply: reply)
            answer(reply, from: desk)
            return now
        }
    }

    private func carryOut(_ turn: CommandDesk.Turn, of desk: CommandDesk) -> [UInt8] {
        let order = turn.order
        guard let reach = reach.value else { return CommandReply.failure(order.id, "the gateway is just starting") }
        do {
            let execution = CommandExecution(reach: reach, uplink: turn.uplink, runner: turn.runner, beat: beat)
            let result = try execution.run(try order.request.get())
            audit(order, outcome: "ok", of: desk, level: .notice)
            return CommandReply.good(order.id, result: result)
        } catch {
            audit(order, outcome: "\(error)", of: desk, level: .warning)
            return CommandReply.failure(order.id, "\(error)")
        }
    }

    // MARK: Evidence

    private func audit(_ order: CommandIntake.Order, outcome: String, of desk: CommandDesk, level: LogLevel) {
        let outcome = String(outcome.prefix(200))
        log.log(
            level, "command from a platform",
            [LogField("uplink", desk.id), LogField("command", order.name), LogField("outcome", outcome)])
        journal(
            "command",
            [
                .init("uplink", desk.id), .init("command", order.name), .init("id", order.id.shown),
                .init("outcome", outcome),
            ])
    }

    private func audit(_ tally: CommandIntake.Tally, of desk: CommandDesk) {
        var details: [AuditEvent.Detail] = [
            .init("uplink", desk.id), .init("malformed", String(tally.malformed)),
            .init("overflowed", String(tally.overflowed)),
        ]
        if tally.late > 0 { details.append(.init("late", String(tally.late))) }
        journal("commands-refused", details)
    }

    private func journal(_ name: String, _ details: [AuditEvent.Detail]) {
        reach.value?.core.step { machine, _, wall in [.journal(machine.event(name, details, at: wall))] }
    }
}
