extension Scenario {
    private static let hour = ["a21026": "limits: [ { average: hour, max: 35 } ]"]
    private static let day = ["a21026": "limits: [ { average: day, max: 30 } ]"]
    private static let present = ["a21026": "limits: [ { average: realtime, max: 35 } ]"]
    private static let minute = ["a21026": "limits: [ { average: minute, max: 35 } ]"]
    private static let warned = ["a21026": "limits: [ { average: hour, max: 35, warn: 80% } ]"]
    private static let warnedNow = ["a21026": "limits: [ { average: realtime, max: 35, warn: 80% } ]"]
    private static let acid = ["w01001": "limits: [ { average: realtime, min: 6 } ]"]
    private static let converted = ["a21026": "converted: true, limits: [ { average: hour, of: converted, max: 35 } ]"]
    private static let reference = "reference_oxygen: 6"

    /// L1–L7: limits and forecasts.
    static let limits: [Scenario] = [
        Scenario(
            "L1", "an hour above its limit, foreseen from its tenth minute on", "a21026", hour,
            when: [.level("a21026", 36, 60..<120)], expects: ["L4 a21026 01:10-02:01", "L1 a21026 02:00-03:00"]),
        Scenario("L1", "an hour at its limit", "a21026", hour, when: [.level("a21026", 35, 60..<120)], expects: []),
        Scenario(
            "L1", "what is judged is the converted mean", "a21026 a19001", converted, stack: reference,
            when: [.level("a21026", 34, 60..<120), .level("a19001", 7, 60..<120)],
            expects: ["L4 a21026 01:10-02:01", "L1 a21026 02:00-03:00"]),
        Scenario(
            "L1", "a measured mean above the limit of the converted one", "a21026 a19001", converted, stack: reference,
            when: [.level("a21026", 36, 60..<120), .level("a19001", 5, 60..<120)], expects: []),
        Scenario(
            "L1", "an hour of a start-up is recorded and calls nobody", "a21026", hour,
            marks: [(60, .startUp), (120, .running)], when: [.level("a21026", 36, 60..<120)],
            expects: ["L4 a21026 (St) 01:10-02:01", "L1 a21026 (St) 02:00-03:00"]),
        Scenario(
            "L1", "an hour without 45 valid minutes", "a21026", hour,
            when: [.level("a21026", 36, 60..<120), .flagged("a21026", .fault, 36, 60..<76)],
            expects: ["D1 cems 01:01-01:16"]),
        Scenario(
            "L2", "a day above its limit, foreseen from its fourth hour on", "a21026", day,
            when: [.level("a21026", 31, 0..<1_440)], hours: 49,
            expects: ["L5 a21026 04:00-25:00", "L2 a21026 24:00-48:00"]),
        Scenario(
            "L2", "a day at its limit", "a21026", day,
            when: [.level("a21026", 26, 0..<720), .level("a21026", 34, 720..<1_440)], hours: 49, expects: []),
        Scenario(
            "L3", "an hour at 80 % of its limit", "a21026", warned, when: [.level("a21026", 28, 60..<120)],
            expects: ["L3 a21026 02:00-03:00"]),
        Scenario(
            "L3", "an hour just below 80 %", "a21026", warned, when: [.level("a21026", 27.99, 60..<120)], expects: []),
        Scenario(
            "L3", "present values at 80 % for five minutes", "a21026", warnedNow, when: [.level("a21026", 29, 60..<66)],
            expects: ["L3 a21026 01:05-01:07"]),
        Scenario(
            "L3", "present values at 80 % for less", "a21026", warnedNow, when: [.level("a21026", 29, 60..<65)],
            expects: []),
        Scenario(
            "L4", "ten minutes that use up the hour's budget, though the rest saves it", "a21026", hour,
            when: [.level("a21026", 60, 70..<80)], expects: ["L4 a21026 01:15-02:01"]),
        Scenario(
            "L4", "the same at the end of the hour, when its budget has grown", "a21026", hour,
            when: [.level("a21026", 60, 109..<119)], expects: []),
        Scenario(
            "L5", "a bad morning", "a21026", day, when: [.level("a21026", 40, 300..<420)], hours: 26,
            expects: ["L5 a21026 06:00-25:00"]),
        Scenario(
            "L5", "a bad hour at night", "a21026", day, when: [.level("a21026", 40, 1_320..<1_380)], hours: 26,
            expects: []),
        Scenario(
            "L6", "present values above the limit for five minutes", "a21026", present,
            when: [.level("a21026", 36, 60..<66)], expects: ["L6 a21026 01:05-01:07"]),
        Scenario(
            "L6", "present values above the limit for less", "a21026", present, when: [.level("a21026", 36, 60..<65)],
            expects: []),
        Scenario(
            "L6", "values inside the deadband do not end it", "a21026", present,
            when: [.level("a21026", 36, 60..<70), .level("a21026", 34.65, 70..<80)], expects: ["L6 a21026 01:05-01:21"]),
        Scenario(
            "L6", "calibration gas is no emission", "a21026", present,
            when: [.flagged("a21026", .calibration, 80, 60..<70)], expects: ["D1 cems (C) 01:01-01:10"]),
        Scenario(
            "L6", "minute means above the limit five times", "a21026", minute, when: [.level("a21026", 36, 60..<65)],
            expects: ["L6 a21026 01:05-01:06"]),
        Scenario(
            "L6", "minute means above the limit four times", "a21026", minute, when: [.level("a21026", 36, 60..<64)],
            expects: []),
        Scenario(
            "L7", "water too acid for a minute", "w01001", acid, when: [.level("w01001", 5.9, 60..<62)],
            expects: ["L7 w01001 01:01-01:03"]),
        Scenario(
            "L7", "water too acid for less", "w01001", acid, when: [.level("w01001", 5.9, 60..<61)], expects: []),
    ]

    /// 7.2 kg an hour.
    private static let emitting = "a21026 a00000"

    private static func quota(_ text: String) -> [String: String] { ["a21026": "quotas: [ { \(text) } ]"] }

    /// T1 and T2: amounts.
    static let totals: [Scenario] = [
        Scenario(
            "T1", "80 % of the month's amount", emitting, quota("period: month, max: 35.9"), hours: 5,
            expects: ["T1 a21026 04:00-"]),
        Scenario("T1", "less", emitting, quota("period: month, max: 46"), hours: 5, expects: []),
        Scenario(
            "T2", "80 % of the winter's amount", emitting, quota("period: season, months: 11-3, max: 35.9"), hours: 5,
            expects: ["T2 a21026 04:00-"]),
        Scenario(
            "T2", "another season", emitting, quota("period: season, months: 4-10, max: 5"), hours: 5, expects: []),
    ]
}
