/// All factors known, and the ways to find one.
///
/// Codes are looked up in any case. A code with the number of a device in it (`e10102`, `i33313`) finds the entry whose
/// code ends in `xx` or `x`.
package enum FactorTable {
    /// In the order of the standard's tables.
    package static let entries: [FactorEntry] = FactorRows.parsed()

    /// The factors with the code `code`, current or legacy; more than one where the standard prints a code twice
    /// (`e701xx`, `g119xx`).
    package static func entries(code: some StringProtocol) -> [FactorEntry] {
        let key = code.lowercased()
        for candidate in [key] + instancePatterns(key) {
            if let found = current[candidate] { return found }
        }
        return legacy[key].map { [$0] } ?? []
    }

    /// The factor with the code `code`, current or legacy; the first where the standard prints it twice.
    package static func entry(code: some StringProtocol) -> FactorEntry? { entries(code: code).first }

    /// The factor that 2005 calls `code`. `01` and `001` are different factors: dust and pH.
    package static func entry(legacyCode code: some StringProtocol) -> FactorEntry? { legacy[code.lowercased()] }

    /// What the other edition calls the factor with this code: `w01018` for `011`, and the other way round. Nil where there
    /// is no such factor, or no other code for it.
    package static func otherEdition(of code: some StringProtocol) -> String? {
        if let current = entry(legacyCode: code)?.code { return current }
        return current[code.lowercased()]?.lazy.compactMap(\.legacyCode).first
    }

    /// The factors whose codes and names together contain every word of `text`; all for a text without words.
    ///
    /// A code with the number of a device in it finds its factor too.
    package static func matching(_ text: String) -> [FactorEntry] {
        let words = text.lowercased().split(whereSeparator: \.isWhitespace)
        let found = zip(entries, haystacks).filter { _, haystack in words.allSatisfy(haystack.contains) }.map(\.0)
        guard found.isEmpty, words.count == 1, let word = words.first else { return found }
        return entries(code: word)
    }

    /// `e10102` → `e101xx`, `e1010x`.
    private static func instancePatterns(_ key: String) -> [String] {
        let bytes = key.utf8
        guard bytes.count == 6, bytes.suffix(2).allSatisfy({ (0x30...0x39).contains($0) }) else { return [] }
        return [key.dropLast(2) + "xx", key.dropLast() + "x"].map(String.init)
    }

    private static let current = Dictionary(
        grouping: entries.filter { $0.code != nil }, by: { $0.code?.lowercased() ?? "" })

    private static let legacy = Dictionary(
        entries.compactMap { entry in entry.legacyCode.map { ($0.lowercased(), entry) } },
        uniquingKeysWith: { first, _ in first })

    private static let haystacks = entries.map { entry in
        [entry.code ?? "", entry.legacyCode ?? "", entry.name.en, entry.name.zh].joined(separator: "\n").lowercased()
    }
}
