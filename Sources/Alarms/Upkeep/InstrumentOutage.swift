package import Telemetry

/// Rule M4 for one instrument: maintenance, or a fault, of the factors that it measures.
///
/// Each factor has its own beginning. What is told is the longest, with the factors that have been out for too long.
package struct InstrumentOutage: Sendable {
    /// By factor.
    package private(set) var timers: [OutageTimer]
    private let codes: [String]
    /// What was last found of each factor; unknown where only the beginning is known.
    private var verdicts: [Verdict]

    /// - Parameter codes: of the factors.
    package init(_ kind: OutageTimer.Kind, of codes: [String]) {
        self.codes = codes
        timers = codes.map { _ in OutageTimer(kind) }
        verdicts = codes.map { _ in .clear }
    }

    /// Continues with the beginnings of an earlier run.
    package mutating func restore(since: WallInstant, of code: String) {
        for index in codes.indices where codes[index] == code {
            timers[index] = OutageTimer(timers[index].kind, since: since)
            verdicts[index] = .unknown
        }
    }

    /// Takes one closed minute that began at `start`. `isOut`, by factor: whether it was in this condition; nil: nobody heard
    /// of it, and it may be or not.
    package mutating func judge(
        _ isOut: [Bool?], from start: WallInstant, zone: ZoneRules, at now: WallInstant
    ) -> Verdict {
        guard isOut.contains(where: { $0 != nil }) else { return .unknown }
        for (index, isOut) in isOut.enumerated() {
            guard let isOut else { continue }
            if isOut { timers[index].begin(at: start) }
            verdicts[index] = timers[index].judge(isOut: isOut, zone: zone, at: now)
        }
        return verdict
    }

    private var verdict: Verdict {
        var longest: Evidence?
        var out: [BilingualText] = []
        for (code, verdict) in zip(codes, verdicts) {
            guard case .holds(let evidence) = verdict else { continue }
            out.append(FactorTable.shownName(of: code))
            if evidence.value ?? 0 > longest?.value ?? -1 { longest = evidence }
        }
        guard var evidence = longest else { return verdicts.contains(.unknown) ? .unknown : .clear }
        let names = BilingualText(
            en: out.map(\.en).joined(separator: ", "), zh: out.map(\.zh).joined(separator: "、"))
        evidence.facts = AlarmFacts([
            .reason: evidence.facts[.reason], .length: evidence.facts[.length], .parameter: .bilingual(names),
        ])
        return .holds(evidence)
    }
}
