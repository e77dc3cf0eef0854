import JSON
import Protocol
import Telemetry
import TestSupport
import Testing

@testable import GatewayCore

@Suite("Commands of a platform")
struct CommandIntakeTests {
    private static let all = Set(CommandName.allCases)

    /// Lets a test ask within an expectation.
    private final class Box {
        private var intake = CommandIntake(allowed: CommandIntakeTests.all, at: .zero)

        var count: Int { intake.count }
        func take(_ payload: [UInt8], at now: Uptime) -> CommandIntake.Taking { intake.take(payload, at: now) }
        func next(at now: Uptime) -> CommandIntake.Step { intake.next(at: now) }
        func finished(_ order: CommandIntake.Order, reply: [UInt8]) { intake.finished(order, reply: reply) }
        func takeTally(at now: Uptime) -> CommandIntake.Tally? { intake.takeTally(at: now) }
    }

    /// The request that `payload` becomes, or why it does not.
    private func request(_ payload: String, _ allowed: Set<CommandName> = all) throws -> CommandRequest {
        try CommandRequest(CommandMessage(Array(payload.utf8)), allowed: allowed)
    }

    private func error(_ reply: [UInt8]) -> String? {
        guard let json = try? JSONValue(parsing: reply), json["ok"] == .bool(false),
            case .string(let text) = json["error"]
        else { return nil }
        return text
    }

    // MARK: Messages

