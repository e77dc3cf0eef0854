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
                .code,
                .init("\(shown(code)) is written \(shown(usual))", zh: "\(shown(code, .zh)) 应写作 \(shown(usual, .zh))"),
                hint: .init("computing goes by the code as it is written", zh: "计算按所写的编码进行"))
            return
        }
        guard FactorTable.entry(code: code) == nil, SystemCode.hasStandardCodes(outlet.st), !Self.isOfOpenFamily(code)
        else { return }
        entry.warning(
            .code, .init("\(shown(code)) is no factor code that is known", zh: "\(shown(code, .zh)) 不是已知的因子编码"),
            hint: FactorSuggestion.hint(
                for: code, st: outlet.st,
                elsewhere: .init("a code of the site's own belongs in `factors`", zh: "本站自定义的编码写入 `factors`")))
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
            .from, .init("\(shown(code)) has a letter in place of a digit", zh: "\(shown(code, .zh)) 中有字母代替了数字"),
            hint: .init("did you mean `\(meant.anyCode)`?", zh: "是不是 `\(meant.anyCode)`？"))
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
                .st,
                said(outlet.st) + .init(", but the outlet has a `stack`", zh: "，而排口有 `stack`"),
                hint: .init("write \"31\", or remove `stack`", zh: "写 \"31\"，或删除 `stack`"))
            return
        }
        if foreign.count == known.count, foreign.count > 1 {
            return reportAll(foreign.map(\.code), foreign.first?.matter, usual)
        }
        for (code, other, entry) in foreign {
            let name = FactorTable.entry(code: code)?.briefName ?? .init(verbatim: "")
            let gap = name.en.isEmpty ? "" : " "
            entry.warning(
                .code,
                .init(
                    "\(shown(code))\(gap)\(name.en) is a factor of \(other.rawValue), but `st` is ",
                    zh: "\(shown(code, .zh)) \(name.zh)是\(other.chinese)的因子，而 `st` 为 ") + said(outlet.st),
                hint: .init(
                    "write the code of \(matter.rawValue), or move it to an outlet with `st: \"\(usual)\"`",
                    zh: "写\(matter.chinese)的编码，或移到 `st: \"\(usual)\"` 的排口"))
        }
    }

    private func reportAll(_ codes: [String], _ matter: SystemCode.Matter?, _ usual: String) {
        guard let matter else { return }
        let list = codes.prefix(3).map { "`\($0)`" }.joined(separator: " ") + (codes.count > 3 ? " …" : "")
        entry.warning(
            .st,
            said(outlet.st)
                + .init(
                    ", but the factors are those of \(matter.rawValue): \(list)", zh: "，而因子是\(matter.chinese)的：\(list)"),
            hint: .init("write \"\(usual)\"", zh: "写 \"\(usual)\""))
    }

    /// A system code with its meaning.
    private func said(_ st: String) -> BilingualText {
        Vocabulary.systemCode.meaning(st, in: .hj2017).map {
            .init("\(st), \($0.text.en)", zh: "\(st)（\($0.text.zh)）")
        } ?? .init(verbatim: st)
    }
}

/// What a code that is none may have been meant as, in words.
enum FactorSuggestion {
    private static let most = 3

    /// `elsewhere`: what to do when the code is right all the same.
    static func hint(for code: String, st: String, elsewhere: BilingualText) -> BilingualText {
        let media: Set<FactorEntry.Medium>
        switch SystemCode.matter(of: st) {
        case .air: media = [.air]
        case .water: media = [.water]
        case nil: media = [.air, .water]
        }
        let meant = FactorTable.suggestions(for: code, among: media).prefix(most).map {
            BilingualText(verbatim: "`\($0.anyCode)` ") + $0.briefName
        }
        guard let last = meant.last else { return elsewhere }
        let earlier = meant.dropLast().map(\.en).joined(separator: ", ")
        let list = earlier.isEmpty ? last.en : "\(earlier) or \(last.en)"
        return .init("did you mean \(list)? ", zh: "是不是 \(meant.map(\.zh).joined(separator: "、"))？") + elsewhere
    }
}

extension FactorEntry {
    /// The name, in English without what it explains in parentheses.
    var briefName: BilingualText {
        guard let start = name.en.firstRange(of: " (") else { return name }
        return .init(String(name.en[..<start.lowerBound]), zh: name.zh)
    }
}
