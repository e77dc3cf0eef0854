import Alarms
import Telemetry
import YAML

/// `alarms.actions`.
extension ConfigurationBuilder {
    static let maximumActions = 16
    static let maximumArguments = 64
    static let maximumVariables = 64

    mutating func actions(_ section: MappingReader<AlarmsKey>) -> [ActionConfiguration] {
        let entries = section.mappings(.actions, ActionKey.self)
        if entries.count > Self.maximumActions {
            log.error(
                at: entries[Self.maximumActions].position,
                .init("more than \(Self.maximumActions) actions", zh: "动作超过 \(Self.maximumActions) 个"))
        }
        var names = NameRegistry()
        var actions: [ActionConfiguration] = []
        for entry in entries.prefix(Self.maximumActions) {
            guard let action = action(entry, names: &names) else { continue }
            if let output = action.output, let other = actions.first(where: { $0.output == output }) {
                entry.error(
                    .coil,
                    .init(
                        "the action \(shown(other.id)) writes the same coil", zh: "动作 \(shown(other.id, .zh)) 写同一个线圈"),
                    hint: .init("each would undo the other", zh: "两者会互相抵消"))
            }
            actions.append(action)
        }
        return actions
    }

    /// Whether the sources that actions name are there; to be called when everything is read.
    func checkActionSources(_ power: PowerConfiguration) {
        let lines = power.lines.map(\.id) + power.meters.map(\.id)
        let known = places.names + uplinkIDs + lines + [HealthAlarms.gateway, HealthAlarms.journal]
        for (name, position) in actionSources where !known.contains(name) {
            log.warning(
                at: position,
                .init(
                    "`sources`: nothing in this file is called \(shown(name))",
                    zh: "`sources`：此文件中没有名为 \(shown(name, .zh)) 的来源"),
                hint: nearestHint(to: name, among: known))
        }
    }

    private mutating func action(_ entry: MappingReader<ActionKey>, names: inout NameRegistry) -> ActionConfiguration? {
        let id = entry.required(.id, .topicSegment)
        if let id { names.claim(id, as: .action, entry, .id) }
        let effect: ActionConfiguration.Effect?
        switch entry.exactlyOne(of: [.exec, .coil]) {
        case .exec: effect = program(entry).map { .program($0) }
        case .coil:
            for key in [ActionKey.timeout, .environment] { entry.warnOfNoEffect(key, without: "`exec`") }
            entry.warnOfNoEffect(.on, because: .init("a coil is on while an alarm is active", zh: "线圈在报警期间一直接通"))
            effect = entry.mapping(.coil, CoilKey.self).flatMap(coil).map { .coil($0) }
        default: effect = nil
        }
        guard let effect else { return nil }
        var action = ActionConfiguration(id: id ?? "", effect: effect)
        readOccasions(entry, into: &action)
        entry.read(.gap, .duration(in: .milliseconds(100) ... .seconds(3_600)), into: &action.gap)
        return action
    }

    private mutating func readOccasions(_ entry: MappingReader<ActionKey>, into action: inout ActionConfiguration) {
        for key in [ActionKey.rules, .sources, .on] {
            entry.reportEmptyList(key, hint: .init("remove the line", zh: "删除此行"))
        }
        action.rules = Set((entry.scalars(.rules, .choice as ScalarRule<RuleID>) ?? []).map(\.value))
        entry.read(.severity, .choice, into: &action.severity)
        for (source, position) in entry.scalars(.sources, .topicSegment) ?? [] {
            action.sources.insert(source)
            actionSources.append((source, position))
        }
        typealias Occasion = ActionConfiguration.Occasion
        if let on = entry.scalars(.on, .choice as ScalarRule<Occasion>) { action.occasions = Set(on.map(\.value)) }
    }

    // MARK: Programs

