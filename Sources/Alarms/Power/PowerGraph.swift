/// Which devices must work: the graph production → treatment → outlet, as a configuration writes it.
package indirect enum PowerNeed: Equatable, Sendable {
    /// A place among the devices.
    case device(Int)
    case all([PowerNeed])
    case any([PowerNeed])
    /// As two of three pumps.
    case atLeast(Int, of: [PowerNeed])

    /// Whether it is met; nil where an unknown device decides.
    package func isMet(_ isOn: (Int) -> Bool?) -> Bool? {
        switch self {
        case .device(let place): return isOn(place)
        case .all(let needs): return Self.count(needs, needs.count, isOn)
        case .any(let needs): return Self.count(needs, 1, isOn)
        case .atLeast(let least, let needs): return Self.count(needs, least, isOn)
        }
    }

    private static func count(_ needs: [PowerNeed], _ least: Int, _ isOn: (Int) -> Bool?) -> Bool? {
        let met = needs.map { $0.isMet(isOn) }
        let sure = met.count { $0 == true }
        if sure >= least { return true }
        return sure + met.count { $0 == nil } >= least ? nil : false
    }
}

/// One production line with what treats its gas or water, and the outlets these reach.
package struct PowerLine: Equatable, Sendable {
    package var id: String
    package var production: PowerNeed
    package var treatment: PowerNeed
    /// Outlets whose marks are compared with the meters.
    package var outlets: [String]
    /// What people call the two sides.
    package var productionName: String
    package var treatmentName: String
    /// How much later than production treatment may start (P2).
    package var lateness: Duration
    /// How long treatment runs on after production (P3).
    package var purge: Duration

    package init(
        id: String, production: PowerNeed, treatment: PowerNeed, outlets: [String] = [], productionName: String,
        treatmentName: String, lateness: Duration = .seconds(300), purge: Duration = .seconds(600)
    ) {
        self.id = id
        self.production = production
        self.treatment = treatment
        self.outlets = outlets
        self.productionName = productionName
        self.treatmentName = treatmentName
        self.lateness = lateness
        self.purge = purge
    }
}

/// An order or rule that production stops or slows down: staggered production, a heavy-pollution response.
package struct ProductionOrder: Equatable, Sendable {
    /// Of the full load, 0…1; 0: production must stand.
    package var allowedShare: Double
    /// The permit, standard or order; nil: it has no name.
    package var source: String?
    package var applies: LimitApplicability

    package init(allowedShare: Double, source: String?, applies: LimitApplicability = .always) {
        self.allowedShare = allowedShare
        self.source = source
        self.applies = applies
    }
}

extension Sequence<ProductionOrder> {
    /// The strictest of the orders in force; of equals the first.
    package func inForce(in scene: LimitScene) -> ProductionOrder? {
        var strictest: ProductionOrder?
        for order in self where order.applies.isMet(in: scene) {
            if order.allowedShare < strictest?.allowedShare ?? .infinity { strictest = order }
        }
        return strictest
    }
}
