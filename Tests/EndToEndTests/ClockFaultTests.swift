import Foundation
import TestSupport
import Testing

@Suite("The daemon and a clock that lies", .timeLimit(.minutes(3)))
struct ClockFaultTests {
    private func events(_ site: FaultSite, _ name: String) throws -> [[String: Any]] {
        try site.command("journal", "export", "--kinds", "audit").output.split(separator: "\n").compactMap { line in
            let record = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            let event = record?["event"] as? [String: Any]
            return event?["name"] as? String == name ? event : nil
        }
    }

    @Test("R21: steps of an hour and of two seconds are recorded, data go on, and no period comes twice without a mark")
    func steps() throws {
        let site = try FaultSite()
        try site.start()
        let subscriber = site.subscriber
        #expect(eventually { subscriber.sequences.count > 10 })
        var expected: [Int] = []
        for (off, step) in [(3_600, 3_600), (0, -3_600), (2, 2), (0, -2)] {
            let (polled, received) = (try site.successes(), subscriber.sequences.count)
            site.layer.setClock(off: off)
            expected.append(step)
            #expect(try eventually { try events(site, "clock-step").count == expected.count })
            #expect(try eventually { try site.successes() > polled + 10 })
            #expect(eventually { subscriber.sequences.count > received + 10 })
        }
        let steps = try events(site, "clock-step").compactMap { ($0["milliseconds"] as? String).flatMap { Int($0) } }
        #expect(steps.count == 4)
        for (step, seconds) in zip(steps, expected) { #expect(abs(step - seconds * 1_000) < 500, "\(step)") }
        #expect(site.stop())
        try site.expectNothingLostOrDoubled()
        var periods: Set<String> = []
        let minutes = try site.command("journal", "export", "--kinds", "minute,hour").output.split(separator: "\n")
        for line in minutes {
            let record = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            let name = ["outlet", "kind", "dataTime"].compactMap { record?[$0] as? String }.joined(separator: " ")
            let quality = record?["quality"] as? [String] ?? []
            let isMarked = quality.contains { $0.contains("the clock was set") }
            #expect(periods.insert(name).inserted || isMarked, "\(name) came twice")
        }
        #expect(!minutes.isEmpty)
    }

    @Test("R21: a time service that fails shows in the status, and that it works again too")
    func timeService() throws {
        let site = try FaultSite()
        site.layer.setTimeService(works: true)
        try site.start()
        #expect(try site.status()["clockSynchronised"] as? Bool == true)
        site.layer.setTimeService(works: false)
        #expect(try site.status()["clockSynchronised"] as? Bool == false)
        site.layer.setTimeService(works: true)
        #expect(try site.status()["clockSynchronised"] as? Bool == true)
        #expect(site.stop())
    }
}
