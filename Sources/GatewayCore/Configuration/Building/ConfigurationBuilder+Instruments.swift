import Protocol
import Telemetry

extension ConfigurationBuilder {
    /// The section `instruments`; those whose mistakes leave no transport have a placeholder.
    mutating func instruments(_ root: MappingReader<RootKey>, of gateway: GatewaySettings?) -> [InstrumentConfiguration]
    {
        var instruments: [InstrumentConfiguration] = []
        var lines = SharedLines()
        // One more than can be right, so that the first one too many is noted.
        let entries = root.mappings(.instruments, InstrumentKey.self).prefix(Self.maximumDevices + 1)
        for (index, entry) in entries.enumerated() {
            countDevice(at: entry.position)
            let id = entry.required(.id, .placeIdentifier)
            if let id {
                places.claim(id, as: .instrument, entry, .id)
                sources.add(id, .instrument(index: index))
            }
            let transport = transport(entry, id: id)
            var instrument = InstrumentConfiguration(
                id: id ?? "", transport: transport ?? .listen(host: "", port: 0), mn: entry.optional(.mn, .mn))
            readSettings(entry, of: gateway, into: &instrument)
            if let transport { lines.add(index, entry, at: transport) }
            instruments.append(instrument)
        }
        lines.settle(&instruments)
        return instruments
    }

    private mutating func transport(_ entry: MappingReader<InstrumentKey>, id: String?) -> InstrumentTransport? {
        guard let key = entry.exactlyOne(of: [.listen, .connect, .serial]) else { return nil }
        reportMisplaced(entry, with: key)
        let owner = ConnectionRegistry.Owner(
            kind: .instrument, id: id, position: entry.position, hasStation: entry.has(.station))
        if key == .serial {
            return serial(entry, key, owner: owner).map { .serial($0) }
        }
        guard let endpoint = entry.optional(key, .endpoint) else { return nil }
        let position = entry.position(of: key)
        if key == .connect {
            connections.add(
                ConnectionRegistry.Peer(endpoint: endpoint, owner: owner, position: position, isBus: false))
            return .connect(host: endpoint.host, port: endpoint.port)
        }
        connections.add(
            ConnectionRegistry.Listener(endpoint: endpoint, owner: owner, position: position, instrument: entry))
        return .listen(host: endpoint.host, port: endpoint.port)
    }

    /// Notes the keys that mean nothing for the transport under `key`.
    private func reportMisplaced(_ entry: MappingReader<InstrumentKey>, with key: InstrumentKey) {
        if key == .listen, entry.has(.station) {
            entry.error(
                .station, .init("a station is asked for its data, but here it connects", zh: "带站号的仪表由网关轮询取数，这里却是仪表连网关"),
                hint: .init("use `connect` or `serial`", zh: "改用 `connect` 或 `serial`"))
        }
        for wrong in [InstrumentKey.allow, .connections] where key != .listen && entry.has(wrong) {
            entry.error(
                wrong, .init("only `listen` has this", zh: "仅用于 `listen`"), hint: .init("remove the line", zh: "删除此行"))
        }
        for wrong in [InstrumentKey.idleTimeout, .heartbeat] where key == .serial && entry.has(wrong) {
            entry.error(
                wrong, .init("a serial line has no connection to close", zh: "串口没有可断开的连接"),
                hint: .init("remove the line", zh: "删除此行"))
        }
    }
}
