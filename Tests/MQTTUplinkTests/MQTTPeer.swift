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

    init(_ endpoint: MQTTEndpoint, version: MQTTVersionChoice? = nil) throws {
        connection = try MQTTConnection(endpoint, version: version)
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

/// A TCP listener that accepts (in the kernel's queue) and never answers.
final class SilentListener {
    let port: UInt16
    private let socket: Int32

    init() {
        port = freePort()
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var one: Int32 = 1
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &one, 4)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        precondition(result == 0 && listen(socket, 8) == 0)
    }

    deinit { close(socket) }
}
