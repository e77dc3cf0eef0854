extension Scenario {
    private static let ranged = ["a21026": "range: [0, 100]"]
    private static let wide = ["a21026": "range: [0, 400]"]
    private static let noisy = ["a21026": "noise: 0.5"]
    private static let batch = ["w01018": "cycle: 1h"]
    private static let limited = ["a21026": "converted: true, limits: [ { average: hour, of: converted, max: 35 } ]"]
    private static let chosen = ["a21026": "range: [0, 100], limits: [ { average: hour, max: 35 } ]"]

    /// Q1–Q9: the readings of one factor.
    static let quality: [Scenario] = [
        Scenario(
            "Q1", "one number for an hour", "a34013", when: [.stuck("a34013", 5, 60..<120)],
            expects: ["Q1 a34013 02:00-02:01"]),
        Scenario("Q1", "one number for a minute less", "a34013", when: [.stuck("a34013", 5, 60..<119)], expects: []),
        Scenario(
            "Q1", "a constant that the configuration knows", "a34013", ["a34013": "constant: true"],
            when: [.stuck("a34013", 5, 0..<240)], expects: []),
        Scenario("Q1", "water that does not flow", "w00000", when: [.stuck("w00000", 0, 60..<240)], expects: []),
        Scenario("Q1", "the pressure of the air", "i23001", expects: []),
        Scenario(
            "Q1", "one number under maintenance", "a34013",
            when: [.flagged("a34013", .maintenance, 5, 60..<180)],
            expects: ["D1 cems (M) 01:01-03:00"]),
        Scenario(
            // Told each hour, a number that is held counts once in two hours: the first time after 1¼ cycles.
            "Q1", "four results of a batch analyser", "w01018", batch,
            when: [.stuck("w01018", 40, 60..<480)], hours: 10, expects: ["Q1 w01018 07:01-08:01"]),
        Scenario(
            "Q1", "three results of a batch analyser", "w01018", batch,
            when: [.stuck("w01018", 40, 60..<420)], hours: 10, expects: []),
        Scenario("Q1", "results of a batch analyser that every reading repeats", "w01018", batch, hours: 7, expects: [])
            .repeatingResults(),
        Scenario(
            "Q2", "zero for half an hour while the plant runs", "a21026", knowsPlant: true,
            when: [.stuck("a21026", 0, 60..<90)], expects: ["Q2 a21026 01:30-01:32"]),
        Scenario(
            "Q2", "zero for a minute less", "a21026", knowsPlant: true, when: [.stuck("a21026", 0, 60..<89)],
            expects: []),
        Scenario(
            "Q2", "zero while the plant stands", "a21026", marks: [(60, .stopped), (110, .running)],
            when: [.stuck("a21026", 0, 60..<110)], expects: []),
        Scenario(
            "Q3", "more than 2 % of the span below the range for five minutes", "a21026", ranged,
            when: [.level("a21026", -2.1, 60..<65)], expects: ["Q3 a21026 01:05-01:10"]),
        Scenario("Q3", "for less", "a21026", ranged, when: [.level("a21026", -2.1, 60..<64)], expects: []),
        Scenario("Q3", "less than 2 % below", "a21026", ranged, when: [.level("a21026", -1.9, 60..<90)], expects: []),
        Scenario(
            "Q3", "below zero, where no range is known", "a21026", when: [.level("a21026", -0.5, 60..<65)],
            expects: ["Q3 a21026 01:05-01:10"]),
        Scenario(
            "Q3", "more than a tenth of the span below is no value at all", "a21026", ranged,
            when: [.level("a21026", -11, 60..<70)],
            expects: ["D1 cems 01:01-01:10"]),
        Scenario("Q3", "a pressure below zero", "a01013", expects: []),
        Scenario(
            "Q4", "at the end of the range", "a21026", ranged, when: [.level("a21026", 99.8, 60..<61)],
            expects: ["Q4 a21026 01:01-01:06"]),
        Scenario("Q4", "just inside the range", "a21026", ranged, when: [.level("a21026", 99.6, 60..<61)], expects: [])
            .with(rules: "Q5: { enabled: false }"),
        Scenario(
            "Q4", "the instrument says so", "a21026", when: [.flagged("a21026", .overRange, 120, 60..<61)],
            expects: ["Q4 a21026 01:01-01:06"]),
        Scenario(
            "Q5", "more than half the range from minute to minute", "a21026", ranged,
            when: [.level("a21026", 71, 60..<62)], expects: ["Q5 a21026 01:01-01:13"]),
        Scenario(
            "Q5", "less than half the range", "a21026", ranged, when: [.level("a21026", 69, 60..<62)], expects: []),
        Scenario(
            "Q5", "a plant that starts changes everything", "a21026", ranged, marks: [(0, .stopped), (60, .running)],
            when: [.level("a21026", 90, 60..<240)], expects: []),
        Scenario(
            "Q5", "water that changes by more than two pH", "w01001", when: [.level("w01001", 9.3, 60..<62)],
            expects: ["Q5 w01001 01:01-02:12"]),
        Scenario("Q5", "water that changes by less", "w01001", when: [.level("w01001", 9.15, 60..<62)], expects: []),
        Scenario(
            "Q6", "an hour that does not move, where somebody wants to know", "a21026", noisy,
            rules: "Q6: { enabled: true }", when: [.sway("a21026", 1, 120..<240)], expects: ["Q6 a21026 01:01-03:01"]),
        Scenario(
            "Q6", "an hour that moves", "a21026", noisy, rules: "Q6: { enabled: true }",
            when: [.sway("a21026", 1, 0..<240)], expects: []),
        Scenario("Q6", "nobody asked", "a21026", noisy, expects: []),
        Scenario(
            "Q7", "a day just under the limit", "a21026 a19001", limited, stack: "reference_oxygen: 6",
            when: [.level("a21026", 33, 0..<1_500)], hours: 29, expects: ["Q7 a21026 24:00-28:00"]),
        Scenario(
            "Q7", "a day with two better hours", "a21026 a19001", limited, stack: "reference_oxygen: 6",
            when: [.level("a21026", 33, 0..<720), .level("a21026", 33, 840..<1_560)], hours: 29, expects: []),
        Scenario(
            "Q8", "two days in the lowest tenth of the range", "a21026", wide,
            when: [.level("a21026", 100, 2_880..<3_600)], hours: 60, expects: ["Q8 a21026 48:00-54:00"]),
        Scenario(
            "Q8", "an hour less", "a21026", wide, when: [.level("a21026", 100, 2_820..<3_600)], hours: 60, expects: []),
        Scenario(
            "Q8", "clean gas in the range that the limit asks for", "a21026", chosen,
            when: [.level("a21026", 3, 0..<3_600)], hours: 60, expects: []),
        Scenario(
            "Q9", "a known number among others that move", "a21026", when: [.stuck("a21026", -9_999, 60..<60.5)],
            expects: ["Q9 a21026 01:00:30-"]),
        Scenario(
            "Q9", "a number that nobody is known to send", "a21026", when: [.stuck("a21026", -9_998, 60..<60.5)],
            expects: []),
        Scenario(
            "Q9", "a number that the range excludes is told all the same", "a21026", ranged,
            when: [.stuck("a21026", -9_999, 60..<60.5)], expects: ["Q9 a21026 01:00:30-"]),
    ]

    private func repeatingResults() -> Scenario {
        var scenario = self
        scenario.repeatsResults = true
        return scenario
    }

    func with(rules: String) -> Scenario {
        var scenario = self
        scenario.rules = rules
        return scenario
    }
}
