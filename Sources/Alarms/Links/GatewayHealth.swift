package import Telemetry

/// Rules D7, D9, D11 to D13: numbers of the gateway itself, each judged as it stands.
package enum GatewayHealth {
    /// D7. `age`: how long the oldest record of an uplink has been waiting; nil: nothing waits.
    package static func backlog(age: Duration?) -> Verdict {
        guard let age, age >= .hours(1) else { return .clear }
        let isOld = age >= .hours(6)
        return .holds(
            Evidence(
                value: age.inSeconds, limit: isOld ? 21_600 : 3_600, step: isOld ? 1 : 0,
                severity: isOld ? .alarm : .warning, facts: AlarmFacts([.length: .length(age)])))
    }

    /// D9. `offset`: the clock's distance from the time service, nil: not known. `wentBack`: it was set back by so much
    /// since the last look.
    package static func clock(offset: Duration?, wentBack: Duration? = nil) -> Verdict {
        if let wentBack, wentBack > .zero {
            let reason = BilingualText(en: "time went backwards", zh: "时间倒退")
            return .holds(clock(wentBack, isAlarm: true, reason))
        }
        guard let offset else { return .unknown }
        let size = offset < .zero ? .zero - offset : offset
        guard size > .seconds(5) else { return .clear }
        return .holds(clock(size, isAlarm: size > .seconds(30), nil))
    }

    /// D9. The clock stepped by `lead`, and the periods do not follow yet.
    package static func clockLeads(by lead: Duration) -> Verdict {
        let size = lead < .zero ? .zero - lead : lead
        let reason = BilingualText(
            en: "time stepped; periods go on by the earlier time until the clock is trusted",
            zh: "时间跳变；在时钟可信之前，时段按原时间继续")
        return .holds(clock(size, isAlarm: true, reason))
    }

    private static func clock(_ size: Duration, isAlarm: Bool, _ reason: BilingualText?) -> Evidence {
        Evidence(
            value: size.inSeconds, limit: isAlarm ? 30 : 5, step: isAlarm ? 1 : 0,
            severity: isAlarm ? .alarm : .warning,
            facts: AlarmFacts([.value: .number(size.inSeconds), .reason: reason.map { .bilingual($0) }]))
    }

    /// D11. `records`: the number of the record that was set aside, or the first and the last of some; `count`: of those
    /// since somebody acknowledged the last.
    package static func refused(records: String, reason: BilingualText, count: Int) -> Verdict {
        .holds(
            Evidence(
                value: Double(count), step: min(max(0, count - 1), 100),
                facts: AlarmFacts([
                    .parameter: .text(records), .reason: AlarmFacts.Value(reason), .count: .number(Double(count)),
                ])))
    }

    /// D13. `isGrave`: instruments may be kept out, or somebody speaks in the name of one.
    package static func intrusion(_ reason: BilingualText, count: Int, isGrave: Bool) -> Verdict {
        .holds(
            Evidence(
                value: Double(count), step: isGrave ? 1 : 0, severity: isGrave ? .alarm : .warning,
                facts: AlarmFacts([.reason: AlarmFacts.Value(reason), .count: .number(Double(count))])))
    }

    /// D12. `count`: how often within ten minutes another client has taken over the session of `clientID`, or (not certain) the
    /// broker has cut the connection soon after it began.
    package static func sharedIdentifier(_ clientID: String, isCertain: Bool, count: Int) -> Verdict {
        let reason =
            isCertain
            ? BilingualText(
                en:
                    "another client uses the client identifier \(clientID): session taken over \(count) times in 10 min",
                zh: "另一客户端使用客户端标识 \(clientID)：10 分钟内会话被接管 \(count) 次")
            : BilingualText(
                en: "perhaps another client uses the client identifier \(clientID): "
                    + "the broker cut \(count) connections in 10 min soon after they began",
                zh: "可能有另一客户端使用客户端标识 \(clientID)：10 分钟内连接建立后不久即被断开 \(count) 次")
        return .holds(
            Evidence(
                value: Double(count), step: isCertain ? 1 : 0, severity: isCertain ? .alarm : .warning,
                facts: AlarmFacts([.reason: AlarmFacts.Value(reason), .count: .number(Double(count))])))
    }
}
