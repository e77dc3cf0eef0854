package import JSON
import Protocol

/// Records of one outlet and one kind as a table with a column for each number, in comma-separated values.
///
/// Its columns are those that occur in a record, so all records are shown to it once before the first line is written.
/// Source of the form: RFC 4180.
package struct PeriodTable: Sendable {
    /// What is exported of a factor, in the order of the columns.
    package static let fields = [
        "Avg", "Min", "Max", "ZsAvg", "ZsMin", "ZsMax", "Cou", "Flag", "Count", "Valid",
    ]

    /// In the order of the configuration; computed ones that stand only in records come behind.
    private var codes: [String]
    /// The fields of each code that occur.
    private var occurring: [String: Set<String>] = [:]

    /// - Parameter codes: the factors of the outlet, in the order in which they are wanted.
    package init(codes: [String]) {
        self.codes = codes
    }

    /// Shows it a record's JSON text, so that its columns come into the table.
    package mutating func note(_ body: [UInt8]) throws(JSONError) {
        for factor in try PeriodRow(body).factors {
            guard case .object(let members) = factor.value else { continue }
            if occurring[factor.key] == nil, !codes.contains(factor.key) { codes.append(factor.key) }
            occurring[factor.key, default: []].formUnion(members.map(\.key))
        }
    }

    /// The names of the columns.
    package var header: String {
        Self.line(["dataTime"] + columns.map { "\($0.code)-\($0.field)" })
    }

    /// The line of one period from the JSON texts of its records, oldest first. There are several when numbers came later
    /// than the record; the last one that has a factor counts.
    package func line(_ bodies: [[UInt8]]) throws(JSONError) -> String {
        var dataTime = ""
        var factors: [String: JSONValue] = [:]
        for body in bodies {
            let row = try PeriodRow(body)
            dataTime = row.dataTime
            for factor in row.factors { factors[factor.key] = factor.value }
        }
        return Self.line([dataTime] + columns.map { Self.cell(factors[$0.code], $0.field) })
    }

    private var columns: [(code: String, field: String)] {
        codes.flatMap { code in
            Self.fields.filter { occurring[code]?.contains($0) == true }.map { (code, $0) }
        }
    }

    private static func cell(_ factor: JSONValue?, _ field: String) -> String {
        guard let factor else { return "" }
        switch factor[field] {
        case .integer(let number)?: return String(number)
        case .number(let number)?:
            var json = JSONWriter()
            json.number(number)
            return json.text
        case .string(let text)?: return text
        case .bool(let value)?: return String(value)
        // What does not say that it is not valid is valid.
        case nil where field == "Valid": return "true"
        default: return ""
        }
    }

    private static func line(_ cells: [String]) -> String {
        cells.map(quoted).joined(separator: ",") + "\r\n"
    }

    private static func quoted(_ cell: String) -> String {
        guard cell.utf8.contains(where: { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }) else { return cell }
        let quote: Character = "\""
        return "\(quote)" + cell.split(separator: quote, omittingEmptySubsequences: false).joined(separator: "\"\"")
            + "\(quote)"
    }
}

/// What the table needs of a record.
private struct PeriodRow {
    let dataTime: String
    let factors: [JSONValue.Member]

    init(_ body: [UInt8]) throws(JSONError) {
        let record = try JSONValue(parsing: body)
        if case .string(let text)? = record["dataTime"] { dataTime = text } else { dataTime = "" }
        if case .object(let members)? = record["data"] { factors = members } else { factors = [] }
    }
}
