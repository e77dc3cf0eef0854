import Protocol
import Telemetry

extension ConfigurationBuilder {
    /// Everything about an instrument but its identity and its transport.
    mutating func readSettings(
        _ entry: MappingReader<InstrumentKey>, of gateway: GatewaySettings?,
        into instrument: inout InstrumentConfiguration
    ) {
        instrument.edition = entry.optional(.edition, .edition) ?? nil
        instrument.passwordFile = entry.optional(.passwordFile, .path).map(absolute)
        instrument.keyFile = entry.optional(.keyFile, .path).map(absolute)
        entry.read(.timeout, .duration(in: .seconds(1) ... .seconds(99)), into: &instrument.timeout)
        entry.read(.resends, .integer(in: 0...99), into: &instrument.resends)
        entry.read(.history, .truth, into: &instrument.asksForHistory)
        entry.read(.passThrough, .truth, into: &instrument.passThrough)
        entry.read(.drift, .duration(in: .seconds(1) ... .seconds(86_400)), into: &instrument.drift)
        entry.read(.realtimeAge, .duration(in: .seconds(1) ... .seconds(86_400)), into: &instrument.realtimeAge)
        entry.read(.stamps, .choice, into: &instrument.stamps)
        instrument.timeSetting = timeSetting(entry, drift: instrument.drift)
        readIntervals(entry, of: gateway ?? GatewaySettings(id: ""), into: &instrument)
        readParameters(entry, into: &instrument)
        instrument.station = station(entry)
        if entry.has(.station) { warnOfHostSettings(entry) }
        readLine(entry, into: &instrument.line)
    }

    private func timeSetting(
        _ entry: MappingReader<InstrumentKey>, drift: Duration
    ) -> InstrumentDevice.TimeSetting {
        let choice: TimeSettingChoice = entry.optional(.setTime, .choice) ?? .off
        switch choice {
        case .off: return .never
        case .onConnect: return .onConnect
        case .drift: return .drift(drift)
        }
    }

    private func readIntervals(
        _ entry: MappingReader<InstrumentKey>, of gateway: GatewaySettings,
        into instrument: inout InstrumentConfiguration
    ) {
        var realtime = gateway.realtimeInterval
        instrument.minuteInterval = gateway.minuteInterval
        entry.read(.realtimeInterval, .wholeSeconds(in: 1...3_600), into: &realtime)
        entry.read(.minuteInterval, .minuteInterval, into: &instrument.minuteInterval)
        if entry.optional(.configure, .truth) ?? false {
            // A gateway may count milliseconds; a device counts seconds.
            instrument.commissioning = InstrumentDevice.Commissioning(
                realtimeInterval: max(1, Int(realtime.wholeMilliseconds / 1_000)),
                minuteInterval: instrument.minuteInterval)
            return
        }
        entry.warnOfNoEffect(.realtimeInterval, without: "`configure: true`")
        if !instrument.asksForHistory {
            entry.warnOfNoEffect(
                .minuteInterval,
                without: .init("`configure: true` or `history: true`", zh: "`configure: true` 或 `history: true`"))
        }
    }

    private func station(_ entry: MappingReader<InstrumentKey>) -> StationPolling? {
        var polling = StationPolling(station: 0)
        entry.read(.poll, .duration(in: .milliseconds(100) ... .seconds(3600)), into: &polling.poll)
        var command = polling.command.rawValue
        entry.read(
            .command, .integer(in: 1_000...9_999, hint: .init("the four digits of CN", zh: "CN 的四位数字")), into: &command)
        polling.command = CommandCode(rawValue: command)
        guard entry.has(.station) else {
            for key in [InstrumentKey.poll, .command] { entry.warnOfNoEffect(key, without: "`station`") }
            return nil
        }
        entry.read(
            .station, .integer(in: 1...9_999, hint: .init("the address in the analyser", zh: "分析仪中设置的站号")),
            into: &polling.station)
        return polling
    }

    /// A station answers questions and nothing else.
    private func warnOfHostSettings(_ entry: MappingReader<InstrumentKey>) {
        for key in [
            InstrumentKey.edition, .setTime, .drift, .realtimeAge, .stamps, .history, .configure, .resends,
            .registered,
        ] where entry.has(key) {
            log.warning(
                at: entry.position(of: key),
                .init(
                    "`\(key.rawValue)` has no effect together with `station`",
                    zh: "`\(key.rawValue)` 与 `station` 同用时不起作用"),
                hint: .init("remove the line", zh: "删除此行"))
        }
    }

    private func readLine(_ entry: MappingReader<InstrumentKey>, into line: inout InstrumentLineSettings) {
        readTolerance(entry, into: &line.tolerance)
        if let allowed = entry.scalars(.allow, .addressPrefix) {
            entry.reportEmptyList(.allow, hint: .init("without the line everybody may connect", zh: "不写此行即任何地址都可连接"))
            line.allow = allowed.map(\.value)
        }
        entry.read(.connections, .integer(in: 1...1_024), into: &line.connections)
        if let idle = entry.optional(.idleTimeout, .duration(in: .zero ... .seconds(86_400))) {
            line.idleTimeout = idle == .zero ? nil : idle
        }
        entry.read(.frameTimeout, .duration(in: .milliseconds(100) ... .seconds(300)), into: &line.frameTimeout)
        line.heartbeat = entry.optional(.heartbeat, .duration(in: .seconds(1) ... .seconds(86_400)))
    }

    /// `all`, `none` or a list of names.
    private func readTolerance(_ entry: MappingReader<InstrumentKey>, into tolerance: inout Tolerance) {
        guard let node = entry.node(.tolerate) else { return }
        if case .scalar(let scalar) = node.content, !scalar.isNull {
            switch scalar.text {
            case "all": tolerance = .everything
            case "none": tolerance = .strict
            default:
                entry.error(
                    .tolerate, .init("\(shown(scalar.text)) is no list", zh: "\(shown(scalar.text, .zh)) 不是列表"),
                    hint: .init("all, none, or such as [length, tail]", zh: "all、none，或如 [length, tail]"))
            }
            return
        }
        entry.reportEmptyList(.tolerate, hint: .init("write `none` to tolerate nothing", zh: "什么都不容许时写 `none`"))
        tolerance = []
        for (named, position) in entry.scalars(.tolerate, .tolerance) ?? [] {
            if named == .unchecked {
                log.warning(
                    at: position,
                    .init(
                        "`tolerate`: `unchecked` takes in frames that nothing proves to be right",
                        zh: "`tolerate`：`unchecked` 会收下无法校验的报文"),
                    hint: .init("such data are no evidence; have the instrument repaired", zh: "这样的数据不能作为证据；请检修仪表"))
            }
            tolerance.formUnion(named)
        }
    }
}

/// `set_time` as it is written.
enum TimeSettingChoice: String, CaseIterable {
    case off
    case onConnect = "on_connect"
    case drift
}
