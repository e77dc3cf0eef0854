import Alarms
import Protocol
import Telemetry
import Testing

@testable import GatewayCore

/// Lets a test ask within an expectation.
private final class Box<Value> {
    var value: Value
    init(_ value: Value) { self.value = value }
}

private func alarm(
    _ id: String, rule: String = "L1", _ severity: AlarmReport.Severity = .alarm,
    _ state: AlarmReport.State = .raised, source: String = "stack-1", isSuppressed: Bool = false,
    acknowledged: Bool = false
) -> AlarmReport {
    let start = WallInstant(millisecondsSince1970: 5)
    var report = AlarmReport(
        id: id, rule: rule, severity: severity, state: state, source: source, since: start, message: "m")
    report.isSuppressed = isSuppressed
    if acknowledged { report.acknowledgement = .init(by: "Li", note: "", at: start) }
    return report
}

private func program(_ change: (inout ActionConfiguration) -> Void = { _ in }) -> ActionConfiguration {
    var action = ActionConfiguration(id: "a", effect: .program(.init(path: "/bin/true", arguments: [])))
    action.occasions = [.raised, .cleared]
    change(&action)
    return action
}

private func coil(until end: ActionConfiguration.CoilEnd = .cleared) -> ActionConfiguration {
    ActionConfiguration(id: "c", effect: .coil(.init(bus: 0, device: 0, address: 1, isEnabled: true, until: end)))
}

@Suite("Which action is due for which alarm")
struct ActionWatchTests {
    typealias Occasion = ActionConfiguration.Occasion

    @Test(
        "rule, severity, source and marks decide",
        arguments: [
            (alarm("x"), Occasion.raised), (alarm("x", .critical), .raised), (alarm("x", rule: "P11"), .raised),
            (alarm("x", .warning), nil), (alarm("x", rule: "D1"), nil), (alarm("x", source: "stack-2"), nil),
            (alarm("x", isSuppressed: true), nil), (alarm("x", .critical, .cleared), nil),
            (alarm("x", .alarm, .updated), .raised),
        ])
    func matching(report: AlarmReport, expected: Occasion?) {
        let watch = Box(
            ActionWatch(
                program {
                    $0.rules = [.hourLimit, .bypassOpen]
                    $0.sources = ["stack-1", "m"]
                }))
        #expect(watch.value.take(report) == expected)
    }

    @Test("an alarm is told once, when it reaches the severity, and its end once, if its beginning was")
    func once() {
        let watch = Box(ActionWatch(program()))
        #expect(watch.value.take(alarm("x", .warning)) == nil)
        #expect(watch.value.take(alarm("x", .alarm, .updated)) == .raised)
        #expect(watch.value.take(alarm("x", .critical, .updated)) == nil)
        #expect(watch.value.take(alarm("y", .warning)) == nil)
        #expect(watch.value.take(alarm("x", .critical, .cleared)) == .cleared)
        #expect(watch.value.take(alarm("x", .critical, .cleared)) == nil)
        #expect(watch.value.take(alarm("y", .warning, .cleared)) == nil)
    }

    @Test("only the occasions that are asked for", arguments: [[Occasion.raised], [.cleared], [.raised, .cleared]])
    func occasions(wanted: [Occasion]) {
        let watch = Box(ActionWatch(program { $0.occasions = Set(wanted) }))
        let found = [watch.value.take(alarm("x")), watch.value.take(alarm("x", .alarm, .cleared))]
        #expect(found.compactMap { $0 } == wanted)
    }

    @Test("what an earlier run left was told then; its end is told now")
    func restart() {
        let watch = Box(ActionWatch(program(), active: [alarm("x"), alarm("y", .info)]))
        #expect(watch.value.take(alarm("x", .alarm, .updated)) == nil)
        #expect(watch.value.take(alarm("x", .alarm, .cleared)) == .cleared)
        #expect(watch.value.take(alarm("y", .info, .cleared)) == nil)
    }

