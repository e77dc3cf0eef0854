import Glibc
import HostSystem
import Telemetry
import TestSupport
import Testing

@testable import MQTTUplink

/// A state in which a connection has nothing to do but wait.
enum WaitingState: String, CaseIterable, CustomTestStringConvertible {
    case nobodyListens = "a port where nobody listens"
    case unanswered = "a host that does not answer the first packet"
    case late = "a host that answered the first packet late"
    case silent = "a peer that accepts and says nothing"
    case stuckHandshake = "a peer that begins an answer and never goes on"
    case halfClosed = "a peer that has closed its half"
    case hungUp = "a peer that hangs up at the first byte"
    case connected = "a connection that stands, subscribed"
    case frozen = "a broker that is frozen, with much to send"
    case stopped = "a broker that stopped"
    case ended = "a broker that ended the session and said why"
    case wrongProtocol = "a TLS port asked in plain, or the other way round"

    var testDescription: String { rawValue }
}

/// One connection in a ``WaitingState``, with what it talks to.
private final class WaitingScene {
    let peer: MQTTPeer
    private var kept: [AnyObject] = []

    init(_ state: WaitingState, _ certificates: TestCertificates?) throws {
        let settings = certificates?.brokerSettings() ?? []
        var broker: Broker?
        var port = freePort()
        switch state {
        case .nobodyListens: break
        case .unanswered, .late, .silent:
            let listener = SilentListener(isFull: state != .silent)
            kept.append(listener)
            port = listener.port
        case .stuckHandshake, .halfClosed, .hungUp:
            let start: [UInt8] = certificates == nil ? [0x20] : [0x16, 3, 3, 0, 80, 2, 0]
            let scripted = ScriptedPeer { _ in
                switch state {
                case .halfClosed: [.halfClose]
                case .hungUp: [.hangUp]
                default: [.send(start)]
                }
            }
            kept.append(scripted)
            port = scripted.port
        case .ended:
            let scripted = ScriptedPeer { _ in [.send([0x20, 3, 0, 0, 0, 0xE0, 2, 0x8E, 0])] }
            kept.append(scripted)
            port = scripted.port
        case .connected, .frozen, .stopped: broker = try Broker(settings: settings)
        case .wrongProtocol:
            // The broker reads the files after this line.
            let others = certificates == nil ? try TestCertificates() : nil
            if let others { kept.append(others) }
            broker = try Broker(settings: others?.brokerSettings() ?? [])
        }
        var endpoint = MQTTEndpoint(host: "localhost", port: broker?.port ?? port, clientID: "g-u")
        endpoint.version = state == .ended ? .v5 : nil
        // Who ends the session is written by hand, in plain.
        endpoint.tls =
            state == .ended ? nil : certificates.map { MQTTTransportSecurity(authorityFile: $0.file("ca.pem")) }
        peer = try MQTTPeer(endpoint)
        if let broker { kept.append(broker) }
        peer.connection.connect()
        switch state {
        case .connected, .frozen, .stopped:
            try #require(peer.run { !$0.isEmpty } && peer.isConnected, "\(peer.events)")
            try peer.connection.subscribe(to: "t/#")
        default: break
        }
        if state == .frozen {
            broker?.freeze(true)
            for _ in 0..<20 {
                _ = try peer.connection.publish(topic: "u", payload: [UInt8](repeating: 1, count: 1 << 20))
            }
        }
        if state == .stopped { broker?.stop() }
        if state == .late {
            let mute = SilentListener()
            kept.append(mute)
            (kept.first as? SilentListener)?.relay(to: mute.port)
            _ = peer.run(within: .milliseconds(1_500)) { !$0.isEmpty }
        }
    }
}

@Suite(.timeLimit(.minutes(1))) struct MQTTIdleTests {
    private static let certificates = Result { try TestCertificates() }

    @Test("R23: a connection takes no time while it waits", arguments: WaitingState.allCases, [false, true])
    func idle(state: WaitingState, isSecure: Bool) throws {
        let certificates = isSecure ? try Self.certificates.get() : nil
        let scene = try WaitingScene(state, certificates)
        // What is to happen has happened.
        _ = scene.peer.run(within: .milliseconds(200)) { _ in false }
        let before = Self.threadTime()
        var rounds = 0
        _ = scene.peer.run(within: .seconds(1)) { _ in
            rounds += 1
            return false
        }
        let used = Self.threadTime() - before
        #expect(used < .milliseconds(30), "\(used)")
        #expect(rounds < 20, "\(scene.peer.events)")
    }

    /// The time that this thread has been computing.
    private static func threadTime() -> Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
