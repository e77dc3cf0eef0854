package import Protocol

/// What of the journal one uplink carries.
///
/// Kinds and outlets take records as they are or not at all. Factors cut: the others are taken out of `data` and `errors`, byte
/// for byte, so that what remains is written as it was journalled. A record that has none of the factors is not carried.
package struct RecordSelection: Equatable, Sendable {
    package var kinds: Set<RecordKind>
    package var factors: Set<String>?
    package var outlets: Set<String>?

    /// The place of the gateway's own records, which every uplink carries.
    package static let gateway = "_gateway"

    package init(kinds: Set<RecordKind>, factors: Set<String>? = nil, outlets: Set<String>? = nil) {
        // What an instrument sends may hold any factor.
        self.kinds = factors == nil && outlets == nil ? kinds : kinds.subtracting([.raw, .frame])
        self.factors = factors
        self.outlets = outlets
    }

    package init(_ uplink: UplinkConfiguration) {
        self.init(kinds: uplink.kinds, factors: uplink.factors, outlets: uplink.outlets)
    }

    /// Whether the kind of a record alone says if it is carried.
    package var isByKindOnly: Bool { factors == nil && outlets == nil }

    /// The body as this uplink carries it; nil: not at all.
    ///
    /// - Parameters:
    ///   - kind: of a kind that is carried.
    ///   - place: the outlet's or device's id, or `_gateway`.
    package func body(_ body: [UInt8], kind: String, place: String) -> [UInt8]? {
        if let outlets, place != Self.gateway, !outlets.contains(place) { return nil }
        guard let factors else { return body }
        switch RecordKind(rawValue: kind) {
        case .realtime, .minute, .hour, .day, .month, .year, .rates: return cut(body, to: factors)
        case .alarm: return isAlarm(body, about: factors) ? body : nil
        case .counts, .audit, .raw, .frame, .evidence, .none: return body
        }
    }

    private func cut(_ body: [UInt8], to factors: Set<String>) -> [UInt8]? {
        guard let members = JSONMembers(of: body, in: body.indices) else { return nil }
        var text: [UInt8] = [UInt8(ascii: "{")]
        text.reserveCapacity(body.count)
        var hasData = false
        for member in members.list {
            let name = body[member.name]
            let isData = name.elementsEqual("data".utf8)
            guard isData || name.elementsEqual("errors".utf8) else {
                append(body[member.whole], to: &text)
                continue
            }
            guard let inner = JSONMembers(of: body, in: member.value) else { return nil }
            let kept = inner.list.filter { factors.contains(String(decoding: body[$0.name], as: UTF8.self)) }
            if kept.isEmpty { continue }
            if isData { hasData = true }
            append(body[member.whole.lowerBound..<member.value.lowerBound], to: &text)
            text.append(UInt8(ascii: "{"))
            for entry in kept { append(body[entry.whole], to: &text) }
            text.append(UInt8(ascii: "}"))
        }
        text.append(UInt8(ascii: "}"))
        return hasData ? text : nil
    }

    /// `bytes`, with a comma before it unless it is the first member.
    private func append(_ bytes: ArraySlice<UInt8>, to text: inout [UInt8]) {
        if text.last != UInt8(ascii: "{") { text.append(UInt8(ascii: ",")) }
        text.append(contentsOf: bytes)
    }

    /// True also when the alarm is about no factor.
    private func isAlarm(_ body: [UInt8], about factors: Set<String>) -> Bool {
        guard let members = JSONMembers(of: body, in: body.indices),
            let alarm = members.list.first(where: { body[$0.name].elementsEqual("alarm".utf8) }),
            let inner = JSONMembers(of: body, in: alarm.value)
        else { return false }
        guard let factor = inner.list.first(where: { body[$0.name].elementsEqual("factor".utf8) }) else { return true }
        return factors.contains(String(decoding: body[factor.value].dropFirst().dropLast(), as: UTF8.self))
    }
}
