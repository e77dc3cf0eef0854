import Alarms
import Telemetry

extension ConfigurationBuilder {
    /// One limit of `factor`.
    func limit(_ entry: MappingReader<LimitKey>, of factor: FactorConfiguration) -> LimitConfiguration {
        let average: LimitAverage? = entry.required(
            .average, .choice, hint: .oneOf(LimitAverage.allCases.map(\.rawValue)))
        var limit = LimitConfiguration(average: average ?? .hour, deadband: 0)
        entry.read(.of, .choice, into: &limit.of)
        limit.maximum = entry.optional(.max, .number)
        limit.minimum = entry.optional(.min, .number)
        limit.warn = entry.optional(.warn, .percentage)
        limit.deadband = deadband(entry, maximum: limit.maximum, minimum: limit.minimum)
        check(limit, entry)
        checkRange(limit, of: factor, entry)
        readApplicability(entry, into: &limit)
        checkPeriod(of: limit, entry)
        if limit.of == .converted, !factor.converted {
            entry.error(
                .of, .init("the factor has no converted value", zh: "此因子没有折算值"),
                hint: .init("add `converted: true` to the factor", zh: "在因子中增加 `converted: true`"))
        }
        return limit
    }

    private func readApplicability(_ entry: MappingReader<LimitKey>, into limit: inout LimitConfiguration) {
        limit.validFrom = entry.optional(.validFrom, .civilTime)
        limit.validTo = entry.optional(.validTo, .civilTime)
        if let from = limit.validFrom, let to = limit.validTo, from.localMilliseconds >= to.localMilliseconds {
            entry.error(.validTo, .init("must be later than `valid_from`", zh: "必须晚于 `valid_from`"))
        }
        limit.months = entry.optional(.months, .months)
        limit.minutesOfDay = entry.optional(.hours, .hoursOfDay)
        entry.read(.priority, .integer(in: 0...1_000), into: &limit.priority)
        limit.source = entry.optional(.source, .text(maximum: 64))
        limit.conditions = entry.mapping(.when, LimitConditionKey.self).map(conditions) ?? []
    }

    /// Amounts belong to periods, rates to hours.
    private func checkPeriod(of limit: LimitConfiguration, _ entry: MappingReader<LimitKey>) {
        switch limit.of {
        case .measured, .converted: break
        case .mass where limit.average != .hour:
            entry.error(
                .of, .init("`mass` is judged by the hour", zh: "`mass` 按小时判断"), hint: .init("kg/h", zh: "单位 kg/h"))
        case .total where [.realtime, .minute].contains(limit.average):
            entry.error(.of, .init("`total` is judged by the hour or a longer period", zh: "`total` 按小时或更长时段判断"))
        case .mass, .total: break
        }
        if [.day, .month, .year].contains(limit.average), let hours = limit.minutesOfDay, !hours.containsHalfOpen(0) {
            entry.warning(
                .hours,
                .init(
                    "a \(limit.average.rawValue) begins at 00:00, so the limit is never in force",
                    zh: "\(limit.average.rawValue) 从 00:00 开始，此限值永不生效"),
                hint: .init("remove `hours`, or judge the hour", zh: "删除 `hours`，或按小时判断"))
        }
    }

    private func check(_ limit: LimitConfiguration, _ entry: MappingReader<LimitKey>) {
        if !entry.has(.max), !entry.has(.min) {
            log.error(at: entry.position, .init("a limit needs `max`, `min` or both", zh: "限值至少要有 `max` 或 `min`"))
        }
        if entry.has(.warn) {
            if !entry.has(.max) {
                entry.error(.warn, .init("a percentage of `max`, which is missing", zh: "它是 `max` 的百分数，而 `max` 没有给出"))
            } else if let maximum = limit.maximum, maximum <= 0 {
                entry.error(
                    .warn,
                    .init("a percentage of `max`, which must be above 0 for that", zh: "它是 `max` 的百分数，`max` 必须大于 0"))
            }
        }
        guard let maximum = limit.maximum, let minimum = limit.minimum else { return }
        if minimum >= maximum {
            entry.error(
                .min, .init("must be below `max`, which is \(plain(maximum))", zh: "必须小于 `max`（\(plain(maximum))）"))
        } else if entry.has(.deadband), limit.deadband >= maximum - minimum {
            entry.error(
                .deadband, .init("must be below the distance of `min` and `max`", zh: "必须小于 `min` 与 `max` 之差"),
                hint: .init("no alarm would ever clear", zh: "否则报警永不解除"))
        }
    }

    /// The stated deadband, else 2 % of the limit and never more than half of what lies between two limits.
    private func deadband(_ entry: MappingReader<LimitKey>, maximum: Double?, minimum: Double?) -> Double {
        let limit = abs(maximum ?? minimum ?? 0)
        switch entry.optional(.deadband, .deadband) {
        case .absolute(let amount): return amount
        case .fraction(let fraction): return fraction * limit
        case nil:
            let usual = LimitConfiguration.defaultDeadbandFraction * limit
            guard let maximum, let minimum else { return usual }
            return min(usual, abs(maximum - minimum) / 2)
        }
    }
}

/// A deadband as it is written: in the factor's unit, or as a part of the limit.
enum WrittenDeadband: Equatable {
    case absolute(Double)
    case fraction(Double)
}

extension ScalarRule where Value == WrittenDeadband {
    static let deadband = ScalarRule { (text) throws(Complaint) in
        if text.hasSuffix("%") { return .fraction(try ScalarRule<Double>.percentage.read(text)) }
        let amount = try ScalarRule<Double>.number.read(text)
        guard amount >= 0 else {
            throw Complaint(message: .init("\(shown(text)) is negative", zh: "\(shown(text, .zh)) 是负数"))
        }
        return .absolute(amount)
    }
}
