import Protocol
import Telemetry

/// Whether the outlet's factor codes are codes, and belong to what its system code says it is.
extension OutletCheck {
    func checkCodes() {
        for (factor, entry) in factors where !factor.code.isEmpty { checkCode(of: factor, entry) }
        checkMatter()
    }

    // MARK: Codes that are none

    private func checkCode(of factor: FactorConfiguration, _ entry: MappingReader<FactorKey>) {
        if case .instrument(_, let code) = factor.source { checkInstrumentCode(code, of: factor, entry) }
        let code = factor.code
        guard overrides[code] == nil else { return }
        if let usual = FactorTable.usualSpelling(of: code) {
            entry.warning(
                .code, "\(shown(code)) is written \(shown(usual))", hint: "computing goes by the code as it is written")
            return
        }
        guard FactorTable.entry(code: code) == nil, SystemCode.hasStandardCodes(outlet.st), !Self.isOfOpenFamily(code)
        else { return }
        entry.warning(
            .code, "\(shown(code)) is no factor code that is known",
            hint: ProblemText(
                english: FactorSuggestion.hint(
                    for: code, st: outlet.st, elsewhere: "a code of the site's own belongs in `factors`")))
    }

    /// An instrument may call its values what it likes; a code with a letter for a digit, or nearly a code, is a slip.
    private func checkInstrumentCode(
        _ code: String, of factor: FactorConfiguration, _ entry: MappingReader<FactorKey>
    ) {
        guard code.utf8.count >= 5, FactorTable.entry(code: code) == nil, overrides[code] == nil else { return }
        guard let meant = FactorTable.entryWrittenWithLetters(code) else {
            guard let slip = CodeSlip(code, st: outlet.st, fed: factor.code) else { return }
            return entry.warning(.from, slip.message, hint: slip.hint)
        }
        entry.warning(
            .from, "\(shown(code)) has a letter in place of a digit", hint: "did you mean `\(meant.anyCode)`?")
    }

    /// Whether the codes of its kind are only known by examples: electricity and production conditions of 2025.
    private static func isOfOpenFamily(_ code: String) -> Bool {
        guard code.utf8.count == 6, let letter = code.first, "dpv".contains(letter.lowercased()) else { return false }
        return code.utf8.dropFirst().allSatisfy(isDigit)
    }

    // MARK: Air under water

    private func checkMatter() {
        guard let matter = SystemCode.matter(of: outlet.st) else { return }
        let known = factors.compactMap { factor, entry in
            SystemCode.matter(ofFactor: factor.code).map { (code: factor.code, matter: $0, entry: entry) }
        }
        let foreign = known.filter { $0.matter != matter }
        let usual = matter == .air ? "32" : "31"
        if stack != nil, matter == .water || !foreign.isEmpty && foreign.count == known.count {
            guard matter == .water else { return reportAll(foreign.map(\.code), foreign.first?.matter, usual) }
            entry.warning(
                .st, "\(said(outlet.st)), but the outlet has a `stack`", hint: "write \"31\", or remove `stack`")
            return
        }
        if foreign.count == known.count, foreign.count > 1 {
            return reportAll(foreign.map(\.code), foreign.first?.matter, usual)
        }
        for (code, other, entry) in foreign {
            let name = FactorTable.entry(code: code).map { " " + $0.briefName } ?? ""
            entry.warning(
                .code, "\(shown(code))\(name) is a factor of \(other.rawValue), but `st` is \(said(outlet.st))",
                hint: "write the code of \(matter.rawValue), or move it to an outlet with `st: \"\(usual)\"`")
        }
    }

    private func reportAll(_ codes: [String], _ matter: SystemCode.Matter?, _ usual: String) {
        guard let matter else { return }
        let message =
            "\(said(outlet.st)), but the factors are those of \(matter.rawValue): "
            + codes.prefix(3).map { "`\($0)`" }.joined(separator: " ") + (codes.count > 3 ? " …" : "")
        entry.warning(.st, ProblemText(english: message), hint: "write \"\(usual)\"")
    }

    /// A system code with its meaning.
    private func said(_ st: String) -> String {
        Vocabulary.systemCode.meaning(st, in: .hj2017).map { "\(st), \($0.text.en)" } ?? st
    }
}

/// What a code that is none may have been meant as, in words.
enum FactorSuggestion {
    private static let most = 3

    /// The same in both languages.
    static func words(for code: String, st: String, elsewhere: String, zh: String) -> ProblemText {
        let meant = meant(by: code, st: st)
        guard !meant.isEmpty else { return ProblemText(elsewhere, zh: zh) }
        let list = meant.map { "`\($0.anyCode)` \($0.name.zh)" }.joined(separator: "、")
        return ProblemText(hint(for: code, st: st, elsewhere: elsewhere), zh: "是不是 \(list)？\(zh)")
    }

    /// `elsewhere`: what to do when the code is right all the same.
    static func hint(for code: String, st: String, elsewhere: String) -> String {
        let meant = meant(by: code, st: st).map { "`\($0.anyCode)` \($0.briefName)" }
        guard let last = meant.last else { return elsewhere }
        let list = meant.count == 1 ? last : meant.dropLast().joined(separator: ", ") + " or " + last
        return "did you mean \(list)? \(elsewhere)"
    }

    private static func meant(by code: String, st: String) -> [FactorEntry] {
        let media: Set<FactorEntry.Medium>
        switch SystemCode.matter(of: st) {
        case .air: media = [.air]
        case .water: media = [.water]
        case nil: media = [.air, .water]
        }
        return Array(FactorTable.suggestions(for: code, among: media).prefix(most))
    }
}

extension FactorEntry {
    /// The English name without what it explains in parentheses.
    var briefName: String {
        guard let start = name.en.firstRange(of: " (") else { return name.en }
        return String(name.en[..<start.lowerBound])
    }
}
