import Emissions

/// Looks at the settings of one outlet together: what one needs from the others, and which of them do nothing.
///
/// What is needed is told by what the file says, not by what could be read, so that a mistake is reported once.
struct OutletCheck {
    let outlet: OutletConfiguration
    let entry: MappingReader<OutletKey>
    let stack: MappingReader<StackKey>?
    /// The factors with the lines that say so.
    let factors: [(factor: FactorConfiguration, entry: MappingReader<FactorKey>)]
    let overrides: [String: FactorOverride]
    private let codes: Set<String>

    init(
        _ outlet: OutletConfiguration, _ entry: MappingReader<OutletKey>, stack: MappingReader<StackKey>?,
        _ factorEntries: [MappingReader<FactorKey>], overrides: [String: FactorOverride]
    ) {
        self.outlet = outlet
        self.entry = entry
        self.stack = stack
        self.overrides = overrides
        factors = Array(zip(outlet.factors, factorEntries))
        codes = Set(outlet.factors.map(\.code))
    }

    func run() {
        checkCodes()
        for (factor, entry) in factors { check(factor, entry) }
        if let stack { check(stack) }
        if factors.allSatisfy({ !$0.entry.has(.cycle) }) {
            entry.warnOfNoEffect(.hourCloseDelay, without: "a factor that has a `cycle`")
        }
    }

    // MARK: What there is

    func has(_ code: String) -> Bool { codes.contains(code) }

    var hasTemperature: Bool { has("a01012") || stack?.has(.temperature) == true }
    var hasHumidity: Bool { has("a01014") || stack?.has(.humidity) == true }
    var hasReference: Bool { StackSettings.referenceKeys.contains { stack?.has($0) == true } }
    private var computesVelocity: Bool {
        outlet.factors.contains { $0.code == "a01011" && $0.source == .computed }
    }

    static let temperatureHint = ProblemText(
        "add a factor `a01012`, or `temperature` to `stack`", zh: "增加因子 `a01012`，或在 `stack` 中给出 `temperature`")
    static let humidityHint = ProblemText(
        "add a factor `a01014`, or `humidity` to `stack`", zh: "增加因子 `a01014`，或在 `stack` 中给出 `humidity`")

    // MARK: The stack

    private func check(_ stack: MappingReader<StackKey>) {
        let measured: [(StackKey, code: String)] = [
            (.temperature, "a01012"), (.staticPressure, "a01013"), (.humidity, "a01014"),
            (.atmosphericPressure, "i23001"), (.area, "a00000"),
        ]
        for (key, code) in measured where has(code) {
            stack.warnOfNoEffect(
                key, because: "the outlet has a factor `\(code)`",
                hint: "what is measured is used, and nothing in its place when it fails")
        }
        checkVelocity(stack)
        if !hasReference {
            for key in [StackKey.oxygenCap, .oxygenCapAction, .oxygenIdle, .convertedMethod] {
                stack.warnOfNoEffect(key, without: "`reference_oxygen`, `excess_air` or `industry`")
            }
        }
        if outlet.stack?.oxygenCapAction == .max {
            stack.warnOfNoEffect(.oxygenCap, because: "`oxygen_cap_action: max` converts up to 21 %")
        }
    }

    private func checkVelocity(_ stack: MappingReader<StackKey>) {
        if !computesVelocity {
            for key in [StackKey.pitotCoefficient, .gasDensity] {
                stack.warnOfNoEffect(key, without: "a factor `a01011` with `from: computed`")
            }
        }
        guard has("a01011") else {
            let keys: [StackKey] = [.velocityCoefficient, .idleVelocity] + (has("a00000") ? [] : [.area])
            for key in keys { stack.warnOfNoEffect(key, without: "a factor `a01011`") }
            return
        }
        guard stack.has(.area), !has("a00000") else { return }
        if !hasTemperature {
            stack.warning(.area, "no flow can be computed without the temperature", hint: Self.temperatureHint)
        }
        if !hasHumidity {
            stack.warning(.area, "no dry flow can be computed without the humidity", hint: Self.humidityHint)
        }
    }
}
