import CYAML

/// One step of the parser.
struct YAMLEvent {
    enum Kind {
        case streamStart, streamEnd, documentStart, documentEnd
        case scalar(String, isQuoted: Bool)
        case sequenceStart, sequenceEnd, mappingStart, mappingEnd
        case alias
    }

    let kind: Kind
    let position: YAMLPosition
}

/// libyaml's parser over bytes in memory.
@safe
struct EventParser {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Calls `body` with a function that returns the next event each time.
    func run<Result>(
        _ body: (() throws(YAMLError) -> YAMLEvent) throws(YAMLError) -> Result
    ) throws(YAMLError) -> Result {
        var parser = unsafe yaml_parser_t()
        guard unsafe yaml_parser_initialize(&parser) == 1 else {
            throw YAMLError("out of memory", at: YAMLPosition(line: 1, column: 1))
        }
        defer { unsafe yaml_parser_delete(&parser) }
        // The parser keeps the pointer while it works.
        let input = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(bytes.count, 1))
        defer { unsafe input.deallocate() }
        _ = unsafe input.initialize(from: bytes)
        unsafe yaml_parser_set_input_string(&parser, input.baseAddress, bytes.count)
        unsafe yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
        return try body { () throws(YAMLError) in try unsafe Self.next(&parser) }
    }

    private static func next(_ parser: inout yaml_parser_t) throws(YAMLError) -> YAMLEvent {
        var event = unsafe yaml_event_t()
        guard unsafe yaml_parser_parse(&parser, &event) == 1 else { throw unsafe error(parser) }
        defer { unsafe yaml_event_delete(&event) }
        let position = unsafe position(event.start_mark)
        let kind: YAMLEvent.Kind
        switch unsafe event.type {
        case YAML_STREAM_START_EVENT: kind = .streamStart
        case YAML_DOCUMENT_START_EVENT: kind = .documentStart
        case YAML_DOCUMENT_END_EVENT: kind = .documentEnd
        case YAML_ALIAS_EVENT: kind = .alias
        case YAML_SCALAR_EVENT: kind = unsafe scalar(event.data.scalar)
        case YAML_SEQUENCE_START_EVENT: kind = .sequenceStart
        case YAML_SEQUENCE_END_EVENT: kind = .sequenceEnd
        case YAML_MAPPING_START_EVENT: kind = .mappingStart
        case YAML_MAPPING_END_EVENT: kind = .mappingEnd
        default: kind = .streamEnd
        }
        return YAMLEvent(kind: kind, position: position)
    }

    private static func scalar(_ scalar: yaml_event_s.__Unnamed_union_data.__Unnamed_struct_scalar) -> YAMLEvent.Kind {
        let text = unsafe String(
            decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
        return .scalar(text, isQuoted: unsafe scalar.style != YAML_PLAIN_SCALAR_STYLE)
    }

    private static func position(_ mark: yaml_mark_t) -> YAMLPosition {
        YAMLPosition(line: mark.line + 1, column: mark.column + 1)
    }

    private static func error(_ parser: yaml_parser_t) -> YAMLError {
        let problem = unsafe parser.problem.map { unsafe String(cString: $0) } ?? "cannot be read"
        let context = unsafe parser.context.map { unsafe String(cString: $0) + ": " } ?? ""
        let isTab = problem.contains("cannot start any token")
        let hint = isTab ? "; indent with spaces, not tabs, and put texts with special characters in quotes" : ""
        // A reader error (bytes that are no UTF-8) has an offset and no mark.
        let mark = unsafe parser.error == YAML_READER_ERROR ? parser.mark : parser.problem_mark
        return YAMLError("no valid YAML: \(context)\(problem)\(hint)", at: position(mark))
    }
}
