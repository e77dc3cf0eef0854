/// Puts `prev` into a journalled body when it is sent: `prev` depends on the kinds an uplink carries, the body does not.
package enum PayloadSplice {
    /// `body` with `"prev":N,` behind its `"seq":N,`. A body without a seq is returned as it is.
    package static func insert(previous: Int64, into body: [UInt8]) -> [UInt8] {
        guard let index = endOfSequence(in: body) else { return body }
        let addition = Array("\"prev\":\(previous),".utf8)
        var payload: [UInt8] = []
        payload.reserveCapacity(body.count + addition.count)
        payload += body[..<index]
        payload += addition
        payload += body[index...]
        return payload
    }

    /// The place behind the comma that follows the first `"seq":N`. It stands behind the gateway's id, which has no quotes.
    private static func endOfSequence(in body: [UInt8]) -> Int? {
        let key = Array("\"seq\":".utf8)
        guard body.count > key.count else { return nil }
        for start in 0..<(min(body.count, 256) - key.count) where body[start...].starts(with: key) {
            return body[start...].firstIndex(of: UInt8(ascii: ",")).map { $0 + 1 }
        }
        return nil
    }
}
