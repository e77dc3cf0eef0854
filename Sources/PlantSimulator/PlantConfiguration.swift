import Protocol

/// What the gateway's configuration needs to know besides the plant.
package struct PlantConfigurationOptions: Equatable, Sendable {
    package var gateway = "demo-plant"
    package var dataDirectory: String
    package var brokerURL: String
    package var topicPrefix = "cems"
    /// Of messages for people, such as `en`; nil: the gateway's default.
    package var language: String?
    /// Where the gateway shows its local page; nil: nowhere.
    package var httpListen: String?

    package init(dataDirectory: String, brokerURL: String) {
        self.dataDirectory = dataDirectory
        self.brokerURL = brokerURL
    }
}

extension Plant {
    /// The configuration (YAML) of a gateway that reads every instrument of this plant, with timing scaled to the
    /// length of its script.
    package func gatewayConfiguration(_ options: PlantConfigurationOptions) -> String {
        var text = """
            gateway:
              id: \(options.gateway)
              data_directory: \(quoted(options.dataDirectory))
              realtime_interval: 2s
              minute_interval: 1

            """
        if let language = options.language { text += "  language: \(language)\n" }
        text += """
            uplinks:
              - id: province
                history_delay: 1s
                mqtt: { url: \(quoted(options.brokerURL)), topic_prefix: \(quoted(options.topicPrefix)) }
            buses:

            """
        for device in description.devices { text += busSection(device) }
        if !description.monitors.isEmpty {
            text += "instruments:\n"
            for monitor in description.monitors { text += instrumentSection(monitor) }
        }
        text += description.outlets
        text += """
            alarms:
              instrument_gap: \(written(description.instrumentGap))
              rules: { L6: { delay: 0s, off_delay: 0s } }

            """
        if let listen = options.httpListen { text += "http:\n  listen: \(listen)\n" }
        return text
    }

    private func busSection(_ device: SimulatedDevice) -> String {
        let transport =
            switch endpoint(of: device.id)?.transport {
            case .modbusTCP(let port): "tcp: 127.0.0.1:\(port)"
            case .modbusRTU(let path): "serial: { path: \(path), baud: 9600, parity: none, data_bits: 8, stop_bits: 1 }"
            case .hj212Server, .hj212Client, nil: preconditionFailure("a device is reached by Modbus")
            }
        var text = """
              - id: bus-\(device.id)
                \(transport)
                timeout: 500ms
                devices:
                  - id: \(device.id)
                    unit: \(device.unit)
                    poll: \(written(description.poll))

            """
        if device.isRaw { text += "        raw: true\n" }
        text += "        registers:\n"
        for register in device.registers { text += "          - \(entry(register, of: device))\n" }
        return text
    }

    private func entry(_ register: SimulatedRegister, of device: SimulatedDevice) -> String {
        let field = register.field
        var parts = ["name: \(register.name)", "\(field.table): \(field.address)", "type: \(field.type)"]
        if field.type.count > 1 { parts.append("order: \(field.order)") }
        if field.type == .bit, !field.table.holdsBits { parts.append("bit: \(field.bit)") }
        if register.scale != 1 { parts.append("scale: \(register.scale)") }
        if register.name == "state", !device.flags.isEmpty {
            let flags = device.flags.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
            parts.append("flags: { \(flags.joined(separator: ", ")) }")
        }
        return "{ \(parts.joined(separator: ", ")) }"
    }

    private func instrumentSection(_ monitor: SimulatedMonitor) -> String {
        let transport =
            switch endpoint(of: monitor.id)?.transport {
            case .hj212Server(let port): "connect: 127.0.0.1:\(port)"
            case .hj212Client(let port): "listen: 127.0.0.1:\(port)"
            case .modbusTCP, .modbusRTU, nil: preconditionFailure("a monitor speaks HJ 212")
            }
        return """
              - id: \(monitor.id)
                \(transport)
                mn: "\(monitor.mn)"

            """
    }
}

/// As the configuration writes durations: whole milliseconds, or seconds where that is exact.
private func written(_ duration: Duration) -> String {
    let milliseconds = Int((duration / .milliseconds(1)).rounded())
    return milliseconds.isMultiple(of: 1_000) ? "\(milliseconds / 1_000)s" : "\(milliseconds)ms"
}

/// As a double-quoted YAML scalar.
private func quoted(_ text: String) -> String {
    let escaped = text.flatMap { $0 == "\"" || $0 == "\\" ? ["\\", $0] : [$0] }
    return "\"\(String(escaped))\""
}
