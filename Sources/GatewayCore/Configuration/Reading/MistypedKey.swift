import Telemetry
import YAML

/// A key that is a known one but for how it was typed: `unit：7`, `unit:7` in braces, a blank that is none around it.
struct MistypedKey<Key: SectionKey> {
    let key: Key
    /// The entry as it was meant.
    let entry: YAMLEntry
    /// Where it was written.
    private let written: YAMLEntry

    /// Nil for a key that is known as it is, and for one that is no known key however it is read.
    init?(_ entry: YAMLEntry, in _: Key.Type) {
        let text = LookAlike.seenThrough(entry.key)
        let parts = KeyText(text)
        guard let key = Key(rawValue: parts.name) else { return nil }
        self.key = key
        written = entry
        var meant = entry
        meant.key = key.rawValue
        if let rest = parts.rest {
            // Only a colon that was overlooked leaves the key without a value.
            guard entry.value.isNull else { return nil }
            meant.value = YAMLNode(.scalar(YAMLScalar(rest)), at: entry.keyPosition)
        }
        self.entry = meant
    }

    func report(to log: ProblemLog) {
        let name = "`\(key.rawValue)`"
        if written.key.utf8.allSatisfy({ $0 < 0x80 }) {
            var colon = written.keyPosition
            colon.column += written.key.prefix { $0 != ":" }.unicodeScalars.count
            log.error(
                at: colon, .init("no blank behind the colon of \(name)", zh: "\(name) 的冒号后面缺少空格"),
                hint: .init("write `\(key.rawValue): …`", zh: "写成 `\(key.rawValue): …`"))
        } else {
            log.error(inKeyAt: written.keyPosition, BilingualText(verbatim: name), hint: nil)
        }
    }
}

/// The parts of a key in which a colon hides. The second may be a secret.
struct KeyText {
    let name: String
    /// What stands behind the colon; nil without one.
    let rest: String?

    init(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(Self.trimmed)
        name = parts.first ?? ""
        rest = parts.count > 1 ? parts[1] : nil
    }

    private static func trimmed(_ text: Substring) -> String {
        let start = text.drop { $0 == " " }
        var end = start
        while end.last == " " { end.removeLast() }
        return String(end)
    }
}
