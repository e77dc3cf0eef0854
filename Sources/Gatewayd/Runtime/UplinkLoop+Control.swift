import GatewayCore
import HostSystem
import MQTTUplink
import Telemetry

/// What an uplink does beside records: retained facts, answers to commands, subscriptions.
extension UplinkLoop {
    mutating func publishControl() {
        let now = SystemClock.uptime
        if let lost = lostAnswers.take(at: now) {
            observer(.answersRefused(count: lost.count, reason: lost.reason))
        }
        guard machine.isConnected, connection != nil else { return }
        while let publication = shared.state.withLock({ $0.control.next(at: now) }) {
            let topic = topics.base + publication.suffix
            do throws(MQTTError) {
                let id = try connection?.publish(topic: topic, payload: publication.payload, retain: publication.retain)
                if let id { shared.state.withLock { $0.control.published(publication, as: id) } }
            } catch {
                noteLimit(error)
                let refused = shared.state.withLock {
                    $0.control.refused(publication, because: error.words, at: now)
                }
                if case .answer(let answer) = refused {
                    replace(answer, because: (error.reason == .tooLarge ? "has " : "cannot be sent: ") + error.detail)
                }
            }
        }
    }

    /// Says shortly why an answer does not come. What says so already is lost.
    private mutating func replace(_ answer: ControlPublications.Publication, because reason: String) {
        guard !answer.isSubstitute,
            let short = CommandReply.replacing(answer.payload, because: "the answer " + reason)
        else { return lose(because: "it " + reason) }
        shared.state.withLock { $0.control.substitute(short, for: answer) }
        observer(.answerReplaced(reason: "it " + reason))
    }

    private mutating func lose(because reason: String) {
        shared.state.withLock { $0.control.answerIsLost() }
        lostAnswers.add(reason)
    }

    mutating func tellOfFacts() {
        for suffix in refusedFacts.note(all: shared.state.withLock { $0.control.refusedFacts }) {
            observer(.topic(.publication, suffix: suffix, refusal: refusedFacts.reasons[suffix]?.en))
        }
    }

    mutating func noteLimit(_ error: MQTTError) {
        if error.reason == .tooLarge { isLimited = true }
    }

    /// True when the broker seems to hang up on something beside records, which is dealt with as refused.
    mutating func controlBrokeConnection(at now: Uptime) -> Bool {
        let oldest = shared.state.withLock { $0.control.oldest }
        let isFirst =
            oldest.map { first in
                sequences.keys.allSatisfy { first.precedes($0) } && replay.messageIDs.allSatisfy { first.precedes($0) }
            } ?? false
        switch shared.state.withLock({ $0.control.connectionEnded(isFirst: isFirst, at: now) }) {
        case .answer(let answer):
            replace(answer, because: "has \(answer.payload.count) bytes, and the broker hangs up on them")
            return true
        case .retained: return true
        case nil: return false
        }
    }

    /// A fact is published again later; an answer is lost, and so is a replayed record.
    mutating func refusedBeside(_ id: MQTTMessageID, _ reason: BilingualText) {
        let now = SystemClock.uptime
        if replay.refused(id) { return }
        let refused = shared.state.withLock { $0.control.refused(id, because: reason, at: now) }
        if case .answer = refused { lose(because: reason.en) }
    }

    // MARK: Subscriptions

    mutating func subscribe(to suffix: String) {
        do throws(MQTTError) {
            if let id = try connection?.subscribe(to: topics.base + suffix) { asked[id] = suffix }
        } catch {
            noteSubscription(suffix, refusal: error.words)
        }
    }

    mutating func noteSubscription(_ suffix: String, refusal: BilingualText?) {
        guard refusedSubscriptions.note(suffix, refusal: refusal) else { return }
        observer(.topic(.subscription, suffix: suffix, refusal: refusal?.en))
    }
}

extension MQTTMessageID {
    /// The library counts publishes, in a circle.
    fileprivate func precedes(_ other: MQTTMessageID) -> Bool { UInt16(truncatingIfNeeded: other &- self) < 0x8000 }
}
