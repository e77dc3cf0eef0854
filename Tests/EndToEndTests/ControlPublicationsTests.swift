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
    func refused(_ id: Int32, at now: Uptime) -> ControlPublications.Refused? { control.refused(id, at: now) }
    func acknowledged(_ id: Int32) -> Bool { control.acknowledged(id) }
    func takeAnswers() -> [ControlPublications.Publication] { control.takeAnswers() }
    func takeOver(_ older: [ControlPublications.Publication]) { control.takeOver(older) }
    func published(_ publication: ControlPublications.Publication, as id: Int32?) {
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

    @Test("what the library refuses is not tried again")
    func refused() {
        let control = Box()
        control.retain("bad", [1])
        if let next = control.next() { control.published(next, as: nil) }
        #expect(control.next() == nil)
        #expect(control.isIdle)
        #expect(control.dropped == 1)
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
        #expect(control.refused(3, at: .zero) == .answer(suffix: "reply"))
        #expect(control.dropped == 1)
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
