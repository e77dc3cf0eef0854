/// Puts `"prev":M,` into a journalled payload on its way to one uplink.
///
/// A journal body begins `{"v":1,"gateway":"ID","seq":N,`. `prev` cannot be part of it: it is the greatest smaller
/// sequence number that *this* uplink carries, and uplinks differ in what they carry.
package enum PayloadSplice {
    /// The payload as it is published; nil when `body` does not begin as a journal body does.
    ///
    /// - Parameter previous: 0 when the uplink carries nothing before this record.
    package static func payload(of body: [UInt8], previous: Int64) -> [UInt8]? {
        guard let cut = endOfSequence(in: body) else { return nil }
        var payload: [UInt8] = []
        payload.reserveCapacity(body.count + 28)
        payload.append(contentsOf: body[..<cut])
        payload.append(contentsOf: "\"prev\":".utf8)
        payload.append(contentsOf: String(previous).utf8)
        payload.append(0x2C)
        payload.append(contentsOf: body[cut...])
        return payload
    }

    private static let marker = Array("\"seq\":".utf8)
    /// A version, a gateway id of at most 64 bytes and the keys fit well into it.
    private static let searched = 160

    /// The index just behind `"seq":N,`.
    private static func endOfSequence(in body: [UInt8]) -> Int? {
        let end = min(body.count, searched)
        guard body.first == 0x7B, end > marker.count else { return nil }
        for start in 1..<(end - marker.count) where body[start] == marker[0] {
            guard body[start..<(start + marker.count)].elementsEqual(marker) else { continue }
            let digits = start + marker.count
            var index = digits
            while index < end, (0x30...0x39).contains(body[index]) { index += 1 }
            return index > digits && index < end && body[index] == 0x2C ? index + 1 : nil
        }
        return nil
    }
}
