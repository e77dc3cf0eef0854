package import Telemetry

/// Puts the packets of split messages together again.
///
/// Packets belong together when MN, ST, CN, DataTime and PNUM agree; their QNs differ. Each packet can also be used alone,
/// as none tears a factor apart. Source: HJ 212-2017, examples C.47…C.50.
package struct PacketAssembly: Sendable {
    package enum Message: Hashable, Sendable {
        /// A packet that stands alone, or all packets of a message in one.
        case whole(Packet)
        /// What arrived of a message in time, in one; `missing` are the numbers of the other packets.
        case partial(Packet, missing: [Int])
    }

    /// How many messages may be open.
    package static let capacity = 64
    /// How many packets may be held altogether; each is at most one frame.
    package static let packetCapacity = 1024

    private struct Key: Hashable {
        let fields: [FieldText?]
        let count: Int
    }

    private struct Open {
        let deadline: Uptime
        /// Counts up.
        let order: UInt64
        var packets: [Int: Packet] = [:]
    }

    private let timeout: Duration
    private var open: [Key: Open] = [:]
    private var held = 0
    private var opened: UInt64 = 0

    /// `timeout`: from the first packet of a message; 2 × OverTime × (ReCount + 1) suits the standard's resends.
    package init(timeout: Duration = .seconds(60)) {
        self.timeout = timeout
    }

    /// When ``tick(at:)`` has something to do; nil when nothing is open.
    package var deadline: Uptime? { open.values.map(\.deadline).min() }

    /// Takes in a packet and returns what it completes, and what had to give way to it.
    ///
    /// A number that comes again replaces the earlier packet. A packet without usable numbers stands alone, whatever its
    /// Flag says.
    package mutating func insert(_ packet: Packet, at now: Uptime) -> [Message] {
        guard let count = packet.pnum, let number = packet.pno, count > 1, count <= Self.packetCapacity,
            (1...count).contains(number)
        else { return [.whole(packet)] }
        let fields = [packet.mn, packet.st, packet["CN"], packet.cp["DataTime"]].map { field in
            field.map { FieldText(ArraySlice(Array($0.bytes))) }
        }
        let key = Key(fields: fields, count: count)
        var message = open[key] ?? Open(deadline: now + timeout, order: opened)
        opened += 1
        if message.packets.updateValue(packet, forKey: number) == nil { held += 1 }
        open[key] = message
        guard message.packets.count == count else { return makeRoom() }
        return [close(key)].compactMap { $0 }
    }

    /// Gives up what has been open for too long.
    package mutating func tick(at now: Uptime) -> [Message] {
        open.filter { $0.value.deadline <= now }.sorted { $0.value.order < $1.value.order }
            .compactMap { close($0.key) }
    }

    /// Gives up everything, as when the connection ends.
    package mutating func close() -> [Message] { tick(at: .never) }

    private mutating func makeRoom() -> [Message] {
        var given: [Message] = []
        while open.count > Self.capacity || held > Self.packetCapacity,
            let oldest = open.min(by: { $0.value.order < $1.value.order })?.key, let message = close(oldest)
        {
            given.append(message)
        }
        return given
    }

    private mutating func close(_ key: Key) -> Message? {
        guard let message = open.removeValue(forKey: key) else { return nil }
        held -= message.packets.count
        let packets = message.packets.sorted { $0.key < $1.key }.map(\.value)
        guard let merged = Packet(merging: packets) else { return nil }
        let missing = (1...key.count).filter { message.packets[$0] == nil }
        return missing.isEmpty ? .whole(merged) : .partial(merged, missing: missing)
    }
}

extension Packet {
    /// The header of the first packet without the marks of splitting, and the data of all, DataTime once.
    fileprivate init?(merging packets: [Packet]) {
        guard let first = packets.first else { return nil }
        let header = first.header.compactMap { field -> DataSegment.Pair? in
            if field.key.isSpelled("PNUM") || field.key.isSpelled("PNO") { return nil }
            guard field.key.isSpelled("Flag"), let flag = PacketFlag(field.value) else { return field }
            return DataSegment.Pair(field.key, Int(flag.rawValue & ~2))
        }
        let rest = packets.dropFirst().flatMap { packet in
            packet.cp.items.map { item in item.filter { !$0.key.isSpelled("DataTime") } }
        }
        self.init(header: header, cp: DataSegment(items: first.cp.items.map(Array.init) + rest))
    }
}
