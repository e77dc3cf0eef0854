import GatewayCore
import HostSystem
import MQTTUplink
import Synchronization
import Telemetry
import TelemetryStore

/// What an uplink tells the program, on its own thread; observers must not block.
enum UplinkEvent: Sendable {
    case connected(sessionPresent: Bool)
    case disconnected(MQTTError)
    /// So many records were acknowledged since the last such event.
    case acknowledged(count: Int)
    /// The broker does not take these records, though it takes others; they stay owed and are tried again after an hour.
    /// Worth an alarm.
    case setAside(SetAsideNotice)
    /// Another client uses this identifier, or seems to; nil: no longer.
    case takeover(TakeoverWatch.Finding?, clientID: String)
    case journalUnreadable(JournalError)
    /// It can be read again.
    case journalReadable
    /// A replay is over: so many records were taken, so many refused by the broker or the client library; or it was given
    /// up, as the broker hung up again and again, or as the uplink leaves.
    case replayEnded(sent: Int, refused: Int, isComplete: Bool)
    /// So many answers to commands were refused; they are lost.
    case answersRefused(count: Int, reason: String)
    /// An answer to a command could not be sent, and a short one that says so takes its place.
    case answerReplaced(reason: String)
    /// The broker, or the client library by what the broker said, refuses a topic since now, or (`refusal` nil) no longer. A
    /// retained fact is published again later, a subscription asked for with the next connection.
    case topic(TopicUse, suffix: String, refusal: String?)
    /// A message on one of the subscribed topics; `suffix` is the topic below the gateway's base.
    case message(suffix: String, payload: [UInt8])
}

/// One moment of an uplink.
struct UplinkStatistics: Equatable, Sendable {
    var isConnected = false
    /// When the connection began or ended.
    var since: Uptime?
    /// Records not acknowledged yet; an upper bound, as the uplink may not carry all of them.
    var owed: Int64 = 0
    /// Up to here everything is settled.
    var settledThrough: Int64 = 0
    var inFlight = 0
    /// Records handed to the client library; what it sends again by itself after a reconnection is not counted again.
    var publishedTotal = 0
    var acknowledgedTotal = 0
    /// Publishes that the broker answered with a refusal.
    var refusedTotal = 0
    var lastAcknowledgement: Uptime?
    var connectionsTotal = 0
    /// The version of MQTT that is spoken, or was last; nil: never connected.
    var version: MQTTVersion?
    var setAside: [Int64] = []
    /// Retained facts that are refused, and why.
    var unpublished: [String: BilingualText] = [:]
    /// Subscriptions that are refused, and why.
    var unsubscribed: [String: BilingualText] = [:]
    /// Answers to commands that were lost: too many waited, or they were refused.
    var answersLost = 0
    var lastError: MQTTError?

    /// It is connected and there is nothing that the broker could acknowledge: what was set aside only waits to be tried again.
    var isIdle: Bool { isConnected && owed <= setAside.count }
}

/// Runs one uplink on a thread of its own, `uplink-<id>`: the machine decides, the journal is read, the broker is given.
final class UplinkRunner: Sendable {
    private let shared: UplinkShared
    private let thread = Mutex<NamedThread?>(nil)
    private let name: String
    private let journal: Journal
    private let observation = Mutex<CommitObservation?>(nil)
    private let makeLoop: @Sendable () -> UplinkLoop

    /// The key of which set-aside records were told of; no uplink has such a name.
    static func toldKey(_ uplink: String) -> String { "set-aside:\(uplink)" }

    /// - Parameters:
    ///   - beat: called at least once a second while the thread makes progress.
    ///   - subscriptions: topics below the gateway's base to listen to, such as `command`.
    init(
        configuration: UplinkConfiguration, gateway: String, journal: Journal, subscriptions: [String] = [],
        seed: UInt64 = .random(in: .min ... .max), beat: @escaping @Sendable () -> Void = {},
        observer: @escaping @Sendable (UplinkEvent) -> Void = { _ in }
    ) {
        let shared = UplinkShared()
        self.shared = shared
        name = "uplink-\(configuration.id)"
        self.journal = journal
        makeLoop = {
            UplinkLoop(
                configuration: configuration, gateway: gateway, journal: journal, subscriptions: subscriptions,
                seed: seed, shared: shared, observer: observer, beat: beat)
        }
    }

    func start() {
        thread.withLock { thread in
            precondition(thread == nil, "an uplink is started once")
            observation.withLock { [shared] in $0 = journal.onCommit { shared.committed($0) } }
            thread = NamedThread(name) { [makeLoop] in
                var loop = makeLoop()
                loop.run()
            }
        }
    }

    /// Says that the gateway is offline, leaves the broker and saves the cursor; false when that took longer than
    /// `deadline`, and the thread is left to itself then. Flush the journal afterwards.
    @discardableResult
    func stop(deadline: Duration) -> Bool {
        guard let thread = thread.withLock({ $0.take() }) else { return true }
        defer { observation.withLock({ $0.take() }).map(journal.end) }
        let end = SystemClock.uptime + deadline
        shared.state.withLock { $0.stopBy = end }
        shared.wake.wake()
        // The thread watches the deadline itself; only the look-up of a host name may keep it longer.
        let left = end + .milliseconds(500)
        while !shared.state.withLock({ $0.isFinished }) {
            guard SystemClock.uptime < left else { return false }
            _ = shared.finished.wait(until: left)
        }
        thread.join()
        return true
    }

    var statistics: UplinkStatistics { shared.state.withLock { $0.statistics } }

    /// A retained fact such as the active alarms, or as `status` an object with `"online":true`. The newest payload of each
    /// topic is published, also after each reconnection.
    func publishRetained(topicSuffix: String, payload: [UInt8]) {
        shared.state.withLock { $0.control.retain(topicSuffix, payload) }
        shared.wake.wake()
    }

    var isReplaying: Bool { shared.state.withLock { $0.replay.isBusy } }

    /// Sends these records again on `history` topics, beside everything else; false when a replay is running, or the uplink
    /// is about to leave.
    func replay(_ sequences: [Int64]) -> Bool {
        defer { shared.wake.wake() }
        return shared.state.withLock { $0.stopBy == nil && $0.replay.want(sequences) }
    }

    /// Something that is published once, such as an answer to a command; false when too many wait.
    @discardableResult
    func publish(topicSuffix: String, payload: [UInt8]) -> Bool {
        defer { shared.wake.wake() }
        return shared.state.withLock { $0.control.answer(topicSuffix, payload) }
    }

    /// Takes out what ``publish(topicSuffix:payload:)`` was given and the broker has not acknowledged. Once the uplink has
    /// left, that is what it will not publish.
    func takeAnswers() -> [ControlPublications.Publication] { shared.state.withLock { $0.control.takeAnswers() } }

    /// Publishes what `before`, which has left, could not. To be called before the start.
    func takeOver(from before: UplinkRunner) {
        let answers = before.takeAnswers()
        shared.state.withLock { $0.control.takeOver(answers) }
    }
}

/// What an uplink's thread and the others hold together.
final class UplinkShared: Sendable {
    struct State: Sendable {
        var head: Int64 = 0
        var control = ControlPublications()
        var replay = WantedReplay()
        var statistics = UplinkStatistics()
        var stopBy: Uptime?
        var isFinished = false
    }

    let state = Mutex(State())
    /// Wakes the uplink's thread.
    let wake = WakeDescriptor()
    /// Wakes whoever waits for its end.
    let finished = WakeDescriptor()

    func committed(_ head: Int64) {
        state.withLock { $0.head = max($0.head, head) }
        wake.wake()
    }
}
