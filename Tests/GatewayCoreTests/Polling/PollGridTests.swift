import Telemetry
import TestSupport
import Testing

@testable import GatewayCore

@Suite("PollGrid")
struct PollGridTests {
    @Test("due times lie on the grid however late each slot is taken, and nothing is lost or doubled")
    func grid() {
        var generator = SeededGenerator()
        let start: Int64 = 12_345
        var grid = PollGrid(start: Uptime(nanoseconds: start), interval: .milliseconds(10))
        var now = start
        var taken: Int64 = 0
        var missed: UInt64 = 0
        for _ in 0..<10_000 {
            now = max(now, grid.due.nanoseconds) + Int64.random(in: 0...25_000_000, using: &generator)
            missed += grid.take(at: Uptime(nanoseconds: now))
            taken += 1
            #expect((grid.due.nanoseconds - start) % 10_000_000 == 0)
            #expect(grid.due.nanoseconds > now, "\(generator)")
        }
        let slotsPassed = (grid.due.nanoseconds - start) / 10_000_000
        #expect(slotsPassed == taken + Int64(missed), "\(generator)")
    }

    @Test("a slot taken in time misses none, one taken late misses those it replaces")
    func missed() {
        let start = Uptime(nanoseconds: 0)
        var grid = PollGrid(start: start, interval: .seconds(1))
        let first = grid.take(at: start + .milliseconds(999))
        #expect(first == 0)
        let second = grid.take(at: start + .milliseconds(4_200))
        #expect(second == 3)
        #expect(grid.due == start + .seconds(5))
    }

    @Test("an interval of nothing is one nanosecond and does not divide by zero")
    func noInterval() {
        var grid = PollGrid(start: .zero, interval: .zero)
        let missed = grid.take(at: Uptime(nanoseconds: 10))
        #expect(missed == 10)
    }
}
