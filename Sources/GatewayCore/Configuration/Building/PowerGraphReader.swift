import Alarms
import Telemetry
import YAML

/// Meters and groups of them, as lines of the section `power` name them.
struct PowerGraphReader {
    /// What a line names, with where it does.
    struct Named {
        var id: String
        /// What people call it.
        var name: String
        var need: PowerNeed
        var position: YAMLPosition
    }

    private struct Group {
        var members: [(id: String, position: YAMLPosition)]
        /// Nil: all of them.
        var atLeast: Int?
    }

    /// Ids and indices.
    var meters: [String: Int] = [:]
    /// By meter, what people call it.
    var names: [Int: String] = [:]
    private var groups: [String: Group] = [:]
    private var order: [String] = []
    /// Groups that cannot be resolved: their mistake is noted already.
    private var broken: Set<String> = []

    mutating func add(_ entry: MappingReader<PowerGroupKey>, id: String) {
        guard groups[id] == nil, meters[id] == nil else { return }
        if !entry.has(.of) {
            entry.reportMissing(.of, hint: .init("the meters or groups that belong to it", zh: "属于它的电表或分组"))
        }
        entry.reportEmptyList(.of)
        let members = entry.scalars(.of, .text()) ?? []
        var group = Group(members: members.map { ($0.value, $0.position) })
        group.atLeast = entry.optional(
            .atLeast, .integer(in: 1...max(1, members.count), hint: .init("of those under `of`", zh: "指 `of` 中的多少个")))
        groups[id] = group
        order.append(id)
    }

    /// Notes members that do not exist, and groups that contain themselves.
    mutating func check(log: ProblemLog) {
        for id in order {
            for member in groups[id]?.members ?? [] where !exists(member.id) {
                log.error(at: member.position, missing(member.id, "`of`"), hint: hint(member.id))
            }
        }
        var done: Set<String> = []
        for id in order { follow(id, path: [], &done, log) }
    }

    private mutating func follow(_ id: String, path: [String], _ done: inout Set<String>, _ log: ProblemLog) {
        guard let group = groups[id], !done.contains(id) else { return }
        let path = path + [id]
        for member in group.members {
            guard let start = path.firstIndex(of: member.id) else {
                follow(member.id, path: path, &done, log)
                continue
            }
            let circle = (path[start...] + [member.id]).joined(separator: " → ")
            log.error(
                at: member.position,
                .init(
                    "`of`: \(shown(member.id)) contains itself: \(circle)",
                    zh: "`of`：\(shown(member.id, .zh)) 包含自身：\(circle)"),
                hint: .init(
                    "the graph runs from production to treatment to outlet, without a circle",
                    zh: "顺序为生产 → 治理 → 排口，不得成环"))
            broken.formUnion(path[start...])
        }
        done.insert(id)
    }

    /// What the list under `key` names; what does not exist is noted and left out.
    func needs(_ entry: MappingReader<PowerLineKey>, _ key: PowerLineKey) -> [Named] {
        (entry.scalars(key, .text()) ?? []).compactMap { id, position in
            guard exists(id) else {
                entry.log.error(at: position, missing(id, "`\(key.rawValue)`"), hint: hint(id))
                return nil
            }
            guard let need = need(id) else { return nil }
            return Named(id: id, name: meters[id].flatMap { names[$0] } ?? id, need: need, position: position)
        }
    }

    private func need(_ id: String) -> PowerNeed? {
        if let meter = meters[id] { return .device(meter) }
        guard let group = groups[id], !broken.contains(id) else { return nil }
        let needs = group.members.compactMap { need($0.id) }
        return group.atLeast.map { .atLeast($0, of: needs) } ?? .all(needs)
    }

    private func exists(_ id: String) -> Bool { meters[id] != nil || groups[id] != nil }

    private func missing(_ id: String, _ key: String) -> BilingualText {
        .init("\(key): there is no meter or group \(shown(id))", zh: "\(key)：没有电表或分组 \(shown(id, .zh))")
    }

    private func hint(_ id: String) -> BilingualText? { nearestHint(to: id, among: meters.keys.sorted() + order) }
}

extension PowerNeed {
    /// The devices that it is about, each as often as it is named.
    package var devices: [Int] {
        switch self {
        case .device(let place): [place]
        case .all(let needs), .any(let needs), .atLeast(_, let needs): needs.flatMap(\.devices)
        }
    }
}
