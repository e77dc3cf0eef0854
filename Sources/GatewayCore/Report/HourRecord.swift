package import Emissions
import JSON
package import Telemetry

/// What one `hour` record says, as a report uses it.
package struct HourRecord: Equatable, Sendable {
    package var outlet: String
    /// Milliseconds since 1970 UTC.
    package var start: Int64
    /// The same on the plant's clock.
    package var dataTime: CivilTime
    package var mark: PlantMark?
    /// By code.
    package var factors: [String: FactorPeriod]

    /// A record that cannot be used, and why.
    package struct Problem: Error, Equatable, Sendable {
        package let message: String
    }

    /// Records that an outlet's hour can have are far shorter.
    package static let longest = 1 << 18

    /// The record in `bytes`, one JSON object; nil when it is of another kind.
    package init?(json bytes: some Collection<UInt8>) throws(Problem) {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: bytes, limits: JSONLimits(bytes: Self.longest, depth: 8))
        } catch {
            throw Problem(message: "no JSON at column \(error.column): \(error.message)")
        }
        guard case .object = value else { throw Problem(message: "\(value.kind); a record is an object") }
        guard case .string(let kind)? = value["kind"] else { throw Problem(message: "kind is missing") }
        guard kind == "hour" else { return nil }
        try self.init(hour: value)
    }

    private init(hour value: JSONValue) throws(Problem) {
        guard case .string(let outlet)? = value["outlet"] else { throw Problem(message: "outlet is missing") }
        guard case .integer(let start)? = value["ts"], (0..<SampleLineParser.end).contains(start) else {
            throw Problem(message: "ts is the start of the hour in whole milliseconds since 1970 UTC, before 2100")
        }
        guard case .string(let text)? = value["dataTime"], text.utf8.count == 14,
            let dataTime = CivilTime(compact: Array(text.utf8))
        else { throw Problem(message: "dataTime is the start of the hour on the plant's clock, YYYYMMDDhhmmss") }
        guard case .object(let members)? = value["data"] else {
            throw Problem(message: "data is an object with the factors")
        }
        (self.outlet, self.start, self.dataTime) = (outlet, start, dataTime)
        mark = try Self.mark(value["mark"])
        factors = [:]
        for member in members { factors[member.key] = try Self.factor(member.value, code: member.key) }
    }

    private static func mark(_ value: JSONValue?) throws(Problem) -> PlantMark? {
        switch value {
        case nil: return nil
        case .string(let text)?:
            guard let mark = PlantMark(rawValue: text) else {
                let names = PlantMark.allCases.map(\.rawValue).joined(separator: ", ")
                throw Problem(message: "mark \(text): there are \(names)")
            }
            return mark
        default: throw Problem(message: "mark is a text")
        }
    }

    private static func factor(_ value: JSONValue, code: String) throws(Problem) -> FactorPeriod {
        guard case .object = value else { throw Problem(message: "\(code) is \(value.kind) and no object") }
        let fields = Fields(value: value, code: code)
        var flag = DataFlag.normal
        if let text = try fields.text("Flag") {
            guard let known = DataFlag(text) else { throw Problem(message: "\(code): Flag \(text) is no data flag") }
            flag = known
        }
        var period = FactorPeriod(
            measured: PeriodStatistics(
                average: try fields.number("Avg"), minimum: try fields.number("Min"), maximum: try fields.number("Max"),
                count: try fields.number("Count").flatMap { Int(exactly: $0) }, flag: flag),
            validity: try fields.validity(""))
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
            case let other?: throw Problem(message: "\(code): \(name) is \(other.kind) and no number")
            }
        }

        func text(_ name: String) throws(Problem) -> String? {
            switch value[name] {
            case nil: return nil
            case .string(let text)?: return text
            case let other?: throw Problem(message: "\(code): \(name) is \(other.kind) and no text")
            }
        }

        /// `Valid` and `Reason` with their prefix; absent means valid.
        func validity(_ prefix: String) throws(Problem) -> Validity {
            switch value[prefix + "Valid"] {
            case nil, .bool(true)?: return .valid
            case .bool(false)?: return .invalid(reason: try text(prefix + "Reason") ?? "not valid")
            case let other?: throw Problem(message: "\(code): \(prefix)Valid is \(other.kind), not true or false")
            }
        }
    }
}
