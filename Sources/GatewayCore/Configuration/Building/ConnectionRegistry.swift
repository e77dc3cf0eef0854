import Telemetry
import YAML

/// Every port, address and serial line in use, to find those used twice.
///
/// One listener may serve several instruments that their MN tells apart, one line several stations; anything else that
/// overlaps is a mistake.
struct ConnectionRegistry {
    /// Who uses a line or a port, for messages.
    struct Owner {
        enum Kind: String {
            case bus, instrument, http
        }

        var kind: Kind
        var id: String?
        var position: YAMLPosition
        /// Whether it is one of the stations that may share a line, because each answers to its own number.
        var hasStation = false

        var words: BilingualText {
            let name = id.map { " `\($0)`" } ?? ""
            let chinese =
                switch kind {
                case .bus: "总线"
                case .instrument: "仪表"
                case .http: "`http`"
                }
            return .init(
                kind.rawValue + name + " on line \(position.line)", zh: "第 \(position.line) 行的\(chinese)\(name)")
        }
    }

    /// An address the gateway listens at.
    struct Listener {
        var endpoint: Endpoint
        var owner: Owner
        /// Where it stands in the file.
        var position: YAMLPosition
        /// The instrument it serves; nil for the local page.
        var instrument: MappingReader<InstrumentKey>?
    }

    /// An address the gateway connects to.
    struct Peer {
        var endpoint: Endpoint
        var owner: Owner
        var position: YAMLPosition
        var isBus: Bool
    }

    private var serialOwners: [String: Owner] = [:]
    private var listeners: [Listener] = []
    private var peers: [Endpoint: Peer] = [:]
    private var doublePeers: [(later: Peer, first: Peer)] = []

    /// Takes a serial line, which only one may use, or several stations.
    mutating func claim(serialPath path: String, owner: Owner, at position: YAMLPosition, log: ProblemLog) {
        if let other = serialOwners[path] {
            if other.hasStation, owner.hasStation { return }
            log.error(at: position, used(shown(path), by: other))
        } else {
            serialOwners[path] = owner
        }
    }

    mutating func add(_ listener: Listener) {
        listeners.append(listener)
    }

    mutating func add(_ peer: Peer) {
        if let first = peers[peer.endpoint] {
            if first.owner.hasStation, peer.owner.hasStation { return }
            doublePeers.append((peer, first))
        } else {
            peers[peer.endpoint] = peer
        }
    }

    /// Notes everything that overlaps, at the later of two places.
    func check(log: ProblemLog) {
        for (later, first) in doublePeers {
            if later.isBus, first.isBus {
                log.warning(
                    at: later.position,
                    .init(
                        "\(later.endpoint) is also polled by \(first.owner.words.en)",
                        zh: "\(later.endpoint) 已由\(first.owner.words.zh)轮询"),
                    hint: .init("devices behind one address belong to one bus", zh: "同一地址后面的设备属于一条总线"))
            } else {
                log.error(at: later.position, used("\(later.endpoint)", by: first.owner))
            }
        }
        checkDistinctListeners(log: log)
        let shared = Dictionary(grouping: listeners.filter { $0.instrument != nil }, by: \.endpoint)
        for group in shared.values where group.count > 1 { checkShared(group) }
        for group in shared.values { recommendAllow(group) }
    }

    private func used(_ place: String, by owner: Owner) -> BilingualText {
        .init("\(place) is already used by \(owner.words.en)", zh: "\(place) 已被\(owner.words.zh)占用")
    }

    /// Listeners of different addresses, or for different purposes, must not overlap.
    private func checkDistinctListeners(log: ProblemLog) {
        for (index, later) in listeners.enumerated() {
            let clash = listeners[..<index].first { first in
                let isShared = first.endpoint == later.endpoint && first.instrument != nil && later.instrument != nil
                return !isShared && first.endpoint.overlaps(later.endpoint)
            }
            guard let clash else { continue }
            log.error(
                at: later.position,
                .init(
                    "\(later.endpoint) overlaps with \(clash.endpoint) of \(clash.owner.words.en)",
                    zh: "\(later.endpoint) 与\(clash.owner.words.zh)的 \(clash.endpoint) 冲突"),
                hint: .init("give each its own port", zh: "请各用一个端口"))
        }
    }

    /// Where everybody on any network can connect, who may should be said.
    private func recommendAllow(_ group: [Listener]) {
        let instruments = group.compactMap(\.instrument)
        guard group[0].endpoint.isWildcard, !instruments.contains(where: { $0.has(.allow) }) else { return }
        instruments[0].note(
            .listen,
            .init("everybody who reaches \(group[0].endpoint) may connect", zh: "能访问 \(group[0].endpoint) 的任何地址都可连接"),
            hint: .init(
                "write `allow` with the addresses of the instruments, such as [192.168.1.0/24]",
                zh: "用 `allow` 写明仪表的地址，如 [192.168.1.0/24]"))
    }

    /// Instruments behind one listener are told apart by their MN.
    private func checkShared(_ group: [Listener]) {
        var lines: [String: Int] = [:]
        for instrument in group.compactMap(\.instrument) {
            guard let mn = instrument.node(.mn)?.text else {
                let hint = BilingualText(
                    "it tells apart the instruments that share \(group[0].endpoint)",
                    zh: "用来区分共用 \(group[0].endpoint) 的仪表")
                if !instrument.has(.mn) { instrument.reportMissing(.mn, hint: hint) }
                continue
            }
            let line = instrument.position(of: .mn).line
            if let first = lines[mn] {
                instrument.error(
                    .mn,
                    .init(
                        "\(shown(mn)) is also the MN of the instrument on line \(first)",
                        zh: "\(shown(mn, .zh)) 也是第 \(first) 行仪表的 MN"))
            }
            lines[mn] = lines[mn] ?? line
        }
    }
}
