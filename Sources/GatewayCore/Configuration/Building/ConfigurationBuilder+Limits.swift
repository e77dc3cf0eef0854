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
            entry.error(.of, "the factor has no converted value", hint: "add `converted: true` to the factor")
        }
        return limit
    }

    private func readApplicability(_ entry: MappingReader<LimitKey>, into limit: inout LimitConfiguration) {
        limit.validFrom = entry.optional(.validFrom, .civilTime)
        limit.validTo = entry.optional(.validTo, .civilTime)
        if let from = limit.validFrom, let to = limit.validTo, from.localMilliseconds >= to.localMilliseconds {
            entry.error(.validTo, "must be later than `valid_from`")
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
        case .mass where limit.average != .hour: entry.error(.of, "`mass` is judged by the hour", hint: "kg/h")
        case .total where [.realtime, .minute].contains(limit.average):
            entry.error(.of, "`total` is judged by the hour or a longer period")
        case .mass, .total: break
        }
        if [.day, .month, .year].contains(limit.average), let hours = limit.minutesOfDay, !hours.containsHalfOpen(0) {
            entry.warning(
                .hours, "a \(limit.average.rawValue) begins at 00:00, so the limit is never in force",
                hint: "remove `hours`, or judge the hour")
        }
    }

    private func check(_ limit: LimitConfiguration, _ entry: MappingReader<LimitKey>) {
        if !entry.has(.max), !entry.has(.min) {
            log.error(at: entry.position, "a limit needs `max`, `min` or both")
        }
        if entry.has(.warn) {
            if !entry.has(.max) {
                entry.error(.warn, "a percentage of `max`, which is missing")
            } else if let maximum = limit.maximum, maximum <= 0 {
                entry.error(.warn, "a percentage of `max`, which must be above 0 for that")
            }
        }
        guard let maximum = limit.maximum, let minimum = limit.minimum else { return }
        if minimum >= maximum {
            entry.error(.min, "must be below `max`, which is \(plain(maximum))")
        } else if entry.has(.deadband), limit.deadband >= maximum - minimum {
            entry.error(.deadband, "must be below the distance of `min` and `max`", hint: "no alarm would ever clear")
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
        guard amount >= 0 else { throw Complaint(message: "\(shown(text)) is negative") }
        return .absolute(amount)
    }
}
