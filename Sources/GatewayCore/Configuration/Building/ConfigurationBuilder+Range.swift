import Emissions
import Telemetry

extension ConfigurationBuilder {
    /// Tells of a limit that the measuring range of the instrument never lets be exceeded.
    func checkRange(_ limit: LimitConfiguration, of factor: FactorConfiguration, _ entry: MappingReader<LimitKey>) {
        guard limit.of == .measured, let range = recordRange(of: factor) else { return }
        let remark =
            factor.correction == .none
            ? BilingualText(verbatim: "")
            : .init(
                "; `range` is that of the reading, before `slope` and `intercept`",
                zh: "；`range` 是换算（`slope`、`intercept`）之前读数的量程")
        if let maximum = limit.maximum, maximum > range.upperBound {
            entry.warning(
                .max,
                .init(
                    "\(plain(maximum)) lies above the measuring range, which ends at \(plain(range.upperBound))",
                    zh: "\(plain(maximum)) 高于量程上限 \(plain(range.upperBound))"),
                hint: .init("the limit is never exceeded: correct it or `range`", zh: "此限值永远不会超标：改正它或 `range`")
                    + remark)
        }
        if let minimum = limit.minimum, minimum < range.lowerBound {
            entry.warning(
                .min,
                .init(
                    "\(plain(minimum)) lies below the measuring range, which begins at \(plain(range.lowerBound))",
                    zh: "\(plain(minimum)) 低于量程下限 \(plain(range.lowerBound))"),
                hint: .init("the instrument never shows it: correct it or `range`", zh: "仪表永远不会显示此值：改正它或 `range`")
                    + remark)
        }
    }

    /// The measuring range in the unit of the record; nil where it is not known or where water, temperature or pressure
    /// of the gas have a say.
    private func recordRange(of factor: FactorConfiguration) -> ClosedRange<Double>? {
        guard factor.source != .computed, factor.meter == nil else { return nil }
        let channel = Channel(factor, override: factorOverrides[factor.code], interval: 5)
        guard channel.basis == .dryStandard || channel.role == .condition(.oxygen) && channel.basis.moisture == .dry,
            channel.role != .velocity, channel.scale.unitFactor > 0, let range = channel.scale.recordedRange,
            range.lowerBound.isFinite, range.upperBound.isFinite
        else { return nil }
        let greatest = max(abs(range.lowerBound), abs(range.upperBound))
        return Self.rounded(range.lowerBound, of: greatest)...Self.rounded(range.upperBound, of: greatest)
    }

    /// What a conversion leaves behind the sixth digit of the range's greater end is no difference.
    private static func rounded(_ number: Double, of greatest: Double) -> Double {
        guard greatest > 0 else { return number }
        var scale = 1.0
        while greatest * scale < 100_000 { scale *= 10 }
        return (number * scale).rounded() / scale
    }
}
