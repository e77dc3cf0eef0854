import Emissions
import Telemetry

extension ConfigurationBuilder {
    /// Tells of a limit that the measuring range of the instrument never lets be exceeded.
    func checkRange(_ limit: LimitConfiguration, of factor: FactorConfiguration, _ entry: MappingReader<LimitKey>) {
        guard limit.of == .measured, let range = recordRange(of: factor) else { return }
        if let maximum = limit.maximum, maximum > range.upperBound {
            entry.warning(
                .max,
                .init(
                    "\(plain(maximum)) lies above the measuring range, which ends at \(plain(range.upperBound))",
                    zh: "\(plain(maximum)) 高于量程上限 \(plain(range.upperBound))"),
                hint: .init("the limit is never exceeded: correct it or `range`", zh: "此限值永远不会超标：改正它或 `range`"))
        }
        if let minimum = limit.minimum, minimum < range.lowerBound {
            entry.warning(
                .min,
                .init(
                    "\(plain(minimum)) lies below the measuring range, which begins at \(plain(range.lowerBound))",
                    zh: "\(plain(minimum)) 低于量程下限 \(plain(range.lowerBound))"),
                hint: .init("the instrument never shows it: correct it or `range`", zh: "仪表永远不会显示此值：改正它或 `range`"))
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
