package import Telemetry

/// Decides what one uplink does next: connect, read from the journal, wait, give up on a connection.
///
/// The uplink is a cursor over the journal (``ledger``) and nothing else. A record that was committed while the
/// connection stood is live and goes first; whatever is owed from before is history and goes oldest first, throttled,
/// in the part of the window that live records leave free. Both are published as soon as they are read, so that the
/// journal is the only queue. Only an acknowledgement, or reading past what this uplink does not carry, settles anything.
package struct UplinkMachine: Sendable {
    /// What is still owed. Save its text whenever it changed; what is lost of it is sent again.
    package private(set) var ledger: BacklogLedger
    /// The newest committed sequence number.
    package private(set) var head: Int64
    /// What was handed to the client library and is not acknowledged, over all connections.
    package internal(set) var inFlight = InFlightWindow()
    /// Owed records that the broker does not take; tried again later.
    package internal(set) var setAside = SetAsideList()
    /// Owed records that the broker refused and that may yet go through.
    package internal(set) var refusals = RefusalList()

    let settings: UplinkMachineSettings
    var link: Link
    var jitter: Jitter
    var attempts = 0
    var suspicion: (sequence: Int64, connections: Int)?
    var needsRenewal = false
    var takeovers = TakeoverWatch()
    /// The record that is in flight alone, to see whether the broker hangs up on it.
    var trial: (sequence: Int64, since: Uptime)?
    /// What the operator is told of records that were set aside.
    var news: SetAsideNews
    /// While the list of refusals is full: when one more record may show whether the broker takes any.
    var probeAt = Uptime.zero
    var probes = 0

    /// Live records up to here were read on this connection; what is owed below and not in flight is history.
    var livePosition: Int64
    /// History was read up to here in this pass; 0 starts over with the oldest.
    var historyPosition: Int64 = 0
    var historyStart: Uptime
    var historyBucket: TokenBucket
    var readPause: Uptime?

    /// A machine that connects at once.
    ///
    /// - Parameters:
    ///   - head: the newest committed sequence number; everything owed up to it is history.
    ///   - ledger: as saved last. Nothing above `head` is taken for settled, for such records are still to come.
    ///   - told: as ``told`` was saved last; records that are set aside again are not told again.
    ///   - seed: of the random delays, so that the same seed decides the same.
    package init(
        settings: UplinkMachineSettings, ledger: BacklogLedger, head: Int64, told: String = "", seed: UInt64,
        at now: Uptime
    ) {
        self.settings = settings
        news = SetAsideNews(text: told)
        self.ledger = ledger
        self.ledger.oweAgain(above: head)
        self.head = head
        livePosition = head
        link = .waiting(until: now)
        jitter = Jitter(state: seed)
        historyStart = now
        historyBucket = TokenBucket(perSecond: settings.historyRate, at: now)
    }

    /// Rows up to `sequence` are durable.
    package mutating func committed(through sequence: Int64) {
        head = max(head, sequence)
    }

    /// What to do now. Ask again after having done it, until it is ``UplinkStep/wait(until:)``; then wait for an event
    /// or for the time it names.
    package mutating func next(at now: Uptime) -> UplinkStep {
        if let notice = news.take(at: now) { return .tell(notice) }
        let step = nextOfLink(at: now)
        guard case .wait(let moment) = step, let due = news.nextDue else { return step }
        return .wait(until: min(moment, due))
    }

    /// Which set-aside records the operator was told of, as text. Save it after each ``UplinkStep/tell(_:)``.
    package var told: String { news.text }

    /// The records of ``told``, ascending: they were set aside once. Some may have been acknowledged since.
    package static func records(told text: String) -> [Int64] { SetAsideNews(text: text).told }

    private mutating func nextOfLink(at now: Uptime) -> UplinkStep {
        switch link {
        case .waiting(let moment):
            if needsRenewal { return renew(at: now) }
            guard now >= moment else { return .wait(until: moment) }
            link = .connecting(since: now)
            return .connect
        case .connecting(let start):
            let limit = start + settings.connectTimeout
            guard now >= limit else { return .wait(until: limit) }
            link = .dropping
            return .drop(.connectTimeout)
        case .connected:
            return nextWhileConnected(at: now)
        case .dropping:
            return .wait(until: .never)
        }
    }

    /// The journal was read as `request` asked, and `rows` are being published in this order.
    ///
    /// - Parameters:
    ///   - rows: sequence numbers that this uplink carries, ascending, within the request's range.
    ///   - through: everything carried up to here is in `rows`; what else is below needs no sending.
    package mutating func read(_ request: UplinkRead, rows: [Int64], through: Int64, at now: Uptime) {
        var position = request.after
        for row in rows {
            precondition(row > position && row <= request.through, "rows come in order and within the request")
            if row > position + 1 { ledger.settle((position + 1)...(row - 1)) }
            inFlight.add(row, lane: request.lane, at: now)
            position = row
        }
        let end = max(position, min(through, request.through))
        if end > position { ledger.settle((position + 1)...end) }
        // Another try of a record that was refused says nothing of how far the history was read.
        let isRetry = refusals.count > 0 && refusals.contains(request.through)
        // A record that was deleted meanwhile is not tried again.
        if refusals.count > 0 { reconcileTries(at: now) }
        readPause = nil
        switch request.lane {
        case .live:
            livePosition = max(livePosition, end)
        case .history:
            if !isRetry { historyPosition = max(historyPosition, end) }
            historyBucket.take(rows.count)
        }
    }

    /// The journal could not be read; it is tried again in a second.
    package mutating func readFailed(at now: Uptime) {
        readPause = now + .seconds(1)
        reconcileTries(at: now)
    }

    /// What was to be tried again and is not in flight was not found or not read.
    private mutating func reconcileTries(at now: Uptime) {
        refusals.keep { ledger.owes($0) }
        let published = inFlight.sequences(in: 0...Int64.max)
        refusals.postpone(at: now) { !published.contains($0) }
        if let sequence = trial?.sequence, !published.contains(sequence) { trial = nil }
    }

    /// The broker acknowledged `sequence`.
    package mutating func acknowledged(_ sequence: Int64, at now: Uptime) {
        inFlight.acknowledged(sequence, at: now)
        setAside.remove(sequence)
        if refusals.count > 0 { refusals.remove(sequence) }
        ledger.settle(sequence)
        attempts = 0
        probes = 0
        suspicion = nil
        if trial?.sequence == sequence { trial = nil }
    }

    /// The broker answered that it does not take `sequence`, which stays owed.
    package mutating func refused(_ sequence: Int64, _ refusal: UplinkRefusal, at now: Uptime) {
        inFlight.refused(sequence, at: now)
        suspicion = nil
        if trial?.sequence == sequence { trial = nil }
        note(refusal, of: sequence, at: now)
    }

    /// Counts a refusal, and sets the record aside when it was refused often enough while others were taken.
    mutating func note(_ refusal: UplinkRefusal, of sequence: Int64, strikes: Int = 1, at now: Uptime) {
        let noted = refusals.note(
            sequence, refusal, strikes: strikes, acknowledgements: inFlight.acknowledgedTotal, at: now)
        guard let noted else {
            // There is no room to remember it; it is found again among what is owed.
            historyPosition = min(historyPosition, sequence - 1)
            probes += 1
            probeAt = now + RefusalList.pause(after: probes)
            return
        }
        guard noted >= settings.refusalLimit, !setAside.isFull else { return }
        refusals.remove(sequence)
        setAside(sequence, refusal, at: now)
    }

    private mutating func setAside(_ sequence: Int64, _ refusal: UplinkRefusal, at now: Uptime) {
        setAside.add(sequence, until: now + settings.setAsideFor)
        let ledger = ledger
        news.add(sequence, refusal, at: now) { ledger.owes($0) }
    }

    /// `sequence` cannot be published as it is (the client library refused it): set aside, still owed.
    package mutating func rejected(_ sequence: Int64, because reason: BilingualText, at now: Uptime) {
        inFlight.remove(sequence)
        refusals.remove(sequence)
        if trial?.sequence == sequence { trial = nil }
        setAside(sequence, .unpublishable(reason), at: now)
    }

    /// How many records are owed up to the head; an upper bound, as some may not be carried.
    package var owedCount: Int64 { ledger.count(through: head) }

    private mutating func renew(at now: Uptime) -> UplinkStep {
        needsRenewal = false
        inFlight.forgetAll()
        refusals.postpone(at: now) { _ in true }
        // What was in flight is owed and is found again.
        historyPosition = 0
        return .renew
    }
}
