/// Amounts from a meter that counts upwards (totaliser), across its roll-over and its being reset.
///
/// The value is all there is to keep over a restart: what flowed meanwhile is in the next difference.
package struct Totaliser: Hashable, Sendable {
    /// What a new reading adds, in the meter's unit.
    package enum Step: Hashable, Sendable {
        /// The first reading: nothing to compare with.
        case first
        case counted(Double)
        /// The meter passed its end and began at 0.
        case rolledOver(Double)
        /// The meter was set back: only what it shows since is counted. Worth an event.
        case reset(Double)

        package var amount: Double {
            switch self {
            case .first: 0
            case .counted(let amount), .rolledOver(let amount), .reset(let amount): amount
            }
        }
    }

    /// Where the meter begins anew at 0, 1 000 000 for six digits; nil: it never does.
    package let modulus: Double?
    /// A fall up to this much is noise of the meter and adds nothing.
    package let toleratedFall: Double
    /// The reading to compare with.
    package private(set) var last: Double?

    package init(modulus: Double? = nil, toleratedFall: Double = 0, last: Double? = nil) {
        self.modulus = modulus
        self.toleratedFall = toleratedFall
        self.last = last
    }

    /// Takes a reading, finite, not negative and below the modulus; a failure changes nothing.
    package mutating func advance(to reading: Double) throws(CalculationFailure) -> Step {
        let reading = try reading.notNegative(.volume)
        if let modulus {
            guard try reading < modulus.positive(.modulus) else { throw .impossible(.volume) }
        }
        guard let old = last else {
            last = reading
            return .first
        }
        if reading < old, old - reading <= toleratedFall { return .counted(0) }
        last = reading
        if reading >= old { return .counted(reading - old) }
        if let modulus, Self.isRollOver(from: old, to: reading, modulus) { return .rolledOver(modulus - old + reading) }
        return .reset(reading)
    }

    /// From the last tenth to the first: anything else that falls was set back.
    private static func isRollOver(from old: Double, to new: Double, _ modulus: Double) -> Bool {
        old < modulus && old >= modulus * 0.9 && new <= modulus * 0.1
    }
}
