import Telemetry

extension ConfigurationBuilder {
    mutating func instruments(_ root: MappingReader<RootKey>) -> [InstrumentConfiguration] {
        var instruments: [InstrumentConfiguration] = []
        // One more than can be right, so that the first one too many is noted.
        let entries = root.mappings(.instruments, InstrumentKey.self).prefix(Self.maximumDevices + 1)
        for (index, entry) in entries.enumerated() {
            countDevice(at: entry.position)
            let id = entry.required(.id, .placeIdentifier)
            if let id {
                places.claim(id, as: "instrument", entry, .id)
                sources.add(id, .instrument(index: index))
            }
            let mn = entry.optional(.mn, .mn)
            let owner = ConnectionRegistry.Owner(kind: "instrument", id: id, position: entry.position)
            let transport = transport(entry, owner: owner)
            instruments.append(
                InstrumentConfiguration(id: id ?? "", transport: transport ?? .listen(host: "", port: 0), mn: mn))
        }
        return instruments
    }

    private mutating func transport(
        _ entry: MappingReader<InstrumentKey>, owner: ConnectionRegistry.Owner
    ) -> InstrumentTransport? {
        guard let key = entry.exactlyOne(of: [.listen, .connect, .serial]) else { return nil }
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
}
