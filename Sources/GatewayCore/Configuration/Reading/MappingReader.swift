import Telemetry
import YAML

/// Reads one mapping of the file: looks its keys up, turns scalars into values and notes every problem on the way.
///
/// Nothing stops the reading. What cannot be read is nil, its problem is in the log, and the caller goes on.
struct MappingReader<Key: SectionKey> {
    let log: ProblemLog
    /// The first key, where a missing one is reported.
    let position: YAMLPosition
    /// Whether keys were left out that nobody knows, each with a problem of its own.
    let hasUnknownKeys: Bool
    private let entries: [Key: YAMLEntry]

    /// Notes unknown keys; nil, with a problem, when `node` is no mapping. `name` is what the user calls it.
    ///
    /// Nothing at all is a mapping without keys: all its lines may be commented out.
    init?(_ node: YAMLNode, _ name: BilingualText, log: ProblemLog) {
        let all: [YAMLEntry]
        switch node.content {
        case .mapping(let found): all = found
        case .scalar(let scalar) where scalar.isNull: all = []
        case .scalar(let scalar):
            // `id:g1` alone is a text.
            let nothing = YAMLNode(.scalar(YAMLScalar("")), at: node.position)
            let entry = YAMLEntry(key: scalar.text, keyPosition: node.position, value: nothing)
            guard !scalar.isQuoted, MistypedKey(entry, in: Key.self) != nil else {
                Self.reportNoMapping(node, name, log)
                return nil
            }
            all = [entry]
        case .sequence:
            Self.reportNoMapping(node, name, log)
            return nil
        }
        var entries: [Key: YAMLEntry] = [:]
        var unknown = 0
        for entry in all {
            if let key = Key(rawValue: entry.key) {
                entries[key] = entry
            } else if let mistyped = MistypedKey(entry, in: Key.self) {
                mistyped.report(to: log)
                // What was meant is plain, so that nothing else is missed.
                entries[mistyped.key] = entries[mistyped.key] ?? mistyped.entry
            } else {
                unknown += 1
                let problem = UnknownKey(name: entry.key, in: Key.self)
                log.error(inKeyAt: entry.keyPosition, problem.message, hint: problem.hint)
            }
        }
        self.entries = entries
        hasUnknownKeys = unknown > 0
        self.log = log
        position = all.first?.keyPosition ?? node.position
    }

    private static func reportNoMapping(_ node: YAMLNode, _ name: BilingualText, _ log: ProblemLog) {
        log.error(
            at: node.position, name + .init(" must be a mapping", zh: "应为若干键值"),
            hint: .init("lines of `key: value`", zh: "每行写成 `key: value`"))
    }

    func has(_ key: Key) -> Bool { entries[key] != nil }

    /// Where the value of `key` starts, or the mapping when it is missing.
    func position(of key: Key) -> YAMLPosition { entries[key]?.value.position ?? position }

    /// Where `key` itself stands, or the mapping when it is missing.
    func keyPosition(of key: Key) -> YAMLPosition { entries[key]?.keyPosition ?? position }

    /// Notes a problem with the value of `key`.
    func error(_ key: Key, _ message: BilingualText, hint: BilingualText? = nil) {
        log.error(at: position(of: key), Self.named(key, message), hint: hint)
    }

    /// Notes that the value of `key` can be used, but probably does not do what was meant.
    func warning(_ key: Key, _ message: BilingualText, hint: BilingualText? = nil) {
        log.warning(at: position(of: key), Self.named(key, message), hint: hint)
    }

    /// Notes that a default about `key` has changed.
    func note(_ key: Key, _ message: BilingualText, hint: BilingualText) {
        log.note(at: position(of: key), Self.named(key, message), hint: hint)
    }

    /// The message behind its key.
    private static func named(_ key: Key, _ message: BilingualText) -> BilingualText {
        .init("`\(key.rawValue)`: ", zh: "`\(key.rawValue)`：") + message
    }

    /// Notes that `key`, where it is written, does nothing while `condition` is not met.
    func warnOfNoEffect(_ key: Key, without condition: BilingualText) {
        guard has(key) else { return }
        let message = BilingualText(
            "`\(key.rawValue)` has no effect without \(condition.en)",
            zh: "没有 \(condition.zh) 时 `\(key.rawValue)` 不起作用")
        log.warning(at: position(of: key), message, hint: .init("add it or remove the line", zh: "补上，或删除此行"))
    }

