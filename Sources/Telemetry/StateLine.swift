/// A line of words, in which what must survive a restart is written down and read back exactly.
///
/// A word has no blank; `-` is what is not there. Numbers are in their shortest form that reads back the same.
package struct StateLine: Sendable {
    package private(set) var text: String
    private var rest: Substring

    /// An empty line.
    package init() {
        self.init("")
    }

    /// A line to be read or written on.
    package init(_ text: some StringProtocol) {
        self.text = String(text)
        rest = Substring(text)
    }

    /// Why a line cannot be read: it ended, or a word is not what is expected.
    package struct Unreadable: Error, Equatable {
        package init() {}
    }

    // MARK: Writing

    package mutating func add(word: String?) {
        let word = word.map { $0.isEmpty ? "-" : $0 } ?? "-"
        if !text.isEmpty { text.append(" ") }
        text.append(word)
    }

    package mutating func add(_ value: Double?) { add(word: value?.description) }
    package mutating func add(_ value: (some BinaryInteger)?) { add(word: value?.description) }
    package mutating func add(_ value: Bool) { add(word: value ? "1" : "0") }

    // MARK: Reading

    /// Whether every word has been read.
    package var isAtEnd: Bool { rest.isEmpty }

    /// What has not been read yet.
    package var remainder: StateLine { StateLine(rest) }

    /// Nil for `-`.
    package mutating func word() throws(Unreadable) -> String? {
        let end = rest.firstIndex(of: " ") ?? rest.endIndex
        let word = rest[..<end]
        guard !word.isEmpty else { throw Unreadable() }
        rest = end == rest.endIndex ? "" : rest[rest.index(after: end)...]
        return word == "-" ? nil : String(word)
    }

    package mutating func double() throws(Unreadable) -> Double? {
        guard let word = try word() else { return nil }
        guard let value = Double(word), value.isFinite else { throw Unreadable() }
        return value
    }

    package mutating func number() throws(Unreadable) -> Double {
        guard let value = try double() else { throw Unreadable() }
        return value
    }

    package mutating func integer() throws(Unreadable) -> Int {
        guard let word = try word(), let value = Int(word) else { throw Unreadable() }
        return value
    }

    /// A count of things that follow, at most `limit`.
    package mutating func count(limit: Int = 100_000) throws(Unreadable) -> Int {
        let count = try integer()
        guard (0...limit).contains(count) else { throw Unreadable() }
        return count
    }

    package mutating func bool() throws(Unreadable) -> Bool { try integer() != 0 }
}

extension DataFlag {
    package init(from line: inout StateLine) throws(StateLine.Unreadable) {
        guard let word = try line.word(), let flag = DataFlag(word) else { throw StateLine.Unreadable() }
        self = flag
    }
}

extension ReadFailure {
    /// A single word; see ``init(word:)``.
    package var word: String {
        switch self {
        case .exception(let code): "exception\(code)"
        case .invalid(let number): "invalid\(number)"
        case .belowRange(let number): "below\(number)"
        case .timeout, .notConnected, .badReply, .notANumber, .noData: String(text.filter { $0 != " " })
        }
    }

    package init?(word: String) {
        let plain: [ReadFailure] = [.timeout, .notConnected, .badReply, .notANumber, .noData]
        if let failure = plain.first(where: { $0.word == word }) {
            self = failure
        } else if word.hasPrefix("exception"), let code = UInt8(word.dropFirst(9)) {
            self = .exception(code: code)
        } else if word.hasPrefix("invalid"), let number = Double(word.dropFirst(7)) {
            self = .invalid(number: number)
        } else if word.hasPrefix("below"), let number = Double(word.dropFirst(5)) {
            self = .belowRange(number: number)
        } else {
            return nil
        }
    }
}
