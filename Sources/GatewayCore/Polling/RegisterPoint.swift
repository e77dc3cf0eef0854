import Protocol
import Telemetry

/// One register of a device made ready for the hot path: how its words become a reading.
struct RegisterPoint: Equatable, Sendable {
    private let field: RegisterField
    private let scale: Double
    private let offset: Double
    /// Numbers of the device that mean "no value", few.
    private let invalid: [Double]
    /// Of a state register: its numbers and what they mean, few; empty for any other.
    private let meanings: [Meaning]

    /// Of a state register: the registers it speaks about; nil: all of the device.
    let flagged: [Int]?

    private struct Meaning: Equatable, Sendable {
        let number: Double
        let flag: DataFlag
    }

    init(_ register: RegisterConfiguration) {
        field = register.field
        scale = register.scale
        offset = register.offset
        flagged = register.flagged
        let isSingle = register.field.type == .float32
        invalid = register.invalidNumbers.map { isSingle ? Double(Float($0)) : $0 }
        meanings = (register.flags ?? [:]).map { Meaning(number: Double($0.key), flag: $0.value) }
            .sorted { $0.number < $1.number }
    }

    /// The reading in `words` at `position`, flag `N`; and the flag it puts on the registers it speaks
    /// about, `N` for most registers.
    ///
    /// The state map and the numbers that mean "no value" are asked with the number as it is in the device, before `scale`
    /// and `offset`.
    func reading(in words: [UInt16], at position: Int) -> (reading: Reading, stateFlag: DataFlag) {
        guard let number = RegisterDecoder.number(of: field, in: words, at: position) else {
            return (.failed(.notANumber), .normal)
        }
        let reading = reading(of: number)
        if meanings.isEmpty { return (reading, .normal) }
        return (reading, meanings.first { $0.number == number }?.flag ?? .normal)
    }

    private func reading(of number: Double) -> Reading {
        let value = number * scale + offset
        if invalid.contains(number) { return Reading(value: value).rejected(.invalid(number: number)) }
        return value.isMeasurable ? Reading(value: value) : .failed(.notANumber)
    }

    /// The value of the reading with all its digits, where it is a 64-bit integer that a `Double` does not hold; nil for others.
    func digits(in words: [UInt16], at position: Int) -> ExactDecimal? {
        guard let number = RegisterDecoder.longNumber(of: field, in: words, at: position),
            let scale = ExactDecimal(shortest: scale), let offset = ExactDecimal(shortest: offset)
        else { return nil }
        return ExactDecimal(number).times(scale)?.plus(offset)
    }
}
