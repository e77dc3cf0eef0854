import Telemetry
import TestSupport
import Testing

@testable import GatewayCore

@Suite("A second client with our identifier")
struct TakeoverTests {
    /// What a connection was like: how long it stood and how it ended.
    struct Life: Sendable {
        var ending = UplinkEnding.takenOver
        var seconds = 1
        var times = 1
        /// Records that were sent and not answered before the end.
        var unanswered = 0
    }

    /// Lives one after another, a second apart.
    private func flapped(
        _ lives: [Life], suspicionLimit: Int = .max, hourLater: Bool = false
    ) -> (machine: UplinkMachine, now: Uptime) {
        var now = Uptime.zero
        var settings = UplinkMachineSettings(
            window: 10, historyRate: 100, historyDelay: .zero, reconnectLimit: .seconds(5))
        settings.suspicionLimit = suspicionLimit
        var machine = UplinkMachine(settings: settings, ledger: BacklogLedger(), head: 100, seed: 1, at: now)
        for life in lives {
            for _ in 0..<life.times {
                // Whatever pause was wanted, it is over.
                now = now + .seconds(60)
                var step = Self.step(&machine, at: now)
                if step == .renew {
                    machine.clientForgotten(at: now)
                    step = Self.step(&machine, at: now)
                }
                #expect(step == .connect)
                machine.connected(at: now)
                if life.unanswered > 0, case .read(let request) = Self.step(&machine, at: now) {
                    let row = request.after + 1
                    machine.read(request, rows: [row], through: row, at: now)
                }
                now = now + .seconds(life.seconds)
                machine.disconnected(life.ending, at: now)
            }
        }
        return (machine, hourLater ? now + .seconds(3_600) : now)
    }

    private static func step(_ machine: inout UplinkMachine, at now: Uptime) -> UplinkStep { machine.next(at: now) }

    @Test(
        "R31: what the broker says is certain from the second time, what it does is a suspicion from the fifth",
        arguments: [
            ([Life()], nil), ([Life(times: 2)], TakeoverWatch.Finding(isCertain: true, count: 2)),
            ([Life(times: 7)], TakeoverWatch.Finding(isCertain: true, count: 7)),
            ([Life(ending: .cut, times: 4)], nil),
            ([Life(ending: .cut, times: 5)], TakeoverWatch.Finding(isCertain: false, count: 5)),
            // A line that breaks each minute is a bad line.
            ([Life(ending: .cut, seconds: 50, times: 5)], nil),
            // Once suspected, both sides' pauses let connections last longer.
            (
                [Life(ending: .cut, times: 5), Life(ending: .cut, seconds: 50, times: 2)],
                TakeoverWatch.Finding(isCertain: false, count: 7)
            ),
            // A broker that chokes on what is sent hangs up as well.
            ([Life(ending: .cut, times: 5, unanswered: 1)], nil),
            ([Life(ending: .other, times: 9)], nil),
        ] as [([Life], TakeoverWatch.Finding?)])
    func findings(lives: [Life], expected: TakeoverWatch.Finding?) {
        let (machine, now) = flapped(lives)
        #expect(machine.takeover(at: now) == expected)
        #expect(flapped(lives, hourLater: true).machine.takeover(at: now + .seconds(3_600)) == nil)
    }

    @Test(
        "the pauses grow, so that two gateways with one identifier do not push each other out at full speed",
        arguments: [(1, 2.5, 5.0), (2, 5, 10), (3, 10, 20), (4, 20, 40), (5, 30, 60), (9, 30, 60)])
    func pauses(takeovers: Int, least: Double, most: Double) {
        var (machine, now) = flapped([Life(times: takeovers)])
        guard case .wait(let until) = Self.step(&machine, at: now) else {
            Issue.record("it does not wait")
            return
        }
        #expect((least...most).contains((until - now).inSeconds))
    }

    @Test("a suspicion keeps it away too, other ends do not")
    func suspectedPause() {
        for (ending, isLong) in [(UplinkEnding.cut, true), (.other, false)] {
            var (machine, now) = flapped([Life(ending: ending, times: 6)])
            guard case .wait(let until) = Self.step(&machine, at: now) else {
                Issue.record("it does not wait")
                return
            }
            #expect((until - now > .seconds(10)) == isLong)
        }
    }

    @Test("a takeover is never held against the record that was just sent")
    func innocentRecord() {
        let (machine, _) = flapped([Life(times: 20, unanswered: 1)])
        #expect(machine.setAside.sequences.isEmpty)
        #expect(machine.refusals.count == 0)
    }

    @Test("R31: while a record is believed to make the broker hang up, nobody else is suspected")
    func poison() {
        let (machine, now) = flapped(
            [Life(ending: .cut, times: 3, unanswered: 1), Life(ending: .cut, times: 6)], suspicionLimit: 3)
        #expect(machine.takeover(at: now) == nil)
    }
}
