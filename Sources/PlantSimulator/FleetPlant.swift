package import HostSystem
import Telemetry

extension Plant {
    /// Many Modbus TCP devices with nothing but floats, polled each second as raw records: for measuring the gateway.
    package static func fleet(devices: Int, registers: Int) throws(SystemError) -> Plant {
        let start = SystemClock.uptime
        var lines: [Line] = []
        for device in 0..<devices {
            let image = FleetImage(device: device, registers: registers)
            lines.append(
                try modbusLine("fleet-\(device)", .listen(host: "127.0.0.1", port: 0), image, start: start))
        }
        let ports = lines.map(\.port)
        return Plant(
            endpoints: ports.enumerated().map {
                Endpoint(name: "device \($0), \(registers) float32 from input 0 on", address: "127.0.0.1:\($1), unit 1")
            },
            lines: lines,
            configuration: { configuration(ports: ports, registers: registers, dataDirectory: $0, broker: $1) })
    }

    private static func configuration(
        ports: [UInt16], registers: Int, dataDirectory: String, broker: String
    ) -> String {
        var text = """
            gateway: { id: fleet, data_directory: \(dataDirectory), realtime_interval: 1h }
            uplinks: [ { id: bench, history_delay: 0s, mqtt: { url: "\(broker)" } } ]
            buses:

            """
        for (device, port) in ports.enumerated() {
            text += "  - id: bus-\(device)\n    tcp: 127.0.0.1:\(port)\n    devices:\n"
            text +=
                "      - id: device-\(device)\n        unit: 1\n        poll: 1s\n        raw: true\n        registers:\n"
            for register in 0..<registers {
                text += "          - { name: v\(register), input: \(register * 2), type: float32 }\n"
            }
        }
        return text
    }
}
