/// What a broker sends, packet by packet, cut down to what the client library needs; anything that a broker may not send ends the stream.
///
/// The library ends the program on an MQTT 5 property that it does not know, keeps properties of unknown acknowledgements and QoS 2
/// publishes for ever, and reserves whatever length a packet states. Here no more than ``largestPacket`` bytes are held.
///
/// Sources: MQTT 3.1.1 and MQTT 5.0, chapters 2 and 3.
struct MQTTPacketFilter {
    /// Bytes of the largest packet that is taken, as MQTT 5 tells the broker. Of a publish that is larger this much is passed on,
    /// so that it is acknowledged and not sent again for ever.
    static let largestPacket = 64 << 10

    /// Why nothing more is taken.
    enum Fault: Equatable {
        /// The stream does not begin as an answer to a request for a session.
        case noMQTT
        /// It begins with a TLS record.
        case isTLS
        /// A packet that a broker never sends to this client, such as a publish with QoS 2. The value is its first byte.
        case unexpected(UInt8)
        /// A packet against the specification. The value is its first byte.
        case malformed(UInt8)
        /// A packet, not a publish, of more than ``largestPacket`` bytes.
        case tooLarge(Int)
    }

    let version: MQTTVersion
    /// Bytes for the library, whole packets only.
    private(set) var ready: [UInt8] = []
    private(set) var fault: Fault?
    /// Publishes with QoS 1 so far, each of which the library acknowledges.
    private(set) var publishes = 0

    private var hasSession = false
    /// A packet that has begun.
    private var held: [UInt8] = []
    /// Bytes that belong to a publish of which the beginning was passed on.
    private var skipped = 0

    init(version: MQTTVersion) {
        self.version = version
    }

    /// Removes and returns what is ready.
    mutating func takeReady() -> [UInt8] {
        defer { ready = [] }
        return ready
    }

    /// Takes in what the broker sent, in pieces of any size.
    mutating func feed(_ bytes: UnsafeRawBufferPointer) {
        guard fault == nil else { return }
        let rest = unsafe bytes.dropFirst(skipped)
        unsafe skipped -= bytes.count - rest.count
        unsafe held.append(contentsOf: rest)
        var position = 0
        while fault == nil, let size = nextPacket(at: position) {
            let end = position + min(size, Self.largestPacket)
            guard end <= held.count else { break }
            take(MQTTPacketReader(held[position..<end]))
            let taken = min(position + size, held.count)
            skipped = position + size - taken
            position = taken
        }
        held.removeFirst(position)
    }

    /// The size of the packet at `position` of what is held; nil: not known yet, or a fault.
    private mutating func nextPacket(at position: Int) -> Int? {
        guard position < held.count else { return nil }
        let first = held[position]
        guard mayCome(first) else { return nil }
        var length = 0
        for digit in 0..<4 {
            let place = position + 1 + digit
            guard place < held.count else { return nil }
            length |= Int(held[place] & 0x7F) << (7 * digit)
            guard held[place] < 0x80 else { continue }
            let size = 2 + digit + length
            guard size <= Self.largestPacket || first >> 4 == 3 else {
                fault = .tooLarge(size)
                return nil
            }
            return size
        }
        fault = .malformed(first)
        return nil
    }

    /// Whether a packet with this first byte may come now. Says why not.
    private mutating func mayCome(_ first: UInt8) -> Bool {
        let isKnown: Bool =
            switch first {
            // No flags are set, except for a publish.
            case 0x20: !hasSession
            case 0x40, 0x90, 0xD0: hasSession
            // QoS 0 and 1.
            case 0x30...0x3F: hasSession && first & 4 == 0
            // Some send it in 3.1.1 too before they hang up, which the library takes for the end.
            case 0xE0: version == .v5 || hasSession
            default: false
            }
        guard !isKnown else { return true }
        if hasSession {
            fault = .unexpected(first)
        } else {
            // Alert and handshake.
            fault = first == 0x15 || first == 0x16 ? .isTLS : .noMQTT
        }
        return false
    }

    /// Takes one whole packet, or the beginning of a publish that is too large.
    private mutating func take(_ packet: consuming MQTTPacketReader) {
        let first = packet.first
        let isGood =
            switch first >> 4 {
            case 2: takeConnectAnswer(&packet)
            case 4: takePublishAnswer(&packet)
            case 9: takeSubscribeAnswer(&packet)
            case 13: pass(first, [], if: packet.isAtEnd)
            case 14: takeDisconnect(&packet)
            default: takePublish(&packet)
            }
        if !isGood { fault = .malformed(first) }
    }

    /// CONNACK, with the properties that the library acts on.
    private mutating func takeConnectAnswer(_ packet: inout MQTTPacketReader) -> Bool {
        guard let flags = packet.byte(), let code = packet.byte(), flags <= 1 else { return false }
        // A broker that does not know MQTT 5 refuses it in the form of 3.1.1.
        guard version == .v5, !packet.isAtEnd else {
            hasSession = code == 0
            return pass(0x20, [flags, code], if: packet.isAtEnd && (version == .v311 || code != 0))
        }
        guard let wanted = packet.properties(of: .connectAnswer), packet.isAtEnd else { return false }
        hasSession = code == 0
        return pass(0x20, [flags, code] + Self.variableLength(wanted.count) + wanted)
    }

    private mutating func takePublishAnswer(_ packet: inout MQTTPacketReader) -> Bool {
        guard let id = packet.identifier() else { return false }
        guard version == .v5, let code = packet.byte() else { return pass(0x40, id, if: packet.isAtEnd) }
        if !packet.isAtEnd, packet.properties(of: .publishAnswer) == nil { return false }
        return pass(0x40, id + [code], if: packet.isAtEnd)
    }

    private mutating func takeSubscribeAnswer(_ packet: inout MQTTPacketReader) -> Bool {
        guard let id = packet.identifier() else { return false }
        if version == .v5, packet.properties(of: .subscribeAnswer) == nil { return false }
        let codes = packet.rest()
        return pass(0x90, id + (version == .v5 ? [0] : []) + codes, if: !codes.isEmpty)
    }

    private mutating func takeDisconnect(_ packet: inout MQTTPacketReader) -> Bool {
        guard version == .v5, let code = packet.byte() else { return pass(0xE0, [], if: packet.isAtEnd) }
        if !packet.isAtEnd, packet.properties(of: .disconnect) == nil { return false }
        return pass(0xE0, [code], if: packet.isAtEnd)
    }

    private mutating func takePublish(_ packet: inout MQTTPacketReader) -> Bool {
        guard let topic = packet.text(), !topic.isEmpty else { return false }
        var body = [UInt8(topic.count >> 8), UInt8(topic.count & 0xFF)] + topic
        if packet.first & 2 != 0 {
            guard let id = packet.identifier() else { return false }
            publishes += 1
            body += id
        }
        if version == .v5 {
            guard packet.properties(of: .publish) != nil else { return false }
            body.append(0)
        }
        return pass(packet.first, body + packet.rest())
    }

    private mutating func pass(_ first: UInt8, _ body: [UInt8], if isGood: Bool = true) -> Bool {
        guard isGood else { return false }
        ready.append(first)
        ready += Self.variableLength(body.count)
        ready += body
        return true
    }

    private static func variableLength(_ value: Int) -> [UInt8] {
        var rest = value
        var digits: [UInt8] = []
        repeat {
            digits.append(UInt8(rest & 0x7F) | (rest > 0x7F ? 0x80 : 0))
            rest >>= 7
        } while rest > 0
        return digits
    }
}
