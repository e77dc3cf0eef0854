import MQTTUplink
import Telemetry

/// What an uplink publishes beside records: retained facts, of which only the newest matters, and answers to commands.
///
/// Bounded in every direction: one waiting payload a retained topic, ``maximumTopics`` topics, ``maximumAnswers`` waiting
/// answers of ``maximumAnswerBytes``, and ``window`` publishes in flight, each retained topic at most once. A retained fact
/// that is refused, by the broker or already by the client library, is published again later and later; of an answer the
/// caller is told.
struct ControlPublications: Sendable {
    static let maximumTopics = 32
    /// A flood of commands is answered too, shortly.
    static let maximumAnswers = 16_384
    static let maximumAnswerBytes = 4 << 20
    /// Added to the window of records in the client library.
    static let window = 8

    struct Publication: Equatable, Sendable {
        var suffix: String
        var payload: [UInt8]
        var retain: Bool
        /// It stands in for an answer that could not be sent.
        var isSubstitute = false
    }

    /// Before a refused fact is published again; doubled with each refusal.
    static let firstPause = Duration.seconds(5)
    static let longestPause = Duration.seconds(600)
    /// So many connections in a row may end with the same publication as the first that is unanswered.
    static let patience = 3

    private var retained: [String: RetainedFact] = [:]
    private var answers = AnswerQueue()
    private var answersInFlight: [MQTTMessageID: Publication] = [:]
    /// What is in flight, in the order in which it was handed over.
    private var order: [MQTTMessageID] = []
    private var suspicion: (id: MQTTMessageID, endings: Int)?
    /// Publications that are lost: a bound was reached, or an answer was refused.
    private(set) var dropped = 0

    // MARK: What is to be published

    /// Keeps `payload` as the newest of a retained topic, published now and after every reconnection.
    mutating func retain(_ suffix: String, _ payload: [UInt8]) {
        guard retained[suffix] != nil || retained.count < Self.maximumTopics else {
            dropped += 1
            return
        }
        retained[suffix, default: RetainedFact(payload: payload)].replace(by: payload)
    }

    /// Queues something that is published once; false when too many wait.
    mutating func answer(_ suffix: String, _ payload: [UInt8]) -> Bool {
        // One that is larger than the bound alone waits only when nothing else does.
        let fits = answers.isEmpty || answers.bytes + payload.count <= Self.maximumAnswerBytes
        guard fits, answers.count < Self.maximumAnswers else {
            dropped += 1
            return false
        }
        answers.append(Publication(suffix: suffix, payload: payload, retain: false))
        return true
    }

    /// Publishes `payload` next, in place of an answer that could not be sent.
    mutating func substitute(_ payload: [UInt8], for answer: Publication) {
        answers.putBack([Publication(suffix: answer.suffix, payload: payload, retain: false, isSubstitute: true)])
    }

    /// Takes out the answers that are not acknowledged, the oldest first, for whoever publishes them in place of this one.
    mutating func takeAnswers() -> [Publication] {
        renewed()
        return answers.takeAll()
    }

    /// Puts the answers that another one could not publish before all others.
    mutating func takeOver(_ older: [Publication]) {
        answers.putBack(older)
    }

    /// An answer was refused and nothing stands in for it.
    mutating func answerIsLost() { dropped += 1 }

    /// What to publish next; report ``published(_:as:)`` or ``refused(_:because:at:)``.
    mutating func next(at now: Uptime) -> Publication? {
        guard order.count < Self.window else { return nil }
        let due = retained.filter { $0.value.isDue(at: now) }.keys.min()
        if let due, let payload = retained[due]?.payload {
            return Publication(suffix: due, payload: payload, retain: true)
        }
        return answers.popFirst()
    }

    // MARK: What becomes of it

    /// `publication` was handed over.
    mutating func published(_ publication: Publication, as id: MQTTMessageID) {
        order.append(id)
        if publication.retain {
            retained[publication.suffix]?.handedOver(as: id)
        } else {
            answersInFlight[id] = publication
        }
    }

    /// True when `id` was one of these.
    mutating func acknowledged(_ id: MQTTMessageID) -> Bool {
        guard land(id) else { return false }
        suspicion = nil
        if answersInFlight.removeValue(forKey: id) == nil, let suffix = suffix(of: id) {
            retained[suffix]?.acknowledged()
        }
        return true
    }

    enum Refused: Equatable, Sendable {
        /// It is published again.
        case retained(suffix: String)
        /// It is not.
        case answer(Publication)
    }

    /// The client library does not take `publication`, and would not take it again.
    mutating func refused(_ publication: Publication, because reason: BilingualText, at now: Uptime) -> Refused {
        guard publication.retain else { return .answer(publication) }
        retained[publication.suffix]?.refused(because: reason, at: now)
        return .retained(suffix: publication.suffix)
    }

    /// The broker does not take `id`; nil: it was none of these.
    mutating func refused(_ id: MQTTMessageID, because reason: BilingualText, at now: Uptime) -> Refused? {
        guard land(id) else { return nil }
        suspicion = nil
        if let answer = answersInFlight.removeValue(forKey: id) { return .answer(answer) }
        guard let suffix = suffix(of: id) else { return nil }
        retained[suffix]?.refused(because: reason, at: now)
        return .retained(suffix: suffix)
    }

    /// Retained topics of which a payload was refused and none was taken since, each with the reason.
    var refusedFacts: [String: BilingualText] { retained.compactMapValues(\.refusal) }

    // MARK: Connections

    /// The broker may hold a will's or an older payload now: all retained topics are due again.
    mutating func connected() {
        for suffix in retained.keys { retained[suffix]?.connected() }
    }

    /// The oldest in flight.
    var oldest: MQTTMessageID? { order.first }

    /// A connection ended. Returns what the broker seems to hang up on, all that MQTT 3.1.1 offers: the client library would
    /// send that again and again, and must be given up.
    ///
    /// - Parameter isFirst: ``oldest`` was handed over before everything else that is in flight.
    mutating func connectionEnded(isFirst: Bool, at now: Uptime) -> Refused? {
        let known = order.first { id in retained.values.contains { $0.messageID == id && $0.hangsUp } }
        guard let id = known ?? suspect(isFirst: isFirst) else { return nil }
        suspicion = nil
        _ = land(id)
        if let answer = answersInFlight.removeValue(forKey: id) { return .answer(answer) }
        guard let suffix = suffix(of: id) else { return nil }
        retained[suffix]?.brokeConnection(at: now)
        return .retained(suffix: suffix)
    }

    private mutating func suspect(isFirst: Bool) -> MQTTMessageID? {
        guard isFirst, let oldest else {
            suspicion = nil
            return nil
        }
        let endings = suspicion?.id == oldest ? (suspicion?.endings ?? 0) + 1 : 1
        suspicion = (oldest, endings)
        return endings >= Self.patience ? oldest : nil
    }

    /// The client library forgot what it had in flight.
    mutating func renewed() {
        answers.putBack(order.compactMap { answersInFlight[$0] })
        answersInFlight = [:]
        order = []
        suspicion = nil
        for suffix in retained.keys { retained[suffix]?.renewed() }
    }

    /// Nothing waits and nothing is in flight, but for what is refused.
    var isIdle: Bool { answers.isEmpty && order.isEmpty && retained.values.allSatisfy(\.isIdle) }

    /// False when `id` was not in flight.
    private mutating func land(_ id: MQTTMessageID) -> Bool {
        guard let index = order.firstIndex(of: id) else { return false }
        order.remove(at: index)
        return true
    }

    private func suffix(of id: MQTTMessageID) -> String? { retained.first { $0.value.messageID == id }?.key }
}
