import Telemetry

/// Every rule with its defaults and its words, as data.
///
/// Defaults are those of monitoring practice; `docs/alarms.md` explains each and is tested against this table.
package enum RuleCatalogue {
    /// In the order of ``RuleID``.
    package static let rules: [RuleDefinition] = limits + quality + links + upkeep

    /// Every rule has exactly one definition.
    static func definition(of rule: RuleID) -> RuleDefinition {
        guard let place = places[rule] else { preconditionFailure("rule \(rule.rawValue) is not in the catalogue") }
        return rules[place]
    }

    private static let places = Dictionary(
        rules.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
}

extension RuleDefinition {
    /// The words as pairs: English, Chinese.
    init(
        _ defaults: RuleSettings, title: (String, String), sentence: (String, String), advice: (String, String)
    ) {
        id = defaults.rule
        self.defaults = defaults
        self.title = BilingualText(en: title.0, zh: title.1)
        self.sentence = BilingualText(en: sentence.0, zh: sentence.1)
        self.advice = BilingualText(en: advice.0, zh: advice.1)
    }
}

extension Duration {
    static func minutes(_ minutes: Int) -> Duration { .seconds(60 * minutes) }
    static func hours(_ hours: Int) -> Duration { .seconds(3_600 * hours) }
}
