package import Emissions
import JSON
package import Protocol
package import Telemetry

/// What one record of an hour, day, month or year says, as a report uses it.
package struct PeriodRecord: Equatable, Sendable {
    package var length: PeriodLength
    package var outlet: String
    /// Milliseconds since 1970 UTC.
    package var start: Int64
    /// The same on the plant's clock.
    package var dataTime: CivilTime
    package var mark: PlantMark?
    /// By code; amounts as they are printed.
    package var factors: [String: FactorPeriod]
    /// The same amounts before rounding, by code, where the journal keeps them.
    private(set) var unrounded: [String: Double] = [:]
    /// Codes of unrounded amounts that are not what the record prints rounded: they were altered and are left out.
    package private(set) var misfits: Set<String> = []
    /// By code, the journal's number of the record that the factor is from; empty where records have none.
    private(set) var sequences: [String: Int64] = [:]

    /// A record that cannot be used, and why.
    package struct Problem: Error, Equatable, Sendable {
        package let text: BilingualText

        /// ``text`` in English.
        package var message: String { text.en }
    }

    /// Records that an outlet can have are far shorter.
    package static let longest = 1 << 18

    /// The kinds of record that a report is made of.
    package static let kinds: Set<RecordKind> = [.hour, .day, .month, .year]

    /// The record in `bytes`, one JSON object; nil when it is of another kind. `unrounded`: what the journal keeps beside it; an
    /// amount that does not round to the printed one is none.
    package init?(json bytes: some Collection<UInt8>, unrounded: UnroundedAmounts? = nil) throws(Problem) {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: bytes, limits: JSONLimits(bytes: Self.longest, depth: 8))
        } catch {
            throw Problem(
                text: .init(
                    "no JSON at column \(error.column): \(error.message)",
                    zh: "第 \(error.column) 列不是 JSON：\(error.message)"))
        }
        guard case .object = value else {
            throw Problem(text: .init("\(value.kind); a record is an object", zh: "是 \(value.kind)；记录应为对象"))
        }
        guard case .string(let kind)? = value["kind"] else {
            throw Problem(text: .init("kind is missing", zh: "缺少 kind"))
        }
        guard let length = Self.length(kind) else { return nil }
        try self.init(length, value)
        for (code, amount) in unrounded?.amounts ?? [:] {
            if let printed = factors[code]?.amount?.value, UnroundedAmounts.rounds(amount, to: printed) {
                self.unrounded[code] = amount
            } else {
                misfits.insert(code)
            }
        }
    }

    private static func length(_ kind: String) -> PeriodLength? {
        switch RecordKind(rawValue: kind) {
        case .hour: .hour
        case .day: .day
        case .month: .month
        case .year: .year
        default: nil
        }
    }

    private init(_ length: PeriodLength, _ value: JSONValue) throws(Problem) {
        guard case .string(let outlet)? = value["outlet"] else {
            throw Problem(text: .init("outlet is missing", zh: "缺少 outlet"))
        }
        guard case .integer(let start)? = value["ts"], (0..<SampleLineParser.end).contains(start) else {
            throw Problem(
                text: .init(
                    "ts is the start of the period in whole milliseconds since 1970 UTC, before 2100",
                    zh: "ts 应为该时段开始的 UTC 整毫秒数（1970 年起，早于 2100 年）"))
        }
        guard case .string(let text)? = value["dataTime"], text.utf8.count == 14,
            let dataTime = CivilTime(compact: Array(text.utf8))
        else {
            throw Problem(
                text: .init(
                    "dataTime is the start of the period on the plant's clock, YYYYMMDDhhmmss",
                    zh: "dataTime 应为该时段开始的现场时间，YYYYMMDDhhmmss"))
        }
        guard case .object(let members)? = value["data"] else {
            throw Problem(text: .init("data is an object with the factors", zh: "data 应为含各因子的对象"))
        }
        (self.length, self.outlet, self.start, self.dataTime) = (length, outlet, start, dataTime)
        mark = try Self.mark(value["mark"])
        factors = [:]
        for member in members {
            factors[member.key] = try Self.factor(member.value, code: member.key)
            if case .integer(let sequence)? = value["seq"] { sequences[member.key] = sequence }
        }
    }

    /// The amount of a factor: before rounding where that is kept, else as it is printed; nil where there is none.
    func amount(of code: String) -> Double? { unrounded[code] ?? factors[code]?.amount?.value }

    /// The same with a later record of the same period: its factors add to those that are known and outdo them.
    func merged(with later: PeriodRecord) -> PeriodRecord {
        var merged = self
        merged.mark = later.mark ?? mark
        merged.factors.merge(later.factors) { _, new in new }
        merged.sequences.merge(later.sequences) { _, new in new }
        for code in later.factors.keys { merged.unrounded[code] = later.unrounded[code] }
        return merged
    }

    private static func mark(_ value: JSONValue?) throws(Problem) -> PlantMark? {
        switch value {
        case nil: return nil
        case .string(let text)?:
            guard let mark = PlantMark(rawValue: text) else {
                let names = PlantMark.allCases.map(\.rawValue).joined(separator: ", ")
                throw Problem(text: .init("mark \(text): there are \(names)", zh: "mark \(text)：可用 \(names)"))
            }
            return mark
        default: throw Problem(text: .init("mark is a text", zh: "mark 应为文本"))
        }
    }

    private static func factor(_ value: JSONValue, code: String) throws(Problem) -> FactorPeriod {
        guard case .object = value else {
            throw Problem(text: .init("\(code) is \(value.kind) and no object", zh: "\(code) 是 \(value.kind)，应为对象"))
        }
        let fields = Fields(value: value, code: code)
        var flag = DataFlag.normal
        if let text = try fields.text("Flag") {
            guard let known = DataFlag(text) else {
                throw Problem(text: .init("\(code): Flag \(text) is no data flag", zh: "\(code)：Flag \(text) 不是数据标记"))
            }
            flag = known
        }
        var period = FactorPeriod(
            measured: PeriodStatistics(
                average: try fields.number("Avg"), minimum: try fields.number("Min"), maximum: try fields.number("Max"),
                count: try fields.number("Count").flatMap { Int(exactly: $0) }, flag: flag),
            validity: try fields.validity(""))
        period.isDue = !period.validity.isOfNothingDue
        period.stands = period.validity.isOfStandingWater
        let converted = ConvertedPeriod(
            average: try fields.number("ZsAvg"), minimum: try fields.number("ZsMin"),
            maximum: try fields.number("ZsMax"), validity: try fields.validity("Zs"))
        if converted.average != nil || !converted.validity.isValid { period.converted = converted }
        let amount = PeriodAmount(value: try fields.number("Cou"), validity: try fields.validity("Cou"))
        if amount.value != nil || !amount.validity.isValid { period.amount = amount }
        return period
    }

    /// The members of a factor's object.
    private struct Fields {
        let value: JSONValue
        let code: String

        func number(_ name: String) throws(Problem) -> Double? {
            switch value[name] {
            case nil: return nil
            case .integer(let number)?: return Double(number)
            case .number(let number)?: return number
            case let other?:
                throw Problem(
                    text: .init(
                        "\(code): \(name) is \(other.kind) and no number", zh: "\(code)：\(name) 是 \(other.kind)，应为数"))
            }
        }

        func text(_ name: String) throws(Problem) -> String? {
            switch value[name] {
            case nil: return nil
            case .string(let text)?: return text
            case let other?:
                throw Problem(
                    text: .init(
                        "\(code): \(name) is \(other.kind) and no text", zh: "\(code)：\(name) 是 \(other.kind)，应为文本"))
            }
        }

        /// `Valid` and `Reason` with their prefix; absent means valid.
        func validity(_ prefix: String) throws(Problem) -> Validity {
            switch value[prefix + "Valid"] {
            case nil, .bool(true)?: return .valid
            case .bool(false)?: return .invalid(reason: try text(prefix + "Reason") ?? "not valid")
            case let other?:
                throw Problem(
                    text: .init(
                        "\(code): \(prefix)Valid is \(other.kind), not true or false",
                        zh: "\(code)：\(prefix)Valid 是 \(other.kind)，应为 true 或 false"))
            }
        }
    }
}
