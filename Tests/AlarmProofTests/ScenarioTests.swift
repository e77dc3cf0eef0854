import Alarms
import Testing

/// Each rule, what fires it, when it is raised and cleared, and that nothing else is: through the machine of `gatewayd replay`
/// where samples decide, else through the whole gateway.
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

    @Test("what an instrument states of an hour", arguments: GatewayScenario.statements)
    func statements(scenario: GatewayScenario) throws {
        let seen = try scenario.run()
        #expect(seen == scenario.expected)
    }

    @Test("links, clock and disk", arguments: GatewayScenario.links)
    func links(scenario: GatewayScenario) throws {
        let seen = try scenario.run()
        #expect(seen == scenario.expected)
    }

    @Test("parameters, maintenance, the gateway itself", arguments: GatewayScenario.upkeep)
    func upkeep(scenario: GatewayScenario) throws {
        let seen = try scenario.run()
        #expect(seen == scenario.expected)
    }

    @Test("production and treatment", arguments: GatewayScenario.power)
    func power(scenario: GatewayScenario) throws {
        let seen = try scenario.run()
        #expect(seen == scenario.expected)
    }

    @Test("every rule of the catalogue has a scenario that fires and one that does not")
    func complete() {
        let all: [any Proof] =
            Scenario.limits + Scenario.totals + Scenario.quality + Scenario.consistency + Scenario.data
            + GatewayScenario.statements + GatewayScenario.links + GatewayScenario.upkeep + GatewayScenario.power
        let rules = Set(RuleCatalogue.rules.map(\.id.rawValue))
        let fires = Set(all.filter(\.fires).map(\.rule))
        let misses = Set(all.filter { !$0.fires }.map(\.rule))
        #expect(rules.symmetricDifference(fires) == [])
        #expect(rules.symmetricDifference(misses) == [])
    }
}
