package import Telemetry

/// A field machine on one connection to one centre.
///
/// Bytes, the time, records and results of execution go in; bytes to send, fates of records and requests to execute come
/// out. It uploads with answer, sends again what is not answered, lets live records pass those sent later, and answers
/// every request of its edition. It outlives connections: what it knows of settings and answered requests stays.
/// Source: HJ 212-2017, 6.6 and 6.7; HJ 212-2025 for heartbeat, registration and keys; HJ/T 212-2005 by transcriptions.
package struct CentreSession: Sendable {
    /// The owner's name for a record.
    package typealias RecordID = UInt64
    /// The session's name for a request that the owner executes.
    package typealias ExecutionID = UInt64

    package enum Action: Hashable, Sendable {
        /// To be sent at once.
        case send([UInt8])
        /// The host has the record, all packets of it. Said once.
        case delivered(RecordID)
        /// The host has not acknowledged the record; it is to be handed in again later as a backfill.
        case notDelivered(RecordID)
        /// The record can never be sent in this edition.
        case unsendable(RecordID, MessageError)
        /// The host does not answer any more: the connection is to be closed.
        case linkDead
        /// To be executed and then completed.
        case execute(ExecutionID, HostRequest)
        /// The data of this execution are sent, more are welcome.
        case wantsMore(ExecutionID)
        /// To be kept over restarts, and followed where it concerns the owner.
        case settingsChanged(CentreSettings)
        /// To be kept over restarts. The old key goes on being accepted.
        case keyChanged(CentreKey)
        /// A request that was not taken.
        case refused(CommandCode?, RequestVerdict)
        /// Bytes that could not be used.
        case defect(FrameDefect)
    }

    /// What the session has seen.
    package struct Counters: Hashable, Sendable {
        package var delivered = 0
        package var notDelivered = 0
        package var resends = 0
        package var requests = 0
        package var refused = 0
        package var repeatedRequests = 0
        package var defects = 0
    }

    /// The state of the connection.
    package enum Link: Hashable, Sendable {
        case down, up
        /// Connected, but the host does not answer.
        case dead
    }

    struct Upload {
        let id: RecordID
        let message: FieldMessage
        let st: FieldText?
    }

    let configuration: CentreConfiguration
    package internal(set) var settings: CentreSettings
    /// The key in use and the one before.
    var key: CentreKey?
    var previousKey: CentreKey?
    package internal(set) var counters = Counters()
    package internal(set) var link = Link.down

    var scanner: FrameScanner
    /// When an unfinished frame is given up.
    var scannerDeadline: Uptime?
    var numbers = QNSource()
    var live: [Upload] = []
    var backfill: [Upload] = []
    var transmissions: [Transmission] = []
    var executions: [Execution] = []
    var nextExecution: ExecutionID = 1
    var answered = AnsweredRequests()
    /// Whether the start of the logger is still to be reported.
    var startIsDue = true
    /// When to register again.
    var registrationDue = Uptime.zero
    /// When to ask for a new key again.
    var keyRequestDue = Uptime.zero
    var lastSent = Uptime.zero
    var lastHeard = Uptime.zero

    /// The moment of the present call.
    var now = Uptime.zero
    var civil = CivilTime(year: 1970, month: 1, day: 1)
    var actions: [Action] = []

    /// `key` and `previousKey`: of 2025; without, everything is plain.
    package init(
        _ configuration: CentreConfiguration, settings: CentreSettings, key: CentreKey? = nil,
        previousKey: CentreKey? = nil
    ) {
        self.configuration = configuration
        self.settings = settings
        self.key = key
        self.previousKey = previousKey
        scanner = FrameScanner(tolerance: configuration.tolerance)
        scanner.keys = keyRing
    }
}

extension CentreSession {
    /// The connection to the centre stands. `civil`: by China Standard Time, here and below.
    package mutating func connected(at now: Uptime, civil: CivilTime) -> [Action] {
        guard link == .down else { return [] }
        return turn(now, civil) {
            $0.link = .up
            $0.scanner = FrameScanner(tolerance: $0.configuration.tolerance, keys: $0.keyRing)
            $0.scannerDeadline = nil
            $0.lastSent = now
            $0.lastHeard = now
            $0.registrationDue = now
        }
    }

    /// The connection is gone. What waits is not delivered, what runs is not reported.
    package mutating func disconnected(at now: Uptime, civil: CivilTime) -> [Action] {
        turn(now, civil) {
            $0.link = .down
            $0.giveUp()
        }
    }

    /// Takes in the next bytes of the centre.
    package mutating func receive(_ bytes: some Sequence<UInt8>, at now: Uptime, civil: CivilTime) -> [Action] {
        guard link == .up else { return [] }
        return turn(now, civil) {
            $0.handle($0.scanner.feed(bytes))
            $0.scannerDeadline = $0.scanner.holdsBytes ? now + $0.patience : nil
        }
    }

    /// Does what is due.
    package mutating func tick(at now: Uptime, civil: CivilTime) -> [Action] {
        guard link == .up else { return [] }
        return turn(now, civil) {
            if let deadline = $0.scannerDeadline, deadline <= now {
                $0.scannerDeadline = nil
                $0.handle($0.scanner.expire())
            }
            $0.resendWhatIsDue()
            $0.endOverdueExecutions()
        }
    }

    /// Hands in a record. `st`: its system code, where that is not the configured one.
    ///
    /// It ends as delivered, not delivered or unsendable, once.
    package mutating func upload(
        _ id: RecordID, _ message: FieldMessage, st: FieldText? = nil, isBackfill: Bool = false, at now: Uptime,
        civil: CivilTime
    ) -> [Action] {
        turn(now, civil) {
            let upload = Upload(id: id, message: message, st: st)
            let isFull =
                isBackfill
                ? $0.backfill.count >= $0.configuration.backfillCapacity
                : $0.live.count >= $0.configuration.liveCapacity
            if $0.link != .up || isFull {
                $0.fail(.upload(id, isBackfill: isBackfill))
            } else if isBackfill {
                $0.backfill.append(upload)
            } else {
                $0.live.append(upload)
            }
        }
    }

    /// When ``tick(at:civil:)`` has something to do; nil when nothing is awaited.
    package var nextDeadline: Uptime? {
        guard link == .up else { return nil }
        let deadlines =
            [scannerDeadline, heartbeatDue, nextRegistration]
            + transmissions.map(\.deadline) + executions.filter { isWaitingForOwner($0) }.map(\.deadline)
        return deadlines.compactMap { $0 }.min()
    }

    mutating func turn(_ now: Uptime, _ civil: CivilTime, _ body: (inout Self) -> Void) -> [Action] {
        self.now = now
        self.civil = civil
        body(&self)
        pump()
        defer { actions.removeAll() }
        return actions
    }

    /// As long as an instrument is given for the rest of a frame.
    private var patience: Duration {
        scanner.pending == .tail ? HostConnection.tailTimeout : HostSettings().frameTimeout
    }
}
