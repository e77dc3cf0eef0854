/// What a limit of a factor needs from the hour. Rule D4 counts the minutes of each need separately.
package enum HourNeed: String, CaseIterable, Sendable {
    /// The measured mean of the factor.
    case measured
    /// The converted mean.
    case converted
    /// The sum of the amounts of its minutes.
    case mass
    /// The amount of the gas flow: the mass of the hour is this times the mean concentration.
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
