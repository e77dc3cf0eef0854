import Emissions
import Telemetry

extension OutletPlan {
    /// The plan of an outlet: its factors in their order, then the flow that is computed of itself.
    ///
    /// `interval` says how often a source is read, in seconds.
    init(
        _ outlet: OutletConfiguration, _ configuration: GatewayConfiguration,
        interval: (FactorSource) -> Double
    ) {
        let overrides = Dictionary(configuration.factors.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })
        var channels = outlet.factors.map { factor in
            var channel = Channel(factor, override: overrides[factor.code], interval: interval(factor.source))
            if let meter = factor.meter {
                let source = meter.source ?? factor.source
                channel.setMeter(meter, of: factor, interval: interval(source))
            }
            channel.readings = configuration.readings(of: factor, unitFactor: channel.scale.unitFactor)
            // A register has numbers of its own that mean no value.
            if factor.hasMeterOfInstrument { channel.meter?.invalidNumbers = factor.invalidNumbers }
            channel.meter?.readings = configuration.meterReadings(of: factor) ?? channel.readings
            return channel
        }
        let hasVelocity = channels.contains { $0.role == .velocity }
        if hasVelocity, outlet.stack?.area != nil, !channels.contains(where: { $0.role == .gasFlow }) {
            var flow = Channel(code: "a00000", role: .gasFlow)
            flow.origin = .area
            channels.append(flow)
        }
        let hasWater = channels.contains { $0.role == .waterFlow }
        for index in channels.indices where !hasWater { channels[index].isFlowWeighted = false }
        // What is computed of others comes as often as they do.
        for index in channels.indices {
            guard let source = channels[index].source else { continue }
            channels[index].interval = channels.first { $0.code == source }?.interval ?? channels[index].interval
        }
        self.init(channels: channels, constants: OutletConstants(outlet.stack, configuration.gateway))
        validity.minutes = outlet.validity.minutes
        validity.hours = outlet.validity.hours
        validity.days = outlet.validity.days
    }
}

extension OutletConstants {
    init(_ stack: StackSettings?, _ gateway: GatewaySettings) {
        self.init()
        standard = StandardState(zeroKelvin: gateway.t0Kelvin)
        overRangeCounts = gateway.overRangeCounts
        guard let stack else { return }
        squareMetres = stack.area
        velocityCoefficient = stack.velocityCoefficient ?? velocityCoefficient
        pitotCoefficient = stack.pitotCoefficient ?? pitotCoefficient
        gasDensity = stack.gasDensity ?? gasDensity
        celsius = stack.temperature
        staticPascals = stack.staticPressure ?? staticPascals
        atmosphericPascals = stack.atmosphericPressure ?? atmosphericPascals
        humidityPercent = stack.humidity
        conversion = stack.reference.map {
            OxygenConversion(
                reference: $0, capPercent: stack.oxygenCap, action: stack.oxygenCapAction,
                idlePercent: stack.oxygenIdle)
        }
        method = stack.convertedMethod
        idleVelocity = stack.idleVelocity
    }
}

extension Channel {
    init(_ factor: FactorConfiguration, override: FactorOverride?, interval: Double) {
        let entry = FactorTable.entry(code: factor.code)
        let code = entry?.code ?? factor.code
        self.init(code: factor.code, role: Role(code: code, unit: override?.unit ?? entry?.unit))
        basis = factor.basis
        scale.correction = factor.correction
        scale.range = factor.range
        if case .instrument = factor.source { invalidNumbers = factor.invalidNumbers }
        isConverted = factor.converted
        cycle = factor.cycle?.inSeconds
        isFlowWeighted =
            (factor.average ?? (role == .waterConcentration ? .flowWeighted : .arithmetic)) == .flowWeighted
        self.interval = interval
        if let format = entry?.format?.number { greatest = format.greatest }
        let mass = override?.molarMass.map { MolarMass(gramsPerMole: $0) } ?? MolarMass.usual(forFactor: code)
        scale.unitFactor = factor.unit.factor(
            perPPM: factor.ppmFactor ?? mass.map { $0.gramsPerMole / MolarMass.litresPerMole })
        // Gas is recorded in m³/s, water in L/s, a meter in m³.
        if role == .waterFlow, factor.unit != .asRecorded { scale.unitFactor *= 1000 }
        // A share of the volume is the same at any state.
        if factor.unit.isShare || role == .condition(.oxygen) { basis.state = .standard }
        guard factor.source == .computed else { return }
        if role == .velocity { origin = .pitot }
        if code == "a21002" {
            origin = .nitrogenOxides(factor.nitricOxideWeight.map(NitrogenOxides.init(nitricOxideWeight:)) ?? .exact)
        }
    }

