import GatewayCore
import HostSystem
import Protocol
import Synchronization
import Telemetry

/// A program that is told of alarms, on a thread of its own: `action-ID`.
final class ProgramAction: Sendable {
    private struct State {
        var watch: ActionWatch
        var queue: ProgramQueue
    }

    private let id: String
    private let gateway: String
    private let program: ActionConfiguration.Program
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
        self.program = program
        self.evidence = evidence
        self.beat = beat
        state = Mutex(State(watch: ActionWatch(action, active: active), queue: ProgramQueue(gap: action.gap)))
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

    func waitForEnd(until deadline: Uptime) -> Bool { thread.value?.waitForEnd(until: deadline) ?? true }

    private func run(_ stopping: StopFlag) {
        while !stopping.isSet {
            beat()
            let now = SystemClock.uptime
            switch state.withLock({ $0.queue.next(at: now) }) {
            case .wait(let moment): _ = wake.wait(until: min(moment, now + .seconds(1)))
            case .run(let call, let dropped): carryOut(call, dropped: dropped, until: stopping)
            }
        }
    }

    private func carryOut(_ call: ProgramQueue.Call, dropped: Int, until stopping: StopFlag) {
        let ending = ProgramCall(
            path: program.path, arguments: program.arguments,
            environment: call.environment(of: gateway, program.environment), input: call.input,
            timeout: program.timeout
        ).run(until: stopping, beat: beat)
        var details: [AuditEvent.Detail] = [
            .init("action", id), .init("alarm", call.alarm.id), .init("state", call.occasion.rawValue),
        ]
        if dropped > 0 { details.append(.init("dropped", String(dropped))) }
        evidence.tell(
            "program action", outcome: ending.description, level: ending.isGood ? .notice : .error, details)
    }
}
