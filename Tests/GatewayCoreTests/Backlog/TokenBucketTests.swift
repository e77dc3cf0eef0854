import Telemetry
import TestSupport
import Testing

@testable import GatewayCore

@Suite struct TokenBucketTests {
    @Test(
        "it begins full, with a tenth of a second's worth",
        arguments: [(1, 1), (5, 1), (10, 1), (500, 50), (10_000, 1_000)])
    func capacity(perSecond: Int, tokens: Int) {
        #expect(TokenBucket(perSecond: perSecond, at: .zero).available == tokens)
    }

    @Test("it never holds more than its capacity, however long nobody takes")
    func bounded() {
        var bucket = TokenBucket(perSecond: 500, at: .zero)
        bucket.refill(at: .zero + .seconds(1_000_000))
        #expect(bucket.available == 50)
    }

    @Test("time that stands still or goes back fills nothing")
    func noTime() {
        var bucket = TokenBucket(perSecond: 500, at: .zero + .seconds(10))
        bucket.take(50)
        bucket.refill(at: .zero + .seconds(10))
        bucket.refill(at: .zero)
        #expect(bucket.available == 0)
    }

    @Test("at the moment it names the tokens are there, and not long before")
    func moment() {
        var generator = SeededGenerator()
        for _ in 0..<500 {
            let rate = Int.random(in: 1...5_000, using: &generator)
            var bucket = TokenBucket(perSecond: rate, at: .zero)
            bucket.take(bucket.available)
            let count = Int.random(in: 1...max(1, rate / 10), using: &generator)
            let moment = bucket.moment(of: count)
            var early = bucket
            early.refill(at: moment - .nanoseconds(10_000))
            bucket.refill(at: moment)
            #expect(bucket.available >= count - 1 && bucket.moment(of: count) <= moment, "\(generator)")
            #expect(early.moment(of: count) > moment - .nanoseconds(10_000), "\(generator)")
        }
    }

    @Test("jitter is a fraction, the same for the same seed, and spread out")
    func jitter() {
        var one = Jitter(state: 42)
        var two = Jitter(state: 42)
        var tenths: Set<Int> = []
        for _ in 0..<1_000 {
            let (value, other) = (one.next(), two.next())
            #expect(value == other && value >= 0 && value < 1)
            tenths.insert(Int(value * 10))
        }
        #expect(tenths.count == 10)
    }
}

@Suite struct InFlightWindowTests {
    @Test("it remembers the order, the lanes and the last progress")
    func order() {
        var window = InFlightWindow()
        #expect(window.lastProgress == nil)
        window.add(5, lane: .live, at: .zero + .seconds(1))
        window.add(2, lane: .history, at: .zero + .seconds(2))
        #expect(window.oldest == 5)
        #expect(window.lastProgress == .zero + .seconds(1))
        #expect(window.count(of: .history) == 1)
        #expect(window.sequences(in: 1...4) == [2])
        window.acknowledged(5, at: .zero + .seconds(3))
        #expect(window.oldest == 2)
        #expect(window.lastProgress == .zero + .seconds(3))
        #expect(window.acknowledgedOnConnection == 1)
        window.remove(2)
        #expect(window.count == 0)
        #expect(window.acknowledgedOnConnection == 1)
    }

    @Test("a connection begins with a clean count, and a forgotten window is empty")
    func connections() {
        var window = InFlightWindow()
        window.add(1, lane: .live, at: .zero)
        window.acknowledged(1, at: .zero)
        window.add(2, lane: .live, at: .zero)
        window.connectionBegan(at: .zero + .seconds(9))
        #expect(window.acknowledgedOnConnection == 0)
        #expect(window.lastProgress == .zero + .seconds(9))
        window.forgetAll()
        #expect(window.oldest == nil)
    }
}
