import Telemetry
import Testing

@testable import Gatewayd

/// Lets a test ask within an expectation.
private final class Box {
    private var control = ControlPublications()

    var dropped: Int { control.dropped }
    var isIdle: Bool { control.isIdle }
    func retain(_ suffix: String, _ payload: [UInt8]) { control.retain(suffix, payload) }
    func answer(_ suffix: String, _ payload: [UInt8]) -> Bool { control.answer(suffix, payload) }
    func connected() { control.connected() }
    func renewed() { control.renewed() }
    func next(at now: Uptime = .zero) -> ControlPublications.Publication? { control.next(at: now) }
    var refusedFacts: [String: String] { control.refusedFacts.mapValues(\.en) }
    func refused(_ id: Int32, at now: Uptime) -> ControlPublications.Refused? {
        control.refused(id, because: .init(verbatim: "no"), at: now)
    }
    func rejected(_ publication: ControlPublications.Publication, at now: Uptime) -> ControlPublications.Refused {
        control.refused(publication, because: .init(verbatim: "too large"), at: now)
    }
    func substitute(_ payload: [UInt8], for answer: ControlPublications.Publication) {
        control.substitute(payload, for: answer)
    }
    func connectionEnded(isFirst: Bool = true, at now: Uptime = .zero) -> ControlPublications.Refused? {
        control.connectionEnded(isFirst: isFirst, at: now)
    }
    func acknowledged(_ id: Int32) -> Bool { control.acknowledged(id) }
    func takeAnswers() -> [ControlPublications.Publication] { control.takeAnswers() }
    func takeOver(_ older: [ControlPublications.Publication]) { control.takeOver(older) }
    func published(_ publication: ControlPublications.Publication, as id: Int32) {
        control.published(publication, as: id)
    }
}

@Suite struct ControlPublicationsTests {
    @Test("only the newest payload of a retained topic is published, and again after a reconnection")
    func retained() throws {
        let control = Box()
        control.retain("status", [1])
        control.retain("status", [2])
        let first = try #require(control.next())
        #expect(first == .init(suffix: "status", payload: [2], retain: true))
        control.published(first, as: 7)
        #expect(control.next() == nil)
        #expect(!control.isIdle)
        // A topic in flight waits for its acknowledgement, so that flapping piles nothing up in the client library.
        control.connected()
        control.retain("status", [3])
        #expect(control.next() == nil)
        #expect(control.acknowledged(7))
        #expect(!control.acknowledged(7))
        #expect(control.next()?.payload == [3])
    }

    @Test("answers go out in order, a few at a time, and too many are refused")
    func answers() {
        let control = Box()
        let accepted = (0..<20_000).count { control.answer("reply", [UInt8($0 & 255)]) }
        #expect(accepted == ControlPublications.maximumAnswers)
        #expect(control.dropped == 20_000 - accepted)
        var sent: [UInt8] = []
        while let next = control.next() {
            sent += next.payload
            control.published(next, as: Int32(sent.count))
        }
        #expect(sent == Array(0..<8))
        #expect(control.acknowledged(3))
        #expect(control.next()?.payload == [8])
    }

