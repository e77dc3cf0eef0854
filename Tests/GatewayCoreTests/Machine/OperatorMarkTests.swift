import Emissions
import GatewayCore
import Protocol
import Telemetry
import Testing

@Suite("Marks by hand")
struct OperatorMarkTests {
    private func mark(
        _ gateway: inout TestGateway, _ statement: OperatorMark.Statement, factor: String? = nil,
        outlet: String = "stack-1"
    ) throws {
        let mark = OperatorMark(outlet: outlet, factor: factor, statement: statement, by: "Wang", note: "probe cleaned")
        gateway.perform(try gateway.machine.mark(mark, at: gateway.wall))
    }

    @Test("a flag outranks the instrument's, for its factor, until it ends; records and audit tell")
    func flag() throws {
        var gateway = try TestGateway()
        gateway.run(.seconds(60))
        try mark(&gateway, .flag(.maintenance, until: gateway.wall + .seconds(120)), factor: "a21026")
        gateway.run(.seconds(240))
        let minutes = gateway.kind(.minute)
        #expect(minutes.map { $0.factors["a21026"]?.flag.text } == ["N", "M", "M", "N"])
        #expect(minutes.map { $0.factors["a34013"]?.flag.text } == ["N", "N", "N", "N"])
        #expect(minutes[1].factors["a21026"]?.number("Avg") == nil)
        #expect(minutes[1].quality == ["a21026 flagged M by hand"])
        #expect(minutes[3].quality == [])
        guard case .event(let event)? = gateway.kind(.audit).first?.content else { return #expect(Bool(false)) }
        #expect(event.name == "mark")
        #expect(event.details.contains(.init("by", "Wang")) && event.details.contains(.init("note", "probe cleaned")))
    }

    @Test("one for all factors is ended by hand, and gives way to one for the factor")
    func all() throws {
        var gateway = try TestGateway()
        try mark(&gateway, .flag(.calibration, until: gateway.wall + .seconds(86_400)))
        try mark(&gateway, .flag(.fault, until: gateway.wall + .seconds(86_400)), factor: "a34013")
        gateway.run(.seconds(60))
        try mark(&gateway, .clear)
        gateway.run(.seconds(70))
        let minutes = gateway.kind(.minute)
        #expect(minutes[0].factors["a21026"]?.flag.text == "C")
        #expect(minutes[0].factors["a34013"]?.flag.text == "D")
        #expect(minutes[1].factors.values.allSatisfy { $0.flag == .normal })
    }

    @Test("what did not come at all stays B")
    func communication() throws {
        var gateway = try TestGateway()
        try mark(&gateway, .flag(.maintenance, until: gateway.wall + .seconds(600)))
        for _ in 0..<14 {
            gateway.poll(so2: .failed(.timeout))
            gateway.pass(.seconds(5))
            gateway.tick()
        }
        #expect(gateway.kind(.minute).first?.factors["a21026"]?.flag == .noCommunication)
    }

    @Test("the plant's mark holds from the next minute, ends by itself, and survives a restart")
    func plant() throws {
        var gateway = try TestGateway()
        try mark(&gateway, .plant(.stopped, until: gateway.wall + .seconds(150)))
        gateway.run(.seconds(130))
        var after = try TestGateway()
        after.wall = gateway.wall
        after.now = gateway.now
        let isRestored = after.machine.restore(gateway.machine.unfinishedPeriods(of: 0), outlet: 0)
        #expect(isRestored)
        after.run(.seconds(140))
        #expect((gateway.kind(.minute) + after.kind(.minute)).map(\.mark) == ["F", "F", "F", nil])
    }

    @Test("what is not configured is refused, with what there is")
    func unknown() throws {
        var gateway = try TestGateway()
        #expect(throws: UnknownMarkTarget.self) { try mark(&gateway, .clear, outlet: "stack-2") }
        do {
            try mark(&gateway, .clear, factor: "a1")
        } catch let error as UnknownMarkTarget {
            #expect(error.description == "there is no factor 'a1' (there are: a21026 a34013)")
        }
    }
}
