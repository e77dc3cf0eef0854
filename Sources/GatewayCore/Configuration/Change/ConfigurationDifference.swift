package import Telemetry
import YAML

/// What differs between two texts of a configuration, in the words of the file: `buses[rack].devices[cems-1].poll: 5s → 10s`.
///
/// Entries of lists are found by their `id`, `code` or `name`, so a line that moves is no difference. It compares what is
/// written and not what it means; secrets stand in files of their own and so in no difference.
package struct ConfigurationDifference: Equatable, Sendable {
    /// More lines than this are counted only.
    private static let mostLines = 200
    /// Of the text for the journal.
    private static let longestSummary = 4_000

    /// One difference each, in the order of the new text; the settings of profiles come last.
    package let told: [BilingualText]
    /// ``told`` in English, as records have it.
    package var lines: [String] { told.map(\.en) }
    /// Differences beyond the last line.
    package let omitted: Int

    /// `changedFiles`: what is said of files that the configuration names and whose content is another.
    package init(from old: ConfigurationSource, to new: ConfigurationSource, changedFiles: [String] = []) {
        var comparison = Comparison()
        comparison.compare(old.text, new.text, prefix: "")
        for profile in new.profiles {
            guard let before = old.profiles.first(where: { $0.file == profile.file }) else { continue }
            let name = profile.file.split(separator: "/").last.map(String.init) ?? profile.file
            comparison.compare(before.text, profile.text, prefix: "\(name): ")
        }
        let all =
            comparison.lines
            + changedFiles.map {
                BilingualText("\($0): its content changed", zh: "\($0)：内容已变")
            }
        told = Array(all.prefix(Self.mostLines))
        omitted = all.count - told.count
    }

    package var isEmpty: Bool { told.isEmpty }

    /// The lines for people, the last telling of those that are left out.
    package var text: [BilingualText] {
        omitted == 0 ? told : told + [.init("… and \(omitted) more", zh: "… 另有 \(omitted) 处")]
    }

    /// For a record: one line of bounded length.
    package var summary: String {
        var summary = ""
        for (index, line) in lines.enumerated() {
            guard summary.utf8.count + line.utf8.count <= Self.longestSummary else {
                return summary + "; … and \(lines.count - index + omitted) more"
            }
            summary += (index == 0 ? "" : "; ") + line
        }
        return omitted == 0 ? summary : summary + "; … and \(omitted) more"
    }
}

/// Walks two trees side by side.
private struct Comparison {
    private(set) var lines: [BilingualText] = []
    private var prefix = ""

    /// Both texts are known to be valid.
    mutating func compare(_ old: [UInt8], _ new: [UInt8], prefix: String) {
        self.prefix = prefix
        guard old != new, let old = try? YAMLDocument(old), let new = try? YAMLDocument(new) else { return }
        compare(old.root, new.root, at: "")
    }

    private mutating func compare(_ old: YAMLNode?, _ new: YAMLNode?, at path: String) {
        if let old, let new {
            if old.isSame(as: new) { return }
            switch (old.content, new.content) {
            case (.mapping(let old), .mapping(let new)): return compareEntries(old, new, at: path)
            case (.sequence(let old), .sequence(let new)):
                if let old = named(old), let new = named(new) { return compareItems(old, new, at: path) }
            default: break
            }
        }
        let (old, new) = (shown(old), shown(new))
        lines.append(.init("\(prefix)\(path): \(old.en) → \(new.en)", zh: "\(prefix)\(path)：\(old.zh) → \(new.zh)"))
    }

    private mutating func compareEntries(_ old: [YAMLEntry], _ new: [YAMLEntry], at path: String) {
        func place(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
        for entry in new {
            compare(old.first { $0.key == entry.key }?.value, entry.value, at: place(entry.key))
        }
        for entry in old where !new.contains(where: { $0.key == entry.key }) {
            compare(entry.value, nil, at: place(entry.key))
        }
    }

    private mutating func compareItems(
        _ old: [(name: String, node: YAMLNode)], _ new: [(name: String, node: YAMLNode)], at path: String
    ) {
        for item in new {
            let place = "\(path)[\(item.name)]"
            if let before = old.first(where: { $0.name == item.name }) {
                compare(before.node, item.node, at: place)
            } else {
                lines.append(.init("\(prefix)\(place): added", zh: "\(prefix)\(place)：新增"))
            }
        }
        for item in old where !new.contains(where: { $0.name == item.name }) {
            let place = "\(prefix)\(path)[\(item.name)]"
            lines.append(.init("\(place): removed", zh: "\(place)：已删除"))
        }
    }

    /// The items of a list of mappings with what tells them apart: the place where nothing else does. Nil for other lists.
    private func named(_ items: [YAMLNode]) -> [(name: String, node: YAMLNode)]? {
        guard items.allSatisfy({ if case .mapping = $0.content { true } else { false } }) else { return nil }
        for key in ["id", "code", "name"] {
            let names = items.compactMap { $0[key]?.text }
            if names.count == items.count, Set(names).count == names.count { return Array(zip(names, items)) }
        }
        return items.enumerated().map { (String($0 + 1), $1) }
    }

    private func shown(_ node: YAMLNode?) -> BilingualText {
        guard let node, !node.isNull else { return .init("not set", zh: "未设置") }
        return .init(verbatim: cut(node.flow))
    }

    /// One line that fits a terminal.
    private func cut(_ text: String) -> String {
        let line = String(String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.isWhitespace ? " " : $0 }))
        return line.count <= 80 ? line : line.prefix(79) + "…"
    }
}

extension YAMLNode {
    /// The same content, wherever it stands and however it is quoted.
    fileprivate func isSame(as other: YAMLNode) -> Bool {
        switch (content, other.content) {
        case (.scalar(let a), .scalar(let b)): a.isNull == b.isNull && (a.isNull || a.text == b.text)
        case (.sequence(let a), .sequence(let b)): a.count == b.count && zip(a, b).allSatisfy { $0.isSame(as: $1) }
        case (.mapping(let a), .mapping(let b)):
            a.count == b.count
                && a.allSatisfy { entry in
                    b.first { $0.key == entry.key }?.value.isSame(as: entry.value) ?? false
                }
        default: false
        }
    }

    /// On one line, as it could stand in a file.
    fileprivate var flow: String {
        switch content {
        case .scalar(let scalar): scalar.text
        case .sequence(let items): "[\(items.map(\.flow).joined(separator: ", "))]"
        case .mapping(let entries):
            "{ \(entries.map { "\($0.key): \($0.value.flow)" }.joined(separator: ", ")) }"
        }
    }
}
