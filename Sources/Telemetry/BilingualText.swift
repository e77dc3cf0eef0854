/// A name or sentence in the two languages of the product.
package struct BilingualText: Hashable, Sendable {
    package let en: String
    package let zh: String

    package init(en: String, zh: String) {
        self.en = en
        self.zh = zh
    }
}

/// In which languages a report for people is written.
package enum ReportLanguage: String, CaseIterable, Sendable {
    case en, zh, both

    /// `text` in this language; in both, where they differ, with ` / ` between.
    package func callAsFunction(_ text: BilingualText) -> String {
        switch self {
        case .en: text.en
        case .zh: text.zh
        case .both: text.en == text.zh ? text.en : "\(text.en) / \(text.zh)"
        }
    }
}
