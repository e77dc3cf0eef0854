import Glibc

/// A quantity that moves slowly and without end around a mean, as measured in a steady plant.
///
/// A pure function of the moment: a sum of three waves whose periods have no common multiple, with a little noise from
/// second to second. Equal seed and name, equal values.
package struct Signal: Equatable, Sendable {
    /// A deliberate departure from the mean.
    package struct Excursion: Equatable, Sendable {
        /// In phases of the script; it comes and goes within `ramp` around the ends.
        package var window: ClosedRange<Double>
        /// Added to the mean meanwhile.
        package var height: Double

        package init(window: ClosedRange<Double>, height: Double) {
            self.window = window
            self.height = height
        }
    }

    /// One of the waves: its weights add up to 1.
    private static let waves = [
        (period: 17.3, weight: 0.25), (period: 61.7, weight: 0.35), (period: 293.1, weight: 0.4),
    ]
    private static let ramp = 0.02

    package let mean: Double
    /// The waves never leave `mean ± swing`.
    package let swing: Double
    package let excursion: Excursion?
    /// Greatest deviation of the noise that is added to waves and excursion.
    package var noise: Double { swing * 0.05 }
    private let seed: UInt64
    /// Where in its circle each wave starts.
    private let angles: [Double]

    package init(_ name: String, seed: UInt64, mean: Double, swing: Double, excursion: Excursion? = nil) {
        self.mean = mean
        self.swing = swing
        self.excursion = excursion
        self.seed = mixed(seed ^ fingerprint(of: name))
        let start = self.seed
        angles = (0..<3).map { unitInterval(mixed(start &+ $0)) * 2 * .pi }
    }

    package func value(at moment: PlantMoment) -> Double {
        mean + swing * waves(at: moment.seconds) + lift(at: moment.phase) + hiss(at: moment.seconds)
    }

    /// What has passed since the start when the quantity is a flow per second, excursion and noise apart. Never falls as
    /// long as `swing` is below `mean`.
    package func total(at moment: PlantMoment) -> Double {
        var sum = mean * moment.seconds
        for (wave, angle) in zip(Self.waves, angles) {
            let speed = 2 * Double.pi / wave.period
            sum += swing * wave.weight * (cos(angle) - cos(speed * moment.seconds + angle)) / speed
        }
        return sum
    }

    private func waves(at seconds: Double) -> Double {
        zip(Self.waves, angles).reduce(0) { sum, next in
            sum + next.0.weight * sin(2 * .pi * seconds / next.0.period + next.1)
        }
    }

    private func lift(at phase: Double) -> Double {
        guard let excursion else { return 0 }
        let rise = smoothStep((phase - excursion.window.lowerBound + Self.ramp) / (2 * Self.ramp))
        let fall = smoothStep((phase - excursion.window.upperBound + Self.ramp) / (2 * Self.ramp))
        return excursion.height * (rise - fall)
    }

    private func hiss(at seconds: Double) -> Double {
        let second = UInt64(bitPattern: Int64(max(-1e15, min(seconds, 1e15)).rounded(.down)))
        return noise * (2 * unitInterval(mixed(seed &+ 7 &+ second)) - 1)
    }
}

/// 0 below 0, 1 above 1, and a smooth way between.
private func smoothStep(_ x: Double) -> Double {
    let x = max(0, min(x, 1))
    return x * x * (3 - 2 * x)
}

/// SplitMix64's output function: neighbours become strangers.
func mixed(_ number: UInt64) -> UInt64 {
    var z = number &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
}

/// 0..<1
private func unitInterval(_ bits: UInt64) -> Double { Double(bits >> 11) / Double(1 << 53) }

/// FNV-1a: the same on every run, which `Hasher` is not.
private func fingerprint(of name: String) -> UInt64 {
    name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
}
