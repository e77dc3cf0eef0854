import Glibc

/// How the values of the demo plant move: a pure function of the time since the start, the same for the same seed.
package struct PlantModel: Sendable {
    package enum Quantity: Int, CaseIterable, Sendable {
        case sulfurDioxide, nitrogenOxides, oxygen, velocity, temperature, pressure, humidity, dust
        case waterFlow, chemicalOxygenDemand, ammoniaNitrogen
    }

    /// The length of the plant's script; incidents lie at fixed shares of it.
    package let scriptSeconds: Double
    private let seed: UInt64

    package init(scriptSeconds: Double, seed: UInt64) {
        self.scriptSeconds = scriptSeconds
        self.seed = seed
    }

    /// The value in the unit an instrument shows: mg/m³, %, m/s, °C, kPa, L/s or mg/L.
    package func value(_ quantity: Quantity, at seconds: Double) -> Double {
        let (mean, swing) = Self.range(quantity)
        var value = mean + swing * wave(quantity, at: seconds)
        if quantity == .sulfurDioxide { value += 24 * sulfurIncident(at: seconds) }
        return value
    }

    /// Whether the dust monitor says nothing.
    package func isDustSilent(at seconds: Double) -> Bool {
        (0.55..<0.75).contains(share(at: seconds))
    }

    /// Litres that have passed the water meter.
    package func waterTotal(at seconds: Double) -> Double {
        1_250_000 + Self.range(.waterFlow).mean * seconds
    }

    /// 0 to 1 and back: from a fifth of the script on the desulfurisation fails, for a quarter of it.
    private func sulfurIncident(at seconds: Double) -> Double {
        let share = share(at: seconds)
        if share < 0.20 || share > 0.45 { return 0 }
        if share < 0.27 { return (share - 0.20) / 0.07 }
        return share > 0.38 ? (0.45 - share) / 0.07 : 1
    }

    private func share(at seconds: Double) -> Double {
        seconds.truncatingRemainder(dividingBy: scriptSeconds) / scriptSeconds
    }

    private static func range(_ quantity: Quantity) -> (mean: Double, swing: Double) {
        switch quantity {
        case .sulfurDioxide: (22, 2.5)
        case .nitrogenOxides: (38, 4)
        case .oxygen: (6.4, 0.5)
        case .velocity: (12.5, 0.8)
        case .temperature: (118, 4)
        case .pressure: (-0.5, 0.08)
        case .humidity: (8.2, 0.6)
        case .dust: (4.5, 0.9)
        case .waterFlow: (42, 5)
        case .chemicalOxygenDemand: (36, 4)
        case .ammoniaNitrogen: (2.1, 0.4)
        }
    }

    /// Two slow waves and a little noise, within about ±1.
    private func wave(_ quantity: Quantity, at seconds: Double) -> Double {
        let phase = Double(quantity.rawValue) * 1.7 + Double(seed % 1_000) / 100
        let slow = 0.6 * sin(seconds / 37 + phase) + 0.3 * sin(seconds / 7.3 + 2 * phase)
        return slow + 0.1 * noise(UInt64(quantity.rawValue), UInt64(max(0, seconds * 2)))
    }

    /// -1…1, from the seed and two numbers.
    private func noise(_ a: UInt64, _ b: UInt64) -> Double {
        var z = seed &+ a &* 0x9E37_79B9_7F4A_7C15 &+ b &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        z ^= z >> 31
        return Double(z >> 11) / Double(1 << 52) - 1
    }
}
