package import Emissions
package import Telemetry

/// What is known of a production line at one moment.
package struct PowerFacts: Sendable {
    /// By device.
    package var states: [DeviceState]
    /// The outlet's mark; nil: the outlet has none, and nothing can contradict it.
    package var mark: PlantMark?
    /// Production's load, 1 being full; nil: not known.
    package var load: Double?
    /// The order in force; nil: production is free.
    package var order: ProductionOrder?
    /// Whether a bypass around the treatment is open; nil: not known, or there is none.
    package var isBypassOpen: Bool?
    package var bypassName: String

    package init(
        states: [DeviceState], mark: PlantMark? = nil, load: Double? = nil, order: ProductionOrder? = nil,
        isBypassOpen: Bool? = nil, bypassName: String = "bypass"
    ) {
        self.states = states
        self.mark = mark
        self.load = load
        self.order = order
        self.isBypassOpen = isBypassOpen
        self.bypassName = bypassName
    }
}

/// Rules P1, P2, P3, P6, P9, P11 of one production line.
package struct PowerLineWatch: Equatable, Sendable {
    /// In the order of ``judge(_:at:)``.
    package static let rules: [RuleID] = [
        .treatmentOff, .treatmentLate, .treatmentStoppedEarly, .productionForbidden, .markConflict, .bypassOpen,
    ]

    private let line: PowerLine
    var wasProducing: Bool?
    var wasTreating: Bool?
    /// Production began, seen to begin, without treatment.
    var producingAlone: Uptime?
    var lateness: Duration?
    /// Production ended, seen to end, with treatment running.
    var purgingSince: Uptime?
    var purged: Duration?
    /// What an earlier run saw, until the present states show whether it still holds.
    var memory: PowerLineMemory?

    package init(_ line: PowerLine) {
        self.line = line
    }

    /// One verdict for each of ``rules``. To be asked regularly, at least once a minute.
    package mutating func judge(_ facts: PowerFacts, at now: Uptime) -> [Verdict] {
        func state(_ place: Int) -> DeviceState {
            facts.states.indices.contains(place) ? facts.states[place] : .unknown
        }
        // Production that idles makes next to nothing; treatment that idles is at least on.
        let isProducing = line.production.isMet { Self.isOn(state($0), idling: false) }
        let isTreating = line.treatment.isMet { Self.isOn(state($0), idling: true) }
        if !isWaiting(isProducing, isTreating, now) { follow(isProducing, isTreating, now) }
        return [
            treatmentOff(isProducing, isTreating), late(isProducing), stoppedEarly(isProducing, now),
            forbidden(isProducing, facts), markConflict(isProducing, facts), bypass(isProducing, facts),
        ]
    }

    private static func isOn(_ state: DeviceState, idling: Bool) -> Bool? {
        switch state {
        case .running: true
        case .idling: idling
        case .stopped, .noPower: false
        case .unknown: nil
        }
    }

    /// Notes when production and treatment began and ended. What begins or ends unseen, as before a start, is not judged.
    private mutating func follow(_ isProducing: Bool?, _ isTreating: Bool?, _ now: Uptime) {
        if let isProducing {
            if wasProducing == false, isProducing { producingAlone = isTreating == true ? nil : now }
            if wasProducing == true, !isProducing {
                purgingSince = isTreating == true || wasTreating == true ? now : nil
            }
            if isProducing {
                purgingSince = nil
                purged = nil
            } else {
                producingAlone = nil
                lateness = nil
            }
            wasProducing = isProducing
        }
        guard let isTreating else { return }
        if isTreating, let began = producingAlone {
            lateness = now - began
            producingAlone = nil
        }
        if !isTreating, let since = purgingSince, purged == nil { purged = now - since }
        wasTreating = isTreating
    }

    // MARK: Rules

    private func treatmentOff(_ isProducing: Bool?, _ isTreating: Bool?) -> Verdict {
        if isProducing == false || isTreating == true { return .clear }
        guard isProducing == true, isTreating == false else { return .unknown }
        return .holds(Evidence(facts: facts()))
    }

    private func late(_ isProducing: Bool?) -> Verdict {
        guard let isProducing else { return .unknown }
        guard isProducing, let lateness, lateness > line.lateness else { return isProducing ? .unknown : .clear }
        return .holds(
            Evidence(value: lateness.inSeconds, limit: line.lateness.inSeconds, facts: facts(.length, lateness)))
    }

    private mutating func stoppedEarly(_ isProducing: Bool?, _ now: Uptime) -> Verdict {
        guard isProducing != true else { return .clear }
        guard let since = purgingSince else { return isProducing == nil ? .unknown : .clear }
        guard now - since < line.purge else {
            purgingSince = nil
            purged = nil
            return .clear
        }
        guard let purged else { return .unknown }
        return .holds(
            Evidence(
                value: purged.inSeconds, limit: line.purge.inSeconds, isLow: true,
                facts: AlarmFacts([
                    .device: .text(line.productionName), .other: .text(line.treatmentName), .length: .length(purged),
                    .needed: .length(line.purge),
                ])))
    }

    private func forbidden(_ isProducing: Bool?, _ facts: PowerFacts) -> Verdict {
        guard let order = facts.order, isProducing != false else { return .clear }
        guard isProducing == true else { return .unknown }
        // Where nothing is allowed the meter is enough.
        guard facts.load != nil || order.allowedShare <= 0 else { return .unknown }
        if let load = facts.load, load <= order.allowedShare { return .clear }
        let allowed = order.allowedShare * 100
        return .holds(
            Evidence(
                value: facts.load.map { $0 * 100 }, limit: allowed, limitSource: order.source,
                facts: AlarmFacts([
                    .device: .text(line.productionName),
                    .value: facts.load.map { .percent(ShownPercent($0 * 100, above: allowed)) },
                    .limit: .number(allowed), .source: order.source.map { .text($0) },
                ])))
    }

    private func markConflict(_ isProducing: Bool?, _ facts: PowerFacts) -> Verdict {
        guard let mark = facts.mark, mark == .stopped || mark == .running else { return .clear }
        guard let isProducing else { return .unknown }
        guard isProducing == (mark == .stopped) else { return .clear }
        let said = mark == .stopped ? BilingualText(en: "stopped", zh: "停运") : BilingualText(en: "running", zh: "运行")
        let seen = isProducing ? BilingualText(en: "runs", zh: "在运行") : BilingualText(en: "stands", zh: "已停")
        return .holds(
            Evidence(
                facts: AlarmFacts([
                    .reason: .bilingual(said), .device: .text(line.productionName), .other: .bilingual(seen),
                ])))
    }

    private func bypass(_ isProducing: Bool?, _ facts: PowerFacts) -> Verdict {
        if facts.isBypassOpen == false || isProducing == false { return .clear }
        guard facts.isBypassOpen == true, isProducing == true else { return .unknown }
        return .holds(
            Evidence(
                facts: AlarmFacts([.device: .text(facts.bypassName), .other: .text(line.productionName)])))
    }

    private func facts(_ name: AlarmFacts.Name = .length, _ length: Duration? = nil) -> AlarmFacts {
        AlarmFacts([
            .device: .text(line.productionName), .other: .text(line.treatmentName), name: length.map { .length($0) },
        ])
    }
}
