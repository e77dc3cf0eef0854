import GatewayCore
import Protocol
import Telemetry
import Testing

/// A stack with two Modbus factors and one computed from another, and an outfall with a monitor.
private let replayPlant = """
    gateway: { id: plant-01, data_directory: /tmp/x, realtime_interval: 10s, language: en }
    uplinks: [ { id: province, mqtt: { url: "mqtt://127.0.0.1" } } ]
    buses:
      - id: rack
        tcp: 127.0.0.1:502
        devices:
          - id: cems-1
            unit: 1
            poll: 5s
            registers:
              - { name: so2, input: 0, type: float32, scale: 10 }
              - { name: o2, input: 2, type: float32 }
              - { name: no, input: 4, type: float32 }
              - { name: nox, input: 6, type: float32 }
          - id: spare
            unit: 2
            registers: [ { name: t, input: 0, type: float32 } ]
    instruments:
      - { id: cod-meter, listen: 127.0.0.1:7212, mn: "0123" }
    outlets:
      - id: stack-1
        st: "31"
        factors:
          - { code: a21026, from: cems-1.so2, limits: [ { average: realtime, max: 35 } ] }
          - { code: a19001, from: cems-1.o2 }
          - { code: a21003, from: cems-1.no }
          - { code: a21002, from: cems-1.nox }
      - id: water-1
        st: "32"
        factors: [ { code: w01018, from: cod-meter.w01018 } ]
    alarms: { instrument_gap: 60s, uplink_gap: 10m }
    """

/// ``replayPlant``, its `a21002` computed.
///
/// `alarms`: further settings of the section; `limit`: what SO2 is limited by.
func replayConfiguration(
    alarms: String = "", limit: String = "average: realtime, max: 35"
) throws -> GatewayConfiguration {
    var configuration = try configuration(
        replayPlant.replacing("uplink_gap: 10m }", with: "uplink_gap: 10m, \(alarms) }")
            .replacing("average: realtime, max: 35", with: limit))
    configuration.outlets[0].factors[3].source = .computed
    return configuration
}

/// A replay whose samples the test gives by hand, in seconds since ``morning``.
struct TestReplay {
    var machine: ReplayMachine
    private(set) var records: [Record] = []

    init(
        startingAt start: WallInstant = morning, alarms: String = "", limit: String = "average: realtime, max: 35"
    ) throws {
        machine = ReplayMachine(
            try replayConfiguration(alarms: alarms, limit: limit), zone: .china, startingAt: start)
    }

    mutating func take(
        _ second: Int, outlet: Int = 0, factor: Int = 0, _ reading: Reading = Reading(value: 20)
    ) {
        records += machine.take(
            OutletSample(
                at: morning + .seconds(second), outlet: outlet, content: .reading(reading, factor: factor)))
    }

    /// All readings of the stack every 5 s and of the outfall every 30 s, from `start` up to and without `end`.
    mutating func run(_ start: Int = 0, _ end: Int) {
        for second in stride(from: start, to: end, by: 5) {
            for factor in 0..<3 { take(second, factor: factor) }
            if second % 30 == 0 { take(second, outlet: 1) }
        }
    }

    mutating func finish() { records += machine.finish() }

    func kind(_ kind: RecordKind, outlet: String? = nil) -> [Record] {
        records.filter { $0.kind == kind && (outlet == nil || $0.place.topicSegment == outlet) }
    }

    var alarms: [(at: WallInstant, report: AlarmReport)] {
        records.compactMap {
            if case .alarm(let alarm) = $0.content { return ($0.at, alarm) }
            return nil
        }
    }
}

/// A line as the contract has it.
func sampleLine(_ second: Int, _ factor: String = "a21026", value: String = "20", outlet: String = "stack-1") -> String
{
    #"{"ts":\#(morning.millisecondsSince1970 + Int64(second) * 1_000),"outlet":"\#(outlet)","#
        + #""factor":"\#(factor)","value":\#(value)}"#
}
