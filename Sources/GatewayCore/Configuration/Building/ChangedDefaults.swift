import Emissions
import Telemetry

/// Tells once a site which default it uses has changed since the version before. A setting that is written ends its note.
///
/// The notes of one version are removed in the next.
struct ChangedDefaults {
    typealias Outlet = (
        configuration: OutletConfiguration, entry: MappingReader<OutletKey>, factors: [MappingReader<FactorKey>]
    )

    let outlets: [Outlet]

    func report() {
        reportValidityOfWater()
        reportMethane()
    }

    private func reportValidityOfWater() {
        let concerned = outlets.first { outlet in
            !outlet.configuration.validity.isStated
                && outlet.configuration.factors.contains { FactorTable.entry(code: $0.code)?.medium == .water }
        }
        concerned?.entry.note(
            .validity,
            .init(
                "days and months of water now need 75 % of the hours and days with discharge, no longer 20 hours and 25 days",
                zh: "废水日、月数据现需有排水的小时、日的 75%，不再是 20 小时、25 日"),
            hint: .init(
                "write `validity: { hours: default, days: default }`, or 20 and 25 to keep the old rule",
                zh: "写 `validity: { hours: default, days: default }`；要保留原规则则写 20 和 25"))
    }

    private func reportMethane() {
        let factors = outlets.flatMap { zip($0.configuration.factors, $0.factors) }
        let concerned = factors.first { factor, entry in factor.isMethane && !entry.has(.fossil) }
        concerned?.1.note(
            .fossil,
            .init("CH4 now counts 27.9 in the CO2e of reports, no longer 28", zh: "报表的 CO2e 中 CH4 现按 27.9 计，不再是 28"),
            hint: .init(
                "write `fossil: true` for coal, oil or natural gas (29.8), else `fossil: false`",
                zh: "煤、石油、天然气写 `fossil: true`（29.8），否则写 `fossil: false`"))
    }
}

extension FactorConfiguration {
    /// Whether it is methane, under the code of either edition.
    var isMethane: Bool { GreenhouseGas(code: FactorTable.entry(code: code)?.code ?? code) == .methane }
}
