import Telemetry

extension ConfigurationBuilder {
    /// Tells of codes that are none where no outlet looks at them: factors of registered parameters, and entries of `factors`.
    func checkOtherCodes(_ outlets: [OutletConfiguration]) {
        for (code, position) in registeredFactors where factorOverrides[code] == nil {
            guard let slip = CodeSlip(code, st: "") else { continue }
            log.warning(at: position, BilingualText("`factor`: ", zh: "`factor`：") + slip.message, hint: slip.hint)
        }
        let used = codesInUse(outlets)
        for (code, position) in overriddenCodes where !used.contains(code) && Self.isNearlyCode(code) {
            log.warning(
                at: position,
                .init(
                    "`code`: nothing has \(shown(code)), and it is no factor code that is known",
                    zh: "`code`：\(shown(code, .zh)) 无处使用，也不是已知的因子编码"),
                hint: FactorSuggestion.hint(
                    for: code, st: "", elsewhere: .init("correct it or remove the entry", zh: "请改正，或删除此项")))
        }
    }

    /// Whether `code` is none and looks like one; any other name may be a code of the site's own that is not used yet.
    private static func isNearlyCode(_ code: String) -> Bool {
        guard FactorTable.entry(code: code) == nil, code.utf8.count >= 5 else { return false }
        return FactorTable.entryWrittenWithLetters(code) != nil || CodeSlip(code, st: "") != nil
    }

    /// Every code that outlets, their sources or registered parameters name.
    private func codesInUse(_ outlets: [OutletConfiguration]) -> Set<String> {
        let factors = outlets.flatMap(\.factors)
        let sources = factors.flatMap { [$0.source] + [$0.meter?.source].compactMap(\.self) }
        let received = sources.compactMap { source in
            if case .instrument(_, let code) = source { code } else { nil }
        }
        return Set(factors.map(\.code) + received + registeredFactors.map(\.code))
    }
}
