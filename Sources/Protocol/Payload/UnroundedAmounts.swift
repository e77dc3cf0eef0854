internal import JSON

/// The amounts (`Cou`) of an hour, day, month or year by factor, as they were before rounding.
///
/// What is longer is summed of them, so that the figure of a month is the same wherever it is printed. They are kept beside the
/// record in the journal: `{"a21026":0.00040000000000000002}`.
package struct UnroundedAmounts: Equatable, Sendable {
    /// By factor code.
    package var amounts: [String: Double]

    package init(_ amounts: [String: Double]) {
        self.amounts = amounts
    }

    /// Those of a record; nil where it is shorter than an hour or has none.
    package init?(of record: Record) {
        switch record.kind {
        case .hour, .day, .month, .year: break
        default: return nil
        }
        guard case .factors(let factors, _) = record.content else { return nil }
        let amounts = factors.compactMap { factor in
            factor.unroundedAmount.flatMap { $0.isFinite ? (factor.code, $0) : nil }
        }
        guard !amounts.isEmpty else { return nil }
        self.init(Dictionary(amounts, uniquingKeysWith: { first, _ in first }))
    }

    /// JSON, ascending by code.
    package var text: String {
        var json = JSONWriter()
        json.beginObject()
        for (code, amount) in amounts.sorted(by: { $0.key < $1.key }) { json.field(code, number: amount) }
        json.endObject()
        return json.text
    }

    /// What was written by ``text``; nil where it is anything else.
    package init?(text: String) {
        guard case .object(let members)? = try? JSONValue(parsing: Array(text.utf8)) else { return nil }
        amounts = [:]
        for member in members {
            switch member.value {
            case .integer(let number): amounts[member.key] = Double(number)
            case .number(let number): amounts[member.key] = number
            default: return nil
            }
        }
    }
}
