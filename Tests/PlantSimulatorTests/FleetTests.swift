import Foundation
import PlantSimulator
import Telemetry
import TestSupport
import Testing

@Suite struct FleetTests {
    @Test("percentiles are at most a sixteenth too great and never too small", arguments: [1, 2, 3])
    func percentiles(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var histogram = LatencyHistogram()
        var values: [Int] = []
        for _ in 0..<2_000 {
            let micros = Int.random(in: 0...(1 << Int.random(in: 0...30, using: &generator)), using: &generator)
            values.append(micros)
            histogram.add(.microseconds(micros))
        }
        values.sort()
        for share in [0.001, 0.5, 0.95, 0.99, 1] {
            let exact = values[max(1, Int((share * 2_000).rounded(.up))) - 1]
            let told = histogram.percentile(share) ?? -1
            #expect(told >= exact && told <= exact + exact / 16, "seed \(seed), \(share): \(told) for \(exact)")
        }
    }

    @Test("histograms add up, and nothing overflows")
    func histogram() {
        var a = LatencyHistogram()
        #expect(a.percentile(0.5) == nil)
        a.add(.milliseconds(3))
        var b = LatencyHistogram()
        b.add(.seconds(Int64.max / 4))
        b.add(.seconds(-5))
        a.add(b)
        #expect(a.count == 3)
        #expect(a.percentile(0.01) == 0)
        #expect(a.percentile(1) == 3_600_000_000)
    }

    @Test("connections are spread by their gap, also when many fall due at once")
    func pace() {
        let start = Uptime(nanoseconds: 1_000_000_000)
        var pace = ConnectPace(from: start, gap: .milliseconds(5))
        #expect(
            (0..<3).map { _ in pace.next(notBefore: start) - start } == [.zero, .milliseconds(5), .milliseconds(10)])
        let later = start + .seconds(1)
        #expect((0..<2).map { _ in pace.next(notBefore: later) - later } == [.zero, .milliseconds(5)])
    }

    @Test("a fleet's records are spread evenly over the interval, and an outage leaves none out")
    func schedule() {
        let start = Uptime(nanoseconds: 0)
        let schedules = (1...1_000).map { FleetSchedule(from: start, interval: .seconds(60), number: $0, of: 1_000) }
        let perSecond = Dictionary(grouping: schedules) { $0.due.nanoseconds / 1_000_000_000 }.mapValues(\.count)
        #expect(perSecond.count == 60)
        #expect(perSecond.values.allSatisfy { (12...21).contains($0) })
        var schedule = schedules[0]
        let due = schedule.due
        #expect(!schedule.isLate(at: due + .seconds(1)))
        #expect(schedule.isLate(at: due + .seconds(61)))
        schedule.published()
        #expect(schedule.due == due + .seconds(60))
    }

    @Test("records are what the product's encoder writes: minutes from a minute on, present values below")
    func records() throws {
        let at = WallInstant(millisecondsSince1970: 1_795_227_623_456)
        let minutes = FleetRecords(gateway: "fleet-00007", number: 7, interval: .seconds(60))
        let body = minutes.body(sequence: 41, at: at)
        #expect(body == minutes.body(sequence: 41, at: at))
        let minute = try #require(try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any])
        #expect(minute["kind"] as? String == "minute")
        #expect(minute["seq"] as? Int == 41)
        #expect(minute["ts"] as? Int == 1_795_227_600_000)
        #expect(minute["dataTime"] as? String == "20261121102000")
        #expect(minute["period"] as? Int == 60)
        #expect(minute["mn"] as? String == "88000000000007")
        let data = try #require(minute["data"] as? [String: [String: Any]])
        #expect(Set(data.keys) == Set(FleetRecords.typicalFactors))
        let fields = try #require(data["a21026"])
        for name in ["Avg", "ZsAvg", "Cou", "Flag", "Count"] { #expect(fields[name] != nil, "\(name)") }
        #expect(data["a01012"]?["ZsAvg"] == nil)

        let present = FleetRecords(gateway: "g", number: 1, codes: ["a21026"], interval: .seconds(5))
        #expect(present.kind == .realtime)
        let text = String(decoding: present.body(sequence: 1, at: at), as: UTF8.self)
        #expect(text.contains("\"ts\":1795227623456") && text.contains("\"Rtd\":") && !text.contains("period"))
    }
}
