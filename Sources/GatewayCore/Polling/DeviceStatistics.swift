import Protocol
package import Telemetry

/// What a status page says about a device; counters since the start of the daemon.
package struct DeviceStatistics: Equatable, Sendable {
    /// Polls that are through: with an answer, without, and slots in which the bus was not touched because the device
    /// rests or the line is down.
    package internal(set) var polls: UInt64 = 0
    /// Of these, the ones that brought no number: the device answered nothing, or refused everything.
    package internal(set) var failedPolls: UInt64 = 0
    /// Slots in which the bus was too busy to poll it.
    package internal(set) var missedSlots: UInt64 = 0
    /// Requests sent on the bus, repeats too.
    package internal(set) var requests: UInt64 = 0
    /// Requests that failed, and slots without a line, by reason.
    package internal(set) var failures = FailureCounts()
    /// Exceptions that taught where the device's registers have gaps; they are among ``failures`` and are no faults.
    package internal(set) var splits: UInt64 = 0
    /// Failed polls since the last good one.
    package internal(set) var consecutiveFailures = 0
    /// What a request failed for last; kept after it heals.
    package internal(set) var lastFailure: PollFailure?
    /// What failed in the last poll; nil: nothing did.
    package internal(set) var trouble: PollFailure?
    /// How many of its requests failed beside that.
    package internal(set) var furtherFailures = 0

    package init() {}

    /// What failed in the last poll, for an operator.
    package var troubleWords: BilingualText? {
        guard let trouble else { return nil }
        guard furtherFailures > 0 else { return trouble.reason }
        let others = furtherFailures == 1 ? "1 more request" : "\(furtherFailures) more requests"
        return trouble.reason + BilingualText(" (and \(others))", zh: "（另有 \(furtherFailures) 个请求）")
    }

    /// The same in English.
    package var troubleText: String? { troubleWords?.en }
}

/// Failures by reason.
package struct FailureCounts: Equatable, Sendable {
    package internal(set) var timeouts: UInt64 = 0
    package internal(set) var notConnected: UInt64 = 0
    package internal(set) var badReplies: UInt64 = 0
    package internal(set) var exceptions: UInt64 = 0

    package init() {}

    mutating func count(_ fault: BusFault) {
        switch fault {
        case .timeout, .cutAnswer, .echoOnly: timeouts += 1
        case .line: notConnected += 1
        case .badReply: badReplies += 1
        case .exception: exceptions += 1
        }
    }
}
