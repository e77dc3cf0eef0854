import Testing

@testable import GatewayCore

@Suite("What a reload stops and starts")
struct ReloadPlanTests {
    private let text = """
        gateway: { id: g }
        uplinks:
          - { id: province, mqtt: { url: "mqtts://h", username: u, password_file: /p, ca_file: /ca } }
          - { id: city, mqtt: { url: "mqtt://h" } }
        buses:
          - { id: rack, tcp: "h:1", devices: [ { id: d1, unit: 1, registers: [ { name: r, input: 0, type: int16 } ] } ] }
          - { id: hall, tcp: "h:2", devices: [ { id: d2, unit: 1, registers: [ { name: r, input: 0, type: int16 } ] } ] }
        instruments:
          - { id: i1, listen: "h:3", mn: "1" }
          - { id: i2, listen: "h:3", mn: "2" }
          - { id: i3, connect: "h:4", key_file: /k }
        outlets:
          - { id: o, st: "31", factors: [ { code: a21026, from: d2.r, limits: [ { average: hour, max: 30 } ] } ] }
        """

    private func plan(_ changes: (String, String)..., files: Set<String> = []) throws -> ReloadPlan {
        var changed = text
        for (old, new) in changes {
            try #require(changed.contains(old))
            changed = changed.replacing(old, with: new)
        }
        return ReloadPlan(from: try configuration(text), to: try configuration(changed), changedFiles: files)
    }

    @Test("Outlets, alarms and the gateway's own settings stop nothing")
    func nothing() throws {
        let plan = try plan(
            ("max: 30", "max: 20"), ("id: g }", "id: g, realtime_interval: 1s }"), ("id: o,", "id: other,"))
        #expect(plan.isEmpty && plan.words.isEmpty)
        #expect(plan.buses.kept == [0: 0, 1: 1])
        #expect(plan.lines.kept == [0: 0, 1: 1])
        #expect(plan.uplinks.kept == [0: 0, 1: 1])
    }

    @Test("A changed part is restarted, and its neighbours go on")
    func changed() throws {
        let bus = try plan(("id: d1, unit: 1", "id: d1, unit: 2"))
        #expect(bus.words == ["bus rack: restarted"])
        #expect(bus.told.map(\.zh) == ["总线 rack：重启"])
        #expect(bus.buses == ReloadPlan.Parts(kept: [1: 1], stopped: [0], started: [0]))
        #expect(try plan(("connect: \"h:4\"", "connect: \"h:5\"")).words == ["line of i3: restarted"])
        #expect(try plan(("id: city,", "id: city, kinds: [hour],")).words == ["uplink city: restarted"])
    }

    @Test("What goes to the front moves the others and stops none")
    func moved() throws {
        let rack = "  - { id: rack, tcp: \"h:1\", devices: [ { id: d1,"
        let new =
            rack.replacing("rack", with: "new").replacing("h:1", with: "h:9").replacing("d1", with: "d9")
            + " unit: 1, registers: [ { name: r, input: 0, type: int16 } ] } ] }\n"
        let plan = try plan((rack, new + rack))
        #expect(plan.buses == ReloadPlan.Parts(kept: [1: 0, 2: 1], stopped: [], started: [0]))
        #expect(plan.words == ["bus new: started"])
    }

    @Test("Instruments that share a line share its fate, and others do not")
    func lines() throws {
        let plan = try plan(("  - { id: i2, listen: \"h:3\", mn: \"2\" }\n", ""))
        #expect(plan.lines == ReloadPlan.Parts(kept: [1: 1], stopped: [0], started: [0]))
        #expect(plan.words == ["line of i1: started", "line of i1, i2: stopped"])
    }

    @Test(
        "A secret or certificate with another content restarts who reads it",
        arguments: [
            ("/p", ["uplink province: restarted"]), ("/ca", ["uplink province: restarted"]),
            ("/k", ["line of i3: restarted"]), ("/other", []),
        ])
    func files(path: String, words: [String]) throws {
        #expect(try plan(files: [path]).words == words)
    }

    @Test("A renamed part is another one")
    func renamed() throws {
        #expect(try plan(("id: rack", "id: frame")).words == ["bus frame: started", "bus rack: stopped"])
    }
}
