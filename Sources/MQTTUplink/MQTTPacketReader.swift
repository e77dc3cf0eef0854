/// The fields of one packet, from front to back; each reader returns nil where the packet ends before the field does.
struct MQTTPacketReader {
    /// Type and flags.
    let first: UInt8
    /// What was not read yet.
    private var body: ArraySlice<UInt8>

    /// - Parameter packet: with a fixed header that is whole.
    init(_ packet: ArraySlice<UInt8>) {
        first = packet.first ?? 0
        let header = packet.dropFirst()
        body = header.dropFirst(header.prefix { $0 >= 0x80 }.count + 1)
    }

    var isAtEnd: Bool { body.isEmpty }

    mutating func byte() -> UInt8? { body.popFirst() }

    mutating func number(bytes count: Int) -> UInt32? {
        take(count)?.reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// A packet identifier, which is not 0, as it stands.
    mutating func identifier() -> [UInt8]? {
        guard let id = take(2), id.contains(where: { $0 != 0 }) else { return nil }
        return Array(id)
    }

    /// A text or binary data, without the length before it.
    mutating func text() -> ArraySlice<UInt8>? {
        number(bytes: 2).flatMap { take(Int($0)) }
    }

    /// A number with seven bits a byte, in no more bytes than it needs.
    mutating func variableNumber() -> Int? {
        var value = 0
        for digit in 0..<4 {
            guard let byte = byte() else { return nil }
            value |= Int(byte & 0x7F) << (7 * digit)
            if byte < 0x80 { return byte == 0 && digit > 0 ? nil : value }
        }
        return nil
    }

    mutating func rest() -> ArraySlice<UInt8> {
        defer { body = [] }
        return body
    }

    private mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
        guard count <= body.count else { return nil }
        defer { body = body.dropFirst(count) }
        return body.prefix(count)
    }
}

// MARK: Properties

/// The properties of MQTT 5.0, section 2.2.2.2, that a broker may send.
extension MQTTPacketReader {
    /// Packets that have properties.
    struct Carrier: OptionSet {
        let rawValue: UInt8

        static let connectAnswer = Carrier(rawValue: 1)
        static let publish = Carrier(rawValue: 2)
        static let publishAnswer = Carrier(rawValue: 4)
        static let subscribeAnswer = Carrier(rawValue: 8)
        static let disconnect = Carrier(rawValue: 16)
        static let all = Carrier(rawValue: 31)
    }

    private enum Form {
        case number(bytes: Int, ClosedRange<UInt32>)
        case variable, text, pair
    }

    /// Reads a list of properties, and returns those of a CONNACK that the library acts on as they stand; nil: no good list for `carrier`.
    mutating func properties(of carrier: Carrier) -> [UInt8]? {
        guard let length = variableNumber(), let list = take(length) else { return nil }
        var reader = self
        reader.body = list
        var wanted: [UInt8] = []
        var seen: Set<UInt8> = []
        while let id = reader.byte() {
            let start = reader.body.startIndex
            guard let (form, carriers) = Self.form(of: id), carriers.contains(carrier), reader.skip(form) else {
                return nil
            }
            // User properties and subscription identifiers may repeat.
            guard id == 0x26 || id == 0x0B || seen.insert(id).inserted else { return nil }
            if Self.isWanted(id) { wanted += [id] + list[start..<reader.body.startIndex] }
        }
        return wanted
    }

    /// Receive maximum, server keep alive, maximum QoS, retain available, maximum packet size.
    private static func isWanted(_ id: UInt8) -> Bool {
        switch id {
        case 0x13, 0x21, 0x24, 0x25, 0x27: true
        default: false
        }
    }

    private mutating func skip(_ form: Form) -> Bool {
        switch form {
        case .number(let count, let range): number(bytes: count).map(range.contains) ?? false
        case .variable: variableNumber() != nil
        case .text: text() != nil
        case .pair: text() != nil && text() != nil
        }
    }

    private static func form(of id: UInt8) -> (Form, Carrier)? {
        switch id {
        case 0x01: (.number(bytes: 1, 0...1), .publish)
        case 0x02: (.number(bytes: 4, 0...UInt32.max), .publish)
        case 0x03, 0x08, 0x09: (.text, .publish)
        case 0x0B: (.variable, .publish)
        case 0x11: (.number(bytes: 4, 0...UInt32.max), [.connectAnswer, .disconnect])
        case 0x12, 0x15, 0x16, 0x1A: (.text, .connectAnswer)
        case 0x13, 0x22: (.number(bytes: 2, 0...0xFFFF), .connectAnswer)
        case 0x1C: (.text, [.connectAnswer, .disconnect])
        case 0x1F: (.text, [.connectAnswer, .publishAnswer, .subscribeAnswer, .disconnect])
        case 0x21: (.number(bytes: 2, 1...0xFFFF), .connectAnswer)
        case 0x23: (.number(bytes: 2, 1...0xFFFF), .publish)
        case 0x24, 0x25, 0x28, 0x29, 0x2A: (.number(bytes: 1, 0...1), .connectAnswer)
        case 0x26: (.pair, .all)
        case 0x27: (.number(bytes: 4, 1...UInt32.max), .connectAnswer)
        default: nil
        }
    }
}
