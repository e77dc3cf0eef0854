import Telemetry

/// A command line that cannot be understood. The program answers with exit code 2.
struct UsageError: Error, Equatable {
    let message: String

    init(_ message: String) { self.message = message }
}

/// The words behind a command: `--name value`, `--flag` and the rest.
struct Arguments {
    /// Options that may be given more than once keep all their values.
    private var values: [String: [String]] = [:]
    private var flags: Set<String> = []
    private(set) var positionals: [String] = []

    /// `options` take a value, `flags` do not, `optional` ones take it only as `--name=value`; all are named without dashes.
    /// `positionals` words may follow at most.
    init(
        _ words: [String], options: [String] = [], flags: [String] = [], optional: [String] = [],
        positionals limit: Int = 0
    ) throws(UsageError) {
        var rest = words[...]
        while let word = rest.popFirst() {
            guard word.hasPrefix("--"), word.utf8.count > 2 else {
                guard positionals.count < limit else { throw UsageError("unexpected '\(word)'") }
                positionals.append(word)
                continue
            }
            let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0])
            if (flags + optional).contains(name), parts.count == 1 {
                self.flags.insert(name)
            } else if optional.contains(name) {
                values[name, default: []].append(String(parts[1]))
            } else if options.contains(name) {
                guard let value = parts.count == 2 ? String(parts[1]) : rest.popFirst() else {
                    throw UsageError("--\(name) needs a value")
                }
                values[name, default: []].append(value)
            } else {
                let hint =
                    nearestName(to: name, among: options + flags + optional).map { " (did you mean --\($0)?)" } ?? ""
                throw UsageError("unknown option --\(name)\(hint)")
            }
        }
    }

    func has(_ flag: String) -> Bool { flags.contains(flag) }

    /// The last value of an option.
    func value(_ option: String) -> String? { values[option]?.last }

    /// Every value of an option, in the order given.
    func all(_ option: String) -> [String] { values[option] ?? [] }

    func required(_ option: String) throws(UsageError) -> String {
        guard let value = value(option) else { throw UsageError("--\(option) is required") }
        return value
    }

    /// A whole number within `range`; nil when the option was not given.
    func number(_ option: String, in range: ClosedRange<Int>) throws(UsageError) -> Int? {
        guard let text = value(option) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw UsageError("--\(option) \(text): not a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// One of a type's names; nil when the option was not given.
    func choice<Value: CaseIterable & RawRepresentable<String>>(_ option: String) throws(UsageError) -> Value? {
        guard let text = value(option) else { return nil }
        guard let value = Value(rawValue: text) else {
            let names = Value.allCases.map(\.rawValue).joined(separator: ", ")
            throw UsageError("--\(option) \(text): there are \(names)")
        }
        return value
    }

    /// A whole number with `ms`, `s`, `m` or `h`, within `range`; nil when the option was not given.
    func duration(_ option: String, in range: ClosedRange<Duration>) throws(UsageError) -> Duration? {
        guard let text = value(option) else { return nil }
        guard let duration = Duration(text: text), range.contains(duration) else {
            let bounds = "\(range.lowerBound.readable)…\(range.upperBound.readable)"
            throw UsageError("--\(option) \(text): not a duration such as 500ms, 2s, 1m within \(bounds)")
        }
        return duration
    }
}
