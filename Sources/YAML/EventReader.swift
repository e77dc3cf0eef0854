internal import CYAML
import Telemetry

/// What libyaml reports while it walks through a text.
struct YAMLEvent {
    enum Kind {
        case streamStart, streamEnd, documentStart, documentEnd
        case scalar(YAMLScalar)
        case sequenceStart, sequenceEnd, mappingStart, mappingEnd
        case alias
    }

    var kind: Kind
    var position: YAMLPosition
    /// The characters of the text that it takes.
    var extent: Range<Int>
    /// Whether `&name` stands before the value.
    var hasAnchor = false
    /// Whether `!tag` stands before the value.
    var hasTag = false
}

/// The sole owner of one libyaml parser and of the bytes it reads, both freed with it.
@safe struct EventReader: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    /// libyaml keeps a pointer to its input, so the bytes live as long as the parser.
    private let input: UnsafeMutableBufferPointer<UInt8>
    private let isReady: Bool
    let source: SourceText

    /// Will read `source`, whose bytes in UTF-8 are `bytes`, without a byte order mark.
    init(_ source: SourceText, _ bytes: [UInt8]) {
        self.source = source
        unsafe input = .allocate(capacity: bytes.count)
        _ = unsafe input.initialize(from: bytes)
        unsafe parser = .allocate(capacity: 1)
        unsafe parser.initialize(to: yaml_parser_t())
        isReady = unsafe yaml_parser_initialize(parser) == 1
        guard isReady else { return }
        unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        unsafe yaml_parser_set_input_string(parser, input.baseAddress, input.count)
    }

    deinit {
        if isReady { unsafe yaml_parser_delete(parser) }
        unsafe parser.deallocate()
        unsafe input.deallocate()
    }

    /// The next event; after the end of the stream there is none to ask for.
    mutating func next() throws(YAMLError) -> YAMLEvent {
        guard isReady else { throw YAMLError(at: .start, .init("out of memory", zh: "内存不足")) }
        var event = unsafe yaml_event_t()
        guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw syntaxError() }
        defer { unsafe yaml_event_delete(&event) }
        return YAMLEvent(event, in: source)
    }

    /// What made the last `yaml_parser_parse` fail.
    private func syntaxError() -> YAMLError {
        let problem = unsafe parser.pointee.problem.map { unsafe String(cString: $0) } ?? "out of memory"
        let context = unsafe parser.pointee.context.map { unsafe String(cString: $0) } ?? ""
        let index = unsafe Int(clamping: parser.pointee.problem_mark.index)
        return SyntaxProblem(
            problem: problem, context: context,
            position: source.position(of: index),
            contextPosition: source.position(of: unsafe Int(clamping: parser.pointee.context_mark.index)),
            character: source.scalars.indices.contains(index) ? Character(source.scalars[index]) : nil
        ).error
    }
}

extension YAMLEvent {
    /// Copies what `event` says of `source`; it may be deleted afterwards.
    @safe init(_ event: yaml_event_t, in source: SourceText) {
        let start = unsafe Int(clamping: event.start_mark.index)
        position = source.position(of: start)
        extent = unsafe start..<max(start, Int(clamping: event.end_mark.index))
        switch unsafe event.type {
        case YAML_STREAM_START_EVENT: kind = .streamStart
        case YAML_DOCUMENT_START_EVENT: kind = .documentStart
        case YAML_DOCUMENT_END_EVENT: kind = .documentEnd
        case YAML_ALIAS_EVENT: kind = .alias
        case YAML_SCALAR_EVENT:
            let scalar = unsafe event.data.scalar
            let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            let isQuoted = unsafe scalar.style != YAML_PLAIN_SCALAR_STYLE
            kind = unsafe .scalar(YAMLScalar(String(decoding: bytes, as: UTF8.self), isQuoted: isQuoted))
            hasAnchor = unsafe scalar.anchor != nil
            hasTag = unsafe scalar.tag != nil
        case YAML_SEQUENCE_START_EVENT:
            kind = .sequenceStart
            hasAnchor = unsafe event.data.sequence_start.anchor != nil
            hasTag = unsafe event.data.sequence_start.tag != nil
        case YAML_SEQUENCE_END_EVENT: kind = .sequenceEnd
        case YAML_MAPPING_START_EVENT:
            kind = .mappingStart
            hasAnchor = unsafe event.data.mapping_start.anchor != nil
            hasTag = unsafe event.data.mapping_start.tag != nil
        case YAML_MAPPING_END_EVENT: kind = .mappingEnd
        default: kind = .streamEnd
        }
    }
}
