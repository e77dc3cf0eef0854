/// What a value is computed with besides samples of its own.
///
/// The one list of what depends on what: validity, reasons, rates and alarms follow it. Source: HJ 212-2017, D.2.
enum Need: Hashable, Sendable {
    /// A condition of the gas: measured, or a constant, which is always valid.
    case condition(GasCondition)
    /// Another factor of the outlet.
    case channel(Int)

    static let gasState: [Need] = [
        .condition(.temperature), .condition(.staticPressure), .condition(.atmosphericPressure),
    ]
}

extension OutletPlan {
    /// What the measured value of each channel needs, in the order in which reasons name it.
    static func needs(_ channels: [Channel]) -> [[Need]] {
        func channel(_ code: String) -> [Need] {
            channels.firstIndex { $0.code == code }.map { [.channel($0)] } ?? []
        }
        return channels.map { settings in
            switch settings.origin {
            case .measured: settings.needsOfReading
            case .pitot: channel("a01017") + Need.gasState
            case .nitrogenOxides: channel("a21003") + channel("a21004")
            case .area: channel("a01011") + Need.gasState + [.condition(.humidity)]
            }
        }
    }

    /// Whether a factor says something of the water only while it is discharged: concentrations, pH, temperature.
    func needsDischarge(_ channel: Int) -> Bool {
        waterFlow != nil && channel != waterFlow && channels[channel].isOfWater && channels[channel].role != .energy
    }
}

extension Channel {
    /// Whether the factor is one of water (code w…): of periods it needs a share of what is due, and gas fixed numbers.
    package var isOfWater: Bool { code.hasPrefix("w") }

    /// What brings a reading to the dry standard state.
    fileprivate var needsOfReading: [Need] {
        guard origin == .measured, cycle == nil, !isMeterAlone else { return [] }
        switch role {
        case .condition(.oxygen), .gasConcentration, .gasFlow:
            return (basis.state == .actual ? Need.gasState : [])
                + (basis.moisture == .wet ? [.condition(.humidity)] : [])
        default: return []
        }
    }
}
