import Telemetry

/// Rules D7, D9, D10, D11: numbers of the gateway itself, each judged as it stands.
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

    private static func clock(_ size: Duration, isAlarm: Bool, _ reason: BilingualText?) -> Evidence {
        Evidence(
            value: size.inSeconds, limit: isAlarm ? 30 : 5, step: isAlarm ? 1 : 0,
            severity: isAlarm ? .alarm : .warning,
            facts: AlarmFacts([.value: .number(size.inSeconds), .reason: reason.map { .bilingual($0) }]))
    }

    /// D10. `trouble`: why the journal cannot be written; `freeShare`: of the disk, 0…1; `latency`: of the last commit.
    package static func storage(trouble: String?, freeShare: Double?, latency: Duration? = nil) -> Verdict {
        if let trouble {
            let reason = BilingualText(
                en: "the journal cannot be written (\(trouble)); records wait in memory",
                zh: "日志库无法写入（\(trouble)），记录暂存内存")
            return storage(reason, step: 2, .critical)
        }
        if let freeShare, freeShare < 0.1 {
            let percent = Tongue.shown((freeShare * 1_000).rounded() / 10)
            let reason = BilingualText(en: "\(percent) % of the disk are free", zh: "磁盘剩余 \(percent) %")
            return freeShare < 0.05 ? storage(reason, step: 1, .alarm) : storage(reason, step: 0, .warning)
        }
        if let latency, latency >= .seconds(5) {
            let seconds = Tongue.shown(latency.inSeconds)
            let reason = BilingualText(en: "writing takes \(seconds) s", zh: "写入耗时 \(seconds) 秒")
            return storage(reason, step: 0, .warning)
        }
        return .clear
    }

    /// D10. The journal was damaged, moved to `file` and begun anew.
    package static func damaged(movedTo file: String) -> Verdict {
        let reason = BilingualText(
            en: "the journal was damaged; it was moved to \(file) and a new one begun", zh: "日志库已损坏，已移至 \(file) 并新建")
        return storage(reason, step: 2, .critical)
    }

    /// D11. `records`: the number of the record that was set aside, or the first and the last of some; `count`: of those
    /// since somebody acknowledged the last.
    package static func refused(records: String, reason: String, count: Int) -> Verdict {
        .holds(
            Evidence(
                value: Double(count), step: min(max(0, count - 1), 100),
                facts: AlarmFacts([
                    .parameter: .text(records), .reason: .text(reason), .count: .number(Double(count)),
                ])))
    }

    /// D10. What records may take is nearly taken, or the oldest ones are being deleted to make room.
    package static func room(isScarce: Bool, isExhausted: Bool) -> Verdict {
        guard isScarce || isExhausted else { return .clear }
        let scarce = BilingualText(en: "the room for the journal is nearly taken", zh: "日志库可用空间即将用完")
        let exhausted = BilingualText(
            en: "there is no more room for the journal; the oldest records are being deleted", zh: "日志库空间已用完，正在删除最旧的记录")
        return isExhausted ? storage(exhausted, step: 1, .alarm) : storage(scarce, step: 0, .warning)
    }

    private static func storage(_ reason: BilingualText, step: Int, _ severity: AlarmSeverity) -> Verdict {
        .holds(Evidence(step: step, severity: severity, facts: AlarmFacts([.reason: .bilingual(reason)])))
    }
}
