import MQTTUplink
import Telemetry

/// The newest payload of one retained topic, and what became of those before it.
struct RetainedFact: Sendable {
    private(set) var payload: [UInt8]
    /// It is in flight, or an older payload is.
    private(set) var messageID: MQTTMessageID?
    /// Why a payload was refused last, when none was taken since.
    private(set) var refusal: BilingualText?
    /// The broker hangs up on it.
    private(set) var hangsUp = false
    private var isDue = true
    /// Refusals in a row.
    private var refusals = 0
    /// After a refusal.
    private var notBefore = Uptime.zero

    init(payload: [UInt8]) { self.payload = payload }

    func isDue(at now: Uptime) -> Bool { isDue && messageID == nil && notBefore <= now }

    /// Nothing is to be done, but for what is refused.
    var isIdle: Bool { messageID == nil && (!isDue || refusals > 0) }

    mutating func replace(by payload: [UInt8]) {
        // Something new is worth a try at once, but not a broken connection.
        let isWorthTrying = hangsUp ? payload.count < self.payload.count : payload != self.payload
        if isWorthTrying { notBefore = .zero }
        self.payload = payload
        isDue = true
    }

    mutating func handedOver(as id: MQTTMessageID) {
        isDue = false
        messageID = id
    }

    mutating func acknowledged() {
        messageID = nil
        refusals = 0
        refusal = nil
        hangsUp = false
    }

    mutating func refused(because reason: BilingualText, at now: Uptime) {
        let pause = ControlPublications.firstPause * (1 << min(refusals, 8))
        refusals += 1
        notBefore = now + min(pause, ControlPublications.longestPause)
        messageID = nil
        isDue = true
        refusal = reason
        hangsUp = false
    }

    /// It seems to be why the broker hung up.
    mutating func brokeConnection(at now: Uptime) {
        refused(
            because: .init(
                "the broker hangs up whenever it is published (\(payload.count) bytes)",
                zh: "每次发布代理都断开连接（\(payload.count) 字节）"), at: now)
        hangsUp = true
    }

    /// The broker may hold something older now.
    mutating func connected() {
        isDue = true
        if !hangsUp { notBefore = .zero }
    }

    /// The client library forgot what it had in flight.
    mutating func renewed() { messageID = nil }
}
