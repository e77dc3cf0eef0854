import Emissions
import Telemetry
import Testing

@Suite struct ValidityRuleTests {
    @Test(
        "the last count that is not enough, and what is said of it",
        arguments: [
            (ValidityRule.hour, 45, "44 valid minutes"), (.day, 20, "19 valid hours"),
            (.month(1), 25, "24 valid days"), (.month(2), 23, "22 valid days"), (.month(11), 25, "24 valid days"),
            (.year, 1, "0 valid months"), (.minute(sampleSeconds: 5), 12, "11 good samples"),
            (.share(ofDue: 24, in: 24, .hour), 18, "17 valid hours"),
            (.share(ofDue: 23, in: 24, .hour), 18, "17 valid hours of 23 due"),
            (.share(ofDue: 40, in: 60, .minute, cap: 45), 30, "29 valid minutes of 40 due"),
            (.share(ofDue: 60, in: 60, .minute, cap: 30), 30, "29 valid minutes"),
            (ValidityRule(part: .hour, minimum: 2), 2, "1 valid hour"),
        ] as [(ValidityRule, Int, String)])
    func boundaries(rule: ValidityRule, minimum: Int, reason: String) {
        #expect(rule.minimum == minimum)
        #expect(rule.judge(count: minimum) == .valid)
        #expect(rule.judge(count: minimum + 1).isValid)
        let below = rule.judge(count: minimum - 1)
        #expect(!below.isValid)
        #expect(below.reason == reason)
    }

    @Test("every month but February needs 25 days")
    func months() {
        #expect((1...12).map { ValidityRule.month($0).minimum } == [25, 23] + Array(repeating: 25, count: 10))
    }

    @Test(
        "samples that make a minute, by the interval in seconds",
        arguments: [
            (0.01, 12), (1, 12), (5, 12), (5.001, 9), (6, 8), (10, 5), (12, 4), (15, 3), (20, 3), (25, 2), (30, 2),
            (31, 1), (60, 1), (61, 1), (3_600, 1), (.infinity, 1), (0, 12), (-3, 12), (.nan, 12),
        ] as [(Double, Int)])
    func minute(seconds: Double, expected: Int) {
        #expect(ValidityRule.minute(sampleSeconds: seconds).minimum == expected)
    }

    @Test(
        "samples that make a record of several minutes",
        arguments: [
            (1.0, 10, 120), (5, 2, 24), (10, 10, 45), (60, 10, 8), (300, 10, 2), (5, 0, 12), (5, 9_999, 17_280),
        ])
    func minutes(seconds: Double, minutes: Int, expected: Int) {
        #expect(ValidityRule.minute(sampleSeconds: seconds, minutes: minutes).minimum == expected)
    }

    @Test(
        "percent of what is due, rounded up, and at least one",
        arguments: [
            (75, 60, 45), (75, 24, 18), (75, 23, 18), (75, 1, 1), (75, 0, 1), (100, 7, 7), (0, 100, 1), (150, 4, 4),
            (-5, 4, 1), (75, -4, 1), (50, 3, 2), (75, .max, .max),
        ])
    func percent(percent: Int, due: Int, expected: Int) {
        #expect(ValidityRule(part: .minute, percent: percent, ofDue: due).minimum == expected)
    }

    @Test("nothing makes a period valid without any part")
    func nothing() {
        #expect(ValidityRule(part: .day, minimum: -3).minimum == 1)
        #expect(ValidityRule(part: .day, minimum: 0).judge(count: 0).reason == "0 valid days")
        #expect(ValidityRule(part: .day, minimum: 0).judge(count: -7).reason == "0 valid days")
    }

    private static func period(_ average: Double?, count: Int?, _ flag: DataFlag = .normal) -> PeriodStatistics {
        PeriodStatistics(average: average, minimum: average, maximum: average, count: count, flag: flag)
    }

    @Test("a stated average without a count stands on its flag, one with a count on the count")
    func stated() {
        let rule = ValidityRule.hour
        #expect(rule.judge(Self.period(3, count: nil)).isValid)
        #expect(rule.judge(Self.period(3, count: nil, .maintenance)).reason == "flag M")
        #expect(rule.judge(Self.period(nil, count: nil)).reason == "0 valid minutes")
        #expect(rule.judge(Self.period(3, count: 45, .fault)).isValid)
        #expect(rule.judge(Self.period(3, count: 44)).reason == "44 valid minutes")
        #expect(Validity.valid.reason == nil)
    }
}
