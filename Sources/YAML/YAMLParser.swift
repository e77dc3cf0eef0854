import CYAML

/// Reads one YAML document into a tree: a pure function of its bytes, over libyaml.
///
/// Left out on purpose: anchors and aliases, several documents, keys that are not plain words. Depth and size are bounded.
package enum YAMLParser {
    private static let deepest = 32
    private static let mostNodes = 200_000

    /// The document's root; an empty text is an empty mapping.
    package static func parse(_ bytes: [UInt8]) throws(YAMLError) -> YAMLNode {
        let parser = EventParser(bytes)
        var reader = TreeReader(budget: mostNodes)
        return try parser.run { (next) throws(YAMLError) in try reader.document(next) }
    }

    /// Builds the tree from events, one call a node.
    private struct TreeReader {
        var budget: Int

        mutating func document(_ next: () throws(YAMLError) -> YAMLEvent) throws(YAMLError) -> YAMLNode {
            var event = try next()
            while case .streamStart = event.kind { event = try next() }
            if case .streamEnd = event.kind { return YAMLNode(.mapping([]), at: event.position) }
            guard case .documentStart = event.kind else { throw YAMLError("unexpected content", at: event.position) }
            let root = try node(try next(), next, depth: 0)
            _ = try next()
            let end = try next()
            guard case .streamEnd = end.kind else {
                throw YAMLError("a second document begins here; a configuration is one document", at: end.position)
            }
            return root
        }

        private mutating func node(
            _ event: YAMLEvent, _ next: () throws(YAMLError) -> YAMLEvent, depth: Int
        ) throws(YAMLError) -> YAMLNode {
            budget -= 1
            guard budget > 0 else { throw YAMLError("too many values", at: event.position) }
            guard depth < YAMLParser.deepest else { throw YAMLError("nested too deeply", at: event.position) }
            switch event.kind {
            case .scalar(let text, let isQuoted):
                return YAMLNode(.scalar(text, isQuoted: isQuoted), at: event.position)
            case .sequenceStart:
                var elements: [YAMLNode] = []
                while true {
                    let element = try next()
                    if case .sequenceEnd = element.kind { break }
                    elements.append(try node(element, next, depth: depth + 1))
                }
                return YAMLNode(.sequence(elements), at: event.position)
            case .mappingStart: return YAMLNode(.mapping(try entries(next, depth: depth)), at: event.position)
            case .alias:
                throw YAMLError("aliases (*name) are not supported; write the value again", at: event.position)
            default: throw YAMLError("unexpected content", at: event.position)
            }
        }

        private mutating func entries(
            _ next: () throws(YAMLError) -> YAMLEvent, depth: Int
        ) throws(YAMLError) -> [YAMLNode.Entry] {
            var entries: [YAMLNode.Entry] = []
            var seen: [String: YAMLPosition] = [:]
            while true {
                let event = try next()
                if case .mappingEnd = event.kind { return entries }
                guard case .scalar(let key, _) = event.kind else {
                    throw YAMLError("a key must be a plain word", at: event.position)
                }
                if let first = seen[key] {
                    throw YAMLError(
                        "key '\(key)' is given twice, first in line \(first.line)", at: event.position)
                }
                seen[key] = event.position
                let value = try node(try next(), next, depth: depth + 1)
                entries.append(.init(key: key, keyPosition: event.position, value: value))
            }
        }
    }
}
