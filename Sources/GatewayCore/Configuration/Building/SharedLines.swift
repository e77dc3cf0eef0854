import Telemetry
import YAML

/// The instruments that share an address or a serial port, and what they say of it.
///
/// A setting of the line as a whole may stand at any of them: it holds for all, and two must not differ.
struct SharedLines {
    private typealias Entry = MappingReader<InstrumentKey>

    fileprivate enum Place: Hashable {
        case listen(Endpoint)
        case connect(Endpoint)
        case serial(path: String)
    }

    private var members: [Place: [(index: Int, entry: MappingReader<InstrumentKey>)]] = [:]

    /// Notes the instrument that `index` counts.
    mutating func add(_ index: Int, _ entry: MappingReader<InstrumentKey>, at transport: InstrumentTransport) {
        members[Place(transport), default: []].append((index, entry))
    }

    /// Gives the instruments of each line the same settings of it; notes where they contradict each other.
    func settle(_ instruments: inout [InstrumentConfiguration]) {
        for group in members.values where group.count > 1 {
            agree(on: .tolerate, \.line.tolerance, group, &instruments)
            agree(on: .allow, \.line.allow, group, &instruments)
            agree(on: .connections, \.line.connections, group, &instruments)
            agree(on: .idleTimeout, \.line.idleTimeout, group, &instruments)
            agree(on: .frameTimeout, \.line.frameTimeout, group, &instruments)
            agree(on: .heartbeat, \.line.heartbeat, group, &instruments)
            if case .serial = instruments[group[0].index].transport {
                agree(on: .serial, \.transport, group, &instruments)
            }
            checkStations(group, instruments)
        }
    }

    private func agree<Value: Equatable>(
        on key: InstrumentKey, _ setting: WritableKeyPath<InstrumentConfiguration, Value>,
        _ group: [(index: Int, entry: Entry)], _ instruments: inout [InstrumentConfiguration]
    ) {
        guard let first = group.first(where: { $0.entry.has(key) }) else { return }
        let value = instruments[first.index][keyPath: setting]
        for (index, entry) in group {
            if entry.has(key), instruments[index][keyPath: setting] != value {
                let line = first.entry.position(of: key).line
                entry.error(
                    key,
                    .init(
                        "differs from line \(line), where the same line is described", zh: "与第 \(line) 行不同，两处说的是同一条线路"),
                    hint: .init("write it once, or the same everywhere", zh: "只写一处，或各处一致"))
            }
            instruments[index][keyPath: setting] = value
        }
    }

    /// Stations of one line are told apart by their number.
    private func checkStations(_ group: [(index: Int, entry: Entry)], _ instruments: [InstrumentConfiguration]) {
        var lines: [Int: Int] = [:]
        for (index, entry) in group {
            guard entry.has(.station), let station = instruments[index].station?.station, station > 0 else { continue }
            let line = entry.position(of: .station).line
            if let first = lines[station] {
                entry.error(
                    .station,
                    .init(
                        "\(station) is also the station of the instrument on line \(first)",
                        zh: "\(station) 也是第 \(first) 行仪表的站号"))
            }
            lines[station] = lines[station] ?? line
        }
    }
}

extension SharedLines.Place {
    fileprivate init(_ transport: InstrumentTransport) {
        switch transport {
        case .listen(let host, let port): self = .listen(Endpoint(host: host, port: port))
        case .connect(let host, let port): self = .connect(Endpoint(host: host, port: port))
        case .serial(let settings): self = .serial(path: settings.path)
        }
    }
}
