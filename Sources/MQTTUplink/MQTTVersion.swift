import CMosquitto
import Telemetry

/// A version of the protocol.
package enum MQTTVersion: String, Sendable {
    case v311 = "3.1.1"
    case v5 = "5"

    var libraryCode: Int32 { self == .v5 ? Int32(MQTT_PROTOCOL_V5) : Int32(MQTT_PROTOCOL_V311) }
}

/// Which version the next attempt to connect uses.
///
/// Left to itself it begins with 5. A broker that refuses 5, or sends packets of it that are not taken, is tried with 3.1.1; one that
/// hangs up twice without a word, as some old ones do on a version they do not know, too. Hourly at most, a connection that has to be
/// made anyway asks for 5 again: a broker that was only restarting, or has been renewed, is not held at 3.1.1.
package struct MQTTVersionChoice: Equatable, Sendable {
    /// Time for which a connection is not made with 5 again.
    static let retryInterval = Duration.seconds(3_600)

    package private(set) var current: MQTTVersion
    let isFixed: Bool
    private var isAccepted = false
    private var silentEnds = 0
    private var isConnected = false
    /// When 5 was left, or tried again.
    private var leftAt: Uptime?
    private var now = Uptime.zero

    package init(only version: MQTTVersion? = nil) {
        current = version ?? .v5
        isFixed = version != nil
    }

    /// An attempt to connect begins.
    mutating func connecting(at now: Uptime) {
        self.now = now
        guard !isFixed, current == .v311, let leftAt, now >= leftAt + Self.retryInterval else { return }
        use(.v5)
        // One silent end is enough this time.
        silentEnds = 1
    }

    mutating func note(_ event: MQTTEvent) {
        switch event {
        case .connected:
            isConnected = true
            isAccepted = true
            silentEnds = 0
        case .disconnected(let error):
            failed(error)
            isConnected = false
        case .acknowledged, .refused, .subscribed, .message: break
        }
    }

    private mutating func failed(_ error: MQTTError) {
        guard !isFixed else { return }
        if error.reason == .malformed {
            if current == .v5 { use(.v311) }
        } else if isConnected {
            return
        } else if error.refusesVersion {
            use(current == .v5 ? .v311 : .v5)
        } else if error.reason == .closedByBroker, !isAccepted {
            silentEnds += 1
            if silentEnds >= 2 { use(current == .v5 ? .v311 : .v5) }
        }
    }

    private mutating func use(_ version: MQTTVersion) {
        if version == .v311 { leftAt = now }
        silentEnds = 0
        isAccepted = false
        current = version
    }
}
