import Telemetry
import Testing

@testable import Gatewayd

@Suite struct AlarmPublicationTests {
    private func uptime(_ milliseconds: Int64) -> Uptime { Uptime(nanoseconds: milliseconds * 1_000_000) }

    @Test("a change is published at once, those of the next second together at its end, and nothing without one")
    func once() {
        var publication = AlarmPublication()
        let steps: [(at: Int64, changed: Bool)] = [
            (5, false), (10, true), (11, true), (500, false), (1_009, true), (1_010, false), (1_011, false),
            (5_000, true), (5_001, true), (6_100, false),
        ]
        let published = steps.filter { publication.take(changed: $0.changed, at: uptime($0.at)) }.map(\.at)
        #expect(published == [10, 1_010, 5_000, 6_100])
    }
}
