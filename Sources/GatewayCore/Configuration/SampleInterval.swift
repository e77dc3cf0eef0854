import Telemetry

extension GatewayConfiguration {
    /// How often a source is sampled: the poll of a Modbus device or a polled station, what an instrument was told, and a minute
    /// for one that was told nothing.
    func sampleInterval(of source: FactorSource) -> Duration {
        switch source {
        case .register(let bus, let device, _): return buses[bus].devices[device].poll
        case .instrument(let index, _):
            let told = instruments[index].commissioning.map { Duration.seconds($0.realtimeInterval) }
            return instruments[index].station?.poll ?? told ?? .seconds(60)
        case .computed: return .zero
        }
    }

    /// Devices and instruments that feed no factor. There can be no samples of them.
    var sourcesWithoutFactors: Set<String> {
        var ids = Set(buses.flatMap(\.devices).map(\.id) + instruments.map(\.id))
        for factor in outlets.flatMap(\.factors) {
            ids.subtract([factor.source, factor.meter?.source].compactMap(\.self).compactMap(id))
        }
        return ids
    }

    /// The id of the device or instrument behind a source; nil of what is computed.
    func id(of source: FactorSource) -> String? {
        switch source {
        case .register(let bus, let device, _): buses[bus].devices[device].id
        case .instrument(let index, _): instruments[index].id
        case .computed: nil
        }
    }
}
