import GatewayCore
import Protocol
import Telemetry
import Testing

/// Rule M1 for parameters that HJ 212 instruments tell.
@Suite("Told parameters")
struct ToldParameterTests {
    private static let plant = """
        gateway: { id: plant-01, realtime_interval: 60m, language: en }
        instruments:
          - id: cod-1
            listen: "127.0.0.1:7212"
            registered:
              - { info: i13008, factor: w01018, value: 1.02 }
              - { info: i13008, factor: w21003, value: 0.98 }
              - { info: i13004, value: 168 }
              - { info: i13001, factor: w01018, value: 0-200 }
              - { info: i13005, factor: w01018, value: 重铬酸钾法 }
          - { id: cod-2, listen: "127.0.0.1:7213" }
        outlets:
          - { id: ww-1, st: "32", factors: [ { code: w01018, from: cod-1.w01018 } ] }
        """

    /// 重铬酸钾法 as instruments that do not send UTF-8 write it.
    private static let methodInGB18030 = FieldText([0xD6, 0xD8, 0xB8, 0xF5, 0xCB, 0xE1, 0xBC, 0xD8, 0xB7, 0xA8])

    private func tell(
        _ gateway: inout TestGateway, instrument: Int = 0, factor: String?, _ info: String, _ value: FieldText
    ) {
        let told = DeviceInformation(
            factor: factor.map { FieldText($0) }, values: [CodedValue(FieldText(info), value)])
        gateway.perform(
            gateway.machine.told(instrument: instrument, [told], at: gateway.now, wall: gateway.wall))
    }

    private func messages(_ gateway: TestGateway) -> [String] {
        gateway.alarms.filter { $0.rule == "M1" }.map(\.message)
    }

    @Test("the registered value, states, log entries and other instruments' parameters are no alarm")
    func nearMisses() throws {
        var gateway = try TestGateway(Self.plant)
        tell(&gateway, factor: "w01018", "i13008", "1.02")
        tell(&gateway, factor: "w21003", "i13008", "0.980")
        tell(&gateway, factor: "w01018", "i13004", "168.0")
        tell(&gateway, factor: "w01018", "i13001", "0-200")
        tell(&gateway, factor: "w01018", "i13001", " 0-200 ")
        tell(&gateway, factor: "w01018", "i13001", "//0-300//")
        tell(&gateway, factor: "w01018", "i13001", "")
        tell(&gateway, factor: "w01018", "i13005", "重铬酸钾法")
        tell(&gateway, factor: "w01018", "i13005", Self.methodInGB18030)
        tell(&gateway, factor: "w01018", "i13008", "//1.5//")
        tell(&gateway, factor: "w01018", "i13008", "")
        tell(&gateway, factor: "w01018", "i12001", "2")
        tell(&gateway, factor: "w01019", "i13008", "3")
        tell(&gateway, factor: nil, "i13008", "3")
        tell(&gateway, instrument: 1, factor: "w01018", "i13008", "3")
        #expect(messages(gateway).isEmpty)
    }

    @Test("another value is told once for each factor, and over a restart not again")
    func changed() throws {
        var gateway = try TestGateway(Self.plant)
        tell(&gateway, factor: "w01018", "i13008", "1.10")
        tell(&gateway, factor: "w01018", "i13008", "1.1")
        #expect(messages(gateway).count == 1)
        #expect(messages(gateway)[0].hasSuffix(" i13008 is 1.1, registered is 1.02"))
        #expect(gateway.alarms[0].id.hasPrefix("cod-1.w01018.M1-i13008."))
        // Registered without a factor: whatever factor comes with it.
        tell(&gateway, factor: "w01018", "i13004", "160")
        #expect(messages(gateway).last == "cod-1 i13004 is 160, registered is 168")
        let plant = gateway.machine.plantState
        gateway.restart(with: Self.plant)
        gateway.machine.restorePlant(plant, at: gateway.now, wall: gateway.wall)
        tell(&gateway, factor: "w01018", "i13008", "1.1")
        #expect(messages(gateway).count == 2)
        tell(&gateway, factor: "w21003", "i13008", "1.1")
        #expect(messages(gateway).count == 3)
    }

    @Test("a text is compared to the letter, and over a restart not told again")
    func text() throws {
        var gateway = try TestGateway(Self.plant)
        tell(&gateway, factor: "w01018", "i13001", "0 - 250")
        #expect(messages(gateway).map { $0.hasSuffix(" i13001 is 0 - 250, registered is 0-200") } == [true])
        let plant = gateway.machine.plantState
        gateway.restart(with: Self.plant)
        gateway.machine.restorePlant(plant, at: gateway.now, wall: gateway.wall)
        tell(&gateway, factor: "w01018", "i13001", "0 - 250")
        #expect(messages(gateway).count == 1)
        tell(&gateway, factor: "w01018", "i13001", "0-200")
        let id = try #require(gateway.alarms.first?.id)
        gateway.perform(
            gateway.machine.acknowledge(alarm: id, by: "Li", note: "", at: gateway.now, wall: gateway.wall))
        tell(&gateway, factor: "w01018", "i13001", "200")
        #expect(messages(gateway).last?.hasSuffix(" i13001 is 200, registered is 0-200") == true)
    }

    @Test("the settings reach the instrument; the time between questions is a day unless it is stated")
    func settings() throws {
        let instruments = try configuration(Self.plant).instruments
        #expect(instruments[0].registered.count == 5 && instruments[0].checkInterval == .seconds(86_400))
        #expect(instruments[1].registered.isEmpty && instruments[1].checkInterval == nil)
        let never = try configuration(
            Self.plant.replacing("registered:\n", with: "check_parameters: 0s\n    registered:\n"))
        #expect(never.instruments[0].registered.count == 5 && never.instruments[0].checkInterval == nil)
    }
}
