import TestSupport
import Testing

/// The demo plant for days and, with `make soak`, for months: no alarm without an incident, and of each incident just what
/// docs/alarms.md says, in time.
@Suite struct SimulatedMonthTests {
    /// `make soak` runs whole months, read every 5 s.
    private static let isSoak = randomCases(1) > 1

    @Test("a plant at which nothing happens raises no alarm")
    func quiet() throws {
        let random = SeededGenerator()
        let site = try SimulatedSite(seed: random.seed, poll: Self.isSoak ? 5 : 20, stopDay: Self.isSoak ? 12 : 1)
        let seen = site.run(days: Self.isSoak ? 30 : 3)
        #expect(seen.alarms.filter { !$0.isSuppressed }.map(\.description) == [], "\(random)")
        // The start-up above the limit is on record.
        #expect(seen.alarms.contains { $0.isSuppressed && $0.report.rule == "L6" }, "\(random)")
    }

    @Test("each incident raises what belongs to it, in time, and nothing else; all of it ends")
    func incidents() throws {
        var random = SeededGenerator()
        let site = try SimulatedSite(seed: random.seed, poll: Self.isSoak ? 5 : 30, stopDay: Self.isSoak ? 12 : 99)
        let incidents = Self.isSoak ? Self.month(poll: site.poll, &random) : Self.week(poll: site.poll, &random)
        let seen = site.run(days: Self.isSoak ? 30 : 6.75, incidents)
        var rest = seen.alarms.filter { !$0.isSuppressed }
        for incident in incidents {
            for expected in incident.expected {
                let place = rest.firstIndex(where: expected.matches)
                #expect(place != nil, "\(incident.name): \(expected) \(random)")
                if let place { rest.remove(at: place) }
            }
        }
        #expect(rest.map(\.description) == [], "\(random)")
        if Self.isSoak { #expect(incidents.count == 40) }
    }

    /// Each kind once: four days with five incidents each, the long ones beside and behind them.
    private static func week(poll: Int, _ random: inout SeededGenerator) -> [Incident] {
        let slots = (0..<4).flatMap { Self.slots(ofDay: $0) }
        let makers = Incident.short.shuffled(using: &random)
        return zip(slots, makers).map { $1($0, poll) }
            + [.badDay(86_400), .flatTop(4 * 86_400), .lowRange(4 * 86_400)]
    }

    /// Forty incidents of a month.
    private static func month(poll: Int, _ random: inout SeededGenerator) -> [Incident] {
        // The stop, and the days of the long incidents.
        let busy: Set<Int> = [3, 4, 12, 13, 20, 21, 22]
        let free = (0..<29).filter { !busy.contains($0) }
        let slots = free.flatMap { Self.slots(ofDay: $0) }.shuffled(using: &random)
        let makers = (Incident.short + Incident.short).shuffled(using: &random).prefix(37)
        return zip(slots, makers).map { $1($0, poll) }
            + [.badDay(8 * 86_400), .flatTop(3 * 86_400), .lowRange(20 * 86_400)]
    }

    /// Four hours each, of which the first has the calibration.
    private static func slots(ofDay day: Int) -> [Int] {
        [4, 8, 12, 16, 20].map { day * 86_400 + $0 * 3_600 }
    }
}
