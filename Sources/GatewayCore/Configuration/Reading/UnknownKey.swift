import Telemetry
import YAML

/// What to say about a key that its mapping does not know.
///
/// Behind a colon that is none for YAML, or has no blank behind it, stands a value: it is not shown.
struct UnknownKey {
    let message: BilingualText
    let hint: BilingualText

    init<Key: SectionKey>(name text: String, in _: Key.Type) {
        let parts = KeyText(LookAlike.seenThrough(text))
        let name = parts.name.isEmpty ? text : parts.name
        let hasKeys = Key.allCases.contains { $0.rawValue == "key_file" }
        guard !Self.looksLikeSecret(name), !hasKeys || !Self.looksLikeKey(name) else {
            // Whatever stands there must not reach a log: only the key is named.
            message = .init("\(shown(name)): no secret belongs in this file", zh: "\(shown(name, .zh))：此文件中不得写密码或密钥")
            let fileKey = Self.looksLikeKey(name) ? "key_file" : "password_file"
            hint = .init(
                "write it to a file that only the gateway can read, and name that in `\(fileKey)`",
                zh: "写入只有网关能读的文件，并在 `\(fileKey)` 中给出文件名")
            return
        }
        message = .init("unknown key \(shown(name))", zh: "未知的键 \(shown(name, .zh))")
        let known = Key.allCases.map(\.rawValue)
        let homes = SectionKeys.all.filter { $0.keys.contains(name) }.map { "`\($0.section)`" }
        if let near = nearestHint(to: name, among: known) {
            hint = near
        } else if homes.isEmpty {
            let names = known.joined(separator: " ")
            hint = .init("known here: \(names)", zh: "此处可用：\(names)")
        } else {
            hint = .init(
                "it belongs to \(homes.joined(separator: " or "))", zh: "它属于 \(homes.joined(separator: " 或 "))")
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
