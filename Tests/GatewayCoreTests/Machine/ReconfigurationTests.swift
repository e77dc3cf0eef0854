import GatewayCore
import Protocol
import Telemetry
import TestSupport
import Testing

/// The small plant with a registered parameter and meters.
private let meteredPlant =
    smallPlant.replacing(
        "{ name: o2, input: 2, type: float32 }", with: "{ name: o2, input: 2, type: float32, registered: 20 }")
        + """

        power:
          meters:
            - { id: mill, from: cems-1.o2, above: 20, below: 10 }
            - { id: fan, from: cems-1.so2, above: 31, below: 30 }
          lines: [ { id: line-1, production: [mill], treatment: [fan], outlets: [stack-1] } ]
        """

/// The small plant behind other parts, so that every index of it is another one.
private let shiftedPlant =
    meteredPlant
    .replacing(
        "buses:\n",
        with: "buses:\n  - { id: hall, tcp: \"127.0.0.1:503\", devices: [ { id: x-1, unit: 1, registers: "
            + "[ { name: r, input: 0, type: int16 } ] } ] }\n"
    )
    .replacing("  - { id: dust-1", with: "  - { id: y-1, listen: 127.0.0.1:7213 }\n  - { id: dust-1")
    .replacing(
        "outlets:\n", with: "outlets:\n  - { id: stack-0, st: \"31\", factors: [ { code: a21002, from: x-1.r } ] }\n"
    )
    .replacing("uplinks: [", with: "uplinks: [ { id: city, mqtt: { url: \"mqtt://127.0.0.1\" } },")

@Suite("The machine goes on with another configuration")
struct ReconfigurationTests {
    /// A plant that runs for some minutes with good, bad and missing data; `reload` says what becomes of the machine when.
    private func run(
        minutes: Int, seed: UInt64, _ reload: (inout TestGateway, _ second: Int) throws -> (bus: Int, instrument: Int)
    ) throws -> [Record] {
        var random = SeededGenerator(seed: seed)
        var gateway = try TestGateway(meteredPlant)
        gateway.pass(.seconds(17))
        var place = (bus: 0, instrument: 0)
        for second in stride(from: 0, to: minutes * 60, by: 5) {
            // Values near the limits, so that alarms come and go; stretches of silence.
            let isSilent = second / 90 % 4 == 2
            let o2 = second % 7 == 0 ? .failed(.timeout) : Reading(value: second / 600 % 2 == 0 ? 25 : 5)
            let so2 = Reading(value: Double.random(in: 25..<37, using: &random))
            if !isSilent {
                let result = PollResult(device: 0, at: gateway.wall, readings: [so2, o2])
                gateway.perform(
                    gateway.machine.polled(bus: place.bus, result, at: gateway.now, wall: gateway.wall))
            }
            var dust = HJ212Upload.Factor(code: "a34013")
            dust.rtd = Double.random(in: 1..<5, using: &random)
            let upload = HJ212Upload(
                kind: .realtime, mn: "0123", st: "31", dataTime: ZoneRules.china.civilTime(at: gateway.wall),
                qnTime: ZoneRules.china.civilTime(at: gateway.wall), factors: [dust])
            gateway.perform(
                gateway.machine.received(
                    instrument: place.instrument, upload, at: gateway.now, wall: gateway.wall))
            gateway.tick()
            place = try reload(&gateway, second)
            gateway.pass(.seconds(5))
        }
        return gateway.records
    }

    /// In words short enough to be read.
    private func firstDifference(_ a: [Record], _ b: [Record]) -> String? {
        if let index = zip(a, b).enumerated().first(where: { $1.0 != $1.1 })?.offset {
            return "\(index): \(a[index]) and \(b[index])"
        }
        return a.count == b.count ? nil : "\(a.count) and \(b.count) records"
    }

