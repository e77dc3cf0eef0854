import GatewayCore
import HostSystem
import MQTTUplink
import Synchronization
import Telemetry
import TelemetryStore

/// One uplink at work: a thread that reads the journal, publishes over MQTT and moves the cursor when the broker
/// acknowledges. What to do next is ``UplinkMachine``'s business.
final class UplinkRunner: Sendable {
    enum Event: Sendable {
        case connected
        case disconnected(reason: String)
        case acknowledged
        case trouble(String)
    }

    struct Statistics: Equatable, Sendable {
        var isConnected = false
        var owed = 0
        var inFlight = 0
        var acknowledged = 0
        var lastError: String?
    }

    let id: String
    private let configuration: UplinkConfiguration
    private let parameters: MQTTParameters
    private let journal: Journal
    private let prefix: String
    private let beat: @Sendable () -> Void
    private let report: @Sendable (Event) -> Void
    private let wake = WakeDescriptor()
    private let thread = OnceBox<StoppableThread>()
    private let shared = Mutex(Statistics())
    /// Retained messages that wait to be published, by topic; only the newest of each matters.
    private let retained = Mutex<[String: [UInt8]]>([:])

    init(
        _ configuration: UplinkConfiguration, gateway: String, password: String?, journal: Journal,
        beat: @escaping @Sendable () -> Void, report: @escaping @Sendable (Event) -> Void
    ) {
        id = configuration.id
        self.configuration = configuration
        self.journal = journal
        self.beat = beat
        self.report = report
        prefix = "\(configuration.mqtt.topicPrefix)/v1/\(gateway)"
        parameters = MQTTParameters(
            configuration, gateway: gateway, password: password, statusTopic: prefix + "/status")
    }

    func start() {
        journal.observe { [wake] _ in wake.wake() }
        let thread = StoppableThread("uplink-\(id)") { [self] in run($0) }
        self.thread.set(thread)
        thread.start()
    }

    /// Asks the thread to say goodbye and end.
    func requestStop() {
        thread.value?.requestStop()
        wake.wake()
    }

    /// Waits for the end. False: the network has not let the thread go by `deadline`.
    func waitForEnd(until deadline: Uptime) -> Bool { thread.value?.waitForEnd(until: deadline) ?? true }

    var statistics: Statistics { shared.withLock { $0 } }

    /// Publishes `payload` retained below the gateway's topic, now or when connected. The newest wins.
    func publishRetained(_ topic: String, _ payload: [UInt8]) {
        retained.withLock { $0[topic] = payload }
        wake.wake()
    }

    // MARK: The thread

    private func run(_ stopping: StopFlag) {
        do {
            let reader = try JournalReader(path: journal.path, kinds: configuration.kinds.map(\.rawValue))
            let connection = try MQTTConnection(parameters)
            let head = journal.committedHead
            let ledger = try journal.cursor(of: id).flatMap { BacklogLedger(text: $0) } ?? BacklogLedger()
            let now = SystemClock.uptime
            var session = UplinkSession(
                machine: UplinkMachine(
                    configuration, ledger: ledger, head: head, at: now,
                    seed: UInt64(truncatingIfNeeded: now.nanoseconds)),
                reader: reader, connection: connection, prefix: prefix)
            while !stopping.isSet { turn(&session) }
            goodbye(&session)
        } catch {
            report(.trouble("uplink \(id) cannot run: \(error)"))
            shared.withLock { $0.lastError = "\(error)" }
        }
    }

    /// One turn: what has happened, what to do, and a rest.
    private func turn(_ session: inout UplinkSession, restingUntil limit: Uptime = .never) {
        beat()
        let now = SystemClock.uptime
        session.machine.committed(through: journal.committedHead)
        for event in session.connection.takeEvents() { handle(event, &session, at: now) }
        if session.machine.isConnected { publishRetained(&session) }
        let rest = act(&session, at: now)
        if session.cursorMoved {
            journal.saveCursor(id, state: session.machine.ledger.text)
            session.cursorMoved = false
        }
        shared.withLock { statistics in
            statistics.isConnected = session.machine.isConnected
            statistics.owed = session.machine.ledger.count
            statistics.inFlight = session.machine.inFlightCount
        }
        if let rest { wait(session.connection, until: min(rest, limit)) }
    }

    /// Does the next step. Returns until when to rest; nil when there is more to do at once.
    private func act(_ session: inout UplinkSession, at now: Uptime) -> Uptime? {
        switch session.machine.next(at: now) {
        case .wait(let until): return until
        case .breakOff:
            session.connection.disconnect()
            session.machine.disconnected(at: now)
            lost(reason: "the broker does not answer")
        case .connect:
            session.machine.connecting(at: now)
            do {
                try session.connection.connect()
            } catch {
                session.machine.disconnected(at: SystemClock.uptime)
                lost(reason: error.description)
            }
        case .read(let lane, let after, let through, let limit):
            do {
                try session.publish(lane, after: after, through: through, limit: limit, at: now)
            } catch {
                lost(reason: "\(error)")
                return now + .seconds(1)
            }
        }
        return nil
    }

    private func handle(_ event: MQTTEvent, _ session: inout UplinkSession, at now: Uptime) {
        switch event {
        case .connected:
            session.machine.connected(at: now)
            shared.withLock { $0.lastError = nil }
            report(.connected)
        case .refused(let reason), .disconnected(let reason):
            guard session.machine.isLinked else { return }
            session.machine.disconnected(at: now)
            lost(reason: reason)
        case .acknowledged(let identifier):
            guard let sequence = session.sequences.removeValue(forKey: identifier) else { return }
            session.machine.acknowledged(sequence, at: now)
            session.cursorMoved = true
            shared.withLock { $0.acknowledged += 1 }
            report(.acknowledged)
        }
    }

    private func lost(reason: String) {
        let isNews = shared.withLock { statistics in
            let isNews = statistics.isConnected || statistics.lastError != reason
            statistics.isConnected = false
            statistics.lastError = reason
            return isNews
        }
        if isNews { report(.disconnected(reason: reason)) }
    }

    private func publishRetained(_ session: inout UplinkSession) {
        let messages = retained.withLock { messages in
            defer { messages = [:] }
            return messages
        }
        for (topic, payload) in messages {
            do {
                _ = try session.connection.publish(topic: "\(prefix)/\(topic)", payload: payload, retain: true)
            } catch {
                report(.trouble(error.description))
            }
        }
    }

    private func wait(_ connection: MQTTConnection, until deadline: Uptime) {
        // Keep-alive is looked at at least once a second.
        let limit = min(deadline, SystemClock.uptime + .seconds(1))
        let ready = PollSet.wait(
            wake: wake, socket: connection.descriptor, writing: connection.wantsToWrite, until: limit)
        if connection.descriptor >= 0 { connection.serve(readable: ready.readable, writable: ready.writable) }
    }

    /// Sends for a moment what is still owed, says that we are off line, and leaves in an orderly way.
    private func goodbye(_ session: inout UplinkSession) {
        let limit = SystemClock.uptime + .milliseconds(1_500)
        while session.machine.isConnected, session.machine.ledger.count > 0 || session.machine.isBehind(journal.committedHead),
            SystemClock.uptime < limit
        {
            turn(&session, restingUntil: limit)
        }
        if session.machine.isConnected {
            publishRetained("status", parameters.willPayload)
            publishRetained(&session)
            session.connection.disconnect()
            session.connection.serve(readable: false, writable: true)
        }
        journal.saveCursor(id, state: session.machine.ledger.text)
    }
}
