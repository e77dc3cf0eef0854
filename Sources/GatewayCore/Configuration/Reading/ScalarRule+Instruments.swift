import Protocol
import Telemetry

extension ScalarRule where Value == Edition? {
    /// `auto`, which is nil, or the name of an edition.
    static let edition = ScalarRule { (text) throws(Complaint) in
        if text == "auto" { return nil }
        if let edition = Edition(name: text) { return edition }
        let names = ["auto"] + Edition.named.map(\.name)
        let hint = nearestHint(to: text, among: names) ?? .oneOf(names)
        throw Complaint(message: "unknown value \(shown(text))", hint: hint)
    }
}

extension ScalarRule where Value == Tolerance {
    /// The name of one fault of framing.
    static let tolerance = ScalarRule { (text) throws(Complaint) in
        if let entry = Tolerance.names.first(where: { $0.name == text }) { return entry.tolerance }
        let names = Tolerance.names.map(\.name)
        let hint =
            nearestHint(to: text, among: names) ?? .init("some of ", zh: "可用：")
            + .init(verbatim: names.joined(separator: " "))
        throw Complaint(message: "unknown value \(shown(text))", hint: hint)
    }
}

extension ScalarRule where Value == AddressPrefix {
    /// An address or a range of addresses.
    static let addressPrefix = ScalarRule { (text) throws(Complaint) in
        guard let prefix = AddressPrefix(text) else {
            throw Complaint(
                message: "\(shown(text)) is not an address", hint: "such as 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32")
        }
        guard prefix == prefix.network else {
            throw Complaint(message: "\(shown(text)) has bits beyond its length", hint: "write \(prefix.network)")
        }
        return prefix
    }
}

extension ScalarRule where Value == Int {
    /// Minutes per minute record. Source: HJ 212-2017, table 4 (MinInterval).
    static let minuteInterval = integer(
        oneOf: [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30],
        hint: "minutes per minute record, a divisor of 60; without a unit")
}

extension ScalarRule where Value == Duration {
    /// A duration without a fraction of a second.
    static func wholeSeconds(in range: ClosedRange<Int64>) -> Self {
        ScalarRule { (text) throws(Complaint) in
            let duration = try duration(in: .seconds(range.lowerBound) ... .seconds(range.upperBound)).read(text)
            guard duration.wholeMilliseconds.isMultiple(of: 1_000) else {
                throw Complaint(message: "\(shown(text)) is not a whole number of seconds")
            }
            return duration
        }
    }
}