    private func reconfigure(_ gateway: inout TestGateway, _ text: String) throws {
        gateway.machine = gateway.machine.reconfigured(
            try configuration(text), at: gateway.now, wall: gateway.wall)
        gateway.perform(gateway.machine.closeForgottenAlarms(at: gateway.now, wall: gateway.wall))
    }

    @Test("With the same configuration nothing changes: not a sample, not a record, not an alarm")
    func same() throws {
        var random = SeededGenerator()
        let seed = random.next()
        let plain = try run(minutes: 75, seed: seed) { _, _ in (0, 0) }
        var choices = random
        let reloaded = try run(minutes: 75, seed: seed) { gateway, _ in
            if Int.random(in: 0..<10, using: &choices) == 0 { try reconfigure(&gateway, meteredPlant) }
            return (0, 0)
        }
        #expect(plain.count { $0.kind == .alarm } > 10, "\(random)")
        #expect(plain.count { $0.kind == .hour } == 1)
        #expect(firstDifference(reloaded, plain) == nil, "\(random)")
    }

    @Test("Parts that come and go before the others shift every index and change nothing of theirs")
    func shifted() throws {
        var random = SeededGenerator()
        let seed = random.next()
        let plain = try run(minutes: 45, seed: seed) { _, _ in (0, 0) }
        var choices = random
        var isShifted = false
        let reloaded = try run(minutes: 45, seed: seed) { gateway, _ in
            if Int.random(in: 0..<10, using: &choices) == 0 {
                isShifted.toggle()
                try reconfigure(&gateway, isShifted ? shiftedPlant : meteredPlant)
            }
            return isShifted ? (1, 1) : (0, 0)
        }
        // Numbers of alarms go through the whole plant, and the other plant has alarms of its own.
        func ofStack(_ records: [Record]) -> [Record] {
            records.filter { record in
                if case .outlet(let outlet) = record.place { outlet.id == "stack-1" } else { false }
            }.map { record in
                guard case .alarm(var alarm) = record.content else { return record }
                alarm.number = nil
                var record = record
                record.content = .alarm(alarm)
                return record
            }
        }
        #expect(firstDifference(ofStack(reloaded), ofStack(plain)) == nil, "\(random)")
        #expect(!ofStack(plain).isEmpty)
    }

    @Test("A limit that a reload changes is told of the alarm that goes on, and published")
    func changedLimit() throws {
        var gateway = try TestGateway()
        gateway.run(.seconds(330), so2: 40)
        try reconfigure(&gateway, smallPlant.replacing("max: 35,", with: "max: 36, source: order 7,"))
        gateway.run(.seconds(5), so2: 40)
        let told = gateway.alarms.filter { $0.id.contains("L6-realtime") }
        #expect(told.map(\.state) == [.raised, .updated])
        #expect(told.map(\.limit) == [35, 36] && told.last?.limitSource == "order 7")
        #expect(told.last?.message.contains("is above 36 (order 7)") == true)
        #expect(gateway.published.last?.first { $0.id == told.last?.id }?.limit == 36)
    }

    @Test(
        "What a reload ends says so, where it was raised, even if its outlet or instrument is gone too",
        arguments: [
            ("outlet", "D1 dust-1, L6 stack-1"), ("limits", "L6 stack-1"), ("rule", "L6 stack-1"),
            ("instrument", "D1 dust-1"),
        ])
    func withdrawn(part: String, ended: String) throws {
        let dustless = smallPlant.replacing("- { code: a34013, from: dust-1.a34013 }", with: "")
            .replacing("instruments:\n  - { id: dust-1, listen: 127.0.0.1:7212, mn: \"0123\" }\n", with: "")
        let text =
            switch part {
            case "outlet": dustless.replacing("id: stack-1", with: "id: stack-9")
            case "limits": smallPlant.replacing("max: 35, warn: 80%, deadband: 2", with: "min: 1")
            case "rule":
                smallPlant.replacing("uplink_gap: 10m", with: "uplink_gap: 10m, rules: { L6: { enabled: false } }")
            default: dustless
            }
        var gateway = try TestGateway(smallPlant.replacing("- { average: minute, max: 30 }", with: ""))
        gateway.run(.seconds(330), so2: 40, dust: nil)
        gateway.alarmsAreForgotten()
        try reconfigure(&gateway, text)
        let told = gateway.records.compactMap { record -> (place: String, report: AlarmReport)? in
            guard case .alarm(let report) = record.content else { return nil }
            return (record.place.topicSegment, report)
        }
        #expect(told.map { "\($0.report.rule) \($0.place)" }.sorted().joined(separator: ", ") == ended)
        for (_, report) in told {
            #expect(report.state == .cleared)
            #expect(report.message.contains("ended by a change of the configuration after 5 min"), "\(report.message)")
        }
    }

