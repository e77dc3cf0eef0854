import GatewayCore
import Protocol
import Telemetry
import TestSupport
import Testing

/// No factor of a record is without both a number and a reason, whatever its source, and whatever is lost.
@Suite struct PresentReasonTests {
    private static let plant = """
        gateway: { id: plant-01, data_directory: /tmp/x, realtime_interval: 10s, language: en }
        buses:
          - id: rack
            tcp: 127.0.0.1:502
            devices:
              - id: d
                unit: 1
                registers:
                  - { name: dust, input: 0, type: float32 }
                  - { name: no, input: 2, type: float32 }
                  - { name: no2, input: 4, type: float32 }
                  - { name: o2, input: 6, type: float32 }
                  - { name: pd, input: 8, type: float32 }
                  - { name: t, input: 10, type: float32 }
                  - { name: h, input: 12, type: float32 }
                  - { name: q, input: 14, type: float32 }
                  - { name: cod, input: 16, type: float32 }
                  - { name: tp, input: 18, type: float32 }
        instruments:
          - { id: m, listen: 127.0.0.1:7212, mn: "0123" }
        outlets:
          - id: stack-1
            st: "31"
            stack: { area: 12.566, reference_oxygen: 6 }
            factors:
              - { code: a34013, from: d.dust, basis: wet, state: actual, converted: true, range: [0, 100] }
              - { code: a21003, from: d.no, basis: wet }
              - { code: a21004, from: d.no2 }
              - { code: a21002, from: computed, converted: true }
              - { code: a19001, from: d.o2 }
              - { code: a01017, from: d.pd }
              - { code: a01011, from: computed }
              - { code: a01012, from: d.t, slope: 1e10 }
              - { code: a01014, from: d.h }
              - { code: a01006, from: m.a01006, invalid: [65535] }
          - id: water-1
            st: "32"
            factors:
              - { code: w00000, from: d.q }
              - { code: w01018, from: d.cod }
              - { code: w21011, from: d.tp, cycle: 1h }
          - id: water-2
            st: "32"
            factors:
              - { code: w00000, from: d.q, meter: true }
              - { code: w01018, from: m.w01018 }
        """

    /// What each register shows when nothing is wrong; the temperature is in units of its slope.
    private static let calm = [30, 40, 2, 6.8, 0.09, 120e-10, 8, 10, 40, 0.3]

    /// Everything that a reading may be.
    private static let readings: [Reading?] = [
        nil, .failed(.timeout), .failed(.notANumber), Reading(value: nil, flag: .normal, failure: .notANumber),
        Reading(value: 0), Reading(value: -9_999), Reading(value: 1e30), Reading(value: 100),
        Reading(value: 5, flag: .calibration),
    ]

    private func check(_ record: Record, _ generator: SeededGenerator) {
        let isRealtime = record.kind == .realtime
        for (code, factor) in record.factors where factor.number(isRealtime ? "Rtd" : "Avg") == nil {
            let reason = isRealtime ? factor.error : factor.shortcomings.first { $0.subject == .measured }?.reason
            #expect(reason?.isEmpty == false, "\(record.kind) \(code): neither a number nor a reason, \(generator)")
        }
    }

    @Test("whatever is lost, a factor without a number has a reason, in records of every kind")
    func always() throws {
        var generator = SeededGenerator()
        for _ in 0..<40 {
            var gateway = try TestGateway(Self.plant)
            for _ in 0..<3 {
                let wrong = Int.random(in: 0..<Self.calm.count, using: &generator)
                let other = Int.random(in: 0..<Self.calm.count, using: &generator)
                let shown = Self.readings.randomElement(using: &generator) ?? nil
                let frame = Self.readings.randomElement(using: &generator) ?? nil
                for _ in 0..<12 {
                    var readings = Self.calm.map { Reading(value: $0) }
                    for index in [wrong, other] { readings[index] = shown ?? .failed(.noData) }
                    gateway.perform(
                        gateway.machine.polled(
                            bus: 0, PollResult(device: 0, at: gateway.wall, readings: readings), at: gateway.now,
                            wall: gateway.wall))
                    if let frame { gateway.uploadWeather(frame) }
                    gateway.tick()
                    gateway.pass(.seconds(5))
                }
            }
            gateway.pass(.seconds(40))
            gateway.tick()
            let records = gateway.kind(.realtime) + gateway.kind(.minute)
            #expect(gateway.kind(.minute).count >= 6)
            for record in records { check(record, generator) }
        }
    }

