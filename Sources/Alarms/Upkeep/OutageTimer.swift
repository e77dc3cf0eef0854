package import Telemetry

/// Rule M4: maintenance or a fault that lasts too long.
///
/// Days and hours of the law run on the wall clock and go on while the gateway is off, so only the beginning is kept.
package struct OutageTimer: Equatable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        /// Told after 6 h.
        case maintenance
        /// Told after 12 h, when it must be reported, and after 5 working days, when it must be repaired.
        case fault
    }

    package let kind: Kind
    /// When it began; nil: it is over. To be kept over a restart.
    package private(set) var since: WallInstant?

    package init(_ kind: Kind, since: WallInstant? = nil) {
        self.kind = kind
        self.since = since
    }

    /// The condition was first seen, from `instant` on.
    package mutating func begin(at instant: WallInstant) { since = since ?? instant }

    /// Whether the instrument is in this condition now.
    package mutating func judge(isOut: Bool, zone: ZoneRules, at now: WallInstant) -> Verdict {
        guard isOut else {
            since = nil
            return .clear
        }
        let since = since ?? now
        self.since = since
        let length = now - since
        let step: Int
        switch kind {
        case .maintenance:
            guard length > .hours(6) else { return .clear }
            step = 0
        case .fault:
            guard length > .hours(12) else { return .clear }
            step = now > zone.instant(after: 5, workingDaysFrom: since) ? 1 : 0
        }
        return .holds(
            Evidence(
                value: length.inSeconds, step: step, severity: step > 0 ? .alarm : nil,
                facts: AlarmFacts([.reason: .bilingual(kind.name), .length: .length(length)])))
    }
}

extension OutageTimer.Kind {
    fileprivate var name: BilingualText {
        switch self {
        case .maintenance: BilingualText(en: "in maintenance", zh: "维护")
        case .fault: BilingualText(en: "out of order", zh: "故障")
        }
    }
}

extension ZoneRules {
    /// The same time of day so many working days, Monday to Friday, later. Public holidays are not known here.
    package func instant(after days: Int, workingDaysFrom start: WallInstant) -> WallInstant {
        var local = civilTime(at: start).localMilliseconds
        var left = max(0, min(days, 1_000))
        while left > 0 {
            local += 86_400_000
            // 1970-01-01 was a Thursday: 0 is Sunday, 6 Saturday.
            let weekday = (local.flooredQuotient(86_400_000) + 4) % 7
            if weekday != 0, weekday != 6 { left -= 1 }
        }
        return instant(of: CivilTime(localMilliseconds: local))
    }
}
