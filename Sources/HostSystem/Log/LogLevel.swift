/// How much a log line matters, with syslog's numbers. Source: syslog(3), sd-daemon(3).
package enum LogLevel: Int, CaseIterable, Comparable, Sendable {
    case critical = 2
    case error = 3
    case warning = 4
    /// What people did or want to know of, each time.
    case notice = 5
    case info = 6
    /// Every connection, poll and frame; for whoever looks for a fault. Written only when asked for.
    case debug = 7

    /// `critical` is the greatest.
    package static func < (a: LogLevel, b: LogLevel) -> Bool { a.rawValue > b.rawValue }

    /// As people and configuration files write it.
    package var name: String { "\(self)" }

    package init?(name: String) {
        guard let level = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = level
    }
}
