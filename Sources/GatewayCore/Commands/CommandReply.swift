import Protocol

/// The messages on the topic `reply`.
package enum CommandReply {
    /// `{"id":…,"ok":true,"result":…}`; `result` is JSON.
    package static func good(_ id: CommandID, result: [UInt8]) -> [UInt8] {
        var json = JSONWriter(reserving: result.count + 192)
        json.beginObject()
        write(id, to: &json)
        json.field("ok", bool: true)
        json.key("result")
        return json.bytes + result + [UInt8(ascii: "}")]
    }

    /// `{"id":…,"ok":false,"error":…}`; the id is null where the message had none.
    package static func failure(_ id: CommandID?, _ error: String) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        write(id, to: &json)
        json.field("ok", bool: false)
        json.field("error", error)
        json.endObject()
        return json.bytes
    }

    /// What is answered in place of `reply`, which cannot be sent: the same id and why. Nil: `reply` is no answer.
    package static func replacing(_ reply: [UInt8], because error: String) -> [UInt8]? {
        let anonymous = Array(#"{"id":null"#.utf8)
        // No text in JSON has a bare quotation mark, so the first such place ends the id, of 128 bytes at most.
        let start = reply.prefix(1_024)
        guard start.starts(with: anonymous.prefix(6)),
            let end = start.firstRange(of: Array(#","ok":"#.utf8))?.lowerBound
        else { return nil }
        return Array(reply[..<end]) + failure(nil, error).dropFirst(anonymous.count)
    }

    private static func write(_ id: CommandID?, to json: inout JSONWriter) {
        switch id {
        case .text(let text): json.field("id", text)
        case .number(let number): json.field("id", integer: number)
        case nil:
            json.key("id")
            json.null()
        }
    }
}
