/// A kind of source with the reference that its emission standard converts concentrations to (行业预设).
///
/// For sites that do not want to look it up. The permit of a site outranks the table. Cupolas are not in it: what their
/// standard fixes is not an excess-air coefficient alone.
/// Source of the numbers: the standard named with each, from professional practice.
package enum IndustryPreset: String, CaseIterable, Sendable {
    /// Coal-fired boilers of power plants.
    case coalPower = "coal_power"
    /// Boilers of power plants on oil or gas.
    case gasPower = "gas_power"
    case gasTurbine = "gas_turbine"
    /// Industrial boilers on coal.
    case coalBoiler = "coal_boiler"
    /// Industrial boilers on oil or gas.
    case gasBoiler = "gas_boiler"
    case wasteIncineration = "waste_incineration"
    case hazardousWaste = "hazardous_waste"
    /// Cement kilns with the heat recovery of their tail.
    case cementKiln = "cement_kiln"
    /// Dryers and coal mills of cement works with a heat source of their own.
    case cementDryer = "cement_dryer"
    case sinter
    case pellet
    /// Pellets from a grate and a rotary kiln.
    case pelletGrateKiln = "pellet_grate_kiln"
    /// The flue of a coke oven.
    case cokeOven = "coke_oven"
    case brickKiln = "brick_kiln"
    case glassFurnace = "glass_furnace"
    /// Industrial furnaces without a standard of their own.
    case furnace
    /// Vents of processes without combustion.
    case noConversion = "no_conversion"

    package var reference: OxygenReference {
        switch self {
        case .coalPower: .oxygen(percent: 6)
        case .gasPower: .oxygen(percent: 3)
        case .gasTurbine: .oxygen(percent: 15)
        case .coalBoiler: .oxygen(percent: 9)
        case .gasBoiler: .oxygen(percent: 3.5)
        case .wasteIncineration, .hazardousWaste: .oxygen(percent: 11)
        case .cementKiln: .oxygen(percent: 10)
        case .cementDryer, .cokeOven, .glassFurnace: .oxygen(percent: 8)
        case .sinter, .pellet: .oxygen(percent: 16)
        case .pelletGrateKiln, .brickKiln: .oxygen(percent: 18)
        case .furnace: .excessAir(1.7)
        case .noConversion: .none
        }
    }

    /// The emission standard that fixes the reference; nil where none does.
    package var standard: String? {
        switch self {
        case .coalPower, .gasPower, .gasTurbine: "GB 13223-2011"
        case .coalBoiler, .gasBoiler: "GB 13271-2014"
        case .wasteIncineration: "GB 18485-2014"
        case .hazardousWaste: "GB 18484-2020"
        case .cementKiln, .cementDryer: "GB 4915-2013"
        case .sinter, .pellet, .pelletGrateKiln, .cokeOven: "环大气〔2019〕35号"
        case .brickKiln: "GB 29620-2013"
        case .glassFurnace: "GB 26453"
        case .furnace: "GB 9078-1996"
        case .noConversion: nil
        }
    }
}
