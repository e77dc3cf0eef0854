import Emissions
import Telemetry

extension ConfigurationBuilder {
    /// Tells of a limit that the measuring range of the instrument never lets be exceeded.
    func checkRange(_ limit: LimitConfiguration, of factor: FactorConfiguration, _ entry: MappingReader<LimitKey>) {
        guard limit.of == .measured, let range = recordRange(of: factor) else { return }
        if let maximum = limit.maximum, maximum > range.upperBound {
            entry.warning(
                .max, "\(plain(maximum)) lies above the measuring range, which ends at \(plain(range.upperBound))",
                hint: "the limit is never exceeded: correct it or `range`")
        }
        if let minimum = limit.minimum, minimum < range.lowerBound {
            entry.warning(
                .min, "\(plain(minimum)) lies below the measuring range, which begins at \(plain(range.lowerBound))",
                hint: "the instrument never shows it: correct it or `range`")
        }
    }

    /// The measuring range in the unit of the record; nil where it is not known or where water, temperature or pressure
    /// of the gas have a say.
    private func recordRange(of factor: FactorConfiguration) -> ClosedRange<Double>? {
        guard let range = factor.range, factor.source != .computed, factor.meter == nil else { return nil }
        let channel = Channel(factor, override: factorOverrides[factor.code], interval: 5)
        guard channel.basis == .dryStandard || channel.role == .condition(.oxygen) && channel.basis.moisture == .dry,
            channel.role != .velocity, channel.unitFactor > 0
        else { return nil }
        return Self.rounded(range.lowerBound * channel.unitFactor)...Self.rounded(range.upperBound * channel.unitFactor)
    }

    /// What a conversion of units leaves behind the sixth digit is no difference.
    private static func rounded(_ number: Double) -> Double {
        guard number != 0, number.isFinite else { return number }
        var scale = 1.0
        while abs(number) * scale < 100_000 { scale *= 10 }
        return (number * scale).rounded() / scale
    }
}
