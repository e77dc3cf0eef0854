import GatewayCore
import Protocol
import Telemetry
import Testing

/// Numbers that mean "no value", from every kind of source: they count nowhere, and the reason is told.
@Suite struct NoValueTests {
    private let plant = """
        gateway: { id: plant-01, data_directory: /tmp/x, realtime_interval: 10s, language: en }
        buses:
          - id: rack
            tcp: 127.0.0.1:502
            devices:
              - id: cems-1
                unit: 1
                poll: 5s
                raw: true
                registers:
                  - { name: so2, input: 0, type: float32 }
                  - { name: o2, input: 2, type: float32 }
        instruments:
          - { id: dust-1, listen: 127.0.0.1:7212, mn: "0123" }
        outlets:
          - id: stack-1
            st: "31"
            factors:
              - { code: a21026, from: cems-1.so2, range: [0, 300] }
              - { code: a34013, from: dust-1.a34013, range: [0, 50], invalid: [-1, 65535] }
        alarms: { instrument_gap: 60s }
        """

    @Test("one −9999 in a minute: the mean is that of the others, the minute tells why it has one less")
    func single() throws {
        var gateway = try TestGateway(plant)
        gateway.run(.seconds(30))
        gateway.poll(so2: Reading(value: -9_999))
        gateway.upload(dust: 65_535)
        gateway.tick()
        gateway.pass(.seconds(5))
        gateway.run(.seconds(35))
        let minute = try #require(gateway.kind(.minute).first?.factors)
        #expect(minute["a21026"]?.number("Avg") == 20 && minute["a21026"]?.number("Min") == 20)
        #expect(minute["a21026"]?.count == 11 && minute["a21026"]?.flag == .normal)
        #expect(minute["a21026"]?.error == "-9999 is far below the range")
        #expect(minute["a34013"]?.number("Avg") == 4 && minute["a34013"]?.number("Max") == 4)
        #expect(minute["a34013"]?.error == "65535 means no value")
        let realtime = try #require(gateway.kind(.realtime).first { $0.at == morning + .seconds(30) }?.factors)
        #expect(realtime["a21026"]?.fields == [] && realtime["a21026"]?.flag == .fault)
        #expect(realtime["a21026"]?.error == "-9999 is far below the range")
        #expect(realtime["a34013"]?.fields == [] && realtime["a34013"]?.error == "65535 means no value")
    }

    @Test("a little below the range counts, and rule Q3 warns")
    func drift() throws {
        var gateway = try TestGateway(plant)
        gateway.run(.seconds(600), so2: -12)
        #expect(gateway.kind(.minute).last?.factors["a21026"]?.number("Avg") == -12)
        #expect(gateway.alarms.map(\.rule) == ["Q3"])
    }

    @Test(
        "Q3 compares the reading and not what becomes of it",
        arguments: [(-0.3, [String]()), (-0.9, []), (-1.1, ["Q3"])])
    func driftOfWetDust(reading: Double, rules: [String]) throws {
        let wet = smallPlant.replacing(
            "{ code: a34013, from: dust-1.a34013 }",
            with: "{ code: a34013, from: dust-1.a34013, range: [0, 50], basis: wet, state: actual }"
        ).replacing(
            "st: \"31\"\n", with: "st: \"31\"\n    stack: { temperature: 150, humidity: 20 }\n")
        var gateway = try TestGateway(wet)
        gateway.run(.seconds(600), so2: 20, dust: reading)
        #expect(try #require(gateway.kind(.minute).last?.factors["a34013"]?.number("Avg")) < reading * 1.4)
        #expect(gateway.alarms.filter { $0.factor == "a34013" }.map(\.rule) == rules)
    }