    @Test(
        "a message becomes its command",
        arguments: [
            (#"{"id":"a","name":"status"}"#, CommandRequest.status),
            (#"{"id":1,"name":"status","args":null}"#, .status),
            (#"{"id":"a","name":"config_fingerprint","args":{}}"#, .configFingerprint),
            (
                #"{"id":"a","name":"ack_alarm","args":{"id":"x.L1.1","by":"李","note":"pump"}}"#,
                .acknowledgeAlarm(id: "x.L1.1", by: "李", note: "pump")
            ),
            (
                #"{"id":"a","name":"ack_alarm","args":{"id":"x","by":"Li"}}"#,
                .acknowledgeAlarm(id: "x", by: "Li", note: "")
            ),
            (
                #"{"id":"a","name":"set_response_level","args":{"level":"red","until":9,"order":"2026-7"}}"#,
                .setResponseLevel(level: "red", until: WallInstant(millisecondsSince1970: 9), order: "2026-7")
            ),
            (
                #"{"id":"a","name":"set_response_level","args":{"level":"none"}}"#,
                .setResponseLevel(level: "none", until: WallInstant(millisecondsSince1970: 0), order: nil)
            ),
            (#"{"id":"a","name":"replay","args":{"from_seq":5,"to_seq":5}}"#, .replay(.sequences(5...5))),
            (
                #"{"id":"a","name":"replay","args":{"outlet":"s","kind":"hour","from":3600000,"to":7200000}}"#,
                .replay(
                    .period(
                        outlet: "s", kind: .hour, from: WallInstant(millisecondsSince1970: 3_600_000),
                        to: WallInstant(millisecondsSince1970: 7_200_000)))
            ),
        ])
    func understood(payload: String, expected: CommandRequest) throws {
        #expect(try request(payload) == expected)
    }

    @Test(
        "a command with wrong arguments is refused in words",
        arguments: [
            (#"{"id":1,"name":"reboot"}"#, "no command \"reboot\""),
            (#"{"id":1,"name":"status","args":{"x":1}}"#, "no argument \"x\""),
            (#"{"id":1,"name":"ack_alarm","args":{"id":"x"}}"#, "\"by\" is missing"),
            (#"{"id":1,"name":"ack_alarm","args":{"id":"x","by":""}}"#, "\"by\" is missing"),
            (#"{"id":1,"name":"ack_alarm","args":{"id":"x","by":7}}"#, "\"by\" must be a text"),
            (#"{"id":1,"name":"ack_alarm","args":{"id":"x","by":"a\nb"}}"#, "control"),
            (#"{"id":1,"name":"set_response_level","args":{"until":5}}"#, "\"level\" is missing"),
            (#"{"id":1,"name":"set_response_level","args":{"level":"red"}}"#, "\"until\" is missing"),
            (#"{"id":1,"name":"set_response_level","args":{"level":"red","until":"soon"}}"#, "whole number"),
            (#"{"id":1,"name":"replay","args":{}}"#, "\"outlet\" is missing"),
            (#"{"id":1,"name":"replay","args":{"from_seq":1}}"#, "\"to_seq\" is missing"),
            (#"{"id":1,"name":"replay","args":{"from_seq":2,"to_seq":1}}"#, "not below"),
            (#"{"id":1,"name":"replay","args":{"from_seq":0,"to_seq":1}}"#, "at least 1"),
            (#"{"id":1,"name":"replay","args":{"from_seq":1.5,"to_seq":2}}"#, "whole number"),
            (#"{"id":1,"name":"replay","args":{"from_seq":1,"to_seq":2,"kind":"hour"}}"#, "no argument \"kind\""),
            (#"{"id":1,"name":"replay","args":{"outlet":"s","kind":"week","from":1,"to":2}}"#, "no kind \"week\""),
            (#"{"id":1,"name":"replay","args":{"outlet":"s","kind":"hour","from":2,"to":2}}"#, "before"),
            (
                #"{"id":1,"name":"replay","args":{"outlet":"s","kind":"hour","from":0,"to":2678400001}}"#,
                "31 days"
            ),
            (
                #"{"id":1,"name":"replay","args":{"outlet":"s","kind":"hour","from":-1,"to":9223372036854775807}}"#,
                "milliseconds"
            ),
        ])
    func refused(payload: String, words: String) {
        let refusal = #expect(throws: CommandRefusal.self) { try request(payload) }
        #expect(refusal?.description.contains(words) == true, "\(String(describing: refusal))")
    }

    @Test(
        "what is no command is answered at once, with its id where it has one",
        arguments: [
            ("", "not JSON", #"{"id":null,"#), ("{", "not JSON", #"{"id":null,"#),
            ("[]", "\"id\"", #"{"id":null,"#), (#"{"name":"status"}"#, "\"id\"", #"{"id":null,"#),
            (#"{"id":"","name":"status"}"#, "\"id\"", #"{"id":null,"#),
            (#"{"id":1.5,"name":"status"}"#, "\"id\"", #"{"id":null,"#),
            (#"{"id":"\#(String(repeating: "x", count: 129))","name":"status"}"#, "\"id\"", #"{"id":null,"#),
            (#"{"id":7}"#, "\"name\"", #"{"id":7,"#), (#"{"id":"q\"","name":3}"#, "\"name\"", #"{"id":"q\"","#),
            (#"{"id":7,"name":"status","args":[]}"#, "\"args\"", #"{"id":7,"#),
            (#"{"id":7,"name":"\#(String(repeating: "x", count: 16 << 10))"}"#, "longer", #"{"id":null,"#),
            (String(repeating: "[", count: 5_000), "not JSON", #"{"id":null,"#),
        ])
    func malformed(payload: String, words: String, begin: String) {
        let intake = Box()
        guard case .answer(let reply, let reason) = intake.take(Array(payload.utf8), at: .zero) else {
            Issue.record("it was taken")
            return
        }
        #expect(String(decoding: reply, as: UTF8.self).hasPrefix(begin))
        #expect(error(reply)?.contains(words) == true && reason != nil)
        #expect(intake.count == 0)
    }

    @Test("bytes without any meaning never trap and are answered")
    func noise() {
        var generator = SeededGenerator()
        let seed = Array(#"{"id":"a","name":"replay","args":{"from_seq":1,"to_seq":2}}"#.utf8)
        for round in 0..<2_000 {
            var bytes = seed
            for _ in 0..<(1 + round % 7) {
                bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(
                    in: .min ... .max, using: &generator)
            }
            let intake = Box()
            switch intake.take(bytes, at: .zero) {
            case .queued: #expect(intake.count == 1)
            case .answer(let reply, _): #expect(error(reply) != nil, "\(generator)")
            case .underWay: Issue.record("nothing is under way")
            }
        }
    }

    // MARK: Permission

    @Test("what the uplink does not allow is refused by name")
    func notAllowed() throws {
        for name in CommandName.allCases {
            let allowed = Self.all.subtracting([name])
            let refusal = #expect(throws: CommandRefusal.self) {
                try request(#"{"id":1,"name":"\#(name.rawValue)"}"#, allowed)
            }
            #expect(refusal?.description.contains("is not allowed") == true)
        }
    }

    // MARK: Turns

    @Test("commands have their turn in order, one at a time, at a steady pace")
    func turns() {
        let intake = Box()
        for id in 1...3 { #expect(intake.take(Self.status(id), at: .zero) == .queued) }
        guard case .execute(let first) = intake.next(at: .zero) else {
            Issue.record("the first is due")
            return
        }
        #expect(first.id == .number(1) && first.request == .success(.status))
        #expect(intake.next(at: .zero + .seconds(9)) == .wait(until: .never))
        intake.finished(first, reply: [1])
        guard case .wait(let moment) = intake.next(at: .zero) else {
            Issue.record("not at once")
            return
        }
        #expect(moment > .zero && moment < .zero + .milliseconds(101))
        guard case .execute(let second) = intake.next(at: moment) else {
            Issue.record("the second is due")
            return
        }
        #expect(second.id == .number(2))
    }

    @Test("R24: of a flood only so many wait, the rest is refused and told as one sum")
    func flood() {
        let intake = Box()
        var refused = 0
        for id in 0..<10_000 {
            switch intake.take(Self.status(id), at: .zero) {
            case .queued: break
            case .answer(let reply, let reason):
                refused += 1
                #expect(reason != nil && error(reply)?.contains("32 commands wait") == true)
            case .underWay: Issue.record("every id is new")
            }
        }
        #expect(intake.count == CommandIntake.capacity && refused == 10_000 - CommandIntake.capacity)
        #expect(intake.takeTally(at: .zero + .seconds(59)) == nil)
        #expect(intake.takeTally(at: .zero + .seconds(60)) == .init(malformed: 0, overflowed: refused))
        #expect(intake.takeTally(at: .zero + .seconds(120)) == nil)
    }

    @Test("an id that comes again is answered again and not carried out again, however it comes")
    func redelivery() {
        let intake = Box()
        #expect(intake.take(Self.status(1), at: .zero) == .queued)
        #expect(intake.take(Self.status(1), at: .zero) == .underWay)
        guard case .execute(let order) = intake.next(at: .zero) else {
            Issue.record("it is due")
            return
        }
        #expect(intake.take(Self.status(1), at: .zero) == .underWay)
        intake.finished(order, reply: [42])
        #expect(intake.take(Self.status(1), at: .zero) == .answer([42], refused: nil))
        // The text "1" is another id than the number 1.
        #expect(intake.take(Array(#"{"id":"1","name":"status"}"#.utf8), at: .zero) == .queued)
    }

    @Test("the latest answers are remembered, by number and by bytes")
    func memory() {
        func remembered(_ count: Int, bytes: Int) -> Int {
            let intake = Box()
            for id in 0..<count {
                let now = Uptime.zero + .seconds(id)
                #expect(intake.take(Self.status(id), at: now) == .queued)
                guard case .execute(let order) = intake.next(at: now) else { continue }
                intake.finished(order, reply: [UInt8](repeating: 1, count: bytes))
            }
            return (0..<count).count {
                if case .answer = intake.take(Self.status($0), at: .zero) { true } else { false }
            }
        }
        // Of the 72 that are forgotten 32 wait and 40 are refused.
        #expect(remembered(200, bytes: 10) == CommandIntake.remembered + 40)
        #expect(remembered(20, bytes: 100_000) == 10)
        #expect(remembered(3, bytes: 2 << 20) == 1)
    }

    private static func status(_ id: Int) -> [UInt8] { Array(#"{"id":\#(id),"name":"status"}"#.utf8) }

    @Test("an answer that cannot be sent is replaced by one with the same id")
    func replacement() throws {
        let ids: [CommandID?] = [.number(-3), .text("x,"), .text(#"",\"ok\":","ok":"#), .text("电\n"), nil]
        for id in ids {
            let text = String(decoding: CommandReply.failure(id, "too \"large\""), as: UTF8.self)
            let short = CommandReply.replacing(
                id.map { CommandReply.good($0, result: Array(#"{"ok":true}"#.utf8)) }
                    ?? CommandReply.failure(nil, "else"), because: "too \"large\"")
            #expect(short.map { String(decoding: $0, as: UTF8.self) } == text)
        }
        for bytes in ["", "[]", #"{"id":"#, #"{"id":1}"#, #"{"online":true}"#] {
            #expect(CommandReply.replacing(Array(bytes.utf8), because: "") == nil, "\(bytes)")
        }
    }
}
