import Telemetry
import Testing

@testable import GatewayCore

@Suite struct InstrumentClockTests {
    /// Frames at these seconds with these distances, and the verdict after the last.
    static let cases: [(frames: [(at: Int, offset: Int)], verdict: InstrumentClock.Verdict)] = [
        ([(0, 0)], .right(.seconds(0))),
        ([(0, 60)], .right(.seconds(60))),
        ([(0, -60)], .right(.seconds(-60))),
        // No frame comes before it is made.
        ([(0, 61)], .off(.seconds(61))),
        ([(0, 7_200), (5, 7_199)], .off(.seconds(7_199))),
        // A frame that was kept back proves nothing.
        ([(0, -600)], .unknown),
        ([(0, 0), (5, -600)], .right(.seconds(0))),
        ([(0, 7_200), (5, 600)], .off(.seconds(7_200))),
        // A backlog that is worked off: every frame less late than the one before.
        ([(0, -3_600), (1, -3_540), (2, -3_480), (14, -3_420), (15, -3_360)], .unknown),
        // A slow clock stays as slow as it is.
        ([(0, -7_200), (5, -7_201)], .unknown),
        ([(0, -7_200), (5, -7_201), (10, -7_200)], .off(.seconds(-7_200))),
        ([(0, -7_200), (1, -7_200), (2, -7_200), (3, -7_200)], .unknown),
        // It is set.
        ([(0, 7_200), (5, 1)], .right(.seconds(1))),
        ([(0, -7_200), (5, -7_200), (10, -7_200), (15, 0)], .right(.seconds(0))),
        ([(0, 7_200), (5, 3_600), (10, 3_600), (15, 3_600)], .off(.seconds(3_600))),
        ([(0, -7_200), (5, -7_200), (10, -7_200), (15, -100)], .unknown),
        // A number that stands still is no clock.
        ([(0, -600), (10, -610), (20, -620), (30, -630), (40, -640)], .unknown),
    ]

    @Test("A clock is judged by what its stamps prove", arguments: cases.indices)
    func verdicts(index: Int) {
        var clock = InstrumentClock()
        for frame in Self.cases[index].frames {
            clock.heard(
                .seconds(frame.offset), allowed: .seconds(60),
                at: Uptime(nanoseconds: 1_000_000_000) + .seconds(frame.at))
        }
        #expect(clock.verdict == Self.cases[index].verdict)
    }
}
