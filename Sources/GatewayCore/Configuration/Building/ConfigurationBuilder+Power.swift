import Alarms
import Telemetry
import YAML

extension ConfigurationBuilder {
    /// The section `power`, whose lines name `outlets`.
    mutating func readPower(_ root: MappingReader<RootKey>, outlets: [OutletConfiguration]) -> PowerConfiguration {
        var power = PowerConfiguration()
        guard let section = root.mapping(.power, PowerKey.self) else { return power }
        var names = NameRegistry()
        var graph = PowerGraphReader()
        for entry in section.mappings(.meters, PowerMeterKey.self) {
            let id = entry.required(.id, .topicSegment)
            if let id {
                names.claim(id, as: .meterOrGroup, entry, .id)
                graph.meters[id] = graph.meters[id] ?? power.meters.count
            }
            power.meters.append(meter(entry, id: id ?? ""))
        }
        for entry in section.mappings(.groups, PowerGroupKey.self) {
            guard let id = entry.required(.id, .topicSegment) else { continue }
            names.claim(id, as: .meterOrGroup, entry, .id)
            graph.add(entry, id: id)
        }
        graph.check(log: log)
        for (index, meter) in power.meters.enumerated() { graph.names[index] = meter.name ?? meter.id }
        let places = Dictionary(
            outlets.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        for entry in section.mappings(.lines, PowerLineKey.self) {
            let id = entry.required(.id, .placeIdentifier)
            if let id { self.places.claim(id, as: .line, entry, .id) }
            let line = line(entry, id: id ?? "", graph, outlets: places)
            warnOfUnknownLoad(entry, line, power.meters)
            power.lines.append(line)
        }
        warnOfUnusedMeters(section, power)
        return power
    }

    /// A part of the load can be compared only where the full load is known.
    private func warnOfUnknownLoad(
        _ entry: MappingReader<PowerLineKey>, _ line: PowerLineConfiguration, _ meters: [PowerMeterConfiguration]
    ) {
        guard line.orders.contains(where: { $0.load > 0 }),
            let meter = line.production.devices.first(where: { meters[$0].rated == nil })
        else { return }
        entry.warning(
            .orders,
            .init(
                "the load is not known without `rated` of \(shown(meters[meter].id))",
                zh: "没有 \(shown(meters[meter].id, .zh)) 的 `rated` 就不知道负荷"),
            hint: .init("add it to the meter; only `load: 0%` is judged without it", zh: "在该电表中补上；没有它只能判断 `load: 0%`"))
    }

    private func warnOfUnusedMeters(_ section: MappingReader<PowerKey>, _ power: PowerConfiguration) {
        let used = Set(
            power.lines.flatMap { $0.production.devices + $0.treatment.devices + $0.bypasses })
        // A mistake in the lines is told by itself.
        guard log.hasNoErrors else { return }
        for (index, meter) in power.meters.enumerated() where !used.contains(index) {
            section.warning(
                .meters, .init("no line names the meter \(shown(meter.id))", zh: "没有线路使用电表 \(shown(meter.id, .zh))"))
        }
    }

    private func meter(_ entry: MappingReader<PowerMeterKey>, id: String) -> PowerMeterConfiguration {
        let place = source(entry, .from, isRequired: true)
        var meter = PowerMeterConfiguration(
            id: id, source: place ?? .instrument(index: 0, code: ""), above: 0.5, below: 0.5)
        meter.name = entry.optional(.name, .text(maximum: 64))
        meter.voltage = source(entry, .voltage, isRequired: false)
        if entry.exactlyOne(of: [.above, .values]) == .values { meter.values = values(entry) }
        entry.read(.above, .number, into: &meter.above)
        meter.below = entry.optional(.below, .number) ?? meter.above
        if meter.below > meter.above {
            entry.error(.below, .init("must not be greater than `above`", zh: "不能大于 `above`"))
        }
        meter.normal = entry.optional(.normal, .number)
        meter.rated = entry.optional(.rated, .number)
        for (key, value) in [(PowerMeterKey.normal, meter.normal), (.rated, meter.rated)] {
            if let value, value <= meter.above {
                entry.error(key, .init("must be greater than `above`", zh: "必须大于 `above`"))
            }
        }
        for key in [PowerMeterKey.below, .voltage, .normal, .rated] where entry.has(.values) {
            entry.warnOfNoEffect(key, without: "`above`")
        }
        meter.gap = entry.optional(.gap, .duration(in: .seconds(1) ... .seconds(86_400)))
        return meter
    }

    private func source(
        _ entry: MappingReader<PowerMeterKey>, _ key: PowerMeterKey, isRequired: Bool
    ) -> FactorSource? {
        let rule = ScalarRule<String>.text()
        let text = isRequired ? entry.required(key, rule, hint: SourceIndex.hint) : entry.optional(key, rule)
        return text.flatMap { text in
            sources.resolve(text) { message, hint in entry.error(key, message, hint: hint) }
        }
    }

    private func values(_ entry: MappingReader<PowerMeterKey>) -> Set<Int64>? {
        entry.reportEmptyList(.values, hint: .init("the numbers that mean it runs, such as [1]", zh: "表示运行的数值，例如 [1]"))
        let rule = ScalarRule<Int>.integer(in: -1_000_000...1_000_000)
        return entry.scalars(.values, rule).map { Set($0.map { Int64($0.value) }) }
    }

    private func line(
        _ entry: MappingReader<PowerLineKey>, id: String, _ graph: PowerGraphReader, outlets: [String: Int]
    ) -> PowerLineConfiguration {
        if !entry.has(.production) {
            entry.reportMissing(.production, hint: .init("the meters or groups that produce", zh: "表示生产的电表或分组"))
        }
        entry.reportEmptyList(.production)
        let production = graph.needs(entry, .production)
        let treatment = graph.needs(entry, .treatment)
        let bypasses = graph.needs(entry, .bypass)
        var line = PowerLineConfiguration(
            id: id, production: .any(production.map(\.need)), treatment: .all(treatment.map(\.need)),
            productionName: production.map(\.name).joined(separator: ", "),
            treatmentName: treatment.map(\.name).joined(separator: ", "),
            bypasses: bypasses.flatMap { $0.need.devices }.sorted(), outlets: [], orders: [])
        line.name = entry.optional(.name, .text(maximum: 64))
        let producing = Set(production.flatMap(\.need.devices))
        for (key, others) in [(PowerLineKey.treatment, treatment), (.bypass, bypasses)] {
            guard let own = others.first(where: { !producing.isDisjoint(with: $0.need.devices) }) else { continue }
            log.error(
                at: own.position,
                .init(
                    "`\(key.rawValue)`: \(shown(own.id)) is also production of this line",
                    zh: "`\(key.rawValue)`：\(shown(own.id, .zh)) 已是此线路的生产设备"),
                hint: .init("the graph runs from production to treatment to outlet", zh: "顺序为生产 → 治理 → 排口"))
        }
        line.outlets = self.outlets(entry, outlets)
        let lengths: ClosedRange<Duration> = .zero ... .seconds(86_400)
        entry.read(.lateness, .duration(in: lengths), into: &line.lateness)
        entry.read(.purge, .duration(in: lengths), into: &line.purge)
        if !entry.has(.treatment) {
            for key in [PowerLineKey.lateness, .purge] { entry.warnOfNoEffect(key, without: "`treatment`") }
        }
        line.orders = entry.mappings(.orders, PowerOrderKey.self).map(order)
        return line
    }

    private func outlets(_ entry: MappingReader<PowerLineKey>, _ places: [String: Int]) -> [Int] {
        (entry.scalars(.outlets, .text()) ?? []).compactMap { id, position in
            if let place = places[id] { return place }
            log.error(
                at: position,
                .init("`outlets`: there is no outlet \(shown(id))", zh: "`outlets`：没有排口 \(shown(id, .zh))"),
                hint: nearestHint(to: id, among: places.keys.sorted()))
            return nil
        }
    }

    private func order(_ entry: MappingReader<PowerOrderKey>) -> ProductionOrderConfiguration {
        let load = entry.required(
            .load, .load, hint: .init("0% to stop, 50% for half of the rated load", zh: "0% 为停产，50% 为额定负荷的一半"))
        let conditions = entry.mapping(.when, LimitConditionKey.self).map { section in
            if section.has(.factor) {
                section.error(
                    .factor, .init("an order does not depend on a factor", zh: "限产停产要求不取决于因子"),
                    hint: .init("remove the line", zh: "删除此行"))
            }
            return self.conditions(section)
        }
        let order = ProductionOrderConfiguration(
            load: load ?? 0, validFrom: entry.optional(.validFrom, .civilTime),
            validTo: entry.optional(.validTo, .civilTime), months: entry.optional(.months, .months),
            minutesOfDay: entry.optional(.hours, .hoursOfDay), conditions: conditions ?? [],
            source: entry.optional(.source, .text(maximum: 64)))
        if let from = order.validFrom, let to = order.validTo, from.localMilliseconds >= to.localMilliseconds {
            entry.error(.validTo, .init("must be later than `valid_from`", zh: "必须晚于 `valid_from`"))
        }
        return order
    }
}

extension ScalarRule where Value == Double {
    /// A percentage from 0 up to below 100, written `0%`; the value is the fraction.
    fileprivate static let load = ScalarRule { (text) throws(Complaint) in
        text == "0%" ? 0 : try percentage.read(text)
    }
}
