/// What a running hour must have of a factor for its limits to be judged; rule D4 watches each by itself, as the records do.
package enum HourNeed: String, CaseIterable, Sendable {
    /// The mean.
    case measured
    /// The converted mean.
    case converted
    /// Amounts of its own minutes.
    case mass
    /// Of a mass of gas: the amount of the flow, which is multiplied with the mean of the hour.
    case flow

    /// The needs of limits on these quantities, at least one. `isCarriedByGas`: whether the factor is a concentration of a gas flow.
    static func needs(of quantities: [JudgedQuantity], isCarriedByGas: Bool) -> [HourNeed] {
        let hasMass = quantities.contains(.mass) || quantities.contains(.total)
        var needs: Set<HourNeed> = []
        if quantities.isEmpty || quantities.contains(.measured) { needs.insert(.measured) }
        if quantities.contains(.converted) { needs.insert(.converted) }
        if hasMass { needs.formUnion(isCarriedByGas ? [.measured, .flow] : [.mass]) }
        return allCases.filter { needs.contains($0) }
    }
}
