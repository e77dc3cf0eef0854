import Protocol
import Telemetry

/// A time records are kept.
enum KeepingTime: Equatable {
    case days(Int)
    case forever
}

extension ScalarRule where Value == KeepingTime {
    /// `30d`, `5y` (a year counts 366 days), up to a hundred years, or `forever`.
    static let keepingTime = ScalarRule { (text) throws(Complaint) in
        if text == "forever" { return .forever }
        let number = text.prefix { $0.isASCII && $0.isNumber }
        let unit = text.dropFirst(number.count)
        guard !number.isEmpty, unit == "d" || unit == "y" else {
            throw Complaint(
                message: .init("\(shown(text)) is not a time to keep records", zh: "\(shown(text, .zh)) 不是保存时间"),
                hint: .init("such as 30d, 5y or forever", zh: "例如 30d、5y 或 forever"))
        }
        let limit = unit == "y" ? 100 : 36_600
        guard let count = Int(number), (1...limit).contains(count) else {
            throw Complaint(
                message: .init("\(shown(text)) is not between 1d and 100y", zh: "\(shown(text, .zh)) 不在 1d 到 100y 之间"),
                hint: .init("or forever", zh: "或写 forever"))
        }
        return .days(unit == "y" ? count * 366 : count)
    }
}

extension ScalarRule where Value == Int64 {
    /// A whole number of `MB` or `GB` (10⁶ and 10⁹ bytes), in `range`, which counts megabytes.
    static func size(in range: ClosedRange<Int64>) -> Self {
        ScalarRule { (text) throws(Complaint) in
            let number = text.prefix { $0.isASCII && $0.isNumber }
            let unit = text.dropFirst(number.count)
            guard !number.isEmpty, unit == "MB" || unit == "GB" else {
                throw Complaint(
                    message: .init("\(shown(text)) is not a size", zh: "\(shown(text, .zh)) 不是容量"),
                    hint: .init("such as 500MB or 20GB", zh: "例如 500MB 或 20GB"))
            }
            let (megabytes, overflows) = (Int64(number) ?? .max).multipliedReportingOverflow(
                by: unit == "GB" ? 1_000 : 1)
            guard !overflows, range.contains(megabytes) else {
                throw Complaint(
                    message: .init(
                        "\(shown(text)) is not between \(range.lowerBound)MB and \(range.upperBound / 1_000)GB",
                        zh: "\(shown(text, .zh)) 不在 \(range.lowerBound)MB 到 \(range.upperBound / 1_000)GB 之间"))
            }
            return megabytes * 1_000_000
        }
    }
}

extension ScalarRule where Value == RecordKind {
    /// A kind that an uplink may carry.
    static let publishedKind = ScalarRule { (text) throws(Complaint) in
        guard let kind = RecordKind(rawValue: text), RecordKind.published.contains(kind) else {
            let names = RecordKind.allCases.filter { RecordKind.published.contains($0) }.map(\.rawValue)
            let hint = nearestHint(to: text, among: names) ?? .oneOf(names)
            throw Complaint(message: .init("unknown value \(shown(text))", zh: "未知的值 \(shown(text, .zh))"), hint: hint)
        }
        return kind
    }
}
