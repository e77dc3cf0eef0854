import Emissions
import TestSupport
import Testing

@Suite struct RateCountsTests {
    /// In percent to two decimals, as assessments print them.
    private static func percent(_ rate: Double?) -> Double? { rate.map { ($0 * 100).rounded(toDecimals: 2) } }

    @Test("three factors with five fields and 24 hours: 360 due, 342 received, 330 valid")
    func vector() {
        let counts = RateCounts(due: 360, received: 342, valid: 330, acknowledged: 324)
        #expect(Self.percent(counts.transmissionRate) == 95)
        #expect(Self.percent(counts.validityRate) == 96.49)
        #expect(Self.percent(counts.effectiveRate) == 91.67)
        #expect(Self.percent(counts.acknowledgedRate) == 90)
    }

    @Test("without anything due there is no rate; without anything received the product is 0")
    func nothing() {
        let standing = RateCounts()
        #expect(standing.transmissionRate == nil && standing.validityRate == nil)
        #expect(standing.effectiveRate == nil && standing.acknowledgedRate == nil)
        let silent = RateCounts(due: 24)
        #expect(silent.transmissionRate == 0 && silent.validityRate == nil)
        #expect(silent.effectiveRate == 0 && silent.acknowledgedRate == 0)
    }

    @Test("counts add up, never fall below zero and never overflow")
    func sums() {
        var total = RateCounts(due: 24, received: 20, valid: 18, acknowledged: 17)
        total += RateCounts(due: 1, received: 2, valid: 3, acknowledged: 4)
        #expect(total == RateCounts(due: 25, received: 22, valid: 21, acknowledged: 21))
        #expect(RateCounts(due: -1, received: -2, valid: -3, acknowledged: -4) == RateCounts())
        total += RateCounts(due: .max, received: .max, valid: .max, acknowledged: .max)
        #expect(total == RateCounts(due: .max, received: .max, valid: .max, acknowledged: .max))
        #expect(total.effectiveRate == 1)
    }
}

@Suite struct RateForecastTests {
    @Test(
        "so many more lost hours bring the month under the target",
        arguments: [
            // A month of 720 h of one item may lose 72; the 73rd brings it under.
            (90, 1, 0, 0, 720, 73), (90, 1, 300, 300, 420, 73), (90, 1, 240, 300, 420, 13), (90, 1, 228, 300, 420, 1),
            (90, 1, 227, 300, 420, 0), (90, 1, 648, 720, 0, nil), (90, 1, 647, 720, 0, 0),
            // Late in a good month nothing can bring it under any more.
            (90, 1, 700, 700, 20, nil), (90, 1, 640, 700, 20, 13),
            // Four factors: 2,880 items, of which 288 may be missing.
            (90, 4, 0, 0, 720, 73), (90, 4, 1_200 - 286, 1_200, 420, 1), (90, 4, 1_200 - 284, 1_200, 420, 2),
            (75, 1, 0, 0, 744, 187), (100, 1, 10, 10, 5, 1), (0, 1, 0, 10, 5, nil), (90, 1, 0, 0, 0, nil),
            // Nonsense stays within bounds.
            (-5, 0, -1, -1, -1, nil), (90, .max, .max, .max, .max, 200_001), (101, 1, .min, .max, .max, 0),
        ] as [(Int, Int, Int, Int, Int, Int?)])
    func lostHours(percent: Int, items: Int, kept: Int, due: Int, hours: Int, expected: Int?) {
        let forecast = RateForecast(targetPercent: percent, itemsPerHour: items)
        #expect(forecast.lostHours(kept: kept, due: due, hoursToCome: hours) == expected)
    }

    @Test("losing one hour less keeps the target, losing that many misses it")
    func agreement() {
        var random = SeededGenerator()
        for _ in 0..<randomCases(3_000) {
            let items = Int.random(in: 1...12, using: &random)
            let past = Int.random(in: 0...600, using: &random) * items
            let kept = Int.random(in: 0...past, using: &random)
            let hours = Int.random(in: 0...144, using: &random)
            let percent = Int.random(in: 50...99, using: &random)
            func keeps(_ lost: Int) -> Bool {
                (kept + (hours - lost) * items) * 100 >= (past + hours * items) * percent
            }
            let forecast = RateForecast(targetPercent: percent, itemsPerHour: items)
            let expected = (0...hours).first { !keeps($0) }
            #expect(forecast.lostHours(kept: kept, due: past, hoursToCome: hours) == expected, "\(random)")
        }
    }
}
