import Alarms
import Emissions
import Telemetry

extension ConfigurationBuilder {
    /// What the section `alarms` says of heavy-pollution responses.
    func readResponse(_ section: MappingReader<AlarmsKey>, into alarms: inout AlarmSettings) {
        alarms.responseFile = section.optional(.responseFile, .path).map(absolute)
        section.reportEmptyList(
            .responseLevels, hint: .init("remove the line, or name the levels from the lowest up", zh: "删除此行，或由低到高列出级别")
        )
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
                .init("`response_levels`: \(shown(name)) ", zh: "`response_levels`：\(shown(name, .zh)) ")
                    + (isNone
                        ? .init("goes without saying", zh: "不必写明") : .init("stands here twice", zh: "出现了两次")),
                hint: .init("remove it", zh: "删除它"))
        }
        if names.count > 16 { section.error(.responseLevels, .init("more than 16 levels", zh: "级别超过 16 个")) }
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
                    .responseLevel, .init("there is no level \(shown(name))", zh: "没有级别 \(shown(name, .zh))"),
                    hint: nearestHint(to: name, among: names) ?? .oneOf(names))
            }
        }
        if entry.has(.plantMark), let marks = plantMarks(entry), !marks.isEmpty { conditions.append(.marks(marks)) }
        let keys: [LimitConditionKey] = [.factor, .responseLevel, .plantMark]
        // A misspelt key was meant as a condition.
        if !keys.contains(where: entry.has), !entry.has(.max), !entry.has(.min), !entry.hasUnknownKeys {
            log.error(
                at: entry.position, .init("`when` states no condition", zh: "`when` 中没有条件"),
                hint: .init(
                    "`factor` with `max` or `min`, `response_level`, `plant_mark`",
                    zh: "可用：`factor` 加 `max` 或 `min`、`response_level`、`plant_mark`"))
        }
        return conditions
    }

    private func factorConditions(_ entry: MappingReader<LimitConditionKey>) -> [LimitCondition] {
        guard entry.has(.factor) || entry.has(.max) || entry.has(.min) else { return [] }
        let code = entry.required(.factor, .factorCode)
        let maximum = entry.optional(.max, .number)
        let minimum = entry.optional(.min, .number)
        if !entry.has(.max), !entry.has(.min) {
            log.error(at: entry.position, .init("a condition needs `max`, `min` or both", zh: "条件至少要有 `max` 或 `min`"))
        }
        if let maximum, let minimum, minimum > maximum {
            entry.error(
                .min, .init("must not be above `max`, which is \(plain(maximum))", zh: "不能大于 `max`（\(plain(maximum))）"),
                hint: .init("it would never be met", zh: "否则永远不满足"))
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
        entry.reportEmptyList(.plantMark, hint: .init("such as [St, Sd]", zh: "例如 [St, Sd]"))
        return entry.scalars(.plantMark, ScalarRule<PlantMark>.choice).map { Set($0.map(\.value)) }
    }
}
