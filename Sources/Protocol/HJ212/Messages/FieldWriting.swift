import Telemetry

extension DataSegment.Pair {
    init(_ key: FieldText, _ number: Int) {
        self.init(key, FieldText(String(number)))
    }

    init(_ key: FieldText, _ time: CivilTime) {
        self.init(key, FieldText(time.compact))
    }

    /// `code-suffix=value`
    init(_ code: FieldText, _ suffix: FieldText, _ value: FieldText) {
        self.init(FieldText(code.bytes + [ASCII.dash] + suffix.bytes), value)
    }
}

extension TimeRange {
    var pairs: [DataSegment.Pair] {
        [DataSegment.Pair("BeginTime", begin), DataSegment.Pair("EndTime", end)]
    }
}

extension AlarmLimits {
    var pairs: [DataSegment.Pair] {
        [("LowValue", low), ("UpValue", up)].compactMap { suffix, value in
            value.map { DataSegment.Pair(factor, suffix, $0) }
        }
    }
}

extension FieldText {
    /// Whether it is a plain decimal number of at most 18 characters, without exponent.
    /// Source: HJ 212-2017, 6.3.2 (type N14.2).
    var isDecimal: Bool {
        bytes.count <= 18 && number != nil && !bytes.contains { $0 | 0x20 == UInt8(ascii: "e") }
    }
}

/// Checks of what is about to be sent. Source: HJ 212-2017, table 4; HJ 212-2025 and HJ/T 212-2005 where they differ.
enum FieldCheck {
    static func range(_ field: String, _ value: Int, _ allowed: ClosedRange<Int>) throws(MessageError) {
        guard allowed.contains(value) else {
            throw .outOfRange(field: field, allowed: .init(verbatim: "\(allowed.lowerBound)…\(allowed.upperBound)"))
        }
    }

    /// Seconds between realtime uploads.
    static func realtimeInterval(_ seconds: Int, _ edition: Edition) throws(MessageError) {
        try range("RtdInterval", seconds, edition.rules == .hj2005 ? 1...9999 : 30...3600)
    }

    /// The minute intervals an hour can be divided into.
    static let minuteIntervals = [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30]

    static func minuteInterval(_ minutes: Int) throws(MessageError) {
        guard minuteIntervals.contains(minutes) else {
            throw .outOfRange(
                field: "MinInterval",
                allowed: .init("one of 1 2 3 4 5 6 10 12 15 20 30", zh: "1 2 3 4 5 6 10 12 15 20 30 之一"))
        }
    }

    static func length(_ field: String, _ text: FieldText?, _ allowed: ClosedRange<Int>) throws(MessageError) {
        guard let text, !allowed.contains(text.bytes.count) else { return }
        throw .outOfRange(
            field: field,
            allowed: .init(
                "\(allowed.lowerBound)…\(allowed.upperBound) characters",
                zh: "\(allowed.lowerBound)…\(allowed.upperBound) 个字符"))
    }

    /// What every packet will repeat in its header must not change the meaning of one.
    static func headerText(_ field: String, _ text: FieldText) throws(MessageError) {
        let separators = ";,=&".utf8
        guard text.bytes.allSatisfy({ (0x21...0x7E).contains($0) && !separators.contains($0) }) else {
            throw .malformed(field: field)
        }
    }

    static func factor(_ code: FieldText?) throws(MessageError) { try length("PolId", code, 1...6) }

    static func decimal(_ field: String, _ text: FieldText?) throws(MessageError) {
        guard let text, !text.isDecimal else { return }
        throw .outOfRange(
            field: field, allowed: .init("decimal numbers of at most 18 characters", zh: "至多 18 个字符的十进制数"))
    }

    static func timeOfDay(_ field: String, _ time: TimeOfDay) throws(MessageError) {
        guard time.isValid else { throw .outOfRange(field: field, allowed: .init("times of a day", zh: "一天中的时刻")) }
    }

    static func timeRange(_ range: TimeRange) throws(MessageError) {
        guard range.begin.localMilliseconds <= range.end.localMilliseconds else {
            throw .outOfRange(field: "EndTime", allowed: .init("not before BeginTime", zh: "不早于 BeginTime"))
        }
    }

    static func limits(_ limits: [AlarmLimits]) throws(MessageError) {
        for limit in limits {
            try factor(limit.factor)
            guard limit.low != nil || limit.up != nil else { throw .missing(field: "UpValue") }
            try decimal("LowValue", limit.low)
            try decimal("UpValue", limit.up)
        }
    }

    /// Whether a receiver reads what was written: no value holds a separator, a control character or the end of a packet.
    static func readsBack(_ packet: Packet) throws(MessageError) {
        if let key = packet.unreadableKey { throw .malformed(field: key.text) }
        for pair in packet.header + packet.cp.pairs {
            let bytes = pair.key.bytes + [ASCII.equals] + pair.value.bytes
            let ends = zip(bytes, bytes.dropFirst()).contains { $0 == ASCII.ampersand && $1 == ASCII.ampersand }
            guard !ends, bytes.last != ASCII.ampersand, bytes.allSatisfy({ $0 >= 0x20 })
            else { throw .malformed(field: pair.key.text) }
        }
    }
}
