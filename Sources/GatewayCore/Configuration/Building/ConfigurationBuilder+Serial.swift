import Telemetry

extension ConfigurationBuilder {
    /// The serial line under `key` of a bus or an instrument; nil, with a problem, without a path.
    mutating func serial<Key: SectionKey>(
        _ entry: MappingReader<Key>, _ key: Key, owner: ConnectionRegistry.Owner
    ) -> SerialSettings? {
        guard let section = entry.mapping(key, SerialKey.self) else { return nil }
        let path = section.required(.path, .devicePath, hint: .init("such as /dev/ttyS1", zh: "例如 /dev/ttyS1"))
        var serial = SerialSettings(path: path ?? "")
        section.read(.baud, .integer(oneOf: SerialSettings.bauds), into: &serial.baud)
        section.read(.parity, .choice, into: &serial.parity)
        section.read(.dataBits, .integer(oneOf: [7, 8]), into: &serial.dataBits)
        section.read(.stopBits, .integer(oneOf: [1, 2]), into: &serial.stopBits)
        if Key.self == BusKey.self, serial.dataBits == 7 {
            section.error(.dataBits, .init("Modbus RTU needs 8 data bits", zh: "Modbus RTU 需要 8 个数据位"))
        }
        guard let path else { return nil }
        connections.claim(serialPath: path, owner: owner, at: section.position(of: .path), log: log)
        return serial
    }
}
