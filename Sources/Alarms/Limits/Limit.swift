/// Over which time a limit judges a mean, or an amount.
package enum LimitStatistic: String, CaseIterable, Sendable {
    case realtime, minute, hour, day, month, year
}

/// Which number of a factor a limit judges.
package enum JudgedQuantity: String, CaseIterable, Sendable {
    /// The mean as measured, dry at standard state.
    case measured
    /// The mean converted to the reference oxygen.
    case converted
    /// The emitted mass per hour, kg/h.
    case mass
    /// The emitted amount of the period, in the unit of `Cou`.
    case total
}

/// One limit of one factor of one outlet. Where it applies is where it is listed.
///
/// Source: the limit model of permits, emission standards and response orders; what competes is settled by
/// ``EffectiveLimit``.
package struct Limit: Hashable, Sendable {
    /// Unique among the limits of the factor and stable over restarts: part of alarm ids.
    package var name: String
    package var statistic: LimitStatistic
    package var quantity: JudgedQuantity
    /// Values above are a violation. With `minimum` too, the limit is a band, as of pH.
    package var maximum: Double?
    /// Values below are a violation.
    package var minimum: Double?
    /// Fractions of `maximum` from which rule L3 warns, 0…1.
    package var warnShares: [Double]
    /// How far a value must come back before an alarm may end, in the unit of the limit; nil: 2 % of the bound.
    package var deadband: Double?
    package var applies: LimitApplicability
    /// Of the limits that apply, those with the greatest number decide.
    package var priority: Int
    /// Permit number, standard or order that sets it.
    package var source: String?

    package init(
        name: String = "", statistic: LimitStatistic, of quantity: JudgedQuantity = .measured, maximum: Double? = nil,
        minimum: Double? = nil, warnShares: [Double] = [], deadband: Double? = nil,
        applies: LimitApplicability = .always, priority: Int = 0, source: String? = nil
    ) {
        self.name = name
        self.statistic = statistic
        self.quantity = quantity
        self.maximum = maximum
        self.minimum = minimum
        self.warnShares = warnShares
        self.deadband = deadband
        self.applies = applies
        self.priority = priority
        self.source = source
    }

    /// The deadband of a limit that states none, in % of the bound's amount.
    package static let defaultDeadbandPercent = 2.0
}
