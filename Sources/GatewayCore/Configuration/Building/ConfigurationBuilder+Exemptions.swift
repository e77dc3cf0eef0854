import Emissions
import Telemetry

extension ConfigurationBuilder {
    /// The list `exemptions` of an outlet.
    func exemptions(_ outlet: MappingReader<OutletKey>) -> [ExemptionConfiguration] {
        outlet.mappings(.exemptions, ExemptionKey.self).map(exemption)
    }

    /// Periods and ceilings that are not stated are those known of waste incineration: 60 h of the plant a year, 30 h of
    /// the analyser a quarter.
    private func exemption(_ entry: MappingReader<ExemptionKey>) -> ExemptionConfiguration {
        let isOfFlags = entry.exactlyOne(of: [.marks, .flags]) == .flags
        var exemption = ExemptionConfiguration(period: isOfFlags ? .quarter : .year, maximum: isOfFlags ? 30 : 60)
        entry.reportEmptyList(.marks, hint: .init("such as [St, Sd]", zh: "例如 [St, Sd]"))
        entry.reportEmptyList(.flags, hint: .init("such as [M, D]", zh: "例如 [M, D]"))
        exemption.marks = Set((entry.scalars(.marks, ScalarRule<PlantMark>.choice) ?? []).map(\.value))
        exemption.flags = Set((entry.scalars(.flags, .dataFlag) ?? []).map(\.value))
        if exemption.marks.contains(.running) {
            entry.error(.marks, .init("a running plant is no exemption", zh: "正常运行不能作为豁免"))
        }
        if exemption.flags.contains(.normal) { entry.error(.flags, .init("`N` is no exemption", zh: "`N` 不能作为豁免")) }
        entry.read(.count, .choice, into: &exemption.count)
        entry.read(.period, .choice, into: &exemption.period)
        if exemption.count == .events, !entry.has(.max) {
            entry.reportMissing(.max, hint: .init("how many events are exempt", zh: "豁免多少次"))
        }
        entry.read(.max, .number, into: &exemption.maximum)
        if exemption.maximum <= 0 { entry.error(.max, .init("must be above 0", zh: "必须大于 0")) }
        exemption.name = entry.optional(.name, .text(maximum: 64))
        return exemption
    }
}
