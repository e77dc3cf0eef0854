package import Emissions
import Telemetry

/// How many valid parts a running hour or day of a factor needs: of gas a fixed number, of water a share of what is due.
package struct NeededParts: Hashable, Sendable {
    package var rules: ValidityRules
    package var isOfWater: Bool

    package init(_ rules: ValidityRules = ValidityRules(), isOfWater: Bool = false) {
        self.rules = rules
        self.isOfWater = isOfWater
    }

    /// Minutes of an hour of which `due` are due.
    func minutes(ofDue due: Int) -> Int {
        rules.rule(.hour, month: 1, ofWater: isOfWater, due: due, of: 60).minimum
    }

    /// Hours of a day of which `due` are due.
    func hours(ofDue due: Int) -> Int {
        rules.rule(.day, month: 1, ofWater: isOfWater, due: due, of: 24).minimum
    }
}