    @Test("answers that are not acknowledged go over to the next one, in order and before its own")
    func handOver() {
        let (old, new) = (Box(), Box())
        for number in UInt8(0)..<12 { #expect(old.answer("reply", [number])) }
        while let next = old.next() { old.published(next, as: Int32(next.payload[0])) }
        for id in [Int32(1), 2] { #expect(old.acknowledged(id)) }
        #expect(new.answer("reply", [99]))
        new.takeOver(old.takeAnswers())
        #expect(old.isIdle && old.takeAnswers().isEmpty && !old.acknowledged(3))
        #expect(new.takeAnswers().map(\.payload) == [[0]] + (3..<12).map { [$0] } + [[99]])
        #expect(new.isIdle)
    }

    @Test("waiting answers are bounded in bytes too, but for a single large one")
    func bytes() {
        let control = Box()
        let half = [UInt8](repeating: 1, count: ControlPublications.maximumAnswerBytes / 2)
        #expect(control.answer("reply", half + half + half))
        #expect(!control.answer("reply", [1]))
        #expect(control.next()?.payload.count == half.count * 3)
        #expect(control.answer("reply", half) && control.answer("reply", half))
        #expect(!control.answer("reply", [1]))
    }

    @Test("what a client forgot of the answers is published again, before the others and in order")
    func forgottenAnswers() {
        let control = Box()
        for byte in 1...20 { #expect(control.answer("reply", [UInt8(byte)])) }
        for id in 1...5 {
            guard let next = control.next() else { continue }
            control.published(next, as: Int32(id))
        }
        #expect(control.acknowledged(2))
        control.renewed()
        var sent: [UInt8] = []
        while let next = control.next() {
            sent += next.payload
            control.published(next, as: Int32(100 + sent.count))
        }
        #expect(sent == [1, 3, 4, 5, 6, 7, 8, 9])
    }

    @Test("retained topics are bounded")
    func bounded() {
        let control = Box()
        for number in 0..<40 { control.retain("topic-\(number)", []) }
        #expect(control.dropped == 8)
    }

    @Test("a new client has nothing in flight")
    func renewed() {
        let control = Box()
        control.retain("status", [1])
        if let next = control.next() { control.published(next, as: 1) }
        _ = control.answer("reply", [2])
        if let next = control.next() { control.published(next, as: 2) }
        control.renewed()
        #expect(!control.acknowledged(1))
        #expect(!control.acknowledged(2))
        control.connected()
        #expect(control.next()?.payload == [1])
    }

    @Test(
        "R07: a fact that the library refuses is not taken for published; it is tried again, with a new payload at once"
    )
    func rejectedFact() throws {
        let control = Box()
        control.retain("alarms", [1, 2, 3])
        #expect(control.rejected(try #require(control.next()), at: .zero) == .retained(suffix: "alarms"))
        #expect(control.refusedFacts == ["alarms": "too large"])
        #expect(control.next() == nil)
        #expect(control.isIdle)
        #expect(control.next(at: .zero + .seconds(5))?.payload == [1, 2, 3])
        control.retain("alarms", [4])
        let next = try #require(control.next())
        control.published(next, as: 1)
        #expect(control.refusedFacts == ["alarms": "too large"], "handed over is not taken")
        #expect(control.acknowledged(1))
        #expect(control.refusedFacts.isEmpty)
        #expect(control.dropped == 0)
    }

    @Test("what stands in for an answer goes before the others")
    func substitute() throws {
        let control = Box()
        for byte in 1...3 { #expect(control.answer("reply", [UInt8(byte), 0])) }
        let large = try #require(control.next())
        #expect(control.rejected(large, at: .zero) == .answer(large))
        control.substitute([9], for: large)
        #expect(control.next() == .init(suffix: "reply", payload: [9], retain: false, isSubstitute: true))
        #expect(control.next()?.payload == [2, 0])
        #expect(control.dropped == 0)
    }

    @Test("R07: what a broker hangs up on three times in a row, as the first unanswered, stops nothing else")
    func hangUp() throws {
        let control = Box()
        control.retain("status", [1])
        #expect(control.answer("reply", [7, 7]))
        control.published(try #require(control.next()), as: 1)
        let large = try #require(control.next())
        control.published(large, as: 2)
        // The status was answered, the other was not; nor is it the first in the third connection.
        #expect(control.connectionEnded() == nil)
        #expect(control.acknowledged(1))
        #expect(control.connectionEnded() == nil)
        #expect(control.connectionEnded(isFirst: false) == nil)
        for _ in 0..<2 { #expect(control.connectionEnded() == nil) }
        #expect(control.connectionEnded() == .answer(large))
        control.renewed()
        control.connected()
        #expect(control.next()?.suffix == "status")
    }

    @Test(
        "a fact that a broker hangs up on costs one connection a try, which come rarer; only a shorter one is tried at once"
    )
    func breakingFact() throws {
        let control = Box()
        control.retain("alarms", [1, 2, 3])
        control.published(try #require(control.next()), as: 1)
        for _ in 0..<2 { #expect(control.connectionEnded() == nil) }
        var now = Uptime.zero
        for (id, pause) in [(2, 5), (3, 10), (4, 20)] as [(Int32, Int)] {
            #expect(control.connectionEnded(isFirst: id == 2, at: now) == .retained(suffix: "alarms"))
            #expect(control.refusedFacts["alarms"]?.contains("hangs up") == true)
            control.renewed()
            control.connected()
            control.retain("alarms", [3, 2, 1])
            #expect(control.next(at: now) == nil)
            now = now + .seconds(pause)
            control.published(try #require(control.next(at: now)), as: id)
        }
        _ = control.connectionEnded(at: now)
        control.renewed()
        control.retain("alarms", [3, 2])
        control.published(try #require(control.next(at: now)), as: 9)
        #expect(control.acknowledged(9))
        #expect(control.refusedFacts.isEmpty)
    }

    @Test("R07: a retained fact that the broker refuses is published again later and later, a new one at once")
    func refusedFact() throws {
        let control = Box()
        control.retain("status", [1])
        var now = Uptime.zero
        var pauses: [Int] = []
        for id in 1...12 as ClosedRange<Int32> {
            control.published(try #require(control.next(at: now)), as: id)
            #expect(control.refused(id, at: now) == .retained(suffix: "status"))
            #expect(control.isIdle)
            let before = now
            // The same again is no reason to hurry.
            control.retain("status", [1])
            while control.next(at: now) == nil { now = now + .seconds(1) }
            pauses.append(Int((now - before).inSeconds))
        }
        #expect(pauses == [5, 10, 20, 40, 80, 160, 320, 600, 600, 600, 600, 600])
        control.published(try #require(control.next(at: now)), as: 20)
        #expect(control.refused(20, at: now) != nil)
        control.retain("status", [2])
        #expect(control.next(at: now)?.payload == [2])
        control.published(try #require(control.next(at: now)), as: 21)
        #expect(control.acknowledged(21))
        #expect(control.next(at: now + .seconds(3_600)) == nil)
        #expect(control.refused(21, at: now) == nil)
    }

    @Test("a reconnection is worth a try at once; a refused answer is lost and counted")
    func refusedAnswer() throws {
        let control = Box()
        control.retain("status", [1])
        control.published(try #require(control.next()), as: 1)
        _ = control.refused(1, at: .zero)
        #expect(control.next() == nil)
        control.connected()
        control.published(try #require(control.next()), as: 2)
        #expect(control.answer("reply", [9]))
        control.published(try #require(control.next()), as: 3)
        #expect(control.refused(3, at: .zero) == .answer(.init(suffix: "reply", payload: [9], retain: false)))
        #expect(control.next() == nil)
    }

    @Test("lost answers are told at once, then once a minute")
    func lost() {
        var lost = LostAnswers()
        var told: [Int] = []
        for second in 0..<180 {
            lost.add("no")
            if let count = lost.take(at: .zero + .seconds(second))?.count { told.append(count) }
        }
        #expect(told == [1, 60, 60])
    }
}
