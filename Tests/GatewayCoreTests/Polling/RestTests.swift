import Telemetry
import Testing

@testable import GatewayCore

@Suite("Rest")
struct RestTests {
    private let policy = Rest.Policy(tolerated: 2, first: .seconds(1), longest: .seconds(10))
    private let now = Uptime(nanoseconds: 0)

    @Test("the first failures have no consequence, then the rest doubles up to its limit")
    func doubles() {
        var rest = Rest()
        let rests = (0..<8).map { _ in
            rest.failed(at: now, policy: policy)
            return max(.zero, rest.until - now)
        }
        #expect(rests == [0, 0, 1, 2, 4, 8, 10, 10].map { .seconds($0) })
    }

    @Test("what cost much rests long")
    func cost() {
        var policy = policy
        policy.tolerated = 0
        policy.costFactor = 20
        var rest = Rest()
        rest.failed(at: now, cost: .milliseconds(100), policy: policy)
        #expect(rest.until - now == .seconds(2))
        rest.failed(at: now, cost: .seconds(3), policy: policy)
        #expect(rest.until - now == .seconds(10))
    }

    @Test("a pause is as long as the cost asks, and no failure")
    func pause() {
        var policy = policy
        policy.costFactor = 20
        var rest = Rest()
        rest.pause(at: now, cost: .milliseconds(30), policy: policy)
        #expect(rest.until - now == .milliseconds(600))
        rest.pause(at: now, cost: .seconds(3), policy: policy)
        #expect(rest.until - now == .seconds(10))
        #expect(rest.failures == 0)
    }

    @Test("one success ends it")
    func success() {
        var rest = Rest()
        for _ in 0..<5 { rest.failed(at: now, policy: policy) }
        #expect(rest.isResting(at: now))
        rest.succeeded()
        #expect(!rest.isResting(at: now))
        #expect(rest.failures == 0)
    }

    @Test("the shortening takes up to a quarter, and many failures do not overflow")
    func shortening() {
        var rest = Rest()
        for _ in 0..<1_000 { rest.failed(at: now, policy: policy, shortening: 1) }
        #expect(rest.until - now == .milliseconds(7_500))
    }
}
