import Foundation
import Glibc
import TestSupport
import Testing

@testable import MQTTUplink

@Suite(.timeLimit(.minutes(1))) struct MQTTTransportSecurityTests {
    private let certificates: TestCertificates
    private let broker: Broker

    init() throws {
        certificates = try TestCertificates()
        broker = try Broker(settings: certificates.brokerSettings() + ["require_certificate true"])
    }

    private func endpoint(host: String, authority: String? = "ca.pem", client: String? = "client") -> MQTTEndpoint {
        var endpoint = MQTTEndpoint(host: host, port: broker.port, clientID: "g-u")
        endpoint.tls = MQTTTransportSecurity(
            authorityFile: authority.map(certificates.file),
            certificateFile: client.map { certificates.file("\($0).pem") },
            keyFile: client.map { certificates.file("\($0).key") })
        return endpoint
    }

    @Test("publishes go through TLS, with the broker's name and the client's certificate checked")
    func good() throws {
        let peer = try MQTTPeer(endpoint(host: "localhost"))
        #expect(peer.connect())
        for number in 0..<300 { _ = try peer.connection.publish(topic: "t", payload: Array("\(number)".utf8)) }
        #expect(peer.run { _ in peer.acknowledged.count == 300 })
    }

    @Test("a broker whose certificate names another host is not talked to")
    func wrongName() throws {
        let peer = try MQTTPeer(endpoint(host: "127.0.0.1"))
        #expect(!peer.connect())
        #expect(peer.lastError?.reason == .tls)
        #expect(peer.lastError?.detail.contains("does not name this host") == true, "\(peer.events)")
    }

    @Test("a broker whose authority is not known is not talked to")
    func wrongAuthority() throws {
        let peer = try MQTTPeer(endpoint(host: "localhost", authority: nil))
        #expect(!peer.connect())
        #expect(peer.lastError?.reason == .tls)
        #expect(peer.lastError?.detail.contains("name its authority in ca_file") == true, "\(peer.events)")
    }

    @Test("a broker whose host answers late is connected to: the handshake goes on when the connection stands")
    func late() throws {
        let listener = SilentListener(isFull: true)
        var endpoint = endpoint(host: "localhost")
        endpoint.port = listener.port
        let peer = try MQTTPeer(endpoint)
        peer.connection.connect()
        #expect(!peer.run(within: .milliseconds(100)) { !$0.isEmpty })
        listener.relay(to: broker.port)
        #expect(peer.run { !$0.isEmpty })
        #expect(peer.isConnected, "\(peer.events)")
        for number in 0..<300 { _ = try peer.connection.publish(topic: "t", payload: Array("\(number)".utf8)) }
        #expect(peer.run { _ in peer.acknowledged.count == 300 })
    }

    /// What is wrong, as a broker and as we are told of it.
    enum Fault: String, CaseIterable, CustomTestStringConvertible {
        case refused, noTLS, silent, expired, stranger, selfSigned, wrongName, noClientCertificate, expiredClient
        case foreignClient, noPEM, noKey, unmatched

        var testDescription: String { rawValue }

        var reason: MQTTError.Reason {
            switch self {
            case .refused: .network
            case .silent: .timeout
            case .noPEM, .noKey, .unmatched: .file
            default: .tls
            }
        }

        var detail: String {
            switch self {
            case .refused: "Connection refused"
            case .noTLS: "check that the port is one for TLS"
            case .silent: "nothing answers the TLS handshake"
            case .expired: "has expired, or this gateway's clock is wrong"
            case .stranger: "is not to be trusted; check that ca_file has signed it"
            case .selfSigned: "is not to be trusted; check that ca_file has signed it"
            case .wrongName: "does not name this host"
            case .noClientCertificate: "the broker wants a certificate from its clients"
            case .expiredClient: "the client's certificate has expired"
            case .foreignClient: "check cert_file"
            case .noPEM: "ca_file holds no certificate"
            case .noKey: "key_file holds no private key"
            case .unmatched: "that belongs to cert_file"
            }
        }

        /// A broker on this machine can be through with the handshake within the very call that connects, and the library keeps no
        /// verdict on its certificate then.
        var words: [String] {
            switch self {
            case .expired, .stranger, .selfSigned:
                [detail, "check that ca_file has signed it, its dates and this gateway's clock"]
            default: [detail]
            }
        }
    }

    @Test("each fault is told in its own words, in both languages", arguments: Fault.allCases)
    func words(of fault: Fault) throws {
        var endpoint = endpoint(host: fault == .wrongName ? "127.0.0.1" : "localhost")
        var broker: Broker?
        var listener: SilentListener?
        switch fault {
        case .refused: endpoint.port = freePort()
        case .noTLS:
            broker = try Broker()
        case .silent:
            listener = SilentListener()
        case .expired, .stranger, .selfSigned:
            if fault == .stranger {
                try certificates.makeAuthority("other")
                try certificates.issue("bad", "subjectAltName=DNS:localhost", by: "other")
            } else if fault == .selfSigned {
                try certificates.makeAuthority("bad")
            } else {
                try certificates.issue("bad", "subjectAltName=DNS:localhost", days: -1)
            }
            broker = try Broker(settings: certificates.brokerSettings("bad"))
        case .noClientCertificate:
            endpoint.tls?.certificateFile = nil
            endpoint.tls?.keyFile = nil
        case .expiredClient, .foreignClient:
            try certificates.makeAuthority("other")
            let isForeign = fault == .foreignClient
            try certificates.issue(
                "bad", "extendedKeyUsage=clientAuth", days: isForeign ? 2 : -1, by: isForeign ? "other" : "ca")
            endpoint.tls?.certificateFile = certificates.file("bad.pem")
            endpoint.tls?.keyFile = certificates.file("bad.key")
        case .noPEM: endpoint.tls?.authorityFile = certificates.file("broker.ext")
        case .noKey: endpoint.tls?.keyFile = certificates.file("client.pem")
        case .unmatched: endpoint.tls?.keyFile = certificates.file("broker.key")
        case .wrongName: break
        }
        endpoint.port = broker?.port ?? listener?.port ?? endpoint.port
        let peer = try MQTTPeer(endpoint)
        for _ in 0..<2 {
            peer.forget()
            peer.connection.connect()
            if fault == .silent {
                #expect(!peer.run(within: .milliseconds(100)) { !$0.isEmpty })
                peer.connection.giveUp()
            }
            #expect(peer.run { _ in peer.lastError != nil })
            #expect(peer.lastError?.reason == fault.reason, "\(peer.events)")
            #expect(fault.words.contains { peer.lastError?.detail.contains($0) == true }, "\(peer.events)")
            #expect(peer.lastError.map { $0.words.en != $0.words.zh } == true)
            #expect(peer.lastError?.text.zh.hasPrefix("连接") == true, "\(peer.lastError?.text.zh ?? "")")
        }
    }

    @Test("a broker that speaks TLS 1.1 alone is told as one")
    func oldTLS() throws {
        let port = freePort()
        let server = try ChildProcess(
            "openssl",
            [
                "s_server", "-accept", "127.0.0.1:\(port)", "-cert", certificates.file("broker.pem"), "-key",
                certificates.file("broker.key"), "-tls1_1", "-cipher", "ALL:@SECLEVEL=0", "-quiet",
            ])
        defer { server.signal(SIGKILL) }
        var endpoint = endpoint(host: "localhost")
        endpoint.port = port
        let peer = try MQTTPeer(endpoint)
        // Until it listens.
        #expect(
            eventually {
                peer.forget()
                return !peer.connect() && peer.lastError?.reason != .network
            })
        #expect(
            peer.lastError?.detail == "the broker speaks no version of TLS that is safe (1.2 or 1.3)", "\(peer.events)")
    }

    @Test("a port that speaks no TLS is told as one, and nobody who has no certificate is sent to look at it")
    func plainPort() throws {
        for answer: [ScriptedPeer.Piece] in [
            [.hangUp], [.send([0x20, 2, 0, 1]), .hangUp], [.send(Array("HTTP/1.1 400 \r\n".utf8))],
        ] {
            let stranger = ScriptedPeer { _ in answer }
            var endpoint = endpoint(host: "localhost", client: nil)
            endpoint.port = stranger.port
            let peer = try MQTTPeer(endpoint)
            #expect(!peer.connect())
            #expect(
                peer.lastError?.detail.contains("check that the port is one for TLS") == true
                    || peer.lastError?.detail.hasPrefix("the port does not speak TLS; check the port") == true,
                "\(peer.events)")
            #expect(peer.lastError?.detail.contains("this client's certificate") == false)
        }
    }

    @Test("R23: a broker that is away is told as refused, also after some hundred publishes")
    func away() throws {
        let broker = try Broker(settings: certificates.brokerSettings())
        var endpoint = endpoint(host: "localhost")
        endpoint.port = broker.port
        let peer = try MQTTPeer(endpoint)
        #expect(peer.connect())
        for number in 0..<1_000 { _ = try peer.connection.publish(topic: "t", payload: Array("\(number)".utf8)) }
        #expect(peer.run { _ in peer.acknowledged.count == 1_000 })
        broker.stop()
        #expect(peer.run { _ in peer.lastError != nil })
        for _ in 0..<3 {
            peer.forget()
            peer.connection.connect()
            #expect(peer.run { _ in peer.lastError != nil })
            #expect(peer.lastError?.detail == "Connection refused", "\(peer.events)")
        }
    }

    @Test("a file that cannot be read is named")
    func missingFile() throws {
        let error = #expect(throws: MQTTError.self) {
            _ = try MQTTPeer(endpoint(host: "localhost", authority: "none.pem"))
        }
        #expect(error?.reason == .file)
        #expect(error?.description == "read \(certificates.file("none.pem")): No such file or directory")
    }

    @Test("a peer that accepts and never speaks TLS is left when the caller says so")
    func silent() throws {
        let listener = SilentListener()
        var endpoint = endpoint(host: "localhost")
        endpoint.port = listener.port
        let peer = try MQTTPeer(endpoint)
        for _ in 0..<2 {
            peer.forget()
            peer.connection.connect()
            #expect(!peer.run(within: .milliseconds(100)) { !$0.isEmpty })
            peer.connection.drop(MQTTError("connect", reason: .timeout, detail: "no answer"))
            #expect(peer.run { !$0.isEmpty })
            #expect(peer.lastError?.reason == .timeout)
        }
    }
}
