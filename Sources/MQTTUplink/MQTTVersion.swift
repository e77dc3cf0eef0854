import CMosquitto

/// A version of the protocol.
package enum MQTTVersion: String, Sendable {
    case v311 = "3.1.1"
    case v5 = "5"

    var libraryCode: Int32 { self == .v5 ? Int32(MQTT_PROTOCOL_V5) : Int32(MQTT_PROTOCOL_V311) }
}

/// Which version the next attempt to connect uses.
///
/// Left to itself it begins with 5. A broker that refuses a version is tried with the other one; one that hangs up twice
/// without a word, as some old ones do on a version they do not know, too. What was accepted is kept.
package struct MQTTVersionChoice: Equatable, Sendable {
    package private(set) var current: MQTTVersion
    private let isFixed: Bool
    private var isAccepted = false
    private var silentEnds = 0
    private var isConnected = false

    package init(only version: MQTTVersion? = nil) {
        current = version ?? .v5
        isFixed = version != nil
    }

    mutating func note(_ event: MQTTEvent) {
        switch event {
        case .connected:
            isConnected = true
            isAccepted = true
        case .disconnected(let error):
            if !isConnected { failed(error) }
            isConnected = false
        case .acknowledged, .refused, .subscribed, .message: break
        }
    }

    private mutating func failed(_ error: MQTTError) {
        guard !isFixed else { return }
        if error.refusesVersion {
            isAccepted = false
            change()
        } else if error.reason == .closedByBroker, !isAccepted {
            silentEnds += 1
            if silentEnds >= 2 { change() }
        }
    }

    private mutating func change() {
        silentEnds = 0
        current = current == .v5 ? .v311 : .v5
    }
}
