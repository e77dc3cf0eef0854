package import Telemetry

/// Lets the first line of its kind pass and sums up its repetitions: after a minute, then ten, then every hour, for as long as
/// they come. What has not come for an hour is new again.
///
/// Notices pass each time: people did what they tell of. So does debugging.
package struct LogRepeats: Sendable {
    private struct Kind {
        /// The last line that came.
        var line: LogLine
        var pace: LogPace
        /// Lines since the last one that was written.
        var held = 0
        var cameAt: Uptime
    }

    /// Kinds that are remembered; of more each line passes.
    private static let most = 4_096
    private static let memory = Duration.seconds(3_600)

    private var kinds: [LogIdentity: Kind] = [:]

    package init() {}

    /// What to write of `line` at `now`; nil: nothing yet.
    package mutating func admit(_ line: LogLine, at now: Uptime) -> LogLine? {
        guard line.level != .notice, line.level != .debug else { return line }
        let identity = LogIdentity(line)
        guard var kind = kinds[identity], now - kind.cameAt < Self.memory else {
            if kinds.count < Self.most || kinds[identity] != nil {
                kinds[identity] = Kind(line: line, pace: LogPace(at: now), cameAt: now)
            }
            return line
        }
        kind.line = line
        kind.cameAt = now
        kind.held += 1
        let written = kind.pace.isDue(at: now) ? Self.takeSum(&kind, at: now) : nil
        kinds[identity] = kind
        return written
    }

    /// The sums that are due, and what need not be remembered any more is forgotten. To be asked about once a minute.
    package mutating func takeSums(at now: Uptime) -> [LogLine] {
        var sums: [LogLine] = []
        for (identity, var kind) in kinds where kind.pace.isDue(at: now) {
            if kind.held > 0 {
                sums.append(Self.takeSum(&kind, at: now))
                kinds[identity] = kind
            } else if now - kind.cameAt >= Self.memory {
                kinds[identity] = nil
            }
        }
        return sums.inOrder
    }

    /// The sums of everything that was held back, whether due or not: at the end of the program.
    package mutating func takeRest(at now: Uptime) -> [LogLine] {
        var sums: [LogLine] = []
        for (_, var kind) in kinds where kind.held > 0 { sums.append(Self.takeSum(&kind, at: now)) }
        kinds = [:]
        return sums.inOrder
    }

    /// `times`: how often it came within the time that `in` says, the last time with these facts.
    private static func takeSum(_ kind: inout Kind, at now: Uptime) -> LogLine {
        var line = kind.line
        line.fields += [
            LogField("times", kind.held), LogField("in", (now - kind.pace.writtenAt).spoken),
        ]
        kind.held = 0
        kind.pace.written(at: now)
        return line
    }
}

extension [LogLine] {
    /// What matters most first.
    var inOrder: [LogLine] { sorted { ($0.level, $1.message) > ($1.level, $0.message) } }
}
