import Alarms
import Telemetry
import TestSupport
import Testing

@Suite struct AlarmDeskTests {
    private let so2 = AlarmSubject(.hourLimit, source: "stack-1", factor: "a21026", part: "h1")
    private let dust = AlarmSubject(.hourLimit, source: "stack-1", factor: "a34013")
    private let facts = AlarmFacts([
        .value: .number(41.2), .source: .text("permit \"12\""), .until: .clock(at(6, 1, 11)), .date: .date(at(6, 2)),
        .length: .length(.seconds(90)), .quantity: .bilingual(BilingualText(en: "mean", zh: "均值")), .unit: nil,
    ])

    private var over: Verdict {
        .holds(Evidence(value: 41.2, limit: 35, limitSource: "permit 12", span: .seconds(3_600), facts: facts))
    }

    @Test("what was active before a restart keeps its id and is not raised twice")
    func restart() throws {
        var clock = TestClock()
        var desk = AlarmDesk()
        let place = desk.add(so2)
        let raised = desk.judge(over, at: place, now: clock.now)
        #expect(raised.map(\.kind) == [.raised])
        let who = AlarmEvent.Acknowledgement(by: "李", note: "泵", at: clock.now.wall)
        _ = desk.acknowledge(try #require(raised.first?.event.id), who, at: clock.now)
        let before = desk.active

        var restored = AlarmDesk(stateText: desk.stateText)
        clock.now.uptime = .zero
        clock.now.wall = clock.now.wall + .seconds(7_200)
        let again = restored.add(so2)
        #expect(restored.active == before)
        #expect(restored.judge(over, at: again, now: clock.now) == [])
        #expect(restored.closeUnclaimed(at: clock.now) == [])
        let closed = restored.judge(.clear, at: again, now: clock.now)
        #expect(closed.map(\.kind) == [.closed])
        #expect(closed.first?.event.id == before.first?.id)
        #expect(restored.stateText == "[]")
    }

    @Test("an active alarm has a short number, which stays over a restart and is not given again while it is active")
    func numbers() throws {
        var clock = TestClock()
        var desk = AlarmDesk()
        let (first, second) = (desk.add(so2), desk.add(dust))
        _ = desk.judge(over, at: first, now: clock.now)
        _ = desk.judge(over, at: second, now: clock.now)
        #expect(desk.event(at: first)?.number == 1)
        #expect(desk.event(at: second)?.number == 2)
        #expect(desk.id(of: "2") == desk.event(at: second)?.id)
        clock.advance(3_600)
        _ = desk.judge(.clear, at: first, now: clock.now)
        #expect(desk.id(of: "1") == nil)

        var restored = AlarmDesk(stateText: desk.stateText)
        let (newFirst, newSecond) = (restored.add(so2), restored.add(dust))
        _ = restored.judge(over, at: newFirst, now: clock.now)
        #expect(restored.event(at: newSecond)?.number == 2)
        #expect(restored.event(at: newFirst)?.number == 3)
        let long = try #require(restored.event(at: newFirst)?.id)
        #expect(restored.id(of: long) == long)
        #expect(restored.id(of: "3") == long)
        #expect(restored.id(of: "4") == nil && restored.id(of: "x") == nil)
    }

    @Test("an active alarm of a state without numbers gets one")
    func olderState() {
        let clock = TestClock()
        var desk = AlarmDesk()
        let place = desk.add(so2)
        _ = desk.judge(over, at: place, now: clock.now)
        let text = desk.stateText.replacing(#","number":1"#, with: "")
        #expect(text != desk.stateText)
        var restored = AlarmDesk(stateText: text)
        let again = restored.add(so2)
        #expect(restored.event(at: again)?.number == 1)
    }

    @Test("a pending alarm continues over a restart, and the time off does not count")
    func pendingOverRestart() {
        let subject = AlarmSubject(.treatmentOff, source: "line-1")
        let verdict = Verdict.holds(Evidence(span: .seconds(60)))
        var clock = TestClock()
        var desk = AlarmDesk()
        let place = desk.add(subject)
        for _ in 0..<3 {
            clock.advance(60)
            #expect(desk.judge(verdict, at: place, now: clock.now) == [])
        }
        var restored = AlarmDesk(stateText: desk.stateText)
        clock.now = Moment(wall: clock.now.wall + .seconds(3_600), uptime: .zero)
        let again = restored.add(subject)
        #expect(restored.judge(verdict, at: again, now: clock.now) == [])
        clock.advance(60)
        #expect(restored.judge(verdict, at: again, now: clock.now).map(\.kind) == [.raised])
    }

    @Test("an alarm whose rule is gone, or switched off, is closed at the start")
    func unclaimed() {
        let clock = TestClock()
        var desk = AlarmDesk()
        for subject in [so2, dust] { _ = desk.judge(over, at: desk.add(subject), now: clock.now) }
        #expect(desk.active.count == 2)
        var restored = AlarmDesk(stateText: desk.stateText)
        var off = RuleSettings(.hourLimit)
        off.isEnabled = false
        let place = restored.add(dust, off)
        let closed = restored.closeUnclaimed(at: clock.now)
        #expect(closed.map(\.event.subject) == [so2, dust])
        #expect(closed.allSatisfy { $0.kind == .withdrawn })
        #expect(
            closed.first.map { AlarmMessage(zone: .china).text($0) }
                == BilingualText(
                    en:
                        "stack-1 SO2 (a21026): hour mean above the limit: ended by a change of the configuration after 1 h in all,"
                        + " last until 06-01 10:00; the worst was 41.2",
                    zh: "stack-1 二氧化硫（a21026） 小时均值超限因配置变更而终止，累计 1 小时，最后至 06-01 10:00，极值 41.2"))
        #expect(restored.judge(over, at: place, now: clock.now) == [])
    }

    @Test("a subject has one place; unknown ids are refused")
    func places() {
        var desk = AlarmDesk()
        #expect(desk.add(so2) == desk.add(so2))
        let who = AlarmEvent.Acknowledgement(by: "Li", note: "", at: at(6, 1))
        #expect(desk.acknowledge("nothing", who, at: TestClock().now) == [])
        #expect(desk.comment("nothing", who, at: TestClock().now) == [])
    }

    @Test("a suppressed alarm is listed apart from the active ones")
    func suppressed() {
        var desk = AlarmDesk()
        let place = desk.add(so2)
        #expect(desk.judge(over, at: place, marks: .startUp, now: TestClock().now).map(\.kind) == [.suppressed])
        #expect(desk.active.isEmpty)
        #expect(desk.suppressed.map(\.subject) == [so2])
        let restored = AlarmDesk(stateText: desk.stateText)
        #expect(restored.active.isEmpty)
    }

    @Test("a damaged state never traps and loses only what is damaged")
    func damaged() {
        var desk = AlarmDesk()
        for subject in [so2, dust] { _ = desk.judge(over, at: desk.add(subject), now: TestClock().now) }
        let text = Array(desk.stateText.utf8)
        var random = SeededGenerator()
        for _ in 0..<randomCases(2_000) {
            var bytes = text
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 32...126, using: &random)
            }
            var restored = AlarmDesk(stateText: String(decoding: bytes, as: UTF8.self))
            let place = restored.add(so2)
            _ = restored.judge(over, at: place, now: TestClock().now)
            #expect(restored.active.count <= 2, "\(random)")
        }
        for number in ["9223372036854775807", "-9223372036854775808", "1e999", "-1"] {
            let text = desk.stateText.replacing("\"progress\":0", with: "\"progress\":\(number)")
            var restored = AlarmDesk(stateText: text)
            _ = restored.judge(.clear, at: restored.add(so2), now: TestClock().now)
        }
    }

    @Test("random verdicts: raised and closed alternate, and a restart at any point changes nothing but delays")
    func order() {
        var random = SeededGenerator()
        for _ in 0..<randomCases(50) {
            var clock = TestClock()
            var desk = AlarmDesk()
            var place = desk.add(so2)
            var open: String?
            for _ in 0..<200 {
                clock.advance(60)
                if Int.random(in: 0..<20, using: &random) == 0 {
                    desk = AlarmDesk(stateText: desk.stateText)
                    place = desk.add(so2)
                    clock.now.uptime = .zero
                }
                let verdict = [over, .clear, .between, .unknown].randomElement(using: &random) ?? .clear
                let marks: HoldMarks = Bool.random(using: &random) ? [] : .startUp
                for transition in desk.judge(verdict, at: place, marks: marks, now: clock.now) {
                    switch transition.kind {
                    case .raised:
                        #expect(open == nil || open == transition.event.id, "\(random)")
                        open = transition.event.id
                    case .suppressed:
                        #expect(open == nil, "\(random)")
                        open = transition.event.id
                    case .closed, .withdrawn:
                        #expect(open == transition.event.id, "\(random)")
                        open = nil
                    default: #expect(open == transition.event.id, "\(random)")
                    }
                }
            }
        }
    }
}
