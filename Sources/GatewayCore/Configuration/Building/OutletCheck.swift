import Emissions
import Telemetry

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
    /// Of the present edition, whichever the file uses.
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
        codes = Set(outlet.factors.map { FactorTable.entry(code: $0.code)?.code ?? $0.code })
    }

    func run() {
        checkCodes()
        for (factor, entry) in factors { check(factor, entry) }
        if let stack { check(stack) }
        if factors.allSatisfy({ !$0.entry.has(.cycle) }) {
            entry.warnOfNoEffect(.hourCloseDelay, without: .init("a factor that has a `cycle`", zh: "带 `cycle` 的因子"))
        }
    }

    // MARK: What there is

    /// `code`: of the present edition.
    func has(_ code: String) -> Bool { codes.contains(code) }

    var hasTemperature: Bool { has("a01012") || stack?.has(.temperature) == true }
    var hasHumidity: Bool { has("a01014") || stack?.has(.humidity) == true }
    var hasReference: Bool { StackSettings.referenceKeys.contains { stack?.has($0) == true } }
    private var computesVelocity: Bool {
        outlet.factors.contains { $0.code == "a01011" && $0.source == .computed }
    }

    static let temperatureHint = BilingualText(
        "add a factor `a01012`, or `temperature` to `stack`", zh: "增加因子 `a01012`，或在 `stack` 中给出 `temperature`")
    static let humidityHint = BilingualText(
        "add a factor `a01014`, or `humidity` to `stack`", zh: "增加因子 `a01014`，或在 `stack` 中给出 `humidity`")

    // MARK: The stack

    private func check(_ stack: MappingReader<StackKey>) {
        let measured: [(StackKey, code: String)] = [
            (.temperature, "a01012"), (.staticPressure, "a01013"), (.humidity, "a01014"),
            (.atmosphericPressure, "i23001"), (.area, "a00000"),
        ]
        for (key, code) in measured where has(code) {
            stack.warnOfNoEffect(
                key, because: .init("the outlet has a factor `\(code)`", zh: "排口已有因子 `\(code)`"),
                hint: .init(
                    "what is measured is used, and nothing in its place when it fails", zh: "有测量值就用测量值，失效时也不用别的代替"))
        }
        checkVelocity(stack)
        if !hasReference {
            for key in [StackKey.oxygenCap, .oxygenCapAction, .oxygenIdle, .convertedMethod] {
                stack.warnOfNoEffect(
                    key,
                    without: .init(
                        "`reference_oxygen`, `excess_air` or `industry`",
                        zh: "`reference_oxygen`、`excess_air` 或 `industry`"))
            }
        }
        if outlet.stack?.oxygenCapAction == .max {
            stack.warnOfNoEffect(
                .oxygenCap,
                because: .init(
                    "`oxygen_cap_action: max` converts up to 21 %", zh: "`oxygen_cap_action: max` 一直折算到 21 %"))
        }
    }

    private func checkVelocity(_ stack: MappingReader<StackKey>) {
        if !computesVelocity {
            for key in [StackKey.pitotCoefficient, .gasDensity] {
                stack.warnOfNoEffect(
                    key,
                    without: .init("a factor `a01011` with `from: computed`", zh: "带 `from: computed` 的因子 `a01011`"))
            }
        }
        guard has("a01011") else {
            let keys: [StackKey] = [.velocityCoefficient, .idleVelocity] + (has("a00000") ? [] : [.area])
            for key in keys { stack.warnOfNoEffect(key, without: .init("a factor `a01011`", zh: "因子 `a01011`")) }
            return
        }
        guard stack.has(.area), !has("a00000") else { return }
        if !hasTemperature {
            stack.warning(
                .area, .init("no flow can be computed without the temperature", zh: "没有温度就无法计算流量"),
                hint: Self.temperatureHint)
        }
        if !hasHumidity {
            stack.warning(
                .area, .init("no dry flow can be computed without the humidity", zh: "没有湿度就无法计算干基流量"),
                hint: Self.humidityHint)
        }
    }
}
