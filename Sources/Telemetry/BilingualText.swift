/// A name or sentence in the two languages of the product.
package struct BilingualText: Hashable, Sendable {
    package let en: String
    package let zh: String

    package init(en: String, zh: String) {
        self.en = en
        self.zh = zh
    }

    /// The same, as it is written where a text is used: `BilingualText("no gaps", zh: "无缺失")`.
    package init(_ en: String, zh: String) { self.init(en: en, zh: zh) }

    /// An id, a path, a number or what somebody else said: the same in both languages.
    package init(verbatim text: String) { self.init(en: text, zh: text) }

    package static func + (first: BilingualText, second: BilingualText) -> BilingualText {
        BilingualText(en: first.en + second.en, zh: first.zh + second.zh)
    }

    package static func + (first: BilingualText, second: String) -> BilingualText {
        BilingualText(en: first.en + second, zh: first.zh + second)
    }
}

/// An error whose words are in both languages. The log and `"\(error)"` have the English ones.
package protocol BilingualError: Error, CustomStringConvertible {
    var text: BilingualText { get }
}

extension BilingualError {
    package var description: String { text.en }
}

extension BilingualText {
    /// The words of any error; those of the system or a library are the same in both languages.
    package init(_ error: any Error) {
        self = (error as? any BilingualError)?.text ?? BilingualText(verbatim: "\(error)")
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
