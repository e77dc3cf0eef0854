import YAML

/// Every port, address and serial line in use, to find those used twice.
///
/// One listener may serve several instruments that their MN tells apart, one line several stations; anything else that
/// overlaps is a mistake.
struct ConnectionRegistry {
    /// Who uses a line or a port, for messages.
    struct Owner {
        /// `bus`, `instrument` or `http`.
        var kind: String
        var id: String?
        var position: YAMLPosition
        /// Whether it is one of the stations that may share a line, because each answers to its own number.
        var hasStation = false

        var description: String { (id.map { "\(kind) `\($0)`" } ?? kind) + " on line \(position.line)" }
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
            log.error(at: position, "\(shown(path)) is already used by \(other.description)")
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
                    at: later.position, "\(later.endpoint) is also polled by \(first.owner.description)",
                    hint: "devices behind one address belong to one bus")
            } else {
                log.error(at: later.position, "\(later.endpoint) is already used by \(first.owner.description)")
            }
        }
        checkDistinctListeners(log: log)
        let shared = Dictionary(grouping: listeners.filter { $0.instrument != nil }, by: \.endpoint)
        for group in shared.values where group.count > 1 { checkShared(group) }
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
                at: later.position, "\(later.endpoint) overlaps with \(clash.endpoint) of \(clash.owner.description)",
                hint: "give each its own port")
        }
    }

    /// Instruments behind one listener are told apart by their MN.
    private func checkShared(_ group: [Listener]) {
        var lines: [String: Int] = [:]
        for instrument in group.compactMap(\.instrument) {
            guard let mn = instrument.node(.mn)?.text else {
                let hint = ProblemText(
                    "it tells apart the instruments that share \(group[0].endpoint)",
                    zh: "用来区分共用 \(group[0].endpoint) 的仪表")
                if !instrument.has(.mn) { instrument.reportMissing(.mn, hint: hint) }
                continue
            }
            let line = instrument.position(of: .mn).line
            if let first = lines[mn] {
                instrument.error(.mn, "\(shown(mn)) is also the MN of the instrument on line \(first)")
            }
            lines[mn] = lines[mn] ?? line
        }
    }
}
