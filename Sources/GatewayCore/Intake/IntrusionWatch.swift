package import Telemetry

/// What happens at a line that instruments connect to and is not the doing of its instruments.
package enum Intrusion: String, CaseIterable, Hashable, Sendable {
    /// Frames with an unknown MN or a wrong password.
    case refused
    /// Connections that found no place, or lost theirs.
    case turnedAway = "turned-away"
    /// An MN heard from a second address while the first is connected.
    case secondPeer = "second-peer"

    /// Fewer within ``IntrusionWatch/patience`` are no alarm: an instrument that is set up sends a few wrong frames.
    fileprivate var leastCount: Int { self == .refused ? 10 : 1 }
}

/// Counts intrusions at one line by address, and says within bounds what people should know of them.
package struct IntrusionWatch: Sendable {
    /// What is over is over when nothing has happened for so long.
    package static let patience = Duration.seconds(600)
    /// There is at most one audit record of a kind in so long.
    package static let auditInterval = Duration.seconds(60)
    /// So many addresses are told one by one.
    private static let mostHosts = 8

    /// What is known of one kind.
    package struct Report: Hashable, Sendable {
        package var kind: Intrusion
        /// Since it began.
        package var count: Int
        /// The addresses, each with its count.
        package var hosts: String
        /// The MN that was sent last, where it is about one.
        package var mn: String?
        /// Whether it is an alarm, and not a few mistakes.
        package var isAlarm: Bool
        /// How many there were since the last audit record; nil: none is due.
        package var audited: Int?

        package init(
            kind: Intrusion, count: Int, hosts: String, mn: String? = nil, isAlarm: Bool, audited: Int? = nil
        ) {
            self.kind = kind
            self.count = count
            self.hosts = hosts
            self.mn = mn
            self.isAlarm = isAlarm
            self.audited = audited
        }
    }

    private struct Tally: Sendable {
        var count = 0
        var hosts: [String: Int] = [:]
        /// Of addresses beyond the most that are told.
        var others = 0
        var mn: String?
        var last: Uptime
        var unaudited = 0
        var nextAudit: Uptime
    }

    private var tallies: [Intrusion: Tally] = [:]

    package init() {}

    package mutating func note(_ kind: Intrusion, host: String, mn: String? = nil, at now: Uptime) {
        var tally = tallies[kind] ?? Tally(last: now, nextAudit: now)
        tally.count += 1
        tally.unaudited += 1
        tally.last = now
        tally.mn = mn ?? tally.mn
        if tally.hosts[host] != nil || tally.hosts.count < Self.mostHosts {
            tally.hosts[host, default: 0] += 1
        } else {
            tally.others += 1
        }
        tallies[kind] = tally
    }

    /// What there is to say by now; kinds that are not among it are over.
    package mutating func reports(at now: Uptime) -> [Report] {
        Intrusion.allCases.compactMap { kind in
            guard var tally = tallies[kind] else { return nil }
            guard now - tally.last < Self.patience else {
                tallies[kind] = nil
                return nil
            }
            var report = Report(
                kind: kind, count: tally.count, hosts: Self.words(tally), mn: tally.mn,
                isAlarm: tally.count >= kind.leastCount)
            if report.isAlarm, tally.unaudited > 0, now >= tally.nextAudit {
                report.audited = tally.unaudited
                tally.unaudited = 0
                tally.nextAudit = now + Self.auditInterval
                tallies[kind] = tally
            }
            return report
        }
    }

    /// `192.0.2.7 (3990), 192.0.2.9 (4)`.
    private static func words(_ tally: Tally) -> String {
        let hosts = tally.hosts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.key) (\($0.value))" }
        return (hosts + (tally.others > 0 ? ["… (\(tally.others))"] : [])).joined(separator: ", ")
    }
}
