import Telemetry

/// Something that happened to the gateway itself: recorded, with nothing to wait for (rule M2).
package enum GatewayHappening: String, CaseIterable, Hashable, Sendable {
    case configurationChanged = "configuration"
    /// After an orderly stop.
    case restarted = "restart"
    /// The run before ended in the middle, on a machine that ran on.
    case crashed = "crash"
    /// The run before ended in the middle, and the machine has started since.
    case powerFailed = "power"

    /// In words. `fingerprint`: of the configuration that holds now.
    func text(fingerprint: String) -> BilingualText {
        switch self {
        case .configurationChanged:
            BilingualText(en: "the configuration has changed, it is \(fingerprint) now", zh: "配置已变更，现为 \(fingerprint)")
        case .restarted: BilingualText(en: "the program was restarted", zh: "程序重新启动")
        case .crashed:
            BilingualText(en: "the program had ended without an orderly stop", zh: "程序曾异常退出")
        case .powerFailed:
            BilingualText(
                en: "power failed or the machine was reset: the run before had no orderly stop", zh: "断电或主机复位，上次运行未正常停止"
            )
        }
    }
}

/// What a run leaves behind for the next one: one line.
package struct RunTrace: Equatable, Sendable {
    /// Of the configuration.
    package var fingerprint: String
    /// What tells one start of the machine from another; nil: not known.
    package var boot: String?
    /// Whether the run ended in order.
    package var isEnded: Bool

    package init(fingerprint: String, boot: String?, isEnded: Bool = false) {
        self.fingerprint = fingerprint
        self.boot = boot
        self.isEnded = isEnded
    }

    package var text: String {
        var line = StateLine("run 1")
        line.add(word: fingerprint)
        line.add(word: boot)
        line.add(isEnded)
        return line.text
    }

    /// Nil where it is no such line.
    package init?(text: String) {
        guard text.hasPrefix("run 1 ") else { return nil }
        var line = StateLine(text.dropFirst(6))
        do throws(StateLine.Unreadable) {
            self.init(fingerprint: try line.word() ?? "", boot: try line.word(), isEnded: try line.bool())
        } catch {
            return nil
        }
    }

    /// What is to be said at the start of a run when `before` is what the last one left.
    func happenings(after before: RunTrace) -> [GatewayHappening] {
        let end: GatewayHappening =
            if before.isEnded {
                .restarted
            } else {
                before.boot != nil && before.boot != boot ? .powerFailed : .crashed
            }
        return fingerprint == before.fingerprint ? [end] : [end, .configurationChanged]
    }
}
