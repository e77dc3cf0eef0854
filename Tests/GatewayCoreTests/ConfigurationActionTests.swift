import Alarms
import Telemetry
import Testing

@testable import GatewayCore

@Suite("Commands and actions in the configuration")
struct ConfigurationActionTests {
    @Test("an uplink allows what it lists, and nothing without a list")
    func commands() throws {
        let configuration = try validConfiguration(
            """
            gateway: { id: g }
            uplinks:
              - { id: a, mqtt: { url: "mqtt://h" }, commands: [status, ack_alarm] }
              - { id: b, mqtt: { url: "mqtt://h" } }
            """)
        #expect(configuration.uplinks.map(\.commands) == [[.status, .acknowledgeAlarm], []])
        let wrong = readConfiguration(
            """
            gateway: { id: g }
            uplinks: [ { id: a, mqtt: { url: "mqtt://h" }, commands: [status, stats, status] } ]
            """.utf8)
        #expect(wrong.errors.count == 2, "\(wrong.lines)")
    }

    @Test("actions are read with their defaults")
    func actions() throws {
        let configuration = try validConfiguration(
            """
            gateway: { id: g }
            uplinks: [ { id: province, mqtt: { url: "mqtt://h" } } ]
            buses:
              - id: b
                tcp: 10.0.0.1:502
                devices: [ { id: d, unit: 1, registers: [ { name: r, coil: 1 } ] }, { id: plc, unit: 2, registers: [ { name: r, coil: 1 } ] } ]
            alarms:
              actions:
                - { id: sms, exec: [bin/notify, --now], environment: { LANG: C }, sources: [province, plc] }
                - { id: horn, severity: critical, rules: [P11], gap: 5s, coil: { device: plc, address: 0x10, enabled: true, until: acknowledged } }
            """)
        let actions = configuration.alarms.actions
        var sms = ActionConfiguration(
            id: "sms", effect: .program(.init(path: "/etc/gatewayd/bin/notify", arguments: ["--now"])))
        sms.sources = ["province", "plc"]
        if case .program(var program) = sms.effect {
            program.environment = [.init(name: "LANG", value: "C")]
            #expect(program.timeout == .seconds(30))
            sms.effect = .program(program)
        }
        #expect(actions.first == sms && sms.severity == .alarm && sms.occasions == [.raised] && sms.gap == .seconds(1))
        var horn = ActionConfiguration(
            id: "horn", effect: .coil(.init(bus: 0, device: 1, address: 16, isEnabled: true, until: .acknowledged)))
        horn.rules = [.bypassOpen]
        horn.severity = .critical
        horn.gap = .seconds(5)
        #expect(actions.last == horn)
    }
}