    /// Notes that `key`, where it is written, does nothing while `setting` is not there.
    func warnOfNoEffect(_ key: Key, without setting: String) {
        warnOfNoEffect(key, without: .init(verbatim: setting))
    }

    /// Notes that `key`, where it is written, does nothing for the stated reason.
    func warnOfNoEffect(
        _ key: Key, because reason: BilingualText, hint: BilingualText = .init("remove the line", zh: "删除此行")
    ) {
        guard has(key) else { return }
        let message = BilingualText("`\(key.rawValue)` has no effect: ", zh: "`\(key.rawValue)` 不起作用：") + reason
        log.warning(at: position(of: key), message, hint: hint)
    }

    /// Notes that `key` should be there.
    func reportMissing(_ key: Key, hint: BilingualText? = nil) {
        log.error(
            at: position, .init("missing key `\(key.rawValue)`", zh: "缺少键 `\(key.rawValue)`"), hint: hint)
    }

    // MARK: Scalars

    /// The value of `key`; nil when it is missing or wrong. Only the latter is a problem.
    func optional<Value>(_ key: Key, _ rule: ScalarRule<Value>) -> Value? {
        guard let node = entries[key]?.value else { return nil }
        return scalar(node, of: key, rule)
    }

    /// The value of `key`; nil, with a problem, when it is missing or wrong.
    func required<Value>(_ key: Key, _ rule: ScalarRule<Value>, hint: BilingualText? = nil) -> Value? {
        if !has(key) { reportMissing(key, hint: hint) }
        return optional(key, rule)
    }

    /// Overwrites `value`, which holds the default, when `key` is there and right.
    func read<Value>(_ key: Key, _ rule: ScalarRule<Value>, into value: inout Value) {
        if let found = optional(key, rule) { value = found }
    }

    private func scalar<Value>(_ node: YAMLNode, of key: Key, _ rule: ScalarRule<Value>) -> Value? {
        guard case .scalar(let scalar) = node.content else {
            log.error(
                at: node.position, Self.named(key, .init("a single value is expected here", zh: "此处应为单个值")))
            return nil
        }
        guard !scalar.isNull else {
            log.error(
                at: node.position, .init("`\(key.rawValue)` has no value", zh: "`\(key.rawValue)` 没有值"),
                hint: .init("give one or remove the line", zh: "给出值，或删除此行"))
            return nil
        }
        do {
            return try rule.read(scalar.text)
        } catch {
            let message = Self.named(key, error.message)
            if error.isAboutLength {
                log.error(ofLengthAt: node.position, message, hint: error.hint)
            } else {
                log.error(at: node.position, message, hint: error.hint)
            }
            return nil
        }
    }

    // MARK: Structures

    /// The value of `key` as it stands in the file.
    func node(_ key: Key) -> YAMLNode? { entries[key]?.value }

    /// A reader for the mapping under `key`; nil when it is missing or, with a problem, no mapping.
    func mapping<Inner: SectionKey>(_ key: Key, _: Inner.Type = Inner.self) -> MappingReader<Inner>? {
        entries[key].flatMap { MappingReader<Inner>($0.value, .init(verbatim: "`\(key.rawValue)`"), log: log) }
    }

    /// The items of the list under `key`; nil when it is missing or, with a problem, no list.
    ///
    /// A key without a value is an empty list: all entries may be commented out.
    func list(_ key: Key) -> [YAMLNode]? {
        guard let node = entries[key]?.value else { return nil }
        if node.isNull { return [] }
        guard case .sequence(let items) = node.content else {
            log.error(
                at: node.position, .init("`\(key.rawValue)` must be a list", zh: "`\(key.rawValue)` 应为列表"),
                hint: .init("entries that start with `- `", zh: "每项以 `- ` 开头"))
            return nil
        }
        return items
    }

