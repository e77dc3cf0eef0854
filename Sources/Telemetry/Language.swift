/// The language of messages for people.
package enum Language: String, CaseIterable, Sendable {
    case en, zh

    /// `text` in this language.
    package func callAsFunction(_ text: BilingualText) -> String {
        switch self {
        case .en: text.en
        case .zh: text.zh
        }
    }

    /// The language of a locale: `LC_ALL` before `LC_MESSAGES` before `LANG`, an empty one counts as none. Every `zh…` is
    /// Chinese, all else and none is English.
    ///
    /// Source: POSIX.1-2017, Base Definitions, 8.2.
    package init(variables value: (_ name: String) -> String?) {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].lazy.compactMap(value).first { !$0.isEmpty } ?? ""
        let name = locale.prefix { $0.isASCII && $0.isLetter }
        self = name.lowercased() == "zh" ? .zh : .en
    }
}
