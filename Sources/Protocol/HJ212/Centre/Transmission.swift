import Telemetry

/// A message on its way: its packets are sent one after the other, each when the one before is acknowledged.
struct Transmission: Sendable {
    /// What its end means.
    enum Purpose: Hashable, Sendable {
        case upload(CentreSession.RecordID, isBackfill: Bool)
        case execution(CentreSession.ExecutionID)
        case start, heartbeat, registration, keyRequest

        var isLiveUpload: Bool {
            if case .upload(_, isBackfill: false) = self { true } else { false }
        }

        var isBackfill: Bool {
            if case .upload(_, isBackfill: true) = self { true } else { false }
        }
    }

    struct Part: Sendable {
        let qn: FieldText
        let frame: [UInt8]
    }

    let purpose: Purpose
    /// At least one; the first is the one that waits for its answer.
    private(set) var parts: [Part]
    /// When the present part was sent first.
    private(set) var since: Uptime
    /// How often it was sent again.
    private(set) var resends = 0
    private(set) var deadline: Uptime

    init?(_ purpose: Purpose, _ parts: [Part], at now: Uptime, timeout: Duration) {
        guard !parts.isEmpty else { return nil }
        self.purpose = purpose
        self.parts = parts
        since = now
        deadline = now + timeout
    }

    var current: Part { parts[0] }

    /// Goes on to the next part; false when there is none.
    mutating func advance(at now: Uptime, timeout: Duration) -> Bool {
        guard parts.count > 1 else { return false }
        parts.removeFirst()
        since = now
        resends = 0
        deadline = now + timeout
        return true
    }

    mutating func resend(at now: Uptime, timeout: Duration) {
        resends += 1
        deadline = now + timeout
    }
}
