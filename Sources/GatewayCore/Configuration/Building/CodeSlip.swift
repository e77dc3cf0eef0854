import Protocol
import Telemetry

/// What an instrument is said to call a value that looks like a factor code and is none: `w0101`.
///
/// An instrument may have codes of its own. One with as many digits as real codes have is told only where it is nearly the factor
/// that it feeds.
struct CodeSlip {
    let message: BilingualText
    let hint: BilingualText

    /// Nil for what is a code, and for what does not look like one. `fed`: the factor that takes the value, where one does.
    init?(_ code: String, st: String, fed: String? = nil) {
        guard Self.looksLikeCode(code), FactorTable.entry(code: code) == nil else { return nil }
        if code.utf8.count == 6 {
            guard let fed = fed.flatMap(FactorTable.entry(code:)) else { return nil }
            let meant = FactorTable.suggestions(for: code, among: [fed.medium])
            guard meant.contains(where: { $0.anyCode == fed.anyCode }) else { return nil }
        }
        message = .init("\(shown(code)) is no factor code that is known", zh: "\(shown(code, .zh)) 不是已知的因子编码")
        let elsewhere = BilingualText(
            "if the instrument has such a code, list it in `factors`", zh: "如果仪表确有此编码，请写入 `factors`")
        if let fed, let own = nearestHint(to: code, among: [fed]) {
            hint = own + .init(" ", zh: "") + elsewhere
        } else {
            hint = FactorSuggestion.hint(for: code, st: st, elsewhere: elsewhere)
        }
    }

    /// A letter of air or water, and at least four digits.
    private static func looksLikeCode(_ text: String) -> Bool {
        guard text.utf8.count >= 5, let letter = text.utf8.first, "aAwW".utf8.contains(letter) else { return false }
        return text.utf8.dropFirst().allSatisfy(isDigit)
    }
}
