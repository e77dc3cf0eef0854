import Telemetry

/// A command line that cannot be understood. The program answers with exit code 2.
struct UsageError: BilingualError, Equatable {
    let text: BilingualText

    init(_ en: String, zh: String) { text = BilingualText(en, zh: zh) }
}

extension UsageError {
    /// With the name that was probably meant, where one is near.
    init(_ en: String, zh: String, didYouMean name: String?) {
        self.init(
            en + (name.map { " (did you mean \($0)?)" } ?? ""), zh: zh + (name.map { "（是不是 \($0)？）" } ?? ""))
    }

    /// The value of an option is none of its `known` ones.
    init(_ option: String, _ text: String, known: [String], didYouMean name: String? = nil) {
        let (en, zh) = (known.joined(separator: ", "), known.joined(separator: "、"))
        self.init(
            "--\(option) \(text): there are \(en)", zh: "--\(option) \(text)：可用的有 \(zh)", didYouMean: name)
    }
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
                guard positionals.count < limit else { throw UsageError("unexpected '\(word)'", zh: "多余的参数“\(word)”") }
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
                    throw UsageError("--\(name) needs a value", zh: "--\(name) 后面要有值")
                }
                values[name, default: []].append(value)
            } else {
                let known = nearestName(to: name, among: options + flags + optional).map { "--\($0)" }
                throw UsageError("unknown option --\(name)", zh: "没有选项 --\(name)", didYouMean: known)
            }
        }
    }

    func has(_ flag: String) -> Bool { flags.contains(flag) }

    /// The last value of an option.
    func value(_ option: String) -> String? { values[option]?.last }

    /// Every value of an option, in the order given.
    func all(_ option: String) -> [String] { values[option] ?? [] }

    func required(_ option: String) throws(UsageError) -> String {
        guard let value = value(option) else { throw UsageError("--\(option) is required", zh: "缺少 --\(option)") }
        return value
    }

    /// The configuration that `--config` or the word behind the command names.
    func configurationFile() throws(UsageError) -> String {
        guard let file = value("config") else {
            guard let file = positionals.first else {
                throw UsageError("--config is required, or the FILE alone", zh: "缺少配置文件：--config FILE，或只写 FILE")
            }
            return file
        }
        if let other = positionals.first { throw UsageError("unexpected '\(other)'", zh: "多余的参数“\(other)”") }
        return file
    }

    /// A whole number within `range`, decimal or hexadecimal (`0x1F`); nil when the option was not given.
    func number(_ option: String, in range: ClosedRange<Int>) throws(UsageError) -> Int? {
        guard let text = value(option) else { return nil }
        let number = text.hasPrefix("0x") ? UInt32(text.dropFirst(2), radix: 16).map { Int($0) } : Int(text)
        guard let number, range.contains(number) else {
            throw UsageError(
                "--\(option) \(text): not a whole number from \(range.lowerBound) to \(range.upperBound)",
                zh: "--\(option) \(text)：应为 \(range.lowerBound) 到 \(range.upperBound) 的整数")
        }
        return number
    }

    /// One of a type's names; nil when the option was not given.
    func choice<Value: CaseIterable & RawRepresentable<String>>(_ option: String) throws(UsageError) -> Value? {
        guard let text = value(option) else { return nil }
        guard let value = Value(rawValue: text) else {
            throw UsageError(option, text, known: Value.allCases.map(\.rawValue))
        }
        return value
    }

    /// Seconds, also with a fraction, or a duration with units, within `range`; nil when the option was not given.
    func seconds(_ option: String, in range: ClosedRange<Duration>) throws(UsageError) -> Duration? {
        guard let text = value(option) else { return nil }
        let isNumber = text.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
        let length =
            isNumber ? Double(text).map { Duration.milliseconds(Int64(min($0, 1e9) * 1_000)) } : Duration(text: text)
        guard let length, range.contains(length) else {
            let bounds = "\(range.lowerBound.readable)…\(range.upperBound.readable)"
            throw UsageError(
                "--\(option) \(text): not seconds such as 0.2 or 2, or 500ms, within \(bounds)",
                zh: "--\(option) \(text)：应为秒数，如 0.2、2，或 500ms，范围 \(bounds)")
        }
        return length
    }

    /// Numbers with `ms`, `s`, `m`, `h` or `d`, such as `1h30m` or `2d`, within `range`; nil when the option was not given.
    func duration(_ option: String, in range: ClosedRange<Duration>) throws(UsageError) -> Duration? {
        guard let text = value(option) else { return nil }
        guard let duration = Self.duration(text), range.contains(duration) else {
            let bounds = "\(range.lowerBound.readable)…\(range.upperBound.readable)"
            throw UsageError(
                "--\(option) \(text): not a duration such as 500ms, 2s, 1h30m, 2d within \(bounds)",
                zh: "--\(option) \(text)：应为时长，如 500ms、2s、1h30m、2d，范围 \(bounds)")
        }
        return duration
    }

    /// A duration that may begin with whole days.
    private static func duration(_ text: String) -> Duration? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard text.dropFirst(digits.count).first == "d", let days = Int32(digits) else { return Duration(text: text) }
        let length = Duration.seconds(Int64(days) * 86_400)
        let rest = text.dropFirst(digits.count + 1)
        return rest.isEmpty ? length : Duration(text: String(rest)).map { length + $0 }
    }
}
