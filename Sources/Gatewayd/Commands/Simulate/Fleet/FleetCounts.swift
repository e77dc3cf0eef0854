import MQTTUplink
import PlantSimulator
import Telemetry

/// What a part of the fleet has seen. Records alone are counted and timed, not status messages.
struct FleetCounts: Sendable {
    var connected = 0
    var published = 0
    /// Bytes of their payloads.
    var bytes = 0
    var acknowledged = 0
    /// Sent late, on a history topic.
    var history = 0
    /// From handing a record over to its PUBACK.
    var latency = LatencyHistogram()
    /// Connections that were made again.
    var reconnects = 0
    var errors = 0
    /// How often each error was seen; the first few different ones.
    var errorTexts: [BilingualText: Int] = [:]

    private static let maximumTexts = 8

    mutating func note(_ error: MQTTError) {
        errors += 1
        let text = error.text
        if errorTexts[text] != nil || errorTexts.count < Self.maximumTexts { errorTexts[text, default: 0] += 1 }
    }

    mutating func add(_ other: FleetCounts) {
        connected += other.connected
        published += other.published
        bytes += other.bytes
        acknowledged += other.acknowledged
        history += other.history
        latency.add(other.latency)
        reconnects += other.reconnects
        errors += other.errors
        errorTexts.merge(other.errorTexts, uniquingKeysWith: +)
    }
}