    @Test("a coil is on while any alarm is active, or until each is acknowledged")
    func coils() {
        let cleared = Box(ActionWatch(coil()))
        let acknowledged = Box(ActionWatch(coil(until: .acknowledged)))
        let messages: [(AlarmReport, Bool, Bool)] = [
            (alarm("w", .warning), false, false), (alarm("x"), true, true), (alarm("y"), true, true),
            (alarm("x", .alarm, .updated, acknowledged: true), true, true),
            (alarm("y", .alarm, .updated, acknowledged: true), true, false),
            (alarm("x", .alarm, .cleared), true, false), (alarm("z"), true, true),
            (alarm("y", .alarm, .cleared), true, true), (alarm("z", .alarm, .cleared), false, false),
        ]
        for (message, first, second) in messages {
            _ = cleared.value.take(message)
            _ = acknowledged.value.take(message)
            #expect(cleared.value.isOn == first && acknowledged.value.isOn == second, "\(message.id)")
        }
        #expect(ActionWatch(coil(), active: [alarm("x")]).isOn)
        #expect(!ActionWatch(coil(until: .acknowledged), active: [alarm("x", acknowledged: true)]).isOn)
    }
}

@Suite("The calls of a program")
struct ProgramQueueTests {
    @Test("come in order and not too often; what finds no place is counted")
    func order() {
        let queue = Box(ProgramQueue(gap: .seconds(2)))
        let accepted = (0..<40).count { queue.value.add(.init(.raised, alarm("\($0)"))) }
        #expect(accepted == ProgramQueue.capacity)
        guard case .run(let first, 8) = queue.value.next(at: .zero) else {
            Issue.record("the first is due")
            return
        }
        #expect(first.alarm.id == "0")
        #expect(queue.value.next(at: .zero + .seconds(1)) == .wait(until: .zero + .seconds(2)))
        guard case .run(let second, 0) = queue.value.next(at: .zero + .seconds(2)) else {
            Issue.record("the second is due")
            return
        }
        #expect(second.alarm.id == "1")
        #expect(Box(ProgramQueue(gap: .zero)).value.next(at: .zero) == .wait(until: .never))
    }

    @Test("another gap holds from the last start on; what nobody will run is taken out with what found no place")
    func change() {
        let queue = Box(ProgramQueue(gap: .seconds(100)))
        _ = (0..<34).count { queue.value.add(.init(.raised, alarm("\($0)"))) }
        guard case .run(_, 2) = queue.value.next(at: .zero) else {
            Issue.record("the first is due")
            return
        }
        queue.value.gap = .seconds(3)
        #expect(queue.value.next(at: .zero + .seconds(2)) == .wait(until: .zero + .seconds(3)))
        _ = (0..<2).count { queue.value.add(.init(.raised, alarm("late \($0)"))) }
        let rest = queue.value.takeAll()
        #expect(rest.calls.map(\.alarm.id) == (1..<32).map { "\($0)" } + ["late 0"] && rest.dropped == 1)
        #expect(queue.value.next(at: .zero + .seconds(9)) == .wait(until: .never))
        #expect(queue.value.takeAll().dropped == 0)
    }

    @Test("the severest come first, and the least severe are dropped; of one alarm the order stays")
    func severity() {
        let queue = Box(ProgramQueue(gap: .zero))
        var added = (0..<ProgramQueue.capacity).map { queue.value.add(.init(.raised, alarm("\($0)", .warning))) }
        #expect(!added.contains(false))
        added = [
            queue.value.add(.init(.raised, alarm("info", .info))),
            queue.value.add(.init(.raised, alarm("worst", .critical))),
            queue.value.add(.init(.cleared, alarm("5", .alarm))),
            queue.value.add(.init(.raised, alarm("32", .warning))),
        ]
        #expect(added == [false, false, false, false])
        var ran: [String] = []
        var dropped = 0
        while case .run(let call, let lost) = queue.value.next(at: .zero) {
            ran.append("\(call.occasion.rawValue) \(call.alarm.id)")
            dropped += lost
        }
        let usual = (0..<30).filter { $0 != 5 }.map { "raised \($0)" }
        #expect(ran == ["raised worst", "raised 5", "cleared 5"] + usual)
        #expect(dropped == 4)
    }

