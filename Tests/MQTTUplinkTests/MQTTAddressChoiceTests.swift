import HostSystem
import Synchronization
import TestSupport
import Testing

@testable import MQTTUplink

@Suite(.timeLimit(.minutes(1))) struct MQTTAddressChoiceTests {
    @Test("each address is tried in turn; the one that answered is kept until it fails")
    func turns() throws {
        var choice = MQTTAddressChoice { _ in ["10.0.0.1", "10.0.0.2", "10.0.0.3"] }
        #expect(try choice.next(of: "broker") == "10.0.0.1")
        choice.note(hasAnswered: false)
        #expect(try choice.next(of: "broker") == "10.0.0.2")
        choice.note(hasAnswered: true)
        #expect(try choice.next(of: "broker") == "10.0.0.2")
        choice.note(hasAnswered: false)
        // The others of the three get their turn before it comes again.
        #expect(try choice.next(of: "broker") == "10.0.0.1")
        choice.note(hasAnswered: false)
        #expect(try choice.next(of: "broker") == "10.0.0.3")
        choice.note(hasAnswered: false)
        #expect(try choice.next(of: "broker") == "10.0.0.1")
    }

    @Test("a name server that turns the list does not keep an address from its turn")
    func turningList() throws {
        let calls = Mutex(0)
        var choice = MQTTAddressChoice { _ in
            let call = calls.withLock { calls in
                calls += 1
                return calls
            }
            return call % 2 == 1 ? ["10.0.0.1", "10.0.0.2"] : ["10.0.0.2", "10.0.0.1"]
        }
        // Without a memory of what failed, the third would be the first again.
        var tried: [String] = []
        for _ in 0..<4 {
            tried.append(try choice.next(of: "broker"))
            choice.note(hasAnswered: false)
        }
        #expect(Set(tried[..<2]).count == 2 && Set(tried[2...]).count == 2, "\(tried)")
    }

    @Test(
        "R35: a broker's name with several addresses, the first refused: the second one is connected to",
        arguments: [false, true])
    func secondAddress(usesTLS: Bool) throws {
        let certificates = usesTLS ? try TestCertificates() : nil
        let broker = try Broker(settings: certificates?.brokerSettings() ?? [])
        var endpoint = MQTTEndpoint(host: "localhost", port: broker.port, clientID: "g")
        endpoint.tls = certificates.map { MQTTTransportSecurity(authorityFile: $0.file("ca.pem")) }
        // Nobody listens on the first.
        let peer = try MQTTPeer(endpoint, addresses: MQTTAddressChoice { _ in ["127.0.0.9", "127.0.0.1"] })
        #expect(!peer.connect())
        #expect(peer.lastError?.text.en == "connect to localhost:\(broker.port) (127.0.0.9): Connection refused")
        // The certificate names localhost, and not the number.
        #expect(peer.connect(), "\(peer.events)")
        #expect(try peer.deliver("t", "1"))
        peer.connection.drop(MQTTError("test", reason: .timeout, detail: "cut"))
        #expect(peer.run { _ in !peer.isConnected && peer.lastError?.detail == "cut" })
        #expect(peer.connect(), "\(peer.events)")
    }

    @Test("R35: an address that opens sessions and acknowledges nothing is left for the next one")
    func deadSession() throws {
        let port = freePort()
        // The first one hangs up on what follows the request for a session.
        let stuck = ScriptedPeer(port: port) { $0.number == 0 ? [.send([0x20, 3, 0, 0, 0])] : [.hangUp] }
        let next = ["127.0.0.1", "127.0.0.9"]
        var endpoint = MQTTEndpoint(host: "broker", port: port, clientID: "g")
        endpoint.version = .v5
        let peer = try MQTTPeer(endpoint, addresses: MQTTAddressChoice { _ in next })
        #expect(peer.connect())
        _ = try peer.connection.publish(topic: "t", payload: [1])
        #expect(peer.run { _ in peer.lastError != nil })
        peer.forget()
        #expect(!peer.connect())
        #expect(peer.lastError?.operation == "connect to broker:\(port) (127.0.0.9)", "\(peer.events)")
        // What was found out outlives the client.
        let successor = try MQTTPeer(endpoint, addresses: peer.connection.knownAddresses)
        #expect(successor.connection.addresses.current == "127.0.0.9")
        stuck.stop()
    }
}
