/// Why a value cannot be computed from what was measured.
package enum CalculationFailure: Error, Hashable, Sendable {
    /// A quantity that a formula takes, for the reason of a failure.
    package enum Quantity: String, CaseIterable, Sendable {
        case concentration, factor, molarMass, temperature, pressure, humidity, oxygen, referenceOxygen, excessAir
        case dynamicPressure, density, velocity, area, flow, duration, volume, modulus
    }

    /// The quantity is not a number, infinite, or outside what physics or the formula allow.
    case impossible(Quantity)
    /// Every quantity is possible, but the result is wider than a number can be.
    case overflow
}

extension Double {
    /// The number itself where it is one.
    func possible(_ quantity: CalculationFailure.Quantity) throws(CalculationFailure) -> Double {
        guard isFinite else { throw .impossible(quantity) }
        return self
    }

    /// The number itself where it is finite and above zero.
    func positive(_ quantity: CalculationFailure.Quantity) throws(CalculationFailure) -> Double {
        guard isFinite, self > 0 else { throw .impossible(quantity) }
        return self
    }

    /// The number itself where it is finite and at least zero.
    func notNegative(_ quantity: CalculationFailure.Quantity) throws(CalculationFailure) -> Double {
        guard isFinite, self >= 0 else { throw .impossible(quantity) }
        return self
    }

    /// The result of a formula, unless possible quantities gave a number that is none.
    func result() throws(CalculationFailure) -> Double {
        guard isFinite else { throw .overflow }
        return self
    }
}
