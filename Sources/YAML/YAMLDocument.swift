import Telemetry

/// A text read as one YAML document: a tree of positioned values.
///
/// A pure function from bytes to a tree. Anchors, aliases, tags and several documents in one text are refused: a
/// configuration has no use for them and they hide what a value is. A key named twice is the one mistake that does not
/// stop the reading; the first one counts.
package struct YAMLDocument: Equatable, Sendable {
    package let root: YAMLNode
    /// Keys named twice, in the order of the text.
    package let duplicateKeys: [YAMLError]
    /// The characters in keys and values that look like others, by where the key or value starts.
    package let lookAlikes: [YAMLPosition: [LookAlike]]
    /// Characters that were taken into a value and probably mean something else, in the order of the text.
    package let doubts: [YAMLDoubt]

    /// Reads `bytes`, UTF-8 with or without a byte order mark.
    ///
    /// Throws the first thing that is wrong with the text.
    package init(_ bytes: [UInt8], limits: YAMLLimits = YAMLLimits()) throws(YAMLError) {
        guard bytes.count <= limits.bytes else {
            throw YAMLError(
                at: .start, .init("the file is larger than \(limits.bytes) bytes", zh: "文件大于 \(limits.bytes) 字节"))
        }
        let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
        let source = try SourceText(text)
        do throws(YAMLError) {
            try self.init(source, text, limits: limits)
        } catch {
            var search = CulpritSearch(in: source, limits: limits)
            throw search.explained(error)
        }
    }

    /// Reads `source`, whose bytes are `bytes`.
    init(_ source: SourceText, _ bytes: [UInt8], limits: YAMLLimits) throws(YAMLError) {
        var builder = TreeBuilder(events: EventReader(source, bytes), limits: limits)
        root = try builder.document()
        duplicateKeys = builder.duplicateKeys
        lookAlikes = builder.lookAlikes
        doubts = builder.doubts
    }
}
