/// The gateway's configuration for the demo plant.
struct DemoConfiguration: Sendable {
    static let dustMN = "88888880000011"
    static let waterMN = "88888880000012"

    let analyserPort: UInt16
    let flueGasPath: String
    let dustPort: UInt16
    let flowMeterPort: UInt16
    let waterMonitorPort: UInt16
    let scriptSeconds: Int

    /// Alarm delays shrink with the script, so that every incident shows in it.
    private var gapSeconds: Int { max(3, scriptSeconds / 12) }

    func text(dataDirectory: String, broker: String) -> String {
        """
        gateway:
          id: demo-plant
          data_directory: \(dataDirectory)
          realtime_interval: 2s
          language: en

        uplinks:
          - id: province
            history_delay: 1s
            mqtt: { url: "\(broker)" }

        buses:
          - id: analyser
            tcp: 127.0.0.1:\(analyserPort)
            devices:
              - id: cems-1
                unit: 1
                poll: 1s
                raw: true
                registers:
                  - { name: so2, input: 0, type: float32 }
                  - { name: nox, input: 2, type: float32 }
                  - { name: o2, input: 4, type: float32 }
                  - { name: state, holding: 40, type: uint16, flags: { 1: M, 2: D, 4: C } }
          - id: rs485-a
            serial: { path: \(flueGasPath), baud: 9600 }
            devices:
              - id: fluegas-1
                unit: 3
                poll: 1s
                registers:
                  - { name: velocity, holding: 10, type: int16, scale: 0.01 }
                  - { name: temperature, holding: 11, type: int16, scale: 0.01 }
                  - { name: pressure, holding: 12, type: int16, scale: 0.01 }
                  - { name: humidity, holding: 13, type: int16, scale: 0.01 }
          - id: outfall
            tcp: 127.0.0.1:\(flowMeterPort)
            devices:
              - id: flow-1
                unit: 1
                poll: 1s
                registers:
                  - { name: flow, holding: 100, type: float32 }
                  - { name: total, holding: 102, type: uint32 }

        instruments:
          - { id: dust-1, listen: "127.0.0.1:\(dustPort)", mn: "\(Self.dustMN)" }
          - { id: cod-1, connect: "127.0.0.1:\(waterMonitorPort)", mn: "\(Self.waterMN)" }

        outlets:
          - id: stack-1
            name: 1号烟囱 (stack 1)
            mn: "88888880000001"
            st: "31"
            factors:
              - code: a21026
                from: cems-1.so2
                limits: [ { average: realtime, max: 35, deadband: 2 } ]
              - { code: a21002, from: cems-1.nox }
              - { code: a19001, from: cems-1.o2 }
              - { code: a34013, from: dust-1.a34013 }
              - { code: a01011, from: fluegas-1.velocity }
              - { code: a01012, from: fluegas-1.temperature }
              - { code: a01013, from: fluegas-1.pressure }
              - { code: a01014, from: fluegas-1.humidity }
          - id: water-1
            name: 废水总排口 (outfall 1)
            mn: "88888880000002"
            st: "32"
            factors:
              - { code: w00000, from: flow-1.flow }
              - { code: w01018, from: cod-1.w01018 }
              - { code: w21003, from: cod-1.w21003 }

        alarms: { instrument_gap: \(gapSeconds)s, uplink_gap: 10m }

        """
    }
}
