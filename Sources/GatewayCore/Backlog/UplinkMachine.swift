package import Telemetry

/// Decides what one uplink does next: connect, read rows from the journal, wait.
///
/// Rows that are committed while it is connected are live and go first. What was there before is history: oldest first,
/// after a pause, at a stated rate, and never with the whole window, so that live rows always find room.
package struct UplinkMachine: Sendable {
    package enum Lane: String, Sendable {
        case live, history
    }

    package enum Step: Equatable, Sendable {
        case connect
        /// The connection is good for nothing any more: break it off and report ``disconnected(at:)``.
        case breakOff
        /// Read up to `limit` rows of `after` < seq ≤ `through`, publish them and report ``took(_:lane:through:at:)``.
        case read(Lane, after: Int64, through: Int64, limit: Int)
        case wait(until: Uptime)
    }

    private enum Link: Equatable, Sendable {
        case closed(retryAt: Uptime)
        case connecting(since: Uptime)
        case open
    }

    /// A broker that accepts the connection must also accept the session within this time.
    private static let connectLimit = Duration.seconds(10)
    /// Publishes that nobody acknowledges for so long mean a broken connection.
    private static let acknowledgeLimit = Duration.seconds(60)

    private let settings: UplinkConfiguration
    private var link: Link
    private var backoff: Backoff
    private var random: UInt64
    package private(set) var ledger: BacklogLedger
    private var head: Int64
    /// Rows from here on are live.
    private var liveFrom: Int64
    private var liveRead: Int64
    private var historyRead: Int64 = 0
    private var historyAt = Uptime.zero
    private var tokens: RateLimit
    private var inFlight: Set<Int64> = []
    private var lastProgress = Uptime.zero

    /// `head` is the journal's last row; everything owed up to it is history. `seed` spreads the pauses of many gateways.
    package init(_ settings: UplinkConfiguration, ledger: BacklogLedger, head: Int64, at now: Uptime, seed: UInt64) {
        self.settings = settings
        self.ledger = ledger
        self.head = head
        self.ledger.extend(through: head)
        liveFrom = head + 1
        liveRead = head
        link = .closed(retryAt: now)
        backoff = Backoff(first: .milliseconds(250), limit: settings.reconnectLimit, seed: seed)
        random = seed
        tokens = RateLimit(perSecond: settings.historyRate, at: now)
    }

    package var isConnected: Bool { link == .open }
    /// Whether a connection is open or being opened.
    package var isLinked: Bool {
        if case .closed = link { return false }
        return true
    }
    /// Whether rows up to `head` exist that have not been looked at.
    package func isBehind(_ head: Int64) -> Bool { self.head < head }
    package var inFlightCount: Int { inFlight.count }
    /// Whether a row has been published and not been acknowledged yet; it must not be published again.
    package func isInFlight(_ sequence: Int64) -> Bool { inFlight.contains(sequence) }

    // MARK: What happens

    package mutating func connecting(at now: Uptime) { link = .connecting(since: now) }

    package mutating func connected(at now: Uptime) {
        link = .open
        backoff.reset()
        lastProgress = now
        // What gathered in the meantime is history now. Publishes in flight are sent again by the library.
        liveFrom = head + 1
        liveRead = head
        historyRead = 0
        random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        historyAt = now + settings.historyDelay * Int(random >> 54) / 1_024
    }

    package mutating func disconnected(at now: Uptime) {
        link = .closed(retryAt: now + backoff.next())
    }

    package mutating func committed(through head: Int64) {
        self.head = max(self.head, head)
        ledger.extend(through: head)
    }

    /// `rows` were read and published; the journal has been looked at up to `through`.
    package mutating func took(_ rows: [Int64], lane: Lane, after: Int64, through: Int64, at now: Uptime) {
        if inFlight.isEmpty { lastProgress = now }
        // What lies between the rows is not carried by this uplink.
        var previous = after
        for row in rows {
            if row > previous + 1 { ledger.settle((previous + 1)...(row - 1)) }
            previous = row
        }
        if through > previous { ledger.settle((previous + 1)...through) }
        inFlight.formUnion(rows)
        switch lane {
        case .live: liveRead = through
        case .history:
            historyRead = through
            tokens.take(rows.count, at: now)
        }
    }

    package mutating func acknowledged(_ sequence: Int64, at now: Uptime) {
        guard inFlight.remove(sequence) != nil else { return }
        lastProgress = now
        ledger.settle(sequence...sequence)
    }

    // MARK: What to do

    package mutating func next(at now: Uptime) -> Step {
        switch link {
        case .closed(let retryAt): return now >= retryAt ? .connect : .wait(until: retryAt)
        case .connecting(let since):
            let limit = since + Self.connectLimit
            return now >= limit ? .breakOff : .wait(until: limit)
        case .open: return nextWhenOpen(at: now)
        }
    }

    private mutating func nextWhenOpen(at now: Uptime) -> Step {
        if !inFlight.isEmpty, now - lastProgress >= Self.acknowledgeLimit { return .breakOff }
        let free = settings.window - inFlight.count
        let waiting = head - liveRead
        // Rows are read some at a time, not one for each acknowledgement.
        if waiting > 0, Int64(free) >= min(waiting, Int64(settings.window / 2 + 1)) {
            return .read(.live, after: liveRead, through: head, limit: free)
        }
        var wake = inFlight.isEmpty ? Uptime.never : lastProgress + Self.acknowledgeLimit
        if let range = ledger.range(after: historyRead), range.lowerBound < liveFrom {
            let room = free - reservedForLive
            let allowed = tokens.available(at: now)
            if now < historyAt {
                wake = min(wake, historyAt)
            } else if allowed < 1 {
                wake = min(wake, tokens.nextAvailable(at: now))
            } else if room >= min(range.count, (settings.window + 3) / 4) {
                return .read(
                    .history, after: range.lowerBound - 1, through: min(range.upperBound, liveFrom - 1),
                    limit: min(room, allowed))
            }
        }
        return .wait(until: wake)
    }

    /// History leaves a quarter of the window free.
    private var reservedForLive: Int { settings.window / 4 }
}