    @Test("So does what a start with another configuration ends: with the instrument that is gone")
    func withdrawnAtStart() throws {
        var gateway = try TestGateway()
        gateway.run(.seconds(90), dust: nil)
        gateway.alarmsAreForgotten()
        gateway.restart(
            with: smallPlant.replacing("- { code: a34013, from: dust-1.a34013 }", with: "")
                .replacing("instruments:\n  - { id: dust-1, listen: 127.0.0.1:7212, mn: \"0123\" }\n", with: ""))
        let record = try #require(gateway.records.first { $0.kind == .alarm })
        #expect(record.place == .device("dust-1"))
        #expect(gateway.alarms.first?.message.contains("ended by a change of the configuration") == true)
    }

    @Test("The unfinished minute keeps its samples although a setting of its factor changes")
    func unfinishedMinute() throws {
        var gateway = try TestGateway()
        gateway.run(.seconds(30))
        try reconfigure(&gateway, smallPlant.replacing("max: 30", with: "max: 25").replacing("5s", with: "10s"))
        gateway.run(.seconds(40))
        let minute = try #require(gateway.kind(.minute).first)
        #expect(minute.factors["a21026"]?.count == 12)
        #expect(minute.factors["a34013"]?.count == 12)
    }

    @Test("Between a reload and the next poll the present values stay; those of another register do not")
    func presentValues() throws {
        var gateway = try TestGateway()
        gateway.run(.seconds(30), so2: 21)
        try reconfigure(&gateway, smallPlant.replacing("max: 30", with: "max: 25"))
        func so2() -> Double? {
            gateway.machine.outletStatus(at: gateway.now, wall: gateway.wall)[0].factors[0].value
        }
        #expect(so2() == 21)
        try reconfigure(&gateway, smallPlant.replacing("input: 0", with: "input: 8"))
        #expect(so2() == nil)
    }

    @Test("An alarm whose rule is gone is closed, and one whose rule stays goes on under its id")
    func alarms() throws {
        var gateway = try TestGateway()
        gateway.run(.seconds(1_200), so2: 40)
        let before = gateway.machine.activeAlarms(at: gateway.wall).map(\.id)
        try #require(before.count >= 2, "\(gateway.alarms.map(\.id))")
        try reconfigure(&gateway, smallPlant.replacing("          - { average: minute, max: 30 }\n", with: ""))
        let after = gateway.machine.activeAlarms(at: gateway.wall).map(\.id)
        #expect(Set(after).isStrictSubset(of: before) && !after.isEmpty)
        #expect(gateway.alarms.count { $0.state == .cleared } == before.count - after.count)
    }

    @Test("The alarm of a damaged journal stays until the next start")
    func damagedJournal() throws {
        var gateway = try TestGateway()
        gateway.perform(gateway.machine.journalLost(.damaged(movedTo: "/x"), at: gateway.now, wall: gateway.wall))
        try reconfigure(&gateway, smallPlant)
        #expect(gateway.machine.activeAlarms(at: gateway.wall).map(\.rule) == ["D10"])
    }
}
