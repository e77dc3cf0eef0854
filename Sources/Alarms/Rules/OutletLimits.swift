import Telemetry

/// The limits of one outlet, found by factor: a value touches the rules of its factor and statistic and no others.
package struct OutletLimits: Sendable {
    /// What an outlet's configuration says of one factor.
    package struct Factor: Sendable {
        package var code: String
        /// Of its values.
        package var unit: String?
        /// Of its amounts, `kg`; its mass rate is so much an hour.
        package var amountUnit: String?
        package var limits: [Limit]

        package init(code: String, unit: String? = nil, amountUnit: String? = nil, limits: [Limit]) {
            self.code = code
            self.unit = unit
            self.amountUnit = amountUnit
            self.limits = limits
        }
    }

    /// The limits that compete for one quantity, and the alarms that they can raise.
    fileprivate struct Group: Sendable {
        let quantity: JudgedQuantity
        var limits: [Limit]
        var above: Int?
        var near: Int?
        var below: Int?
    }

    fileprivate struct Rules: Sendable {
        let unit: String?
        let amountUnit: String?
        /// By statistic.
        var groups: [LimitStatistic: [Group]] = [:]

        func unit(of quantity: JudgedQuantity) -> String? {
            switch quantity {
            case .measured, .converted: unit
            case .mass: amountUnit.map { $0 + "/h" }
            case .total: amountUnit
            }
        }
    }

    /// In the order of the outlet's factors.
    private var factors: [Rules] = []

    /// Adds the outlet's subjects to `desk`. `settings`: how a rule behaves here; the catalogue's default where nil.
    package init(
        outlet: String, factors: [Factor], desk: inout AlarmDesk, settings: (RuleID, String) -> RuleSettings?
    ) {
        for factor in factors {
            var rules = Rules(unit: factor.unit, amountUnit: factor.amountUnit)
            for limit in factor.limits { rules.add(limit) }
            rules.place(outlet: outlet, factor: factor.code) { subject in
                desk.add(subject, settings(subject.rule, factor.code) ?? RuleSettings(subject.rule))
            }
            self.factors.append(rules)
        }
    }

    /// Judges one value of the factor at `factor` with the limits that hold in `scene`.
    package func judge(
        _ value: JudgedValue, factor: Int, in scene: @autoclosure () -> LimitScene, marks: HoldMarks, at now: Moment,
        desk: inout AlarmDesk
    ) -> [AlarmTransition] {
        guard !factors[factor].groups.isEmpty, let groups = factors[factor].groups[value.statistic] else { return [] }
        let scene = scene()
        var transitions: [AlarmTransition] = []
        for group in groups where group.quantity == value.quantity {
            let unit = factors[factor].unit(of: group.quantity)
            let limit = group.limits.effective(value.statistic, value.quantity, in: scene)
            // Where no limit holds any more, none is exceeded.
            if let place = group.above {
                let verdict = limit.maximum?.verdict(above: value, unit: unit) ?? .clear
                transitions += desk.judge(verdict, at: place, marks: marks, now: now)
            }
            if let place = group.near {
                let verdict = limit.maximum?.verdict(near: value, unit: unit) ?? .clear
                transitions += desk.judge(verdict, at: place, marks: marks, now: now)
            }
            if let place = group.below {
                let verdict = limit.minimum?.verdict(below: value, unit: unit) ?? .clear
                transitions += desk.judge(verdict, at: place, marks: marks, now: now)
            }
        }
        return transitions
    }

    /// Whether the factor has a limit of this statistic at all.
    package func judges(_ statistic: LimitStatistic, factor: Int) -> Bool { factors[factor].groups[statistic] != nil }

    /// The limit in force, for forecasts and for records.
    package func effective(
        _ statistic: LimitStatistic, _ quantity: JudgedQuantity, factor: Int, in scene: LimitScene
    ) -> EffectiveLimit {
        guard !factors[factor].groups.isEmpty else { return EffectiveLimit() }
        let groups = factors[factor].groups[statistic] ?? []
        guard let group = groups.first(where: { $0.quantity == quantity }) else { return EffectiveLimit() }
        return group.limits.effective(statistic, quantity, in: scene)
    }
}

extension OutletLimits.Rules {
    fileprivate mutating func add(_ limit: Limit) {
        var groups = groups[limit.statistic] ?? []
        if let index = groups.firstIndex(where: { $0.quantity == limit.quantity }) {
            groups[index].limits.append(limit)
        } else {
            groups.append(OutletLimits.Group(quantity: limit.quantity, limits: [limit]))
        }
        self.groups[limit.statistic] = groups
    }

    /// Alarms belong to a statistic and a quantity, not to a limit: when a winter limit takes over, the alarm goes on.
    fileprivate mutating func place(outlet: String, factor: String, _ place: (AlarmSubject) -> Int) {
        for statistic in LimitStatistic.allCases {
            for index in (groups[statistic] ?? []).indices {
                guard let group = groups[statistic]?[index] else { continue }
                let part = "\(statistic.rawValue)-\(group.quantity.rawValue)"
                func subject(_ rule: RuleID) -> AlarmSubject {
                    AlarmSubject(rule, source: outlet, factor: factor, part: part)
                }
                if group.limits.contains(where: { $0.maximum != nil }) {
                    groups[statistic]?[index].above = place(subject(statistic.ruleAbove))
                    if group.limits.contains(where: { !$0.warnShares.isEmpty }) {
                        groups[statistic]?[index].near = place(subject(.preWarning))
                    }
                }
                if group.limits.contains(where: { $0.minimum != nil }) {
                    groups[statistic]?[index].below = place(subject(.lowerLimit))
                }
            }
        }
    }
}
