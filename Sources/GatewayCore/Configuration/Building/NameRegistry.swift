import Telemetry
import YAML

/// Names that must be unique among each other, with the line where each was first used.
struct NameRegistry {
    /// What a name belongs to.
    enum Kind: String {
        case uplink, bus, device, instrument, outlet, factor, action, line, register
        case meterOrGroup = "meter or group"

        var words: BilingualText {
            switch self {
            case .uplink: .init(rawValue, zh: "上行")
            case .bus: .init(rawValue, zh: "总线")
            case .device: .init(rawValue, zh: "设备")
            case .instrument: .init(rawValue, zh: "仪表")
            case .outlet: .init(rawValue, zh: "排口")
            case .factor: .init(rawValue, zh: "因子")
            case .action: .init(rawValue, zh: "动作")
            case .line: .init(rawValue, zh: "线路")
            case .register: .init(rawValue, zh: "寄存器")
            case .meterOrGroup: .init(rawValue, zh: "电表或分组")
            }
        }
    }

    private var owners: [String: (kind: Kind, line: Int)] = [:]

    /// Everything that was claimed.
    var names: [String] { owners.keys.sorted() }

    /// Takes `name`, the value of `key`, for a `kind`; a problem when it is taken.
    mutating func claim<Key: SectionKey>(_ name: String, as kind: Kind, _ reader: MappingReader<Key>, _ key: Key) {
        let position = reader.position(of: key)
        if let owner = owners[name] {
            let kind = owner.kind.words
            let place: BilingualText =
                owner.line == position.line
                ? .init("here", zh: "此处") : .init("on line \(owner.line)", zh: "第 \(owner.line) 行")
            reader.error(
                key,
                .init(
                    "\(shown(name)) already names the \(kind.en) \(place.en)",
                    zh: "\(shown(name, .zh)) 已是\(place.zh)\(kind.zh)的名称"))
        } else {
            owners[name] = (kind, position.line)
        }
    }
}
