import GatewayCore
import Protocol
import Telemetry

/// What a whole gateway meets, as it is while nothing happens: the plant runs, everything answers, the platform takes all.
struct Surroundings: Sendable {
    /// Of SO2; its analyser also tells the slope that is registered.
    var flag = DataFlag.normal
    var slope = 1.02
    /// Of the plant: 1 stopped, 2 start-up.
    var mark = 0.0
    /// Of the meters: kW, A, % open.
    var mill = 300.0
    var fan = 20.0
    var damper = 0.0
    /// The device's counter no longer moves.
    var counterStands = false
    /// One of so many polls gets no answer; nil: all are answered.
    var failsEvery: Int?
    /// What the monitor states of an hour: 40 mg/m³ of NOx in kg, and the m³ that carried it.
    var statedMass = 14.4
    var statedVolume = 360_000.0
    /// What the platform does not acknowledge.
    var unacknowledged: Set<RecordKind> = []
    var uplinkIsDown = false
    /// By the time service's word.
    var clockOffset = Duration.zero
    /// Of the journal's disk.
    var freeShare = 0.5
    /// Why the journal cannot be written.
    var journalTrouble: String?

    /// The registers of the device in the order of the configuration. `ripple`: what keeps a reading from standing still.
    func readings(counter: Double, ripple: Double) -> [Reading] {
        [Reading(value: 20 + ripple, flag: flag)]
            + [slope, counter, mark, mill, fan, damper].map { Reading(value: $0) }
    }

    /// What the monitor sends of an instant.
    func upload(ripple: Double, at wall: WallInstant) -> HJ212Upload {
        upload(.realtime, at: wall, sent: wall) { code in
            var factor = HJ212Upload.Factor(code: code)
            factor.rtd = (code == "a00000" ? 100 : 40) + ripple
            return factor
        }
    }

    /// What it states of the hour that ends at `end`.
    func hourStatement(endingAt end: WallInstant) -> HJ212Upload {
        upload(.hour, at: end - .seconds(3_600), sent: end) { code in
            var factor = HJ212Upload.Factor(code: code)
            (factor.avg, factor.cou) = code == "a00000" ? (statedVolume / 3_600, statedVolume) : (40, statedMass)
            return factor
        }
    }

    private func upload(
        _ kind: HJ212Upload.Kind, at dataTime: WallInstant, sent: WallInstant, factor: (String) -> HJ212Upload.Factor
    ) -> HJ212Upload {
        HJ212Upload(
            kind: kind, mn: "0123", st: "31", dataTime: ZoneRules.china.civilTime(at: dataTime),
            qnTime: ZoneRules.china.civilTime(at: sent), factors: ["a21002", "a00000"].map(factor))
    }
}

extension GatewayScenario {
    /// The plant of all of them. A device with its registers, a monitor that speaks HJ 212, a mill with its treatment.
    var configurationText: String {
        """
        gateway: { id: proof, data_directory: /tmp/x, language: en, realtime_interval: 1m }
        uplinks: [ { id: province, mqtt: { url: "mqtt://127.0.0.1" } } ]
        buses:
          - id: rack
            tcp: 127.0.0.1:502
            devices:
              - id: cems
                unit: 1
                poll: 10s
                heartbeat: counter
                heartbeat_cycle: 60s
                registers:
                  - { name: so2, input: 0, type: float32 }
                  - { name: slope, input: 2, type: float32, registered: 1.02 }
                  - { name: counter, input: 4, type: uint16 }
                  - { name: boiler, input: 5, type: uint16 }
                  - { name: mill, input: 6, type: float32 }
                  - { name: fan, input: 8, type: float32 }
                  - { name: damper, input: 10, type: float32 }
        instruments:
          - { id: monitor, listen: 127.0.0.1:7212, mn: "0123" }
        outlets:
          - id: place
            st: "31"
            plant_mark: { from: cems.boiler, marks: { 1: F, 2: St } }
            factors:
              - { code: a21026, from: cems.so2 }
              - { code: a21002, from: monitor.a21002 }
              - { code: a00000, from: monitor.a00000 }
            exemptions: [ { marks: [St], max: 2 } ]
        power:
          meters:
            - { id: mill, from: cems.mill, above: 20, below: 10, rated: 400 }
            - { id: fan, from: cems.fan, above: 8, below: 5 }
            - { id: damper, from: cems.damper, above: 5, below: 2 }
          lines:
            - id: line
              production: [mill]
              treatment: [fan]
              bypass: [damper]
              outlets: [place]
              orders: [ { load: 50%, when: { response_level: orange } } ]
        alarms: { rules: { \(rules) } }
        """
    }
}
