import Protocol
import Telemetry

extension ScalarRule where Value == Edition? {
    /// `auto`, which is nil, or the name of an edition.
    static let edition = ScalarRule { (text) throws(Complaint) in
        if text == "auto" { return nil }
        if let edition = Edition(name: text) { return edition }
        let names = ["auto"] + Edition.named.map(\.name)
        let hint = nearestHint(to: text, among: names) ?? .oneOf(names)
        throw Complaint(message: .init("unknown value \(shown(text))", zh: "未知的值 \(shown(text, .zh))"), hint: hint)
    }
}

extension ScalarRule where Value == Tolerance {
    /// The name of one fault of framing.
    static let tolerance = ScalarRule { (text) throws(Complaint) in
        if let entry = Tolerance.names.first(where: { $0.name == text }) { return entry.tolerance }
        let names = Tolerance.names.map(\.name)
        let hint =
            nearestHint(to: text, among: names) ?? .init("some of ", zh: "可用：") + names.joined(separator: " ")
        throw Complaint(message: .init("unknown value \(shown(text))", zh: "未知的值 \(shown(text, .zh))"), hint: hint)
    }
}

extension ScalarRule where Value == AddressPrefix {
    /// An address or a range of addresses.
    static let addressPrefix = ScalarRule { (text) throws(Complaint) in
        guard let prefix = AddressPrefix(text) else {
            throw Complaint(
                message: .init("\(shown(text)) is not an address", zh: "\(shown(text, .zh)) 不是地址"),
                hint: .init(
                    "such as 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32", zh: "例如 192.0.2.7、192.0.2.0/24 或 2001:db8::/32")
            )
        }
        guard prefix == prefix.network else {
            throw Complaint(
                message: .init("\(shown(text)) has bits beyond its length", zh: "\(shown(text, .zh)) 在前缀长度之外还有非零位"),
                hint: .init("write \(prefix.network)", zh: "写成 \(prefix.network)"))
        }
        return prefix
    }
}

extension ScalarRule where Value == Int {
    /// Minutes per minute record. Source: HJ 212-2017, table 4 (MinInterval).
    static let minuteInterval = integer(
        oneOf: [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30],
        hint: .init("minutes per minute record, a divisor of 60; without a unit", zh: "每条分钟记录的分钟数，须整除 60，不带单位"))
}

extension ScalarRule where Value == Duration {
    /// A duration without a fraction of a second.
    static func wholeSeconds(in range: ClosedRange<Int64>) -> Self {
        ScalarRule { (text) throws(Complaint) in
            let duration = try duration(in: .seconds(range.lowerBound) ... .seconds(range.upperBound)).read(text)
            guard duration.wholeMilliseconds.isMultiple(of: 1_000) else {
                throw Complaint(
                    message: .init("\(shown(text)) is not a whole number of seconds", zh: "\(shown(text, .zh)) 不是整秒"))
            }
            return duration
        }
    }
}
