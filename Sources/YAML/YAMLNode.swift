/// One value of a document with the place where it starts.
package struct YAMLNode: Equatable, Sendable {
    package enum Content: Equatable, Sendable {
        case scalar(YAMLScalar)
        case sequence([YAMLNode])
        /// In the order of the file; no key occurs twice.
        case mapping([YAMLEntry])
    }

    package var content: Content
    package var position: YAMLPosition

    package init(_ content: Content, at position: YAMLPosition) {
        self.content = content
        self.position = position
    }

    /// The value of `key` when this is a mapping that has it.
    package subscript(key: String) -> YAMLNode? {
        guard case .mapping(let entries) = content else { return nil }
        return entries.first { $0.key == key }?.value
    }

    /// The items of a sequence; empty for anything else.
    package var items: [YAMLNode] {
        guard case .sequence(let items) = content else { return [] }
        return items
    }

    /// The text of a scalar; nil for anything else.
    package var text: String? {
        guard case .scalar(let scalar) = content else { return nil }
        return scalar.text
    }

    /// Whether nothing was written: no text at all, `~` or `null`.
    package var isNull: Bool {
        guard case .scalar(let scalar) = content else { return false }
        return scalar.isNull
    }
}

/// A single value: its text after YAML's own escapes, not yet a number, a truth value or anything else.
///
/// So `mn: 0123` keeps its zero; the reader of the field decides what the text means.
package struct YAMLScalar: Equatable, Sendable {
    package var text: String
    /// Whether it stood in quotes or was a `|` or `>` block.
    package var isQuoted: Bool

    package init(_ text: String, isQuoted: Bool = false) {
        self.text = text
        self.isQuoted = isQuoted
    }

    /// Whether it stands for "nothing". Source: YAML 1.1, tag `null`.
    package var isNull: Bool { !isQuoted && ["", "~", "null", "Null", "NULL"].contains(text) }
}

/// One `key: value` of a mapping.
package struct YAMLEntry: Equatable, Sendable {
    package var key: String
    package var keyPosition: YAMLPosition
    package var value: YAMLNode

    package init(key: String, keyPosition: YAMLPosition, value: YAMLNode) {
        self.key = key
        self.keyPosition = keyPosition
        self.value = value
    }
}
