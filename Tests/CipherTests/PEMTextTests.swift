import Cipher
import Foundation
import TestSupport
import Testing

@Suite struct PEMTextTests {
    private let files: TestCertificates

    init() throws { files = try TestCertificates() }

    private func text(_ name: String) throws -> PEMText {
        PEMText(Array(try Data(contentsOf: URL(fileURLWithPath: files.file(name)))))
    }

    @Test("certificates are found with their validity, in a bundle each")
    func certificates() throws {
        try files.issue("old", "basicConstraints=CA:FALSE", days: -1)
        let now = Int64(Date().timeIntervalSince1970)
        let good = try #require(try text("broker.pem").certificates.first)
        #expect((good.from...good.until).contains(now))
        let old = try #require(try text("old.pem").certificates.first)
        #expect(old.until < now)
        let names = ["broker.pem", "broker.key", "old.pem", "ca.pem"]
        let bundle = try names.map { try String(contentsOfFile: files.file($0), encoding: .utf8) }.joined(
            separator: "\n")
        let found = PEMText(Array(bundle.utf8)).certificates
        #expect(found.count == 3 && found[1] == old)
    }

    @Test("a key is usable, protected or not there")
    func keys() throws {
        #expect(try text("broker.key").privateKey == .usable)
        #expect(try text("broker.pem").privateKey == .missing)
        let protected = try ChildProcess(
            "openssl",
            ["ec", "-in", files.file("broker.key"), "-aes128", "-passout", "pass:x", "-out", files.file("locked.key")])
        #expect(protected.wait() == 0)
        #expect(try text("locked.key").privateKey == .protected)
    }

    @Test("a key fits its own certificate alone")
    func matching() throws {
        #expect(try text("broker.pem").fits(text("broker.key")))
        #expect(try !text("broker.pem").fits(text("client.key")))
        #expect(try !text("broker.key").fits(text("broker.key")))
    }

    @Test(
        "what is no PEM holds nothing",
        arguments: [
            "", "secret\n", "-----BEGIN CERTIFICATE-----\n",
            String(repeating: "-----BEGIN CERTIFICATE-----\nx\n", count: 9),
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        ])
    func nothing(text: String) {
        let text = PEMText(Array(text.utf8))
        #expect(text.certificates.isEmpty && text.privateKey == .missing && !text.fits(text))
    }
}