    /// Readers for the mappings in the list under `key`, without what is no mapping.
    func mappings<Inner: SectionKey>(_ key: Key, _: Inner.Type = Inner.self) -> [MappingReader<Inner>] {
        let name = BilingualText("an entry of `\(key.rawValue)`", zh: "`\(key.rawValue)` 的一项")
        return (list(key) ?? []).compactMap { MappingReader<Inner>($0, name, log: log) }
    }

    /// The same for a list that must be there and hold something.
    func requiredMappings<Inner: SectionKey>(_ key: Key, _: Inner.Type = Inner.self) -> [MappingReader<Inner>] {
        if !has(key) { reportMissing(key) }
        reportEmptyList(key)
        return mappings(key)
    }

    /// Notes when the list under `key` is there without an entry.
    func reportEmptyList(_ key: Key, hint: BilingualText? = nil) {
        guard let node = entries[key]?.value else { return }
        if node.isNull || node.content == .sequence([]) {
            error(key, .init("the list is empty", zh: "列表是空的"), hint: hint)
        }
    }

    /// The values of the list of scalars under `key`, without wrong ones; nil when there is no list.
    func scalars<Value>(_ key: Key, _ rule: ScalarRule<Value>) -> [(value: Value, position: YAMLPosition)]? {
        list(key)?.compactMap { node in scalar(node, of: key, rule).map { ($0, node.position) } }
    }

    /// The one of `keys` that is there; nil, with a problem, when there is none or more than one.
    func exactlyOne(of keys: [Key]) -> Key? {
        if !keys.contains(where: has) {
            let names = keys.map { "`\($0.rawValue)`" }
            log.error(
                at: position,
                .init(
                    "one of \(names.joined(separator: ", ")) is missing", zh: "缺少 \(names.joined(separator: "、")) 中的一个")
            )
        }
        return atMostOne(of: keys)
    }

    /// The one of `keys` that is there; nil when there is none or, with a problem, more than one.
    func atMostOne(of keys: [Key]) -> Key? {
        let found = keys.filter(has).sorted { keyPosition(of: $0) < keyPosition(of: $1) }
        guard let first = found.first else { return nil }
        for extra in found.dropFirst() {
            let message = BilingualText(
                "`\(extra.rawValue)` and `\(first.rawValue)` exclude each other",
                zh: "`\(extra.rawValue)` 与 `\(first.rawValue)` 不能同时使用")
            log.error(at: keyPosition(of: extra), message, hint: .init("keep one of them", zh: "保留其中一个"))
        }
        return found.count == 1 ? first : nil
    }

    /// The number → value pairs of the mapping under `key`; nil, with a problem, when it is none or empty.
    ///
    /// A wrong value is nil and noted; a pair without a number is noted and left out; of two pairs with one number both
    /// come, the second noted. `kinds` and `example` are for who wrote something else.
    func numbered<Value>(
        _ key: Key, _ rule: ScalarRule<Value>, kinds: BilingualText, example: String
    ) -> [(number: Int64, position: YAMLPosition, value: Value?)]? {
        guard let node = entries[key]?.value else { return nil }
        guard case .mapping(let pairs) = node.content, !pairs.isEmpty else {
            error(
                key, .init("numbers and \(kinds.en) are expected", zh: "应为数值与\(kinds.zh)"),
                hint: .init("such as \(example)", zh: "例如 \(example)"))
            return nil
        }
        var known: Set<Int64> = []
        return pairs.compactMap { pair in
            let value = value(of: pair, of: key, rule)
            guard let number: Int64 = wholeNumber(pair.key) else {
                log.error(
                    at: pair.keyPosition,
                    Self.named(
                        key, .init("\(shown(pair.key)) is not a whole number", zh: "\(shown(pair.key, .zh)) 不是整数")))
                return nil
            }
            if !known.insert(number).inserted {
                log.error(
                    at: pair.keyPosition, Self.named(key, .init("\(number) stands here twice", zh: "\(number) 出现了两次")))
            }
            return (number, pair.keyPosition, value)
        }
    }

    private func value<Value>(of pair: YAMLEntry, of key: Key, _ rule: ScalarRule<Value>) -> Value? {
        do {
            return try rule.read(pair.value.text ?? "")
        } catch {
            log.error(at: pair.value.position, Self.named(key, error.message), hint: error.hint)
            return nil
        }
    }
}
