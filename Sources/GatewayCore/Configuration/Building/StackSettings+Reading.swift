import Emissions
import Telemetry

extension StackSettings {
    /// Reads the section `stack` of an outlet.
    init(_ section: MappingReader<StackKey>) {
        self.init()
        area = section.optional(.area, .number(in: 0.001...1000, hint: .init("in m²", zh: "单位 m²")))
        readVelocity(section)
        readConditions(section)
        reference = Self.reference(section)
        section.read(.oxygenCap, .oxygenCap, into: &oxygenCap)
        // To YAML an unquoted `null` is no value at all; here it is one of the choices.
        if section.node(.oxygenCapAction)?.text == OxygenConversion.CapAction.null.rawValue {
            oxygenCapAction = .null
        } else {
            section.read(.oxygenCapAction, .choice, into: &oxygenCapAction)
        }
        section.read(.oxygenIdle, .number(in: 0...25, hint: .init("in %", zh: "单位 %")), into: &oxygenIdle)
        section.read(.convertedMethod, .choice, into: &convertedMethod)
        greatestCarbonDioxide = section.optional(
            .greatestCarbonDioxide, .number(in: 5...40, hint: .init("in %, such as 18.7 of coal", zh: "单位 %，例如煤为 18.7"))
        )
    }

    private mutating func readVelocity(_ section: MappingReader<StackKey>) {
        velocityCoefficient = section.optional(.velocityCoefficient, .number(in: 0.01...10))
        pitotCoefficient = section.optional(.pitotCoefficient, .number(in: 0.1...2))
        gasDensity = section.optional(
            .gasDensity, .number(in: 0.1...5, hint: .init("in kg/m³ at standard state", zh: "标态下的 kg/m³")))
        idleVelocity = section.optional(.idleVelocity, .number(in: 0...50, hint: .init("in m/s", zh: "单位 m/s")))
    }

    private mutating func readConditions(_ section: MappingReader<StackKey>) {
        atmosphericPressure = section.optional(
            .atmosphericPressure,
            .number(in: 50_000...110_000, hint: .init("in Pa: 98.5 kPa is 98500", zh: "单位 Pa：98.5 kPa 写作 98500")))
        staticPressure = section.optional(
            .staticPressure, .number(in: -50_000...50_000, hint: .init("in Pa against the atmosphere", zh: "单位 Pa，表压")))
        temperature = section.optional(.temperature, .number(in: -50...2000, hint: .init("in °C", zh: "单位 ℃")))
        humidity = section.optional(.humidity, .humidity)
        if let humidity, humidity >= PossibleGas.mostHumidity {
            let bound = plain(PossibleGas.mostHumidity)
            section.warning(
                .humidity,
                .init(
                    "from \(bound) % on nothing is computed with it: whatever needs the humidity is invalid",
                    zh: "达到 \(bound) % 后不再用于计算：凡需要湿度的数据均无效"),
                hint: .init("in % of the volume, such as 8.5", zh: "体积分数，%，例如 8.5"))
        }
    }

    /// The keys that say what concentrations are converted to.
    static let referenceKeys: [StackKey] = [.referenceOxygen, .excessAir, .industry]

    private static func reference(_ section: MappingReader<StackKey>) -> OxygenReference? {
        let oxygen = section.optional(
            .referenceOxygen, .number(in: 0...20.9, hint: .init("in %, such as 6", zh: "单位 %，例如 6")))
        let air = section.optional(
            .excessAir, .number(in: 1...10, hint: .init("a coefficient, such as 1.7", zh: "系数，例如 1.7")))
        let industry: IndustryPreset? = section.optional(.industry, .choice)
        guard section.atMostOne(of: referenceKeys) != nil else { return nil }
        if industry == .pellet {
            section.warning(
                .industry,
                .init(
                    "16 % is the reference of shaft furnaces; grate-kilns and belt machines have 18 %",
                    zh: "16% 是竖炉的基准氧含量；链篦机-回转窑和带式焙烧机为 18%"),
                hint: .init(
                    "write what the permit says: `reference_oxygen: 16` or `reference_oxygen: 18`",
                    zh: "按排污许可证写 `reference_oxygen: 16` 或 `reference_oxygen: 18`"))
        }
        return oxygen.map { .oxygen(percent: $0) } ?? air.map { .excessAir($0) } ?? industry?.reference
    }
}

extension ScalarRule where Value == Double {
    /// Oxygen at which the conversion stops, 0 up to below that of air, where its formula has no value.
    fileprivate static let oxygenCap = number(
        in: 0, below: OxygenReference.airOxygenPercent,
        hint: .init("in %; at 21 % the formula has no value", zh: "单位 %；21 % 时公式无解"))

    /// Water vapour in % of the volume, 0 up to below 100.
    fileprivate static let humidity = number(in: 0, below: 100, hint: .init("in % of the volume", zh: "体积分数 %"))

    private static func number(in low: Double, below high: Double, hint: BilingualText) -> Self {
        ScalarRule { (text) throws(Complaint) in
            let number = try number(in: low...high, hint: hint).read(text)
            guard number < high else {
                throw Complaint(
                    message: .init(
                        "\(shown(text)) is not below \(plain(high))", zh: "\(shown(text, .zh)) 不小于 \(plain(high))"),
                    hint: hint)
            }
            return number
        }
    }
}
