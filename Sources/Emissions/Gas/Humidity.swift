/// Absolute humidity of flue gas: the share of water vapour in the volume.
package struct Humidity: Hashable, Sendable {
    /// −1 ..< 100; 8 stands for *X*sw = 0.08. A little below zero is the drift of a sensor in dry gas.
    package let percent: Double

    package static let dry = Humidity(percent: 0)

    package init(percent: Double) {
        self.percent = percent
    }

    /// From the oxygen of the same gas, measured wet and dry: *X*sw = 1 − *O*₂wet/*O*₂dry, both in % of the volume.
    ///
    /// Source: the wet/dry oxygen method of HJ 75 (from professional practice).
    package init(wetOxygenPercent: Double, dryOxygenPercent: Double) throws(CalculationFailure) {
        let wet = try wetOxygenPercent.notNegative(.oxygen)
        let dry = try dryOxygenPercent.positive(.oxygen)
        guard wet <= dry else { throw .impossible(.oxygen) }
        percent = try ((1 - wet / dry) * 100).result()
        guard percent < 100 else { throw .impossible(.humidity) }
    }

    /// 1 − *X*sw, the dry share of the volume; above 0, at most 1.01.
    package var dryFraction: Double {
        get throws(CalculationFailure) {
            guard percent >= -1, percent < 100 else { throw .impossible(.humidity) }
            return 1 - percent / 100
        }
    }

    /// Wet → dry: *C*dry = *C*wet/(1−*X*sw), in any unit per volume of gas; the same for oxygen in %.
    ///
    /// Source: HJ 212-2017, D.2.1, formula (19).
    package func dry(wet: Double) throws(CalculationFailure) -> Double {
        let wet = try wet.possible(.concentration)
        return try (wet / dryFraction).result()
    }
}
