import Alarms
import Emissions
import Telemetry

extension ConfigurationBuilder {
    /// What the section `alarms` says of heavy-pollution responses.
    func readResponse(_ section: MappingReader<AlarmsKey>, into alarms: inout AlarmSettings) {
        alarms.responseFile = section.optional(.responseFile, .path).map(absolute)
        section.reportEmptyList(.responseLevels, hint: "remove the line, or name the levels from the lowest up")
        guard let names = section.scalars(.responseLevels, .topicSegment) else { return }
        var known: Set<String> = [ResponseLevel.none.name]
        var distinct: [String] = []
        for (name, position) in names {
            if known.insert(name).inserted {
                distinct.append(name)
                continue
            }
            let isNone = name == ResponseLevel.none.name
            log.error(
                at: position,
                "`response_levels`: \(shown(name)) \(isNone ? "goes without saying" : "stands here twice")",
                hint: "remove it")
        }
        if names.count > 16 { section.error(.responseLevels, "more than 16 levels") }
        alarms.responseScale = ResponseScale(names: distinct)
    }

    /// What `when` of a limit, a quota or an order asks for; all that is stated must be met.
    func conditions(_ entry: MappingReader<LimitConditionKey>) -> [LimitCondition] {
        var conditions = factorConditions(entry)
        if let name = entry.optional(.responseLevel, .text(maximum: 64)) {
            if let level = responseScale.level(named: name), level > .none {
                conditions.append(.response(atLeast: level))
            } else {
                let names = responseScale.levels.map(\.name)
                entry.error(
                    .responseLevel, "there is no level \(shown(name))",
                    hint: nearestHint(to: name, among: names) ?? .oneOf(names))
            }
        }
        if entry.has(.plantMark), let marks = plantMarks(entry), !marks.isEmpty { conditions.append(.marks(marks)) }
        let keys: [LimitConditionKey] = [.factor, .responseLevel, .plantMark]
        // A misspelt key was meant as a condition.
        if !keys.contains(where: entry.has), !entry.has(.max), !entry.has(.min), !entry.hasUnknownKeys {
            log.error(
                at: entry.position, "`when` states no condition",
                hint: "`factor` with `max` or `min`, `response_level`, `plant_mark`")
        }
        return conditions
    }

    private func factorConditions(_ entry: MappingReader<LimitConditionKey>) -> [LimitCondition] {
        guard entry.has(.factor) || entry.has(.max) || entry.has(.min) else { return [] }
        let code = entry.required(.factor, .factorCode)
        let maximum = entry.optional(.max, .number)
        let minimum = entry.optional(.min, .number)
        if !entry.has(.max), !entry.has(.min) {
            log.error(at: entry.position, "a condition needs `max`, `min` or both")
        }
        if let maximum, let minimum, minimum > maximum {
            entry.error(.min, "must not be above `max`, which is \(plain(maximum))", hint: "it would never be met")
        }
        guard let code else { return [] }
        return [maximum.map { .atMost(factor: code, $0) }, minimum.map { .atLeast(factor: code, $0) }].compactMap(
            \.self)
    }

    /// One mark, or a list of them.
    private func plantMarks(_ entry: MappingReader<LimitConditionKey>) -> Set<PlantMark>? {
        guard let node = entry.node(.plantMark), case .sequence = node.content else {
            return entry.optional(.plantMark, ScalarRule<PlantMark>.choice).map { [$0] }
        }
        entry.reportEmptyList(.plantMark, hint: "such as [St, Sd]")
        return entry.scalars(.plantMark, ScalarRule<PlantMark>.choice).map { Set($0.map(\.value)) }
    }
}
