package import Telemetry

/// Something that can fail and recover, as the log names it.
package struct LogTrouble: Hashable, Sendable {
    /// Logged when it begins, such as `uplink disconnected`.
    package let failure: String
    /// Logged when it is over, such as `uplink connected`.
    package let recovery: String
    /// What it is about, such as `uplink=province`.
    package let subject: [LogField]
    package let level: LogLevel

    package init(
        _ failure: String, over recovery: String, _ subject: [LogField] = [], level: LogLevel = .warning
    ) {
        self.failure = failure
        self.recovery = recovery
        self.subject = subject
        self.level = level
    }
}

/// Remembers what is in trouble, so that the log has one line when that begins, few while it lasts, and one when it is over.
///
/// A cause that was not named yet is told at once; the same one again after a minute, then ten, then every hour. What fails
/// again soon after it recovered goes on as the same trouble, so that a link that comes and goes every few seconds does not
/// fill the log; the last line about it always says how it is.
package struct LogTroubles: Sendable {
    private struct Episode {
        var pace: LogPace
        /// When it failed for the first time since it was well.
        var downSince: Uptime
        /// When it became well; nil: it is not.
        var upSince: Uptime?
        var reason: String
        var facts: [LogField]
        /// Causes that were told.
        var told: Set<LogReason>
        /// Failures since it was last well, and those that no line tells, of earlier times as well.
        var failures = 1
        var held = 0
        /// What the last line says.
        var isToldDown = true
    }

    /// What is well for so long is well: another failure is another trouble.
    private static let calm = Duration.seconds(600)
    private static let mostReasons = 8
    /// Troubles that are remembered; of more each failure is a line.
    private static let most = 4_096

    private var episodes: [LogTrouble: Episode] = [:]

    package init() {}

    /// `trouble` has failed. Returns the line to be written, nil: none yet.
    ///
    /// `facts`: more that its line may tell.
    package mutating func failed(
        _ trouble: LogTrouble, because reason: String, _ facts: [LogField] = [], at now: Uptime
    ) -> LogLine? {
        guard var episode = episodes[trouble] else {
            if episodes.count < Self.most {
                episodes[trouble] = Episode(
                    pace: LogPace(at: now), downSince: now, reason: reason, facts: facts, told: [LogReason(reason)])
            }
            return LogLine(trouble.level, trouble.failure, trouble.subject + [LogField("reason", reason)] + facts)
        }
        if episode.upSince != nil { (episode.upSince, episode.downSince, episode.failures) = (nil, now, 0) }
        (episode.reason, episode.facts) = (reason, facts)
        episode.failures += 1
        episode.held += 1
        let isNew = episode.told.count < Self.mostReasons && episode.told.insert(LogReason(reason)).inserted
        let line = isNew || episode.pace.isDue(at: now) ? Self.line(of: trouble, &episode, at: now) : nil
        episodes[trouble] = episode
        return line
    }

    /// `trouble` is over, or never was. Returns the line to be written.
    package mutating func recovered(_ trouble: LogTrouble, at now: Uptime) -> LogLine? {
        guard var episode = episodes[trouble], episode.upSince == nil else { return nil }
        defer { episodes[trouble] = episode }
        episode.upSince = now
        guard episode.isToldDown else { return nil }
        episode.isToldDown = false
        episode.held = 0
        return LogLine(
            .notice, trouble.recovery,
            trouble.subject + [
                LogField("after", (now - episode.downSince).spoken), LogField("failures", episode.failures),
            ])
    }

    /// Why it fails, where it has failed and not recovered.
    package func reason(of trouble: LogTrouble) -> String? {
        episodes[trouble].flatMap { $0.upSince == nil ? $0.reason : nil }
    }

    /// The lines that are due of what lasts, comes and goes, or was passed over; to be asked about once a minute.
    package mutating func takeSums(at now: Uptime) -> [LogLine] {
        var lines: [LogLine] = []
        for (trouble, var episode) in episodes {
            if let up = episode.upSince {
                guard now - up >= Self.calm else { continue }
                episodes[trouble] = nil
                if episode.held > 0 { lines.append(Self.sum(of: trouble, episode, at: now)) }
            } else if episode.held > 0, episode.pace.isDue(at: now) {
                lines.append(Self.line(of: trouble, &episode, at: now))
                episodes[trouble] = episode
            }
        }
        return lines.inOrder
    }

    /// It fails still, or once more.
    private static func line(of trouble: LogTrouble, _ episode: inout Episode, at now: Uptime) -> LogLine {
        var line = LogLine(
            trouble.level, trouble.failure, trouble.subject + [LogField("reason", episode.reason)] + episode.facts)
        let length = now - episode.downSince
        if length >= .seconds(1) { line.fields.append(LogField("for", length.spoken)) }
        line.fields += [
            LogField("times", episode.held), LogField("in", (now - episode.pace.writtenAt).spoken),
        ]
        episode.held = 0
        episode.isToldDown = true
        episode.pace.written(at: now)
        return line
    }

    /// It failed again and again without a line, and is well since a while.
    private static func sum(of trouble: LogTrouble, _ episode: Episode, at now: Uptime) -> LogLine {
        LogLine(
            .notice, trouble.recovery,
            trouble.subject + [
                LogField("times", episode.held), LogField("reason", episode.reason),
                LogField("in", (now - episode.pace.writtenAt).spoken),
            ])
    }
}
