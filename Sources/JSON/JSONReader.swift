internal import CJansson

extension JSONValue {
    /// Reads `bytes`, UTF-8, which must hold one value and nothing else.
    ///
    /// A key named twice, a number beyond the range of its kind, and text beyond `limits` are errors. A pure function.
    package init(parsing bytes: some Collection<UInt8>, limits: JSONLimits = JSONLimits()) throws(JSONError) {
        guard bytes.count <= limits.bytes else {
            throw JSONError(line: 1, column: 1, message: "longer than \(limits.bytes) bytes")
        }
        // Checked before parsing, so that deep nesting costs nothing.
        try checkDepth(of: bytes, limit: limits.depth)
        self = try JanssonTree(Array(bytes)).value
    }
}

/// Refuses lists and objects that lie deeper than `limit`; brackets inside strings do not count.
private func checkDepth(of bytes: some Collection<UInt8>, limit: Int) throws(JSONError) {
    var depth = 0
    var isString = false
    var isEscaped = false
    var line = 1
    var column = 0
    for byte in bytes {
        if byte == UInt8(ascii: "\n") {
            line += 1
            column = 0
        } else if byte & 0xC0 != 0x80 {
            column += 1
        }
        if isString {
            isString = isEscaped || byte != UInt8(ascii: "\"")
            isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
            continue
        }
        switch byte {
        case UInt8(ascii: "\""): isString = true
        case UInt8(ascii: "["), UInt8(ascii: "{"):
            depth += 1
            guard depth <= limit else {
                throw JSONError(
                    line: line, column: column, message: "lists and objects lie more than \(limit) deep here")
            }
        case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
        default: break
        }
    }
}

/// The sole owner of what jansson made of a text, freed with it.
@safe private struct JanssonTree: ~Copyable {
    private let root: UnsafeMutablePointer<json_t>

    init(_ bytes: [UInt8]) throws(JSONError) {
        let flags = Int(JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL)
        var error = json_error_t()
        let loaded = unsafe bytes.withUnsafeBytes { buffer in
            // An empty buffer may have no address, which jansson refuses in other words.
            unsafe json_loadb(buffer.baseAddress ?? UnsafeRawPointer(bitPattern: 1), buffer.count, flags, &error)
        }
        guard let loaded = unsafe loaded else { throw JSONError(error) }
        unsafe root = loaded
    }

    deinit { unsafe gw_json_release(root) }

    var value: JSONValue { unsafe Self.value(root) }

    private static func value(_ json: UnsafeMutablePointer<json_t>) -> JSONValue {
        switch UInt32(bitPattern: unsafe gw_json_type(json)) {
        case JSON_OBJECT.rawValue: unsafe .object(members(json))
        case JSON_ARRAY.rawValue:
            unsafe .array(
                (0..<json_array_size(json)).compactMap { unsafe json_array_get(json, $0).map { unsafe value($0) } })
        case JSON_STRING.rawValue: unsafe .string(text(json_string_value(json), json_string_length(json)))
        case JSON_INTEGER.rawValue: unsafe .integer(Int64(json_integer_value(json)))
        case JSON_REAL.rawValue: unsafe .number(json_real_value(json))
        case JSON_TRUE.rawValue: .bool(true)
        case JSON_FALSE.rawValue: .bool(false)
        default: .null
        }
    }

    private static func members(_ json: UnsafeMutablePointer<json_t>) -> [JSONValue.Member] {
        var members: [JSONValue.Member] = []
        var iterator = unsafe json_object_iter(json)
        while let place = unsafe iterator {
            if let member = unsafe json_object_iter_value(place) {
                let key = unsafe text(json_object_iter_key(place), json_object_iter_key_len(place))
                members.append(JSONValue.Member(key, unsafe value(member)))
            }
            unsafe iterator = json_object_iter_next(json, place)
        }
        return members
    }

    /// `count` bytes of UTF-8, which jansson has checked.
    private static func text(_ start: UnsafePointer<CChar>?, _ count: Int) -> String {
        guard let start = unsafe start else { return "" }
        return unsafe start.withMemoryRebound(to: UInt8.self, capacity: count) { bytes in
            unsafe String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
        }
    }
}

extension JSONError {
    /// What jansson reports; its text is an array of characters that ends in zero.
    fileprivate init(_ error: json_error_t) {
        var error = error
        let message = unsafe withUnsafeBytes(of: &error.text) { buffer in
            unsafe String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
        }
        // Where the text ends too early jansson stands behind it, and it counts lines from -1 when it has read none.
        self.init(
            line: max(Int(error.line), 1), column: max(Int(error.column), 1), message: message)
    }
}