    @Test("the program finds the alarm in its environment, what the configuration says, and no byte that ends a text")
    func environment() {
        var report = alarm("stack-1.L1.5")
        report.message = "a=b\0c"
        report.value = 36.2
        let call = ProgramQueue.Call(.cleared, report)
        let variables = call.environment(of: "g", [.init(name: "LANG", value: "C")])
        for line in [
            "LANG=C", "GATEWAYD_GATEWAY=g", "GATEWAYD_ALARM_ID=stack-1.L1.5", "GATEWAYD_ALARM_RULE=L1",
            "GATEWAYD_ALARM_STATE=cleared", "GATEWAYD_ALARM_VALUE=36.2", "GATEWAYD_ALARM_MESSAGE=a=bc",
        ] { #expect(variables.contains(line), "\(line) \(variables)") }
        #expect(variables.contains { $0.hasPrefix("PATH=/") })
        #expect(!variables.contains { $0.hasPrefix("GATEWAYD_ALARM_FACTOR") })
        let own = call.environment(of: "g", [.init(name: "PATH", value: "/opt")])
        #expect(own.filter { $0.hasPrefix("PATH=") } == ["PATH=/opt"])
        #expect(String(decoding: call.input, as: UTF8.self).hasPrefix(#"{"id":"stack-1.L1.5","rule":"L1","#))
        #expect(call.input.last == 0x0A)
    }
}

@Suite("A coil that follows alarms")
struct CoilSwitchTests {
    private func at(_ milliseconds: Int) -> Uptime { .zero + .milliseconds(milliseconds) }

    @Test("is written at the start, at every change, and not too often; the last word holds")
    func changes() {
        let coil = Box(CoilSwitch(gap: .seconds(1), wanted: false))
        #expect(coil.value.due(at: at(0)) == false)
        #expect(coil.value.written(false, at: at(0)) == true)
        #expect(coil.value.due(at: at(5_000)) == nil)
        coil.value.want(true)
        #expect(coil.value.due(at: at(5_000)) == true)
        #expect(coil.value.written(true, at: at(5_000)) == true)
        coil.value.want(false)
        #expect(coil.value.due(at: at(5_500)) == nil)
        coil.value.want(true)
        #expect(coil.value.due(at: at(6_000)) == nil)
        coil.value.want(false)
        #expect(coil.value.due(at: at(6_000)) == false)
    }

    @Test("is tried ever more rarely while that fails, up to once a minute, and tells it once")
    func failures() {
        let coil = Box(CoilSwitch(gap: .milliseconds(100), wanted: true))
        var now = at(0)
        var pauses: [Int] = []
        for attempt in 0..<10 {
            #expect(coil.value.due(at: now) == true)
            #expect(coil.value.failed(at: now) == (attempt == 0))
            let start = now
            while coil.value.due(at: now) == nil { now = now + .milliseconds(100) }
            pauses.append(Int((now - start).wholeMilliseconds / 1_000))
        }
        #expect(pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60, 60])
        #expect(coil.value.written(true, at: now) == true)
    }

    @Test("is written again on a new line, without that being news")
    func newLine() {
        let coil = Box(CoilSwitch(gap: .milliseconds(100), wanted: true))
        #expect(coil.value.written(true, at: at(0)) == true)
        coil.value.lineOpened()
        #expect(coil.value.due(at: at(100)) == true)
        #expect(coil.value.written(true, at: at(100)) == false)
    }
}
