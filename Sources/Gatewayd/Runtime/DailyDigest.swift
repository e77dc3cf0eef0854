import GatewayCore
import HostSystem
import Protocol
import Telemetry
import TelemetryStore

/// Says when a digest of the journal is due and what is in it: once a date on the plant's clock, over what was journalled since
/// the last one. For one thread.
final class DailyDigest {
    /// The key of what is remembered; no uplink has such a name.
    private static let key = "journal:digest"

    private let journal: Journal
    private let zone: ZoneRules
    private struct Reach {
        /// The last number that a digest covers.
        var through: Int64
        /// The date of the last digest, or of the first look: a new gateway has nothing to say before its first midnight.
        var date: Int

        var text: String { "1 \(through) \(date)" }
    }

    private var reach: Reach
    /// With the digest that is due.
    private var next: Reach

    init(_ journal: Journal, zone: ZoneRules, at wall: WallInstant) {
        self.journal = journal
        self.zone = zone
        let words = (journal.cursor(of: Self.key) ?? "").split(separator: " ")
        let isKnown = words.count == 3 && words[0] == "1"
        reach = Reach(
            through: isKnown ? Int64(words[1]) ?? 0 : 0,
            date: (isKnown ? Int(words[2]) : nil) ?? zone.civilTime(at: wall).date)
        next = reach
        if !isKnown { journal.saveCursor(uplink: Self.key, state: reach.text) }
    }

    /// The details of the digest that is due, until it is ``journalled()``; nil: none is. A date that the clock shows again
    /// is another date.
    func due(at wall: WallInstant) throws(JournalError) -> [AuditEvent.Detail]? {
        let today = zone.civilTime(at: wall).date
        guard today != reach.date else { return nil }
        let head = journal.committedHead
        // Opened anew each time: the file may have been replaced since.
        let inspector = try JournalInspector(directory: journal.directory)
        let digest = try inspector.digest(after: min(reach.through, head), through: head)
        next = Reach(through: head, date: today)
        return DigestEvent.details(of: digest)
    }

    /// How far the digests reach with the one that is due, to be journalled with it.
    var note: (key: String, text: String) { (Self.key, next.text) }

    /// The digest that was due is in the journal.
    func journalled() { reach = next }
}

extension Daemon {
    /// What makes digests, for the thread that calls ``publish(_:)``.
    func makeDailyDigest() -> DailyDigest {
        DailyDigest(journal, zone: zone, at: SystemClock.wall)
    }

    /// Journals the digest that is due, if one is.
    func publish(_ digest: DailyDigest) {
        do {
            guard let details = try digest.due(at: SystemClock.wall) else { return }
            log.recovered(Self.digestTrouble)
            let record = core.look { $0.event(DigestEvent.name, details, at: SystemClock.wall) }
            if core.journal(record, remembering: digest.note) { digest.journalled() }
        } catch {
            log.failed(Self.digestTrouble, because: error.description)
        }
    }

    private static let digestTrouble = LogTrouble(
        "no digest could be made", over: "a digest is made again", level: .error)
}