    @Test(
        "numbers that mean no value are none of an HJ 212 meter either, wherever the flow comes from",
        arguments: ["m.w00000", "a.flow"])
    func meter(flow: String) throws {
        var gateway = try TestGateway(
            """
            gateway: { id: g, data_directory: /tmp/x, realtime_interval: 10s, language: en }
            buses:
              - id: b
                tcp: 127.0.0.1:502
                devices: [ { id: a, unit: 1, registers: [ { name: flow, holding: 0, type: float32 } ] } ]
            instruments: [ { id: m, listen: 127.0.0.1:7212, mn: "1" } ]
            outlets:
              - id: o
                st: "32"
                factors: [ { code: w00000, from: \(flow), invalid: [-9999], meter: { from: m.w00000-Total } } ]
            """)
        for second in stride(from: 0, to: 240, by: 5) {
            let time = ZoneRules.china.civilTime(at: gateway.wall)
            let total = second % 45 == 20 ? -9999 : 1000 + Double(second) / 100
            let segment =
                "QN=\(time.compactWithMilliseconds);ST=32;CN=2011;PW=123456;MN=1;Flag=5;CP=&&DataTime=\(time.compact);"
                + "w00000-Rtd=10,w00000-Flag=N,w00000-Total=\(total)&&"
            let upload = try #require(HJ212Upload(Packet(segment: Array(segment.utf8)[...])))
            gateway.perform(gateway.machine.received(instrument: 0, upload, at: gateway.now, wall: gateway.wall))
            gateway.tick()
            gateway.pass(.seconds(5))
        }
        let minutes = gateway.kind(.minute).compactMap { $0.factors["w00000"]?.number("Cou") }
        #expect(minutes.count >= 2 && minutes.allSatisfy { (0.5...0.65).contains($0) }, "\(minutes)")
        #expect(gateway.alarms.filter { $0.rule == "Q5" }.isEmpty)
    }

    @Test("readings that stay far below are no usable data (D1), with the reason; the device itself is well")
    func staying() throws {
        var gateway = try TestGateway(plant)
        gateway.run(.seconds(30))
        gateway.run(.seconds(90), so2: -36, dust: -1)
        let silent = gateway.alarms.filter { $0.rule == "D1" }
        #expect(silent.map(\.source) == ["cems-1", "dust-1"] && silent.map(\.factor) == ["a21026", "a34013"])
        #expect(silent.first?.message.contains("-36 is far below the range") == true, "\(silent)")
        #expect(silent.last?.message.contains("-1 means no value") == true, "\(silent)")
        #expect(!gateway.machine.isSilent(bus: 0, device: 0) && !gateway.machine.isSilent(instrument: 0))
    }

    @Test("what an instrument states of a minute is looked at too")
    func stated() throws {
        var gateway = try TestGateway(plant)
        gateway.run(.seconds(65), dust: nil)
        gateway.upload(.minute, dust: -1, dataTime: morning)
        gateway.run(.seconds(60), dust: nil)
        let dust = try #require(gateway.kind(.minute).first?.factors["a34013"])
        #expect(dust.fields == [] && dust.error == "-1 means no value" && dust.flag == .fault)
        #expect(dust.shortcomings.first?.reason == "0 good samples")
    }

    @Test("a known number among others that move is told once (Q9), with the place to declare it")
    func sentinel() throws {
        var gateway = try TestGateway(plant.replacing("type: float32 }", with: "type: float32, scale: 0.1 }"))
        func run(_ values: [Double]) {
            for value in values {
                gateway.poll(so2: Reading(value: value))
                gateway.upload(dust: value / 10)
                gateway.tick()
                gateway.pass(.seconds(5))
            }
        }
        let calm = [20.1, 20.4, 19.9, 20.2]
        run(calm + [3_276.7] + calm + [3_276.7] + calm)
        let told = gateway.alarms.filter { $0.rule == "Q9" }
        #expect(told.map(\.state) == [.raised] && told.first?.value == 32_767)
        #expect(
            told.first?.message
                == "stack-1 SO2 (a21026) came as 32767, which often means no value; if it does, write invalid: [32767] at cems-1.so2"
        )
        run([-9_990] + calm)
        #expect(gateway.alarms.filter { $0.rule == "Q9" }.map(\.factor) == ["a21026", "a34013"])
        #expect(gateway.alarms.last?.message.hasSuffix("write invalid: [-1, 65535, -999] at stack-1.a34013") == true)
        #expect(gateway.machine.activeAlarms(at: gateway.wall).filter { $0.rule == "Q9" }.count == 2)
    }

    @Test("under an operator's mark the flag is the mark's, and what the instrument shows is no hint")
    func marked() throws {
        var gateway = try TestGateway(plant)
        let mark = OperatorMark(
            outlet: "stack-1", factor: "a21026", statement: .flag(.maintenance, until: morning + .seconds(600)),
            by: "Wang",
            note: "zero")
        gateway.perform(try gateway.machine.mark(mark, at: gateway.wall))
        for value in [20, 21, 19, 22, 20, -9_999, 20, 21, 22, 19, 20, 21] as [Double] {
            gateway.poll(so2: Reading(value: value))
            gateway.pass(.seconds(5))
        }
        gateway.pass(.seconds(5))
        gateway.tick()
        let minute = try #require(gateway.kind(.minute).first?.factors["a21026"])
        #expect(minute.flag == .maintenance && minute.error == "-9999 is far below the range")
        #expect(gateway.alarms.filter { $0.rule == "Q9" } == [])
    }
}
