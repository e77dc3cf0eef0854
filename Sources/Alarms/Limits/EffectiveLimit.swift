/// What is allowed at one instant: at most one upper and one lower bound, each with the limit that sets it.
package struct EffectiveLimit: Hashable, Sendable {
    package var maximum: LimitBound?
    package var minimum: LimitBound?

    package init(maximum: LimitBound? = nil, minimum: LimitBound? = nil) {
        self.maximum = maximum
        self.minimum = minimum
    }

    package var isEmpty: Bool { maximum == nil && minimum == nil }
}

/// One bound and where it comes from.
package struct LimitBound: Hashable, Sendable {
    package var value: Double
    package var limit: Limit

    package init(value: Double, limit: Limit) {
        self.value = value
        self.limit = limit
    }

    /// How far a value must come back before an alarm may end, in the unit of the bound.
    package var deadband: Double { limit.deadband ?? value.magnitude * Limit.defaultDeadbandPercent / 100 }
}

extension Sequence<Limit> {
    /// The limit of `statistic` and `quantity` that is in force in `scene`.
    ///
    /// Of those that apply the greatest priority decides, for the upper and the lower bound apart: a winter maximum does
    /// not remove a minimum. Of equal priority the strictest decides, and of equal bounds the first listed.
    package func effective(
        _ statistic: LimitStatistic, _ quantity: JudgedQuantity, in scene: LimitScene
    ) -> EffectiveLimit {
        var effective = EffectiveLimit()
        for limit in self where limit.statistic == statistic && limit.quantity == quantity {
            guard limit.applies.isMet(in: scene) else { continue }
            effective.consider(limit)
        }
        return effective
    }
}

extension EffectiveLimit {
    fileprivate mutating func consider(_ limit: Limit) {
        if let value = limit.maximum, maximum?.yields(to: limit, isStricter: value < (maximum?.value ?? value)) ?? true
        {
            maximum = LimitBound(value: value, limit: limit)
        }
        if let value = limit.minimum, minimum?.yields(to: limit, isStricter: value > (minimum?.value ?? value)) ?? true
        {
            minimum = LimitBound(value: value, limit: limit)
        }
    }
}

extension LimitBound {
    fileprivate func yields(to other: Limit, isStricter: Bool) -> Bool {
        other.priority > limit.priority || other.priority == limit.priority && isStricter
    }
}