    /// The unit of the amounts of a power meter.
    static let energyUnit = "kWh"

    /// Counts its amounts by a meter. The upper end of the flow says what the pipe can carry.
    fileprivate mutating func setMeter(_ settings: MeterSettings, of factor: FactorConfiguration, interval: Double) {
        if role == .other { role = .energy }
        // A meter alone has no reading of the flow: `range` is in the unit of the flow itself.
        let isAlone = settings.source == nil
        let greatest = scale.range.map {
            meterRate(ofFlow: isAlone ? $0.upperBound * scale.unitFactor : scale.recorded($0.upperBound))
        }
        meter = ChannelMeter(
            settings: .init(modulus: settings.modulus, greatestRate: greatest, interval: interval),
            isBeside: !isAlone)
        meter?.slope = settings.slope
        guard isAlone else { return }
        // Its readings are m³, and the range is that of the flow.
        scale.unitFactor = 1
        scale.range = nil
    }

    /// The factor that a computed one has its instants from.
    fileprivate var source: String? {
        switch origin {
        case .measured: nil
        case .pitot: "a01017"
        case .nitrogenOxides: "a21003"
        case .area: "a01011"
        }
    }
}

extension GatewayConfiguration {
    /// What the numbers kept of a factor are. `unitFactor`: what turns its unit into that of the record.
    fileprivate func readings(of factor: FactorConfiguration, unitFactor: Double) -> ReadingSource {
        let correction = LinearCorrection(
            slope: factor.correction.slope * unitFactor, offset: factor.correction.offset * unitFactor)
        return readings(of: factor.source, correction, isMeter: factor.meter.map { $0.source == nil } ?? false)
    }

    /// The same of the meter beside a factor; nil: it has none.
    fileprivate func meterReadings(of factor: FactorConfiguration) -> ReadingSource? {
        guard let meter = factor.meter, let source = meter.source else { return nil }
        return readings(of: source, LinearCorrection(slope: meter.slope, offset: 0), isMeter: true)
    }

    private func readings(of source: FactorSource, _ correction: LinearCorrection, isMeter: Bool) -> ReadingSource {
        var readings = ReadingSource(
            word: "computed", slope: correction.slope, offset: correction.offset, isMeter: isMeter)
        switch source {
        case .register(let bus, let device, let register):
            let device = buses[bus].devices[device]
            let entry = device.registers[register]
            let field = entry.field
            readings.word =
                "\(device.id).\(entry.name)@\(field.table):\(field.address):\(field.type):\(field.order):\(field.bit)"
            readings.slope = correction.slope * entry.scale
            readings.offset = correction.slope * entry.offset + correction.offset
        case .instrument(let index, let code): readings.word = "\(instruments[index].id).\(code)"
        case .computed: break
        }
        return readings
    }
}

extension Channel.Role {
    /// What a factor is by its current code, and by the unit of its records where the code says nothing.
    init(code: String, unit: String?) {
        if let condition = GasCondition.allCases.first(where: { $0.code == code }) {
            self = .condition(condition)
            return
        }
        switch code {
        case "a01017": self = .dynamicPressure
        case "a01011": self = .velocity
        case "a00000": self = .gasFlow
        case "w00000": self = .waterFlow
        default:
            switch unit {
            case "mg/m3", "ng/m3", "ug/m3": self = .gasConcentration
            case "mg/L", "ug/L": self = .waterConcentration
            default: self = .other
            }
        }
    }
}

extension ReadingUnit {
    /// What turns a reading into the unit of the record; `perPPM`: mg/m³ for 1 ppm.
    fileprivate func factor(perPPM: Double?) -> Double {
        switch self {
        case .asRecorded, .cubicMetresPerSecond: 1
        case .partsPerMillion: perPPM ?? 1
        case .percent: (perPPM ?? 1e-4) * 1e4
        case .gramsPerCubicMetre: 1000
        case .microgramsPerCubicMetre, .pascal: 1e-3
        case .cubicMetresPerHour: 1.0 / 3600
        }
    }

    fileprivate var isShare: Bool { self == .partsPerMillion || self == .percent }
}
