import Alarms
import Testing

/// Each rule, what fires it, when it is raised and cleared, and that nothing else is: through the machine of `gatewayd replay`
/// where samples decide, else through the whole gateway.
@Suite struct ScenarioTests {
    private static let samples =
        Scenario.limits + Scenario.totals + Scenario.quality + Scenario.consistency + Scenario.data
    private static let gateways =
        GatewayScenario.statements + GatewayScenario.links + GatewayScenario.upkeep + GatewayScenario.power

    @Test("what samples decide", arguments: samples)
    func replayed(scenario: Scenario) throws {
        let seen = try scenario.run()
        #expect(seen == scenario.expected)
    }

    @Test("what instruments state, links, upkeep and power", arguments: gateways)
    func lived(scenario: GatewayScenario) throws {
        let seen = try scenario.run()
        #expect(seen == scenario.expected)
    }

    @Test("every rule of the catalogue has a scenario that fires and one that does not")
    func complete() {
        let all: [any Proof] = Self.samples + Self.gateways
        let rules = Set(RuleCatalogue.rules.map(\.id.rawValue))
        let fires = Set(all.filter(\.fires).map(\.rule))
        let misses = Set(all.filter { !$0.fires }.map(\.rule))
        #expect(rules.symmetricDifference(fires) == [])
        #expect(rules.symmetricDifference(misses) == [])
    }
}
