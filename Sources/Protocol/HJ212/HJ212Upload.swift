package import Telemetry

/// Data a monitor has sent: present values, or what it states of a minute, an hour or a day.
package struct HJ212Upload: Equatable, Sendable {
    package enum Kind: Int, Sendable {
        case realtime = 2011
        case minute = 2051
        case hour = 2061
        case day = 2031
    }

    /// What the upload says of one factor. A number that is missing or is none stays nil.
    package struct Factor: Equatable, Sendable {
        package var code: String
        package var realtime: Double?
        package var average: Double?
        package var minimum: Double?
        package var maximum: Double?
        package var amount: Double?
        /// Nil when the frame states none.
        package var flag: DataFlag?

        package init(code: String) { self.code = code }

        /// Whether any number came with the factor.
        package var hasNumber: Bool { realtime != nil || average != nil }
    }

    package var kind: Kind
    package var mn: String
    package var st: String
    /// The instant of realtime data, the start of a period, on the monitor's clock.
    package var dataTime: CivilTime?
    /// When the frame was made, on the monitor's clock.
    package var sentTime: CivilTime?
    /// In the order of the frame, each code once.
    package var factors: [Factor]

    package init(
        kind: Kind, mn: String, st: String, dataTime: CivilTime?, sentTime: CivilTime?, factors: [Factor]
    ) {
        self.kind = kind
        self.mn = mn
        self.st = st
        self.dataTime = dataTime
        self.sentTime = sentTime
        self.factors = factors
    }

    /// From sampling to sending; both stamps are the monitor's, so its clock may be wrong. Nil when one is missing.
    package var age: Duration? {
        guard let dataTime, let sentTime else { return nil }
        return .milliseconds(sentTime.localMilliseconds - dataTime.localMilliseconds)
    }
}

extension HJ212Upload {
    /// The upload in `packet`; nil when its command is none of the four.
    ///
    /// Source: HJ 212-2017, table 6 (2011, 2051, 2061, 2031) and table 4 (Rtd, Avg, Min, Max, Cou, Flag).
    package init?(_ packet: Packet) {
        guard let kind = Kind(rawValue: packet.cn) else { return nil }
        var factors: [Factor] = []
        var common: DataFlag?
        for pair in packet.parameters {
            // A Flag without a factor code speaks for all factors.
            if pair.name == "Flag" { common = common ?? DataFlag(pair.value) }
            guard let dash = pair.name.lastIndex(of: "-") else { continue }
            let code = String(pair.name[..<dash])
            guard !code.isEmpty else { continue }
            let index = factors.firstIndex { $0.code == code } ?? factors.endIndex
            if index == factors.endIndex { factors.append(Factor(code: code)) }
            factors[index].take(pair.name[pair.name.index(after: dash)...], pair.value)
        }
        for index in factors.indices {
            factors[index].flag = factors[index].flag ?? common
            // Some monitors send their present value under the name of a mean.
            if kind == .realtime { factors[index].realtime = factors[index].realtime ?? factors[index].average }
        }
        self.init(
            kind: kind, mn: packet.mn, st: packet.st,
            dataTime: packet.parameter("DataTime").flatMap { CivilTime(compact: $0.utf8) },
            sentTime: packet.qn.flatMap { CivilTime(compact: $0.utf8) }, factors: factors)
    }
}

extension HJ212Upload.Factor {
    /// Takes the value of one suffix; of a repeated one the first counts, unknown ones are passed over.
    fileprivate mutating func take(_ suffix: Substring, _ text: String) {
        switch suffix {
        case "Rtd": realtime = realtime ?? Self.number(text)
        case "Avg": average = average ?? Self.number(text)
        case "Min": minimum = minimum ?? Self.number(text)
        case "Max": maximum = maximum ?? Self.number(text)
        case "Cou": amount = amount ?? Self.number(text)
        case "Flag": flag = flag ?? DataFlag(text)
        default: break
        }
    }

    /// A finite decimal number, with sign and exponent at most.
    private static func number(_ text: String) -> Double? {
        // Double(_:) also reads nan, infinity and hexadecimal numbers, which no instrument means.
        guard text.utf8.allSatisfy({ $0.isDigit || "+-.eE".utf8.contains($0) }), let value = Double(text),
            value.isFinite
        else { return nil }
        return value
    }
}
