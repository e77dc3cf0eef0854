import Foundation

/// Certificates made by the `openssl` program: an authority, a broker named `localhost`, a client. PEM files in a temporary folder.
package final class TestCertificates: Sendable {
    private let directory = TemporaryDirectory()

    package init() throws {
        try makeAuthority("ca")
        try issue("broker", "subjectAltName=DNS:localhost")
        try issue("client", "extendedKeyUsage=clientAuth")
    }

    package func file(_ name: String) -> String { directory.file(name) }

    /// A further authority, `name.pem` with `name.key`.
    package func makeAuthority(_ name: String) throws {
        try openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj", "/CN=Test authority", "-keyout", file("\(name).key"), "-out", file("\(name).pem"))
    }

    /// A further certificate, `name.pem` with `name.key`. `days`: how long it is valid; -1: it expired yesterday.
    package func issue(_ name: String, _ extensions: String, days: Int = 2, by authority: String = "ca") throws {
        let extensionFile = try directory.write(extensions, to: "\(name).ext")
        try openssl(
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=\(name)",
            "-keyout", file("\(name).key"), "-out", file("\(name).csr"))
        try openssl(
            "x509", "-req", "-in", file("\(name).csr"), "-CA", file("\(authority).pem"), "-CAkey",
            file("\(authority).key"), "-CAcreateserial", "-days", "\(days)", "-extfile", extensionFile, "-out",
            file("\(name).pem"))
    }

    /// Lines of a broker's configuration that make it speak TLS as `name`.
    package func brokerSettings(_ name: String = "broker") -> [String] {
        ["cafile \(file("ca.pem"))", "certfile \(file("\(name).pem"))", "keyfile \(file("\(name).key"))"]
    }

    private func openssl(_ arguments: String...) throws {
        let process = try ChildProcess("openssl", arguments)
        guard process.wait() == 0 else { throw BrokerError(text: process.errors) }
    }
}
