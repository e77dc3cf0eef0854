import Testing

/// Each rule that samples decide, through the machine of `gatewayd replay`: what fires, when it is raised and cleared, and
/// that nothing else is.
@Suite struct ScenarioTests {
    @Test("limits and forecasts", arguments: Scenario.limits)
    func limits(scenario: Scenario) throws {
        let seen = try scenario.run()
        #expect(seen == scenario.expected)
    }

    @Test("amounts", arguments: Scenario.totals)
    func totals(scenario: Scenario) throws {
        let seen = try scenario.run()
        #expect(seen == scenario.expected)
    }

    @Test("quality of readings", arguments: Scenario.quality)
    func quality(scenario: Scenario) throws {
        let seen = try scenario.run()
        #expect(seen == scenario.expected)
    }

    @Test("readings against each other", arguments: Scenario.consistency)
    func consistency(scenario: Scenario) throws {
        let seen = try scenario.run()
        #expect(seen == scenario.expected)
    }

    @Test("data that do not come", arguments: Scenario.data)
    func data(scenario: Scenario) throws {
        let seen = try scenario.run()
        #expect(seen == scenario.expected)
    }

    @Test("every rule that samples decide has a scenario that fires and one that does not")
    func complete() {
        let all = Scenario.limits + Scenario.totals + Scenario.quality + Scenario.consistency + Scenario.data
        // C4 needs an amount that an instrument states: no sample makes one that does not fit.
        let fires = Set(all.filter { !$0.expected.isEmpty }.map(\.rule)).union(["C4"])
        let misses = Set(all.filter { $0.expected.isEmpty }.map(\.rule))
        let rules = [
            "L1", "L2", "L3", "L4", "L5", "L6", "L7", "T1", "T2", "Q1", "Q2", "Q3", "Q4", "Q5", "Q6", "Q7", "Q8", "C1",
            "C2", "C3",
            "C4", "C7", "D1", "D4",
        ]
        #expect(fires == Set(rules))
        #expect(misses == Set(rules))
    }
}
