import GatewayCore
import HostSystem
import MQTTUplink
import Protocol
import Telemetry
import TelemetryStore

/// What the thread of one uplink does; see ``UplinkRunner``.
struct UplinkLoop: ~Copyable {
    private let configuration: UplinkConfiguration
    private var endpoint: MQTTEndpoint
    let topics: UplinkTopics
    private let gateway: String
    private let selection: RecordSelection
    private let subscriptions: [String]
    private let journal: Journal
    let shared: UplinkShared
    let observer: @Sendable (UplinkEvent) -> Void
    private let beat: @Sendable () -> Void

    var machine: UplinkMachine
    var connection: MQTTConnection?
    private var version: MQTTVersionChoice?
    private var addresses: MQTTAddressChoice?
    private var records: CarriedRecords?
    /// Records in flight by the library's identifier.
    var sequences: [MQTTMessageID: Int64] = [:]
    private var statistics = UplinkStatistics()
    var replay = ReplayLane()
    var lostAnswers = LostAnswers()
    /// Subscriptions that the broker has not answered yet, by the library's identifier.
    var asked: [MQTTMessageID: String] = [:]
    var refusedFacts = RefusedTopics()
    var refusedSubscriptions = RefusedTopics()
    /// The client library keeps something from the broker because of a limit that it will remember.
    var isLimited = false
    /// As it was told last; the outer nil: not yet.
    private var takeover: TakeoverWatch.Finding??
    /// The journal could not be read the last time.
    private var isJournalUnreadable = false
    private var savedLedger: BacklogLedger
    private var savedAt = Uptime.zero

