package import Telemetry

/// What a code or name of HJ 212 means, and where that holds.
package struct Term: Hashable, Sendable {
    /// Who sends what is so named.
    package enum Sender: String, Hashable, Sendable {
        /// The platform, or a gateway towards its instruments (上位机).
        case host
        /// The data logger, or an instrument that speaks HJ 212 (现场机).
        case field
    }

    package let text: BilingualText
    /// The editions that define it; empty: all of them.
    package let editions: Set<Edition>
    /// Nil: either, or the question does not arise.
    package let sender: Sender?
    /// The text of the edition itself was not available and no second source confirms it.
    package let isUnconfirmed: Bool

    /// Whether it belongs to `edition`.
    package func holds(in edition: Edition) -> Bool { editions.isEmpty || editions.contains(edition) }
}

/// The meanings of one kind of code. Codes are found in any case, as devices misspell them.
///
/// Written as text, one meaning a line: the code, where it holds (words: `05 17 25 sw` for editions and the surface-water
/// dialect, none for all; `host` or `field` for who sends it; `unconfirmed`), English, Chinese, with `|` between.
package struct TermTable: Sendable {
    private var terms: [String: [Term]] = [:]
    /// The codes in the order of the table, each once.
    package private(set) var codes: [String] = []

    init(_ rows: String) {
        for row in rows.split(separator: "\n") {
            let columns = row.split(separator: "|", omittingEmptySubsequences: false)
            guard columns.count == 4 else { continue }
            let code = String(columns[0])
            let key = code.lowercased()
            if terms[key] == nil { codes.append(code) }
            terms[key, default: []].append(Self.term(columns))
        }
    }

    private static func term(_ columns: [Substring]) -> Term {
        let words = columns[1].split(separator: " ").map(String.init)
        return Term(
            text: BilingualText(en: String(columns[2]), zh: String(columns[3])),
            editions: Set(words.compactMap { editions[$0] }), sender: words.compactMap(Term.Sender.init).first,
            isUnconfirmed: words.contains("unconfirmed"))
    }

    private static let editions: [String: Edition] = [
        "05": .hj2005, "17": .hj2017, "25": .hj2025, "sw": .surfaceWater,
    ]

    /// All meanings of `code`, whatever the edition.
    package func everywhere(_ code: String) -> [Term] { terms[code.lowercased()] ?? [] }

    /// The meanings of `code` in `edition`.
    package func meanings(_ code: String, in edition: Edition) -> [Term] {
        everywhere(code).filter { $0.holds(in: edition) }
    }

    /// The first meaning of `code` in `edition`; where that has none, that of 2017 or else of any other.
    package func meaning(_ code: String, in edition: Edition) -> Term? {
        meanings(code, in: edition).first ?? meanings(code, in: .hj2017).first ?? everywhere(code).first
    }
}

/// The names of HJ 212, one table a file.
package enum Vocabulary {}