    private func program(_ entry: MappingReader<ActionKey>) -> ActionConfiguration.Program? {
        entry.reportEmptyList(.exec, hint: .init("the program and its arguments", zh: "程序及其参数"))
        let words = (entry.scalars(.exec, .text(maximum: 1_024)) ?? []).map(\.value)
        guard let path = words.first else { return nil }
        if !path.contains("/") {
            entry.error(
                .exec, .init("\(shown(path)) is not a path", zh: "\(shown(path, .zh)) 不是路径"),
                hint: .init("such as /usr/local/bin/\(path.prefix(40))", zh: "例如 /usr/local/bin/\(path.prefix(40))"))
        }
        if words.count > Self.maximumArguments {
            entry.error(.exec, .init("more than \(Self.maximumArguments) words", zh: "超过 \(Self.maximumArguments) 个词"))
        }
        var program = ActionConfiguration.Program(path: absolute(path), arguments: Array(words.dropFirst()))
        program.environment = variables(entry)
        entry.read(.timeout, .duration(in: .milliseconds(100) ... .seconds(3_600)), into: &program.timeout)
        return program
    }

    private func variables(_ entry: MappingReader<ActionKey>) -> [ActionConfiguration.Variable] {
        guard let node = entry.node(.environment) else { return [] }
        guard case .mapping(let pairs) = node.content else {
            entry.error(
                .environment, .init("names and texts are expected", zh: "应为变量名和文本"),
                hint: .init("such as { LANG: C.UTF-8 }", zh: "例如 { LANG: C.UTF-8 }"))
            return []
        }
        if pairs.count > Self.maximumVariables {
            entry.error(
                .environment,
                .init("more than \(Self.maximumVariables) variables", zh: "变量超过 \(Self.maximumVariables) 个"))
        }
        return pairs.prefix(Self.maximumVariables).compactMap { pair in
            if !isVariableName(pair.key) {
                log.error(
                    at: pair.keyPosition,
                    .init(
                        "`environment`: \(shown(pair.key)) is no name of a variable",
                        zh: "`environment`：\(shown(pair.key, .zh)) 不是变量名"),
                    hint: .init(
                        "letters, digits and _; GATEWAYD_ is the gateway's own", zh: "只用字母、数字和 _；GATEWAYD_ 为网关专用"))
            }
            do throws(Complaint) {
                let value = try ScalarRule<String>.text(maximum: 1_024).read(pair.value.text ?? "")
                return ActionConfiguration.Variable(name: pair.key, value: value)
            } catch {
                log.error(
                    at: pair.value.position, .init("`environment`: ", zh: "`environment`：") + error.message,
                    hint: error.hint)
                return nil
            }
        }
    }

    private func isVariableName(_ name: String) -> Bool {
        guard let first = name.utf8.first, name.utf8.count <= 64, !isDigit(first) else { return false }
        return name.utf8.allSatisfy { isNameByte($0) && $0 != UInt8(ascii: "-") } && !name.hasPrefix("GATEWAYD_")
    }

    // MARK: Coils

    private func coil(_ entry: MappingReader<CoilKey>) -> ActionConfiguration.Coil? {
        let name = entry.required(.device, .placeIdentifier)
        let address = entry.required(.address, .integer(in: 0...65_535))
        guard let name, let address else { return nil }
        guard let place = sources.device(name) else {
            entry.error(
                .device, .init("there is no Modbus device \(shown(name))", zh: "没有 Modbus 设备 \(shown(name, .zh))"),
                hint: nearestHint(to: name, among: sources.deviceIDs))
            return nil
        }
        var coil = ActionConfiguration.Coil(
            bus: place.bus, device: place.device, address: UInt16(truncatingIfNeeded: address))
        entry.read(.enabled, .truth, into: &coil.isEnabled)
        entry.read(.until, .choice, into: &coil.until)
        if !coil.isEnabled {
            log.warning(
                at: entry.position(of: .enabled),
                .init("the coil is not written without `enabled: true`", zh: "没有 `enabled: true` 时不写线圈"),
                hint: .init("write it when the wiring is checked", zh: "接线核对之后再写"))
        }
        return coil
    }
}

extension ActionConfiguration {
    /// The coil that it writes: bus, device and address; nil for a program.
    fileprivate var output: [Int]? {
        guard case .coil(let coil) = effect else { return nil }
        return [coil.bus, coil.device, Int(coil.address)]
    }
}
