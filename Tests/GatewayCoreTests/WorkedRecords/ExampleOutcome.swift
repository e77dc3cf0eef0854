import Alarms
import GatewayCore
import JSON
import Protocol
import Telemetry

/// What came of an example: its records and alarms as they are published, and whether a statement about them is true.
///
/// The statements of the table stand between semicolons:
/// - `hour 4 w01018: Avg 80, Count 1, valid`: members of a factor in the record with this number, from 0. Several numbers
///   are those of that record and the following ones. `no Avg`: there is no such member. `valid`: nothing says otherwise. A text
///   is in quotes. `quality` and `errors` are the record's.
/// - `realtime a21026: Rtd 54.35`: the same of the last record with present values.
/// - `report a21026: Cou 0.298`: the amount in the report of the month.
/// - `L1 w01018: "at least 85.33", lasts 1h`: an alarm that was raised, a part of its last text, its length, whether it is `cleared`.
/// - `no L1`: no such alarm was raised.
struct ExampleOutcome {
    let records: [Record]
    let configurationText: String

    /// Why a statement is not true; nil: it is.
    func objection(to statement: String) throws -> String? {
        let halves = statement.parts(by: ": ")
        let words = halves[0].split(separator: " ").map(String.init)
        let facts = halves.dropFirst().flatMap { $0.parts(by: ", ") }
        if words[0] == "no", facts.isEmpty {
            return try alarm(words.dropFirst()).map { "raised: \($0.text)" }
        }
        if words[0] == "report", words.count == 2, facts.count == 1 {
            let amount = try reportedAmount(of: words[1]).map { "Cou \($0)" } ?? "no Cou"
            return amount == facts[0] ? nil : amount
        }
        if RecordKind(rawValue: words[0]) != nil { return try objection(to: facts, of: words) }
        guard let alarm = try alarm(words[...]) else { return "not raised" }
        return try Self.objection(to: facts, of: alarm)
    }

    // MARK: Records

    /// - Parameter words: kind and number of the record, and the factor.
    private func objection(to facts: [String], of words: [String]) throws -> String? {
        let encoder = RecordEncoder(gateway: "example")
        let found = records.filter { $0.kind.rawValue == words[0] }
        guard let first = words.count == 3 ? Int(words[1]) : found.count - 1, let code = words.last else {
            throw UnreadableExample(text: words.joined(separator: " "))
        }
        guard found.indices.contains(first) else { return "no such record" }
        let published = try found[first...].prefix(24).map { try JSONValue(parsing: encoder.encode($0, sequence: 1)) }
        let factors = published.compactMap { $0["data"]?[code] }
        guard let factor = factors.first else { return "no such factor" }
        for fact in facts {
            let parts = fact.split(separator: " ", maxSplits: 1).map(String.init)
            let isTrue: Bool
            switch (parts[0], parts.last ?? "") {
            case ("valid", _): isTrue = factor["Valid"] == nil
            case ("no", let name): isTrue = factor[name] == nil
            case ("quality", let text):
                guard case .array(let remarks)? = published[0]["quality"] else { return "no quality" }
                isTrue = remarks.contains { Self.isEqual(text, $0) }
            case ("errors", let text): isTrue = Self.isEqual(text, published[0]["errors"]?[code])
            case (let name, let text) where text.hasPrefix("\""): isTrue = Self.isEqual(text, factor[name])
            case (let name, let numbers):
                let numbers = numbers.split(separator: " ")
                isTrue =
                    numbers.count <= factors.count && zip(numbers, factors).allSatisfy { Self.isEqual($0, $1[name]) }
            }
            if !isTrue { return "\(fact): \(factors.prefix(8).map(\.text)), \(published[0].text)" }
        }
        return nil
    }

    /// Whether a value is the number or the word in `text`, or the text in its quotes.
    private static func isEqual(_ text: some StringProtocol, _ value: JSONValue?) -> Bool {
        switch value {
        case .integer(let number): Double(text) == Double(number)
        case .number(let number): Double(text) == number
        case .string(let string): text.trimming("\"") == string
        case .bool, .null, .array, .object, nil: false
        }
    }

    /// The amount that `gatewayd report` shows of the month of the examples.
    private func reportedAmount(of code: String) throws -> Double? {
        let options = ReportOptions(period: .month(year: 2026, month: 12))
        var taken = ReportRecords(period: options.period, substituting: false)
        let encoder = RecordEncoder(gateway: "example")
        for record in records where [.hour, .day, .month].contains(record.kind) {
            let bytes = encoder.encode(record, sequence: 1)
            guard let kept = try PeriodRecord(json: bytes, unrounded: UnroundedAmounts(of: record)) else { continue }
            taken.take(kept)
        }
        guard let plan = ReportPlan(outlet: "outlet", of: try configuration(configurationText)) else { return nil }
        return try EmissionReport(plan, records: taken, options: options).factor(code).total.amount
    }

    // MARK: Alarms

    /// The last message about an alarm of a rule, of the factor that is named behind it; nil: none was raised.
    private func alarm(_ words: ArraySlice<String>) throws -> JSONValue? {
        guard let rule = words.first, RuleID(rawValue: rule) != nil else {
            throw UnreadableExample(text: words.joined(separator: " "))
        }
        let reports = records.compactMap { record -> AlarmReport? in
            guard case .alarm(let report) = record.content else { return nil }
            return report.rule == rule && !report.isSuppressed && words.dropFirst().allSatisfy { $0 == report.factor }
                ? report : nil
        }
        guard let last = reports.last else { return nil }
        var json = JSONWriter()
        last.write(to: &json)
        return try JSONValue(parsing: json.bytes)
    }

    private static func objection(to facts: [String], of alarm: JSONValue) throws -> String? {
        for fact in facts {
            let isTrue: Bool
            if fact.hasPrefix("\"") {
                guard case .string(let message)? = alarm["message"] else { return "no message" }
                isTrue = message.contains(fact.trimming("\""))
            } else if fact == "cleared" {
                isTrue = alarm["state"] == .string("cleared")
            } else if fact.hasPrefix("lasts ") {
                isTrue = isEqual(String(try wholeSeconds(fact.dropFirst(6))), alarm["duration"])
            } else {
                throw UnreadableExample(text: fact)
            }
            if !isTrue { return "\(fact): \(alarm.text)" }
        }
        return nil
    }
}

extension StringProtocol {
    /// Without the characters `mark` at its ends.
    fileprivate func trimming(_ mark: Character) -> String {
        String(drop(while: { $0 == mark }).reversed().drop(while: { $0 == mark }).reversed())
    }
}