    /// The cursor is handed to the journal so often at most; a crash in between only means sending again.
    private static let saveInterval = Duration.milliseconds(500)
    /// A stop waits so long at most for records that were just journalled to be acknowledged.
    private static let farewell = Duration.milliseconds(1_500)
    private static let offline = Array(#"{"online":false}"#.utf8)

    init(
        configuration: UplinkConfiguration, gateway: String, journal: Journal,
        subscriptions: [String], seed: UInt64, shared: UplinkShared,
        observer: @escaping @Sendable (UplinkEvent) -> Void, beat: @escaping @Sendable () -> Void
    ) {
        self.beat = beat
        self.configuration = configuration
        self.journal = journal
        self.shared = shared
        self.observer = observer
        self.subscriptions = subscriptions
        topics = UplinkTopics(prefix: configuration.mqtt.topicPrefix, gateway: gateway)
        endpoint = MQTTEndpoint(configuration, gateway: gateway, will: (topics.status, Self.offline))
        self.gateway = gateway
        selection = RecordSelection(configuration)
        // A cursor that cannot be read is none: everything in the journal is sent again.
        let ledger = journal.cursor(of: configuration.id).flatMap { BacklogLedger(text: $0) } ?? BacklogLedger()
        machine = UplinkMachine(
            settings: UplinkMachineSettings(configuration), ledger: ledger, head: journal.committedHead,
            told: journal.cursor(of: UplinkRunner.toldKey(configuration.id)) ?? "", seed: seed, at: SystemClock.uptime)
        savedLedger = machine.ledger
    }

    mutating func run() {
        while true {
            beat()
            let (head, stopBy) = shared.state.withLock { ($0.head, $0.stopBy) }
            if let stopBy { return leave(by: stopBy) }
            machine.committed(through: head)
            let moment = act()
            publishControl()
            tellOfFacts()
            let replayMoment = sendReplay()
            handle(wait(until: min(moment, replayMoment, SystemClock.uptime + .seconds(1))))
            saveCursor(at: SystemClock.uptime)
            tellOfTakeover()
            share()
        }
    }

    private mutating func tellOfTakeover() {
        let finding = machine.takeover(at: SystemClock.uptime)
        guard takeover != .some(finding) else { return }
        takeover = .some(finding)
        observer(.takeover(finding, clientID: endpoint.clientID))
    }

    /// Does what the machine says until it says to wait, and returns until when.
    private mutating func act() -> Uptime {
        while true {
            let now = SystemClock.uptime
            switch machine.next(at: now) {
            case .connect:
                connect()
                return now
            case .drop(let reason):
                connection?.drop(reason)
                return now
            case .renew:
                forgetClient()
            case .tell(let notice):
                observer(.setAside(notice))
                journal.saveCursor(uplink: UplinkRunner.toldKey(configuration.id), state: machine.told)
            case .read(let request):
                perform(request)
            case .wait(let moment):
                // A cursor that moved is saved on time although nothing else happens.
                return machine.ledger == savedLedger ? moment : min(moment, savedAt + Self.saveInterval)
            }
        }
    }

    /// Reads the files that the broker's side needs anew each time, so that what is put right is taken without a restart.
    private mutating func connect() {
        let files = configuration.files
        if let obstacle = files.obstacle, !(obstacle.isGone && endpoint.password != nil) {
            return hold(because: obstacle)
        }
        do throws(MQTTError) {
            if let password = files.password, password != endpoint.password {
                endpoint.password = password
                try connection?.use(password: password)
            }
            if connection == nil {
                connection = try MQTTConnection(endpoint, version: version, addresses: addresses)
            }
            connection?.connect()
        } catch {
            ended(error)
        }
    }

    private mutating func hold(because obstacle: NamedFileFault) {
        machine.held(at: SystemClock.uptime)
        let error = MQTTError(obstacle.setting, reason: .file, words: obstacle.words)
        guard statistics.lastError != error else { return }
        if statistics.since == nil { statistics.since = SystemClock.uptime }
        statistics.lastError = error
        observer(.disconnected(error))
    }

    private mutating func wait(until moment: Uptime) -> [MQTTEvent] {
        if let events = connection?.wait(for: shared.wake, until: moment) { return events }
        _ = shared.wake.wait(until: moment)
        return []
    }

    // MARK: Records

    private mutating func perform(_ request: UplinkRead) {
        do throws(JournalError) {
            let records = try openRecords()
            let page = try records.read(after: request.after, through: request.through, limit: request.limit)
            if isJournalUnreadable {
                isJournalUnreadable = false
                observer(.journalReadable)
            }
            guard !page.rows.isEmpty else {
                return machine.read(request, rows: [], through: page.through, at: SystemClock.uptime)
            }
            var previous =
                if let known = page.previous { known } else { try records.previous(before: request.after + 1) }
            machine.read(request, rows: page.rows.map(\.sequence), through: page.through, at: SystemClock.uptime)
            connection?.gather()
            for row in page.rows {
                publish(row, previous: page.link(of: row, to: previous), lane: request.lane)
                previous = row.sequence
            }
            connection?.sendGathered()
        } catch {
            machine.readFailed(at: SystemClock.uptime)
            isJournalUnreadable = true
            observer(.journalUnreadable(error))
        }
    }

    private mutating func openRecords() throws(JournalError) -> CarriedRecords {
        if let records { return records }
        let opened = CarriedRecords(try journal.makeReader(), selection)
        records = opened
        return opened
    }

    /// `isReplay`: the row is no part of the backlog.
    private mutating func publish(_ row: JournalRow, previous: Int64, lane: UplinkLane, isReplay: Bool = false) {
        guard let payload = PayloadSplice.payload(of: row.body, previous: previous) else {
            let reason = BilingualText("its body does not begin as a journal body does", zh: "其内容的开头不是日志记录的格式")
            return reject(row, reason: reason, isReplay: isReplay)
        }
        do throws(MQTTError) {
            let topic = topics.record(lane, outlet: row.outlet, kind: row.kind)
            let properties = UplinkProperties.of(row, gateway: gateway, configuration.mqtt)
            if let id = try connection?.publish(topic: topic, payload: payload, properties: properties) {
                if isReplay {
                    replay.handedOver(row.sequence, as: id)
                } else {
                    sequences[id] = row.sequence
                    statistics.publishedTotal += 1
                }
            }
        } catch {
            noteLimit(error)
            reject(row, reason: error.words, isReplay: isReplay)
        }
    }

    private mutating func reject(_ row: JournalRow, reason: BilingualText, isReplay: Bool) {
        guard !isReplay else { return replay.reject() }
        machine.rejected(row.sequence, because: reason, at: SystemClock.uptime)
    }

    // MARK: Replay

    /// Sends what a replay may send now, when nothing live and nothing owed is left to send; says when to come again.
    private mutating func sendReplay() -> Uptime {
        let now = SystemClock.uptime
        if !replay.isRunning, let wanted = shared.state.withLock({ $0.replay.takeWanted() }) {
            replay.begin(wanted, configuration, at: now)
        }
        let rest = Int64(machine.inFlight.count + machine.setAside.sequences.count + machine.refusals.count)
        guard replay.isRunning, machine.isConnected, machine.owedCount <= rest else { return .never }
        switch replay.next(at: now) {
        case .send(let sequences):
            perform(replaying: sequences)
            return now
        case .wait(let moment): return moment
        case .finished: endReplay(isComplete: true)
        case nil: break
        }
        return .never
    }

    private mutating func perform(replaying wanted: [Int64]) {
        do throws(JournalError) {
            let records = try openRecords()
            // What is still owed comes by itself.
            for sequence in wanted where !machine.ledger.owes(sequence) {
                let page = try records.read(after: sequence - 1, through: sequence, limit: 1)
                guard let row = page.rows.first else { continue }
                let previous = try records.previous(before: sequence)
                publish(row, previous: page.link(of: row, to: previous), lane: .history, isReplay: true)
            }
        } catch {
            observer(.journalUnreadable(error))
            endReplay(isComplete: false)
        }
    }

    private mutating func endReplay(isComplete: Bool) {
        observer(.replayEnded(sent: replay.sent, refused: replay.refused, isComplete: isComplete))
        replay.end()
        shared.state.withLock { $0.replay.ended() }
    }

    /// Takes a new client in place of the old one, which would send again what it has in flight.
    private mutating func forgetClient() {
        version = connection?.knownVersion ?? version
        addresses = connection?.knownAddresses ?? addresses
        connection = nil
        isLimited = false
        sequences.removeAll()
        replay.renewed()
        shared.state.withLock { $0.control.renewed() }
    }

    // MARK: Events

    private mutating func handle(_ events: [MQTTEvent]) {
        var acknowledged = 0
        for event in events {
            switch event {
            case .connected(let sessionPresent):
                began(sessionPresent: sessionPresent)
            case .disconnected(let error):
                ended(error)
            case .acknowledged(let id):
                if let sequence = sequences.removeValue(forKey: id) {
                    machine.acknowledged(sequence, at: SystemClock.uptime)
                    acknowledged += 1
                } else if !replay.acknowledged(id) {
                    _ = shared.state.withLock { $0.control.acknowledged(id) }
                }
            case .refused(let id, let code):
                guard let sequence = sequences.removeValue(forKey: id) else {
                    refusedBeside(id, UplinkRefusal.reasonCode(code).words)
                    continue
                }
                refused(sequence, .reasonCode(code))
            case .subscribed(let id, let refusal):
                guard let suffix = asked.removeValue(forKey: id) else { continue }
                noteSubscription(suffix, refusal: refusal.map { UplinkRefusal.reasonCode($0).words })
            case .message(let topic, let payload):
                guard topic.hasPrefix(topics.base) else { continue }
                observer(.message(suffix: String(topic.dropFirst(topics.base.count)), payload: payload))
            }
        }
        guard acknowledged > 0 else { return }
        if statistics.lastError?.operation == Self.publishing { statistics.lastError = nil }
        statistics.acknowledgedTotal += acknowledged
        statistics.lastAcknowledgement = SystemClock.uptime
        observer(.acknowledged(count: acknowledged))
    }

    private static let publishing = "publish"

    /// Shown while the broker takes nothing; the machine decides whether it is about the record.
    private mutating func refused(_ sequence: Int64, _ refusal: UplinkRefusal) {
        machine.refused(sequence, refusal, at: SystemClock.uptime)
        statistics.refusedTotal += 1
        statistics.lastError = MQTTError(
            Self.publishing, reason: .refused,
            words: .init("record \(sequence): ", zh: "记录 \(sequence)：") + refusal.words)
    }

    private mutating func began(sessionPresent: Bool) {
        let now = SystemClock.uptime
        machine.connected(at: now)
        statistics.isConnected = true
        statistics.since = now
        statistics.connectionsTotal += 1
        statistics.lastError = nil
        statistics.version = connection?.version
        shared.state.withLock { $0.control.connected() }
        observer(.connected(sessionPresent: sessionPresent))
        asked = [:]
        for suffix in subscriptions { subscribe(to: suffix) }
    }

    private mutating func ended(_ error: MQTTError) {
        let now = SystemClock.uptime
        let hadConnection = statistics.isConnected
        // What is not answered may be what the broker hangs up on.
        let mayChoke = error.ending == .cut && shared.state.withLock { $0.control.oldest != nil }
        machine.disconnected(mayChoke ? .other : error.ending, at: now)
        if statistics.isConnected || statistics.since == nil { statistics.since = now }
        statistics.isConnected = false
        statistics.lastError = error
        if hadConnection, error.reason != .takenOver, mustForgetClient(at: now) {
            machine.clientForgotten(at: now)
            forgetClient()
        }
        observer(.disconnected(error))
    }

    /// Whether the client would send again what the broker hangs up on, or hold back what the broker may take next time.
    private mutating func mustForgetClient(at now: Uptime) -> Bool {
        let isReplayHopeless = replay.connectionEnded()
        if isReplayHopeless { endReplay(isComplete: false) }
        return controlBrokeConnection(at: now) || isReplayHopeless || isLimited
    }

    // MARK: The rest

    private mutating func saveCursor(at now: Uptime) {
        guard machine.ledger != savedLedger, now >= savedAt + Self.saveInterval else { return }
        savedLedger = machine.ledger
        savedAt = now
        journal.saveCursor(uplink: configuration.id, state: savedLedger.text)
    }

    private mutating func share() {
        statistics.owed = machine.owedCount
        statistics.settledThrough = machine.ledger.settledThrough
        statistics.inFlight = machine.inFlight.count
        statistics.setAside = machine.setAside.sequences
        statistics.unpublished = refusedFacts.reasons
        statistics.unsubscribed = refusedSubscriptions.reasons
        let statistics = statistics
        shared.state.withLock {
            $0.statistics = statistics
            $0.statistics.answersLost = $0.control.dropped
        }
    }

    private mutating func sendTheRest(by deadline: Uptime) {
        while machine.isConnected, SystemClock.uptime < deadline {
            machine.committed(through: shared.state.withLock { $0.head })
            guard machine.owedCount > 0 else { return }
            let moment = act()
            handle(wait(until: min(moment, deadline)))
        }
    }

    /// A replay that is under way, or was to begin, ends with the uplink.
    private mutating func tellWhatEnds() {
        if let lost = lostAnswers.takeRest() {
            observer(.answersRefused(count: lost.count, reason: lost.reason))
        }
        guard shared.state.withLock({ $0.replay.isBusy }) else { return }
        endReplay(isComplete: replay.next(at: SystemClock.uptime) == .finished)
    }

    /// What is still owed is sent for a moment; then the offline status goes out.
    private mutating func leave(by deadline: Uptime) {
        sendTheRest(by: min(deadline, SystemClock.uptime + Self.farewell))
        if machine.isConnected {
            shared.state.withLock { $0.control.retain("status", Self.offline) }
            while machine.isConnected, SystemClock.uptime < deadline {
                publishControl()
                if shared.state.withLock({ $0.control.isIdle }) { break }
                handle(wait(until: deadline))
            }
            connection?.disconnect()
            while machine.isConnected, SystemClock.uptime < deadline { handle(wait(until: deadline)) }
        }
        connection = nil
        savedAt = .zero
        saveCursor(at: SystemClock.uptime)
        tellWhatEnds()
        share()
        shared.state.withLock { $0.isFinished = true }
        shared.finished.wake()
    }
}
