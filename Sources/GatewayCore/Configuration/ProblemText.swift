package import Telemetry

/// The words of a problem with a configuration, or its hint: English, and Chinese where somebody has written it.
///
/// A string literal is English alone: `error(.unit, "must be given")`. Both are written as
/// `error(.unit, .init("must be given", zh: "必须给出"))`. Without Chinese words a Chinese reader gets the English ones.
package struct ProblemText: Equatable, Sendable {
    package private(set) var en: String
    /// Nil: not translated yet.
    package private(set) var zh: String?

    package init(_ en: String, zh: String) {
        self.en = en
        self.zh = zh
    }

    package init(_ text: BilingualText) { self.init(text.en, zh: text.zh) }

    /// English alone.
    package init(english text: String) { en = text }

    /// A name or a number, the same in both languages.
    package init(verbatim text: String) { self.init(text, zh: text) }

    package var text: BilingualText { BilingualText(en: en, zh: zh ?? en) }

    /// Chinese only when both are.
    package static func + (first: ProblemText, second: ProblemText) -> ProblemText {
        var sum = ProblemText(english: first.en + second.en)
        if let start = first.zh, let end = second.zh { sum.zh = start + end }
        return sum
    }

    /// A hint that lists what may be written.
    static func oneOf(_ names: some Sequence<String>) -> ProblemText {
        let list = names.joined(separator: " ")
        return ProblemText("one of \(list)", zh: "可用：\(list)")
    }

    func map(_ change: (String) -> String) -> ProblemText {
        var text = ProblemText(english: change(en))
        text.zh = zh.map(change)
        return text
    }
}

extension ProblemText: ExpressibleByStringInterpolation, CustomStringConvertible {
    package init(stringLiteral text: String) { self.init(english: text) }

    package var description: String { en }
}
