package import Telemetry

/// Rule D10: what is known of the journal and of the disk under it. The worst of it is told: a disk that fills up shows in more
/// than one way.
package struct StorageHealth: Equatable, Sendable {
    /// Why the journal cannot be written; nil: it can.
    package var trouble: BilingualText?
    /// Of the file system, 0…1; nil: not known.
    package var freeShare: Double?
    /// Of the last commit, or of the one that is under way.
    package var latency: Duration?
    /// Why records whose time is over cannot be deleted; nil: they can.
    package var keepingTrouble: BilingualText?
    /// Another program keeps an old view of the journal open, so that its write-ahead log only grows.
    package var isLogHeld = false
    /// What records may take is nearly taken.
    package var isScarce = false
    /// The oldest records are being deleted to make room.
    package var isExhausted = false

    package init(
        trouble: BilingualText? = nil, freeShare: Double? = nil, latency: Duration? = nil,
        keepingTrouble: BilingualText? = nil,
        isLogHeld: Bool = false, isScarce: Bool = false, isExhausted: Bool = false
    ) {
        self.trouble = trouble
        self.freeShare = freeShare
        self.latency = latency
        self.keepingTrouble = keepingTrouble
        self.isLogHeld = isLogHeld
        self.isScarce = isScarce
        self.isExhausted = isExhausted
    }

    package var verdict: Verdict {
        if let trouble {
            let reason = BilingualText(
                en: "the journal cannot be written (\(trouble.en)); records wait in memory",
                zh: "日志库无法写入（\(trouble.zh)），记录暂存内存")
            return Self.holds(reason, step: 2, .critical)
        }
        if isExhausted {
            let reason = BilingualText(
                en: "there is no more room for the journal; the oldest records are being deleted",
                zh: "日志库空间已用完，正在删除最旧的记录")
            return Self.holds(reason, step: 1, .alarm)
        }
        if let freeShare, freeShare < 0.1 {
            let shown = ShownPercent(freeShare * 100, below: freeShare < 0.05 ? 5 : 10)
            let percent = Tongue.shown(shown.value)
            let reason = BilingualText(en: "\(percent) % of the disk are free", zh: "磁盘剩余 \(percent) %")
            return freeShare < 0.05 ? Self.holds(reason, step: 1, .alarm) : Self.holds(reason, step: 0, .warning)
        }
        if isScarce {
            let reason = BilingualText(en: "the room for the journal is nearly taken", zh: "日志库可用空间即将用完")
            return Self.holds(reason, step: 0, .warning)
        }
        if let latency, latency >= .seconds(5) {
            let seconds = Tongue.shown(latency.inSeconds)
            let reason = BilingualText(en: "writing takes \(seconds) s", zh: "写入耗时 \(seconds) 秒")
            return Self.holds(reason, step: 0, .warning)
        }
        if isLogHeld {
            let reason = BilingualText(
                en: "another program keeps the journal open for reading; its write-ahead log grows until that ends",
                zh: "其他程序一直打开日志库读取，预写日志持续增大，直到其结束")
            return Self.holds(reason, step: 0, .warning)
        }
        if let keepingTrouble {
            let reason = BilingualText(
                en: "old records cannot be deleted (\(keepingTrouble.en))", zh: "无法删除过期记录（\(keepingTrouble.zh)）")
            return Self.holds(reason, step: 0, .warning)
        }
        return .clear
    }

    /// The journal does not hold any more what it gave out, or may have given out.
    package static func lost(_ loss: StorageLoss) -> Verdict { holds(loss.text, step: 2, .critical) }

    private static func holds(_ reason: BilingualText, step: Int, _ severity: AlarmSeverity) -> Verdict {
        .holds(Evidence(step: step, severity: severity, facts: AlarmFacts([.reason: .bilingual(reason)])))
    }
}
