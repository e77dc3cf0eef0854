/// The uploads a host has already taken from a device, so that one that is sent again is acknowledged again but counted
/// once.
///
/// Two packets are the same upload when MN, QN, CN, DataTime and packet number agree: the standard lets one QN name one
/// interaction, yet devices exist whose QN stands still or has only whole seconds. A packet without QN is never the same.
/// Source: HJ 212-2017 (a sender that gets no answer in time sends the same packet again).
struct RecentUploads: Sendable {
    /// How many are remembered. A device repeats the last few; each takes about a hundred bytes.
    static let capacity = 256

    /// The fields one after the other, a zero byte between them.
    private var known: Set<[UInt8]> = []
    /// The same in the order of arrival; from `oldest` on when full.
    private var order: [[UInt8]] = []
    private var oldest = 0

    /// Remembers `packet`; false when it is known already.
    mutating func insert(_ packet: Packet) -> Bool {
        guard let qn = packet.qn, !qn.isEmpty else { return true }
        var key: [UInt8] = []
        key.reserveCapacity(96)
        for field in [packet.mn, qn, packet["CN"], packet.cp["DataTime"], packet["PNO"]] {
            if let field { key += field.bytes }
            key.append(0)
        }
        guard known.insert(key).inserted else { return false }
        if order.count < Self.capacity {
            order.append(key)
        } else {
            known.remove(order[oldest])
            order[oldest] = key
            oldest = (oldest + 1) % Self.capacity
        }
        return true
    }
}
