import YAML

/// What to say about a key that its mapping does not know.
///
/// Behind a colon that is none for YAML, or has no blank behind it, stands a value: it is not shown.
struct UnknownKey {
    let message: String
    let hint: String

    init<Key: SectionKey>(name text: String, in _: Key.Type) {
        let parts = KeyText(LookAlike.seenThrough(text))
        let name = parts.name.isEmpty ? text : parts.name
        let hasKeys = Key.allCases.contains { $0.rawValue == "key_file" }
        guard !Self.looksLikeSecret(name), !hasKeys || !Self.looksLikeKey(name) else {
            // Whatever stands there must not reach a log: only the key is named.
            message = "\(shown(name)): no secret belongs in this file"
            let fileKey = Self.looksLikeKey(name) ? "key_file" : "password_file"
            hint = "write it to a file that only the gateway can read, and name that in `\(fileKey)`"
            return
        }
        message = "unknown key \(shown(name))"
        let known = Key.allCases.map(\.rawValue)
        let homes = SectionKeys.all.filter { $0.keys.contains(name) }.map { "`\($0.section)`" }
        if let near = nearestHint(to: name, among: known) {
            hint = near
        } else if homes.isEmpty {
            hint = "known here: " + known.joined(separator: " ")
        } else {
            hint = "it belongs to " + homes.joined(separator: " or ")
        }
    }

    private static func looksLikeSecret(_ name: String) -> Bool {
        let name = name.lowercased()
        return ["password", "passwd", "passphrase", "pwd", "secret", "token"].contains { name.contains($0) }
            && !name.hasSuffix("_file")
    }

    private static func looksLikeKey(_ name: String) -> Bool {
        let name = name.lowercased()
        return ["key", "keys", "sm4"].contains(name) || name.hasSuffix("_key") || name.hasSuffix("sm4key")
    }
}