    @Test("the reason names what is lost: dust and flow without the humidity, computed factors without their source")
    func named() throws {
        func errors(without lost: [Int], as reading: Reading = .failed(.timeout)) throws -> [String: String] {
            var gateway = try TestGateway(Self.plant)
            var readings = Self.calm.map { Reading(value: $0) }
            for index in lost { readings[index] = reading }
            for _ in 0..<3 {
                gateway.perform(
                    gateway.machine.polled(
                        bus: 0, PollResult(device: 0, at: gateway.wall, readings: readings), at: gateway.now,
                        wall: gateway.wall))
                gateway.tick()
                gateway.pass(.seconds(5))
            }
            let record = try #require(gateway.kind(.realtime).last { $0.place.topicSegment == "stack-1" })
            return record.factors.compactMapValues(\.error)
        }
        let always = ["a01006": "no data"]
        #expect(try errors(without: []) == always)
        #expect(
            try errors(without: [6])
                == always.merging([
                    "a01014": "timeout", "a34013": "no valid a01014", "a21003": "no valid a01014",
                    "a21002": "no valid a01014", "a00000": "no valid a01014",
                ]) { $1 })
        #expect(
            try errors(without: [2, 4])
                == always.merging([
                    "a21004": "timeout", "a21002": "no valid a21004", "a01017": "timeout", "a01011": "no valid a01017",
                    "a00000": "no valid a01017",
                ]) { $1 })
        // What is flagged keeps its number, and nothing else has one of it.
        #expect(
            try errors(without: [6], as: Reading(value: 99, flag: .fault))
                == always.merging([
                    "a34013": "no valid a01014", "a21003": "no valid a01014", "a21002": "no valid a01014",
                    "a00000": "no valid a01014",
                ]) { $1 })
    }

    @Test("a frame with a flag and no number; a converted value without oxygen says why it is missing")
    func frame() throws {
        var gateway = try TestGateway(Self.plant)
        var readings = Self.calm.map { Reading(value: $0) }
        readings[3] = Reading(value: 6.8, flag: .calibration)
        for _ in 0..<3 {
            gateway.perform(
                gateway.machine.polled(
                    bus: 0, PollResult(device: 0, at: gateway.wall, readings: readings), at: gateway.now,
                    wall: gateway.wall))
            gateway.uploadWeather(Reading(value: nil))
            gateway.tick()
            gateway.pass(.seconds(5))
        }
        let record = try #require(gateway.kind(.realtime).last { $0.place.topicSegment == "stack-1" })
        #expect(record.factors["a01006"]?.flag == .normal && record.factors["a01006"]?.error == "not a number")
        let dust = try #require(record.factors["a34013"])
        #expect(dust.number("Rtd") != nil && dust.number("ZsRtd") == nil && dust.error == nil)
        #expect(dust.shortcomings == [.init(.converted, reason: "no valid a19001")])
        let meter = try #require(gateway.kind(.realtime).last { $0.place.topicSegment == "water-2" }?.factors["w00000"])
        #expect(meter.error == "a meter has no present value")
    }
}

extension TestGateway {
    /// A frame of the monitor with the pressure of the air and COD, both as `reading` has it.
    fileprivate mutating func uploadWeather(_ reading: Reading) {
        let factors = ["a01006", "w01018"].map { code in
            var factor = HJ212Upload.Factor(code: code)
            factor.rtd = reading.value
            factor.flag = reading.flag
            return factor
        }
        let upload = HJ212Upload(
            kind: .realtime, mn: "0123", st: "31", dataTime: ZoneRules.china.civilTime(at: wall),
            qnTime: ZoneRules.china.civilTime(at: wall), factors: factors)
        perform(machine.received(instrument: 0, upload, at: now, wall: wall))
    }
}
