import Foundation
import Glibc
import HostSystem
import Telemetry
import TestSupport

@testable import MQTTUplink

/// A connection together with what happened on it.
final class MQTTPeer {
    var connection: MQTTConnection
    private(set) var events: [MQTTEvent] = []
    let wake = WakeDescriptor()

    init(
        _ endpoint: MQTTEndpoint, version: MQTTVersionChoice? = nil, addresses: MQTTAddressChoice? = nil
    ) throws {
        connection = try MQTTConnection(endpoint, version: version, addresses: addresses)
    }

    /// Runs the network until `condition` holds; false when it does not in time.
    func run(within limit: Duration = .seconds(20), until condition: ([MQTTEvent]) -> Bool) -> Bool {
        let end = SystemClock.uptime + limit
        while !condition(events) {
            if SystemClock.uptime >= end { return false }
            events += connection.wait(for: wake, until: end)
        }
        return true
    }

    func connect() -> Bool {
        let before = events.count
        connection.connect()
        return run { $0.count > before } && connection.isConnected
    }

    /// Publishes and waits until the broker has it.
    func deliver(_ topic: String, _ payload: String, retain: Bool = false) throws -> Bool {
        let id = try connection.publish(topic: topic, payload: Array(payload.utf8), retain: retain)
        return run { $0.contains(.acknowledged(id)) }
    }

    var acknowledged: [MQTTMessageID] {
        events.compactMap { if case .acknowledged(let id) = $0 { id } else { nil } }
    }

    var isConnected: Bool { connection.isConnected }

    var lastError: MQTTError? {
        events.compactMap { if case .disconnected(let error) = $0 { error } else { nil } }.last
    }

    func forget() { events = [] }
}

extension MQTTEndpoint {
    init(_ broker: Broker, client: String = "plant-01-province") {
        self.init(host: "127.0.0.1", port: broker.port, clientID: client)
    }
}

/// `mosquitto_sub`, an independent subscriber with a session of its own.
final class Subscriber {
    let process: ChildProcess

    init(_ port: UInt16, _ topic: String, _ arguments: [String] = []) throws {
        process = try ChildProcess(
            "mosquitto_sub",
            [
                "-h", "127.0.0.1", "-p", "\(port)", "-q", "1", "-i", "watcher-\(UUID())", "-c", "-t", topic, "-F",
                "%t %r %p",
            ]
                + arguments)
    }

    /// `topic retained payload`, in the order of arrival.
    var lines: [String] { process.output.split(separator: "\n").map(String.init) }

    deinit { process.signal(SIGKILL) }
}
