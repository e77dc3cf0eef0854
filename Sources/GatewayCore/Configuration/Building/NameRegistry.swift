import YAML

/// Names that must be unique among each other, with the line where each was first used.
struct NameRegistry {
    private var owners: [String: (kind: String, line: Int)] = [:]

    /// Everything that was claimed.
    var names: [String] { owners.keys.sorted() }

    /// Takes `name`, the value of `key`, for a `kind`; a problem when it is taken.
    mutating func claim<Key: SectionKey>(_ name: String, as kind: String, _ reader: MappingReader<Key>, _ key: Key) {
        let position = reader.position(of: key)
        if let owner = owners[name] {
            let owned = owner.line == position.line ? "here" : "on line \(owner.line)"
            reader.error(key, "\(shown(name)) already names the \(owner.kind) \(owned)")
        } else {
            owners[name] = (kind, position.line)
        }
    }
}
