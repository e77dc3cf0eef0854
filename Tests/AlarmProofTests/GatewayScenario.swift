import Alarms
import GatewayCore
import Protocol
import Telemetry
import Testing

/// A whole gateway for some hours: what is otherwise than usual, what happens, and every alarm that must come of it.
///
/// It is for the rules that samples do not decide. The surroundings are looked at every 10 s from midnight on.
struct GatewayScenario: Proof {
    typealias Change = @Sendable (inout Surroundings) -> Void

    /// Something that takes no time.
    enum Happening: Sendable {
        /// The broker refuses a record.
        case refusal
        /// Another client has taken over the session so often, or seems to have; 0: no longer.
        case takeovers(Int, isCertain: Bool)
        /// What is seen at the monitor's line besides the monitor.
        case intrusions([IntrusionWatch.Report])
        /// Somebody acknowledges what is active by a rule.
        case acknowledgement(rule: String)
        /// The program starts after a run that left this behind.
        case start(after: RunTrace)
        /// A response of some minutes is ordered.
        case response(level: String, minutes: Int)
    }

    var rule: String
    var name: String
    /// In minutes since midnight.
    var changes: [(time: Range<Double>, change: Change)]
    var happenings: [(minute: Double, what: Happening)]
    /// What the configuration says of rules.
    var rules: String
    var hours: Double
    var expected: [String]

    init(
        _ rule: String, _ name: String, rules: String = "",
        during changes: [(time: Range<Double>, change: Change)] = [],
        at happenings: [(minute: Double, what: Happening)] = [], hours: Double = 4, expects expected: [String]
    ) {
        self.rule = rule
        self.name = name
        self.rules = rules
        self.changes = changes
        self.happenings = happenings
        self.hours = hours
        self.expected = expected
    }

    /// Every alarm that comes of it.
    func run() throws -> [String] {
        var run = GatewayRun(try configuration(configurationText))
        for second in stride(from: 0, to: Int(hours * 3_600), by: 10) {
            let minute = Double(second) / 60
            var surroundings = Surroundings()
            for entry in changes where entry.time.contains(minute) { entry.change(&surroundings) }
            run.pass(to: second)
            for entry in happenings where entry.minute == minute { try run.take(entry.what) }
            run.look(at: surroundings)
        }
        return run.seen.lines
    }
}

/// A gateway whose clocks are moved by hand, and what the program around it keeps.
private struct GatewayRun {
    private let configuration: GatewayConfiguration
    private var machine: GatewayMachine
    private(set) var seen = SeenAlarms()
    private var second = 0
    private var polls: UInt64 = 0
    private var failures: UInt64 = 0
    private var counter = 0.0
    private var sequence: Int64 = 0
    private var owed: [(sequence: Int64, kind: RecordKind, start: WallInstant, made: WallInstant)] = []

    init(_ configuration: GatewayConfiguration) {
        self.configuration = configuration
        machine = GatewayMachine(configuration: configuration, zone: .china, at: .zero, wall: midnight)
        perform(machine.started(trace, after: nil, at: now, wall: wall))
    }

    private var wall: WallInstant { midnight + .seconds(second) }
    private var now: Uptime { .zero + .seconds(second) }
    private var trace: RunTrace { RunTrace(fingerprint: "a", boot: "1") }

    mutating func pass(to second: Int) { self.second = second }

    private mutating func perform(_ actions: [GatewayMachine.Action]) {
        for action in actions {
            switch action {
            case .journal(let record), .close(let record, _):
                sequence += 1
                seen.take([record])
                owed.append((sequence, record.kind, record.at, wall))
            case .publishAlarms: break
            }
        }
    }

    // MARK: What happens

    mutating func take(_ happening: GatewayScenario.Happening) throws {
        switch happening {
        case .refusal:
            let notice = SetAsideNotice(
                count: 1, numbers: sequence...sequence, reason: .unpublishable(.init(verbatim: "packet too large")))
            perform(machine.recordsRefused(by: 0, notice, at: now, wall: wall))
        case .takeovers(let count, let isCertain):
            let finding = count == 0 ? nil : TakeoverWatch.Finding(isCertain: isCertain, count: count)
            perform(machine.identifierIsShared(0, "g-province", finding, at: now, wall: wall))
        case .intrusions(let reports):
            perform(machine.judgeIntrusions(instrument: 0, reports, at: now, wall: wall))
        case .acknowledgement(let rule):
            let alarm = try #require(machine.activeAlarms(at: wall).first { $0.rule == rule })
            perform(machine.acknowledge(alarm: alarm.id, by: "Li", note: "", at: now, wall: wall))
        case .start(let before): start(after: before)
        case .response(let level, let minutes):
            perform(
                try machine.setResponseLevel(
                    level, until: wall + .seconds(60 * minutes), source: "order 7", at: now, wall: wall))
        }
    }

    private mutating func start(after before: RunTrace) {
        let (alarms, plant, outlet) = (machine.alarmState, machine.plantState, machine.unfinishedPeriods(of: 0))
        machine = GatewayMachine(configuration: configuration, zone: .china, at: now, wall: wall, alarmState: alarms)
        machine.restorePlant(plant, at: now, wall: wall)
        let isRestored = machine.restore(outlet, outlet: 0)
        #expect(isRestored)
        perform(machine.closeForgottenAlarms(at: now, wall: wall))
        perform(machine.started(trace, after: before, at: now, wall: wall))
    }

    // MARK: What is looked at

    mutating func look(at surroundings: Surroundings) {
        let ripple = second % 60 < 30 ? 0.3 : -0.3
        poll(surroundings, ripple)
        perform(
            machine.received(instrument: 0, surroundings.upload(ripple: ripple, at: wall), at: now, wall: wall))
        if second > 0, second % 3_600 == 0 {
            perform(
                machine.received(
                    instrument: 0, surroundings.hourStatement(endingAt: wall), at: now, wall: wall))
        }
        perform(machine.tick(at: now, wall: wall))
        deliver(surroundings)
        let count = RequestCount(requests: polls, failures: failures, reason: ReadFailure.timeout.words)
        perform(machine.judgeRequests(bus: 0, device: 0, count, at: now, wall: wall))
        perform(machine.clockIs(offBy: surroundings.clockOffset, at: now, wall: wall))
        perform(
            machine.journalIs(
                inTrouble: surroundings.journalTrouble.map { .init(verbatim: $0) }, freeShare: surroundings.freeShare,
                at: now, wall: wall))
    }

    private mutating func poll(_ surroundings: Surroundings, _ ripple: Double) {
        polls += 1
        if !surroundings.counterStands { counter += 1 }
        var readings = surroundings.readings(counter: counter, ripple: ripple)
        if let every = surroundings.failsEvery, polls % UInt64(every) == 0 {
            failures += 1
            readings = readings.map { _ in .failed(.timeout) }
        }
        perform(machine.polled(bus: 0, PollResult(device: 0, at: wall, readings: readings), at: now, wall: wall))
    }

    /// The platform acknowledges; the backlog is looked at every minute.
    private mutating func deliver(_ surroundings: Surroundings) {
        if !surroundings.uplinkIsDown {
            owed.removeAll { !surroundings.unacknowledged.contains($0.kind) }
            perform(machine.uplinkIsWell(0, at: now, wall: wall))
        }
        guard second % 60 == 0 else { return }
        let hours = owed.filter { $0.kind == .hour }.map { DeliveryWatch.Hour(sequence: $0.sequence, start: $0.start) }
        perform(
            machine.uplinkOwes(
                0, oldest: owed.first.map { wall - $0.made }, hours: hours, at: now, wall: wall))
    }
}
