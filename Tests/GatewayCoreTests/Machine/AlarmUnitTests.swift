import GatewayCore
import Protocol
import Telemetry
import Testing

@Suite("Units in the sentences of alarms")
struct AlarmUnitTests {
    /// A stack that emits 36 kg an hour of each gas at 100 mg/m³ and 100 m³/s, and water at pH 5.
    private func alarms(_ language: String) throws -> [String] {
        let limits = "[ { average: hour, of: mass, max: 6 }, { average: hour, max: 50 } ]"
        var gateway = try TestGateway(
            """
            gateway: { id: plant-01, realtime_interval: 60m, language: \(language) }
            buses:
              - id: rack
                tcp: 127.0.0.1:502
                devices:
                  - id: cems-1
                    unit: 1
                    poll: 30s
                    registers:
                      - { name: so2, input: 0, type: float32 }
                      - { name: flow, input: 2, type: float32 }
                      - { name: ph, input: 4, type: float32 }
            outlets:
              - id: stack-1
                st: "31"
                factors:
                  - { code: a21026, from: cems-1.so2, limits: \(limits) }
                  - { code: a21001, from: cems-1.so2, limits: [ { average: hour, of: total, max: 7 } ], quotas: [ { period: month, max: 30 } ] }
                  - { code: a00000, from: cems-1.flow, limits: [ { average: hour, of: total, max: 1000 } ] }
              - id: water-1
                st: "32"
                factors:
                  - { code: w01001, from: cems-1.ph, limits: [ { average: minute, min: 6 } ] }
            """)
        gateway.wall = morning + .seconds(2_400)
        while gateway.wall < morning + .seconds(6_060) {
            let readings = [100, 100, 5].map { Reading(value: $0) }
            gateway.perform(
                gateway.machine.polled(
                    bus: 0, PollResult(device: 0, at: gateway.wall, readings: readings), at: gateway.now,
                    wall: gateway.wall))
            gateway.tick()
            gateway.pass(.seconds(30))
        }
        return gateway.alarms.filter { $0.state == .raised && ["L1", "L7", "T1"].contains($0.rule) }.map(\.message)
    }

    @Test("mass is told in kg/h, an amount in kg, of a flow in m3, whatever the table prints; pH without any")
    func english() throws {
        let messages = try alarms("en").joined(separator: "\n")
        for words in [
            "hour mass rate 36 kg/h is above the limit 6", "hour mean 100 mg/m3 is above the limit 50",
            "hour amount 36 kg is above the limit 7", "hour amount 360000 m3 is above the limit 1000",
            "has emitted 36 kg, 120 % of 30", "minute mean 5 is below 6",
        ] { #expect(messages.contains(words), "\(words)\n\(messages)") }
    }

    @Test("in Chinese too")
    func chinese() throws {
        let messages = try alarms("zh").joined(separator: "\n")
        for words in ["小时排放速率 36 kg/h 超过限值 6", "小时排放量 36 kg 超过限值 7", "小时排放量 360000 m3 超过限值 1000", "分钟均值 5 低于 6"] {
            #expect(messages.contains(words), "\(words)\n\(messages)")
        }
    }
}
