import GatewayCore
import HostSystem
import Protocol
import Synchronization
import Telemetry

/// A program that is told of alarms, on a thread of its own: `action-ID`.
final class ProgramAction: Sendable {
    private struct State {
        var program: ActionConfiguration.Program
        var watch: ActionWatch
        var queue: ProgramQueue
        var isRemoved = false
    }

    private let id: String
    private let gateway: String
    private let evidence: ActionEvidence
    private let beat: @Sendable () -> Void
    private let state: Mutex<State>
    private let wake = WakeDescriptor()
    private let thread = OnceBox<StoppableThread>()

    /// `active`: the alarms that an earlier run left.
    init(
        _ action: ActionConfiguration, _ program: ActionConfiguration.Program, gateway: String, active: [AlarmReport],
        evidence: ActionEvidence, beat: @escaping @Sendable () -> Void
    ) {
        id = action.id
        self.gateway = gateway
        self.evidence = evidence
        self.beat = beat
        state = Mutex(
            State(
                program: program, watch: ActionWatch(action, active: active), queue: ProgramQueue(gap: action.gap)))
    }

    /// Goes on under other settings: what waits runs under these, the call that is under way ends as it began.
    /// `active`: the alarms that are active, as told already.
    func change(_ action: ActionConfiguration, _ program: ActionConfiguration.Program, active: [AlarmReport]) {
        state.withLock { state in
            state.program = program
            state.watch = ActionWatch(action, active: active)
            state.queue.gap = action.gap
        }
        wake.wake()
    }

    /// The action is not configured any more: what waits is dropped, and the thread ends with the call that is under way.
    /// Not while a step of the core is under way.
    func remove() {
        state.withLock { $0.isRemoved = true }
        dropWaiting(because: "the action is removed")
        wake.wake()
    }

    func take(_ alarm: AlarmReport) {
        let isTaken = state.withLock { state -> Bool? in
            state.watch.take(alarm).map { state.queue.add(.init($0, alarm)) }
        }
        switch isTaken {
        case nil: break
        case true: wake.wake()
        case false: evidence.log.log(.error, "action dropped: too many wait", [LogField("action", id)])
        }
    }

    func start() {
        let thread = StoppableThread("action-\(id)") { [self] in run($0) }
        self.thread.set(thread)
        thread.start()
    }

    func requestStop() {
        thread.value?.requestStop()
        wake.wake()
    }

    var hasEnded: Bool { waitForEnd(until: .zero) }

    func waitForEnd(until deadline: Uptime) -> Bool { thread.value?.waitForEnd(until: deadline) ?? true }

    private func run(_ stopping: StopFlag) {
        while !stopping.isSet {
            beat()
            let now = SystemClock.uptime
            let (step, program) = state.withLock { ($0.isRemoved ? nil : $0.queue.next(at: now), $0.program) }
            switch step {
            case .wait(let moment): _ = wake.wait(until: min(moment, now + .seconds(1)))
            case .run(let call, let dropped): carryOut(call, by: program, dropped: dropped, until: stopping)
            case nil: return
            }
        }
        dropWaiting(because: "the gateway stops")
    }

    private func carryOut(
        _ call: ProgramQueue.Call, by program: ActionConfiguration.Program, dropped: Int, until stopping: StopFlag
    ) {
        let ending = ProgramCall(
            path: program.path, arguments: program.arguments,
            environment: call.environment(of: gateway, program.environment), input: call.input,
            timeout: program.timeout
        ).run(until: stopping, beat: beat)
        tell(call, dropped: dropped, outcome: ending.description, level: ending.isGood ? .notice : .error)
    }

    private func dropWaiting(because reason: String) {
        var (calls, dropped) = state.withLock { $0.queue.takeAll() }
        for call in calls {
            tell(call, dropped: dropped, outcome: "dropped, \(reason)", level: .error)
            dropped = 0
        }
    }

    private func tell(_ call: ProgramQueue.Call, dropped: Int, outcome: String, level: LogLevel) {
        var details: [AuditEvent.Detail] = [
            .init("action", id), .init("alarm", call.alarm.id), .init("state", call.occasion.rawValue),
        ]
        if dropped > 0 { details.append(.init("dropped", String(dropped))) }
        evidence.tell("program action", outcome: outcome, level: level, details)
    }
}
