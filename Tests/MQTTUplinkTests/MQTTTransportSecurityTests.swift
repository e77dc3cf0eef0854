import Foundation
import TestSupport
import Testing

@testable import MQTTUplink

/// Certificates made by the `openssl` program: an authority, a broker named `localhost`, a client.
private final class Certificates {
    let directory = TemporaryDirectory()

    init() throws {
        try openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj", "/CN=Test authority", "-keyout", file("ca.key"), "-out", file("ca.pem"))
        try issue("broker", "subjectAltName=DNS:localhost")
        try issue("client", "extendedKeyUsage=clientAuth")
    }

    func file(_ name: String) -> String { directory.file(name) }

    private func issue(_ name: String, _ extensions: String) throws {
        let extensionFile = try directory.write(extensions, to: "\(name).ext")
        try openssl(
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=\(name)",
            "-keyout",
            file("\(name).key"), "-out", file("\(name).csr"))
        try openssl(
            "x509", "-req", "-in", file("\(name).csr"), "-CA", file("ca.pem"), "-CAkey", file("ca.key"),
            "-CAcreateserial",
            "-days", "2", "-extfile", extensionFile, "-out", file("\(name).pem"))
    }

    private func openssl(_ arguments: String...) throws {
        let process = try ChildProcess("openssl", arguments)
        try #require(process.wait() == 0, "\(process.errors)")
    }
}

@Suite(.timeLimit(.minutes(1))) struct MQTTTransportSecurityTests {
    private let certificates: Certificates
    private let broker: Broker

    init() throws {
        certificates = try Certificates()
        broker = try Broker(settings: [
            "cafile \(certificates.file("ca.pem"))", "certfile \(certificates.file("broker.pem"))",
            "keyfile \(certificates.file("broker.key"))", "require_certificate true",
        ])
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
        #expect(peer.lastError?.detail.contains("check that ca_file has signed it") == true, "\(peer.events)")
    }

    @Test("a missing client certificate ends the connection with an error")
    func noClientCertificate() throws {
        let peer = try MQTTPeer(endpoint(host: "localhost", client: nil))
        #expect(!peer.connect())
        #expect(peer.lastError != nil)
    }

    @Test("a file that cannot be read is named")
    func missingFile() throws {
        let error = #expect(throws: MQTTError.self) {
            _ = try MQTTPeer(endpoint(host: "localhost", authority: "none.pem"))
        }
        #expect(error?.reason == .tls)
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
