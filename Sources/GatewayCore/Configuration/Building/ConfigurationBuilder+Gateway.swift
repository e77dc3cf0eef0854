import Telemetry

extension ConfigurationBuilder {
    /// The section `gateway`; nil, with a problem, when it or its id is missing.
    mutating func gateway(_ root: MappingReader<RootKey>) -> GatewaySettings? {
        guard let section = root.mapping(.gateway, GatewayKey.self) else {
            if !root.has(.gateway) {
                root.reportMissing(.gateway, hint: .init("with at least an `id`", zh: "至少要有 `id`"))
            }
            return nil
        }
        let id = section.required(
            .id, .topicSegment, hint: .init("the gateway's name at the platform", zh: "网关在平台上的名称"))
        profiles.directory = absolute(section.optional(.profilesDirectory, .path) ?? "profiles")
        guard let id else { return nil }
        var gateway = GatewaySettings(id: id)
        section.read(.timezone, .timezone, into: &gateway.timezone)
        section.read(.language, .choice, into: &gateway.language)
        section.read(.rounding, .choice, into: &gateway.rounding)
        section.read(.overRangeCounts, .truth, into: &gateway.overRangeCounts)
        readIntervals(section, into: &gateway)
        readPaths(section, into: &gateway)
        readKeeping(section, into: &gateway.keeping)
        return gateway
    }

    private func readIntervals(_ section: MappingReader<GatewayKey>, into gateway: inout GatewaySettings) {
        section.read(
            .realtimeInterval, .duration(in: .seconds(1) ... .seconds(3600)), into: &gateway.realtimeInterval)
        section.read(.minuteInterval, .minuteInterval, into: &gateway.minuteInterval)
        section.read(
            .commitInterval, .duration(in: .milliseconds(10) ... .seconds(10)), into: &gateway.commitInterval)
        section.read(
            .t0Kelvin, .number(in: 273...273.15, hint: .init("273 as printed in HJ 212", zh: "HJ 212 印为 273")),
            into: &gateway.t0Kelvin)
    }

    private func readPaths(_ section: MappingReader<GatewayKey>, into gateway: inout GatewaySettings) {
        section.read(.dataDirectory, .path, into: &gateway.dataDirectory)
        gateway.dataDirectory = absolute(gateway.dataDirectory)
        gateway.controlSocket = section.optional(.controlSocket, .path).map(absolute)
        // A socket's path has 108 bytes, one of them the final zero. Source: unix(7).
        let socket = gateway.controlSocket ?? gateway.dataDirectory + "/control.sock"
        if socket.utf8.count > 107 {
            let key: GatewayKey = section.has(.controlSocket) ? .controlSocket : .dataDirectory
            section.error(
                key, .init("the path of the control socket is longer than 107 bytes", zh: "控制套接字的路径超过 107 字节"),
                hint: .init("set a short `control_socket`", zh: "设置较短的 `control_socket`"))
        }
    }
}
