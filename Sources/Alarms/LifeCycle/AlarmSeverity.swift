/// How urgent an alarm is.
package enum AlarmSeverity: String, CaseIterable, Comparable, Sendable {
    case info
    /// 预警: something may go wrong.
    case warning
    /// 报警: something is wrong.
    case alarm
    case critical

    package static func < (a: AlarmSeverity, b: AlarmSeverity) -> Bool { a.rank < b.rank }

    private var rank: Int {
        switch self {
        case .info: 0
        case .warning: 1
        case .alarm: 2
        case .critical: 3
        }
    }
}
