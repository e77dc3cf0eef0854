extension FactorTable {
    /// The factors that `text`, which is the code of none, may have been meant as; the likeliest first.
    ///
    /// Looked for in this order: a formula or name in place of the code (`SO2`, `COD`), letters in place of digits
    /// (`a21O26`), a code with a slip of the hand (`a2102`). Factors of `media` come before others.
    package static func suggestions(for text: String, among media: Set<FactorEntry.Medium>) -> [FactorEntry] {
        let word = text.lowercased()
        guard !word.isEmpty else { return [] }
        if let named = byName(word, media) { return named }
        if let alike = entryWrittenWithLetters(text) { return [alike] }
        return byCode(word, media)
    }

    /// The factor whose code `text` would be with digits in place of letters that look like them, as O for 0.
    package static func entryWrittenWithLetters(_ text: String) -> FactorEntry? {
        let digits = String(text.map { digitsByLetter[$0] ?? $0 })
        let behindLetter = String(text.prefix(1) + digits.dropFirst())
        for code in [behindLetter, digits] where code != text {
            // `SO3` is rather a gas than the `S03` of 2005.
            guard code.utf8.count >= 5 || code.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { continue }
            if let entry = entry(code: code) { return entry }
        }
        return nil
    }

    /// `code` as the table writes it, when only capitals differ; nil when it is written so, or is in no table.
    package static func usualSpelling(of code: String) -> String? {
        guard let entry = entry(code: code) else { return nil }
        let spellings = [entry.code, entry.legacyCode].compactMap(\.self)
        if spellings.contains(code) { return nil }
        if let usual = spellings.first(where: { $0.lowercased() == code.lowercased() }) { return usual }
        // Of `e101xx` the digits are the device's.
        guard let pattern = entry.code, pattern.hasSuffix("x") else { return nil }
        let letters = pattern.prefix { $0 != "x" }
        let usual = letters + code.dropFirst(letters.count)
        return usual == code ? nil : String(usual)
    }

    private static let digitsByLetter: [Character: Character] = [
        "O": "0", "o": "0", "D": "0", "Q": "0", "l": "1", "I": "1", "i": "1", "Z": "2", "z": "2", "S": "5", "s": "5",
        "B": "8",
    ]

    // MARK: Names

    /// The best matches of a name; nil for a word that names none.
    private static func byName(_ word: String, _ media: Set<FactorEntry.Medium>) -> [FactorEntry]? {
        var best: (rank: (Int, Int), entries: [FactorEntry])?
        for entry in entries {
            guard let quality = quality(of: word, as: entry) else { continue }
            let rank = (media.contains(entry.medium) ? 0 : 1, quality)
            if let found = best, found.rank == rank {
                best?.entries.append(entry)
            } else if best.map({ rank < $0.rank }) ?? true {
                best = (rank, [entry])
            }
        }
        return best?.entries
    }

    /// How well `word` names `entry`, 0 best; nil: not at all.
    private static func quality(of word: String, as entry: FactorEntry) -> Int? {
        let name = entry.name.en.lowercased()
        if word == name || word == entry.name.zh || abbreviations[word]?.contains(entry.anyCode) == true { return 0 }
        if name.contains("(" + word + ")") { return 1 }
        let isWord = name.split { !$0.isLetter && !$0.isNumber }.contains { $0 == word }
        return isWord ? 2 : nil
    }

    /// What people write that the table's names do not have.
    private static let abbreviations: [String: Set<String>] = [
        "dust": ["a34013"], "pm": ["a34013"], "soot": ["a34013"], "smoke": ["a34013"], "o2": ["a19001"],
        "oxygen": ["a19001"], "cod": ["w01018"], "codcr": ["w01018"], "bod": ["w01017"], "nh3n": ["w21003"],
        "nh4n": ["w21003"], "nh3": ["a21001", "w21003"], "tn": ["w21001"], "tp": ["w21011"], "do": ["w01009"],
        "ss": ["w01012"], "tss": ["w01012"], "ec": ["w01014"], "hg": ["a20057", "w20111"], "hf": ["a21018"],
        "voc": ["a24088"], "vocs": ["a24088"], "thc": ["a24087"], "flow": ["a00000", "w00000"],
    ]

    // MARK: Slips of the hand

    /// The codes that are nearest to `word`; of equally near ones those of usual analysers first.
    private static func byCode(_ word: String, _ media: Set<FactorEntry.Medium>) -> [FactorEntry] {
        guard word.count >= 5, word.utf8.count <= 16 else { return [] }
        let near: [(entry: FactorEntry, rank: (Int, Int, Int))] = entries.enumerated().compactMap { place, entry in
            guard let code = entry.code?.lowercased(), code.count >= 5 else { return nil }
            let digits = code.suffix(from: code.firstIndex(of: "x") ?? code.endIndex).count
            let distance = editDistance(Array(word), Array(code.dropLast(digits) + word.suffix(digits)))
            guard distance <= 2 else { return nil }
            let isForeign = media.contains(entry.medium) ? 0 : 1
            return (entry, (2 * distance + isForeign, entry.form2025 == nil ? 1 : 0, place))
        }
        guard let least = near.map(\.rank.0).min() else { return [] }
        return near.filter { $0.rank.0 == least }.sorted { $0.rank < $1.rank }.map(\.entry)
    }
}
