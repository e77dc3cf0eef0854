import Telemetry

extension Scenario {
    private static let fuel = "carbon_dioxide_max: 18.7"

    /// C1–C11: readings against each other, the plant and physics.
    static let consistency: [Scenario] = [
        Scenario(
            "C1", "air for ten minutes while the plant runs", "a19001", knowsPlant: true,
            when: [.level("a19001", 19.5, 60..<70)], expects: ["C1 place 01:10-01:15"]),
        Scenario(
            "C1", "air for less", "a19001", knowsPlant: true, when: [.level("a19001", 19.5, 60..<69)], expects: []),
        Scenario(
            "C1", "much oxygen, but not air", "a19001", knowsPlant: true, when: [.level("a19001", 18.9, 60..<120)],
            expects: []),
        Scenario(
            "C1", "air in a plant that stands", "a19001", marks: [(60, .stopped), (120, .running)],
            when: [.level("a19001", 20.5, 60..<120)], expects: []),
        Scenario(
            "C2", "no velocity while the plant runs", "a01011", knowsPlant: true,
            when: [.level("a01011", 1.9, 60..<70)],
            expects: ["C2 place 01:10-01:15"]),
        Scenario(
            "C2", "little velocity", "a01011", knowsPlant: true, when: [.level("a01011", 2.1, 60..<120)], expects: []),
        Scenario(
            "C2", "velocity while the plant is marked stopped", "a01011", marks: [(60, .stopped), (80, .running)],
            when: [.level("a01011", 5.5, 60..<80)], expects: ["C2 place 01:10-01:25"]),
        Scenario(
            "C2", "the draught of a stopped plant", "a01011", marks: [(60, .stopped), (120, .running)],
            when: [.level("a01011", 4.9, 60..<120)], expects: []),
        Scenario(
            "C3", "more vapour than the gas can hold", "a01012 a01014",
            when: [.level("a01012", 52, 0..<240), .level("a01014", 17, 60..<70)], expects: ["C3 a01014 01:10-01:15"]),
        Scenario(
            "C3", "saturated gas", "a01012 a01014",
            when: [.level("a01012", 52, 0..<240), .level("a01014", 15.5, 60..<120)], expects: []),
        Scenario(
            "C3", "a velocity that no stack has", "a01011", when: [.level("a01011", 41, 60..<70)],
            expects: ["C3 a01011 01:10-01:15"]),
        Scenario(
            "C3", "a velocity meter at rest in winter", "a01011 a01012",
            when: [.level("a01011", -0.3, 60..<240), .level("a01012", -15, 60..<240)], expects: []),
        Scenario(
            "C7", "less NOx than its NO for two hours", "a21002 a21003",
            when: [.level("a21002", 100, 60..<180), .level("a21003", 69, 60..<180)], expects: ["C7 place 03:00-04:00"]),
        Scenario(
            "C7", "for one hour", "a21002 a21003",
            when: [.level("a21002", 100, 60..<120), .level("a21003", 69, 60..<120)], expects: []),
        Scenario(
            "C7", "all of NOx is NO", "a21002 a21003",
            when: [.level("a21002", 100, 60..<240), .level("a21003", 66, 60..<240)], expects: []),
        Scenario(
            "C7", "more CO2 than the fuel gives at that oxygen", "a05001 a19001", stack: fuel,
            when: [.level("a05001", 294_700, 60..<180)], expects: ["C7 place 03:00-04:00"]),
        Scenario(
            "C7", "CO2 within its tolerance", "a05001 a19001", stack: fuel, when: [.level("a05001", 288_000, 60..<240)],
            expects: []),
        Scenario(
            "C11", "a meter a tenth short of the flow", "w00000", metered: 0.9, hours: 25,
            expects: ["C11 w00000 24:00-"]),
        Scenario("C11", "a meter that agrees", "w00000", metered: 0.97, hours: 25, expects: []),
        Scenario(
            "C7", "a fuel that nobody told", "a05001 a19001", when: [.level("a05001", 200_000, 60..<240)], expects: []),
    ]

    /// D1 and D4: data that do not come.
    static let data: [Scenario] = [
        Scenario(
            "D1", "a device that is silent for three polls", "a21026 a19001", when: [.allSilent(60..<64)],
            expects: ["D1 cems 01:01-01:04"]),
        Scenario("D1", "a device that misses two polls", "a21026 a19001", when: [.allSilent(60..<61)], expects: []),
        Scenario(
            "D1", "one factor of a device", "a21026 a19001", when: [.silent("a21026", 60..<64)],
            expects: ["D1 a21026 01:01-01:04"]),
        Scenario(
            "D1", "numbers of an instrument in fault are none", "a21026 a19001",
            when: [.flagged("a21026", .fault, 20, 60..<64)], expects: ["D1 a21026 01:01-01:04"]),
        Scenario(
            "D1", "numbers over range are some", "a21026 a19001", rules: "Q4: { enabled: false }",
            when: [.flagged("a21026", .overRange, 400, 60..<64)], expects: []),
        Scenario(
            "D1", "a batch analyser that misses a result, a cycle and a quarter after the last one", "w01018",
            ["w01018": "cycle: 1h"], when: [.silent("w01018", 120..<180)], hours: 6, expects: ["D1 cems 02:16-03:00"]),
        Scenario(
            "D4", "sixteen minutes with half of their samples", "a21026", when: Departure.halves("a21026", 60..<76),
            expects: ["D4 a21026 01:16-02:01"]),
        Scenario(
            "D4", "fifteen of them", "a21026", when: Departure.halves("a21026", 60..<75), expects: []),
        Scenario(
            "D4", "an hour lost to a silence is told by that", "a21026 a21002", when: [.silent("a21026", 60..<90)],
            expects: ["D1 a21026 01:01-01:30"]),
        Scenario(
            "D4", "an hour lost to calibration is recorded and calls nobody", "a21026",
            rules: "D1: { enabled: false }", when: [.flagged("a21026", .calibration, 80, 60..<90)],
            expects: ["D4 a21026 (C) 01:16-02:01"]),
        Scenario(
            "D4", "maintenance that alone would have left the hour", "a21026", rules: "D1: { enabled: false }",
            when: [.flagged("a21026", .fault, 20, 60..<70), .flagged("a21026", .maintenance, 20, 70..<85)],
            expects: ["D4 a21026 01:16-02:01"]),
        Scenario(
            "D4", "a silence that alone would have left the hour", "a21026",
            when: Departure.halves("a21026", 60..<72) + [.silent("a21026", 72..<82)],
            expects: ["D1 cems 01:13-01:22", "D4 a21026 01:22-02:01"]),
        Scenario(
            "D4", "a plant that stands", "a21026", rules: "D1: { enabled: false }",
            marks: [(60, .stopped), (120, .running)], when: [.flagged("a21026", .fault, 0, 60..<120)], expects: []),
        Scenario(
            "D4", "a factor that nobody reports", "a19001", when: Departure.halves("a19001", 60..<90), expects: []),
    ]
}
