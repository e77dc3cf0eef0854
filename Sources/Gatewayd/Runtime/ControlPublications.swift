import MQTTUplink
import Telemetry

/// What an uplink publishes beside records: retained facts, of which only the newest matters, and answers to commands.
///
/// Bounded in every direction: one waiting payload a retained topic, ``maximumTopics`` topics, ``maximumAnswers`` waiting
/// answers of ``maximumAnswerBytes``, and ``window`` publishes in flight, each retained topic at most once. A retained fact
/// that the broker refuses is published again later and later; an answer that it refuses is lost and told of.
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
    }

    private struct Retained {
        var payload: [UInt8]
        var isDue = true
        var messageID: MQTTMessageID?
        /// Refusals in a row.
        var refusals = 0
        /// After a refusal.
        var notBefore = Uptime.zero

        mutating func refused(at now: Uptime) {
            messageID = nil
            isDue = true
            notBefore =
                now + min(ControlPublications.firstPause * (1 << min(refusals, 8)), ControlPublications.longestPause)
            refusals += 1
        }
    }

    /// Before a refused fact is published again; doubled with each refusal.
    static let firstPause = Duration.seconds(5)
    static let longestPause = Duration.seconds(600)

    private var retained: [String: Retained] = [:]
    private var answers = AnswerQueue()
    private var answersInFlight: [MQTTMessageID: Publication] = [:]
    /// Publications that are lost: a bound was reached, or the library or the broker refused them.
    private(set) var dropped = 0

    /// Keeps `payload` as the newest of a retained topic, published now and after every reconnection.
    mutating func retain(_ suffix: String, _ payload: [UInt8]) {
        guard retained[suffix] != nil || retained.count < Self.maximumTopics else {
            dropped += 1
            return
        }
        let known = retained[suffix]
        guard known?.refusals ?? 0 > 0, known?.payload == payload else {
            // Something new is worth a try at once.
            retained[suffix] = Retained(payload: payload, messageID: known?.messageID, refusals: known?.refusals ?? 0)
            return
        }
        retained[suffix]?.isDue = true
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

    /// Takes out the answers that are not acknowledged, the oldest first, for whoever publishes them in place of this one.
    mutating func takeAnswers() -> [Publication] {
        answers.putBack(answersInFlight.sorted { $0.key < $1.key }.map(\.value))
        answersInFlight = [:]
        return answers.takeAll()
    }

    /// Puts the answers that another one could not publish before all others.
    mutating func takeOver(_ older: [Publication]) { answers.putBack(older) }

    /// The broker may hold a will's or an older payload now: all retained topics are due again.
    mutating func connected() {
        for suffix in retained.keys {
            retained[suffix]?.isDue = true
            retained[suffix]?.notBefore = .zero
        }
    }

    /// The client library forgot what it had in flight.
    mutating func renewed() {
        answers.putBack(answersInFlight.sorted { $0.key < $1.key }.map(\.value))
        answersInFlight = [:]
        for suffix in retained.keys { retained[suffix]?.messageID = nil }
    }

    /// What to publish next; report ``published(_:as:)``.
    mutating func next(at now: Uptime) -> Publication? {
        let inFlight = answersInFlight.count + retained.values.count { $0.messageID != nil }
        guard inFlight < Self.window else { return nil }
        let due = retained.filter { $0.value.isDue && $0.value.messageID == nil && $0.value.notBefore <= now }
            .keys.min()
        if let due, let payload = retained[due]?.payload {
            return Publication(suffix: due, payload: payload, retain: true)
        }
        return answers.popFirst()
    }

    /// `publication` was handed over; nil: the library refused it, and would again.
    mutating func published(_ publication: Publication, as id: MQTTMessageID?) {
        if publication.retain {
            retained[publication.suffix]?.isDue = false
            retained[publication.suffix]?.messageID = id
        } else if let id {
            answersInFlight[id] = publication
        }
        if id == nil { dropped += 1 }
    }

    /// True when `id` was one of these.
    mutating func acknowledged(_ id: MQTTMessageID) -> Bool {
        if answersInFlight.removeValue(forKey: id) != nil { return true }
        guard let suffix = retained.first(where: { $0.value.messageID == id })?.key else { return false }
        retained[suffix]?.messageID = nil
        retained[suffix]?.refusals = 0
        return true
    }

    enum Refused: Equatable, Sendable {
        /// It is published again.
        case retained(suffix: String)
        /// It is lost.
        case answer(suffix: String)
    }

    /// The broker does not take `id`; nil: it was none of these.
    mutating func refused(_ id: MQTTMessageID, at now: Uptime) -> Refused? {
        if let answer = answersInFlight.removeValue(forKey: id) {
            dropped += 1
            return .answer(suffix: answer.suffix)
        }
        guard let suffix = retained.first(where: { $0.value.messageID == id })?.key else { return nil }
        retained[suffix]?.refused(at: now)
        return .retained(suffix: suffix)
    }

    /// Nothing waits and nothing is in flight, but for what the broker refuses.
    var isIdle: Bool {
        answers.isEmpty && answersInFlight.isEmpty
            && retained.values.allSatisfy { $0.messageID == nil && (!$0.isDue || $0.refusals > 0) }
    }
}

/// Answers that wait, in order; taking the first costs nothing however many there are.
private struct AnswerQueue {
    private var items: [ControlPublications.Publication?] = []
    private var first = 0
    private(set) var bytes = 0

    var count: Int { items.count - first }
    var isEmpty: Bool { count == 0 }

    mutating func append(_ answer: ControlPublications.Publication) {
        items.append(answer)
        bytes += answer.payload.count
    }

    mutating func popFirst() -> ControlPublications.Publication? {
        guard first < items.count, let answer = items[first].take() else { return nil }
        first += 1
        bytes -= answer.payload.count
        if first == items.count || first >= 1_024 {
            items.removeFirst(first)
            first = 0
        }
        return answer
    }

    mutating func takeAll() -> [ControlPublications.Publication] {
        defer { self = AnswerQueue() }
        return items[first...].compactMap { $0 }
    }

    /// Puts `answers` before all others.
    mutating func putBack(_ answers: [ControlPublications.Publication]) {
        items.replaceSubrange(..<first, with: answers)
        first = 0
        bytes += answers.reduce(0) { $0 + $1.payload.count }
    }
}
