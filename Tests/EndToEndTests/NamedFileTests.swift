import Foundation
import Glibc
import TestSupport
import Testing

/// Files with secrets and certificates that are missing or no good: only the part that names them stays down, `check` and `status` say
/// why, and it runs as soon as they are in order.
@Suite("Files that the configuration names", .timeLimit(.minutes(3)))
struct NamedFileTests {
    private let directory = TemporaryDirectory()

    /// Rows `id mqtt` of uplinks, and further text.
    private func write(_ uplinks: [(String, String)], _ rest: String = "") throws -> String {
        try directory.write(
            """
            gateway: { id: g, data_directory: \(directory.file("data")), realtime_interval: 1s, language: en }
            uplinks:
            \(uplinks.map { "  - { id: \($0), history_delay: 0s, mqtt: { \($1) } }" }.joined(separator: "\n"))
            \(rest)
            """, to: "gateway.yaml")
    }

    /// The table as one line, as a reason may need several.
    private func status(_ configuration: String) throws -> String {
        try Program.run(["status", "--config", configuration]).output.split(whereSeparator: \.isWhitespace).joined(
            separator: " ")
    }

    @Test("R32: check warns of each file that is missing or no good, at its line, and passes")
    func check() throws {
        let files = try TestCertificates()
        try files.issue("old", "extendedKeyUsage=clientAuth", days: -1)
        try directory.write("no certificate\n", to: "text")
        try directory.write("\nsecond line\n", to: "empty")
        let locked = try ChildProcess(
            "openssl",
            ["ec", "-in", files.file("client.key"), "-aes128", "-passout", "pass:x", "-out", files.file("locked.key")])
        #expect(locked.wait() == 0)
        let good = try String(contentsOfFile: files.file("client.pem"), encoding: .utf8)
        let length = good.split(separator: "\n").count
        let cut = good.split(separator: "\n").dropLast(2).joined(separator: "\n")
        for (name, text) in [
            ("damaged", "An authority:\n\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n" + good),
            ("cut", good + cut), ("marked", "\u{FEFF}" + good),
            ("spaced", "a b \n"), ("wide", "\u{A0}a\r\n"), ("windows", "\u{FEFF}a b\r\n"),
        ] { try directory.write(text, to: name) }
        func pair(_ certificate: String, _ key: String) -> String {
            "cert_file: \(files.file(certificate)), key_file: \(files.file(key))"
        }
        let cases: [(settings: String, told: [String])] = [
            ("ca_file: \(files.file("ca.pem")), \(pair("client.pem", "client.key"))", []),
            ("username: u, password_file: none", ["stays down until \(directory.file("none")) exists"]),
            (
                "username: u, password_file: data.d",
                ["stays down until \(directory.file("data.d")) can be read (Is a directory)"]
            ),
            ("username: u, password_file: empty", [": the first line of \(directory.file("empty")) is empty"]),
            ("ca_file: text", ["stays down until \(directory.file("text")) holds a certificate (PEM)"]),
            (
                pair("client.key", "client.key"),
                ["stays down until \(files.file("client.key")) holds a certificate (PEM)"]
            ),
            (pair("client.pem", "ca.pem"), ["stays down until \(files.file("ca.pem")) holds a private key (PEM)"]),
            (
                pair("client.pem", "locked.key"),
                ["stays down until the private key in \(files.file("locked.key")) has no pass phrase"]
            ),
            (pair("client.pem", "broker.key"), ["stays down until `cert_file` and `key_file` belong together"]),
            (
                "ca_file: damaged",
                ["stays down until the certificate at line 3 of \(directory.file("damaged")) can be read"]
            ),
            (
                "cert_file: cut, key_file: \(files.file("client.key"))",
                ["stays down until the certificate at line \(length + 1) of \(directory.file("cut")) can be read"]
            ),
            ("ca_file: marked", []),
            ("username: u, password_file: spaced", [": the first line of \(directory.file("spaced")) begins or ends"]),
            ("username: u, password_file: wide", [": the first line of \(directory.file("wide")) begins or ends"]),
            ("username: u, password_file: windows", []),
            (pair("old.pem", "old.key"), [": the certificate in \(files.file("old.pem")) (`cert_file`) expired on "]),
        ]
        try FileManager.default.createDirectory(atPath: directory.file("data.d"), withIntermediateDirectories: true)
        let uplinks = cases.enumerated().map { ("u\($0)", "url: \"mqtts://h\", \($1.settings)") }
        let result = try Program.run(["check", "--config", write(uplinks)])
        #expect(result.code == 0, "\(result.output)")
        let lines = result.output.split(separator: "\n")
        for (index, entry) in cases.enumerated() {
            let own = lines.filter { $0.contains("uplink 'u\(index)'") }
            #expect(own.count == entry.told.count, "\(entry.settings): \(result.output)")
            for words in entry.told {
                #expect(own.first?.contains("gateway.yaml:\(index + 3):") == true, "\(own)")
                #expect(own.first?.contains(": warning: uplink 'u\(index)'") == true, "\(own)")
                #expect(own.first?.contains(words) == true, "\(own)")
            }
        }
    }

    @Test("R32: an uplink whose password is missing stays down alone, says why, and comes up when the file is there")
    func password() throws {
        let users = directory.file("users")
        #expect(try ChildProcess("mosquitto_passwd", ["-c", "-b", users, "plant", "right"]).wait() == 0)
        let strict = try Broker(settings: ["allow_anonymous false", "password_file \(users)"])
        let open = try Broker()
        let configuration = try write(
            [
                ("strict", "url: \"\(strict.url)\", username: plant, password_file: secret"),
                ("open", "url: \"\(open.url)\""),
            ], "alarms: { uplink_gap: 1s }")
        let daemon = try Program.start(["run", "--config", configuration])
        #expect(eventually { daemon.errors.contains("uplink connected uplink=open") }, "\(daemon.errors)")
        let told = "stays down until \(directory.file("secret")) exists"
        #expect(try eventually { try status(configuration).contains(told) })
        // Rule D6 says it too.
        #expect(
            try eventually {
                let alarms = try Program.run(["alarms", "--active", "--config", configuration]).output
                return alarms.split(separator: "\n").contains { $0.contains("D6") && $0.contains(told) }
            })
        let lines = daemon.errors.split(separator: "\n").filter { $0.contains("uplink=strict") && $0.contains(told) }
        #expect(lines.count == 1, "\(daemon.errors)")
        // As an editor under Windows saves it.
        try directory.write("\u{FEFF}right\r\n", to: "secret")
        #expect(eventually { daemon.errors.contains("uplink connected uplink=strict") }, "\(daemon.errors)")
        #expect(try eventually { try !status(configuration).contains(told) })
        daemon.signal(SIGTERM)
        #expect(daemon.wait() == 0)
        #expect(!daemon.errors.contains("right"))
    }

    @Test("R32: a certificate that becomes one is taken without a restart")
    func certificate() throws {
        let files = try TestCertificates()
        let broker = try Broker(settings: files.brokerSettings())
        try directory.write("not yet\n", to: "ca.pem")
        let configuration = try write([
            ("u", "url: \"mqtts://localhost:\(broker.port)\", ca_file: ca.pem")
        ])
        let daemon = try Program.start(["run", "--config", configuration])
        let told = "stays down until \(directory.file("ca.pem")) holds a certificate (PEM)"
        #expect(try eventually { try status(configuration).contains(told) })
        try directory.write(String(contentsOfFile: files.file("ca.pem"), encoding: .utf8), to: "ca.pem")
        #expect(eventually { daemon.errors.contains("uplink connected") }, "\(daemon.errors)")
        daemon.signal(SIGTERM)
        #expect(daemon.wait() == 0)
    }

    @Test(
        "R32: an instrument whose password is missing is not heard, its neighbour is, and it is heard when the file is there"
    )
    func instrument() throws {
        let ports = [freePort(), freePort()]
        let broker = try Broker()
        let subscriber = try Subscriber(port: broker.port)
        let configuration = try write(
            [("open", "url: \"\(broker.url)\"")],
            """
            instruments:
              - { id: held, listen: "127.0.0.1:\(ports[0])", mn: A, password_file: secret }
              - { id: mate, listen: "127.0.0.1:\(ports[0])", mn: B }
              - { id: keyed, listen: "127.0.0.1:\(ports[1])", key_file: keys }
            outlets:
              - { id: water, st: "32", factors: [ { code: w01018, from: held.w01018 } ] }
              - { id: more, st: "32", factors: [ { code: w01018, from: mate.w01018 } ] }
              - { id: third, st: "32", factors: [ { code: w01018, from: keyed.w01018 } ] }
            """)
        let daemon = try Program.start(["run", "--config", configuration])
        #expect(eventually { daemon.errors.contains("gateway started") }, "\(daemon.errors)")
        let told = ["secret", "keys"].map { "stays down until \(directory.file($0)) exists" }
        #expect(try eventually { try told.allSatisfy { try status(configuration).contains($0) } }, "\(daemon.errors)")

        // The same upload of all three, again and again.
        let python = ProcessInfo.processInfo.environment["GATEWAYD_TEST_PYTHON"] ?? "python3"
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
            "Peers/hj212_instrument.py")
        let peers = try [(0, "A"), (0, "B"), (1, "C")].map { port, mn in
            try ChildProcess(
                python,
                [
                    script.path, "--connect", "127.0.0.1:\(ports[port])", "--mn", mn, "--pw", "123456", "--interval",
                    "0.2",
                ])
        }
        defer { for peer in peers { peer.signal(SIGKILL) } }
        func hasData(_ outlet: String) -> Bool {
            subscriber.messages.contains {
                $0.topic.hasSuffix("/live/\(outlet)/realtime") && $0.payload.contains("\"Rtd\":")
            }
        }
        #expect(eventually { hasData("more") }, "\(daemon.errors)")
        #expect(!hasData("water") && !hasData("third"))
        try directory.write("123456\n", to: "secret")
        try directory.write("\u{FEFF}* fedcba9876543210\r\n", to: "keys")
        #expect(eventually { hasData("water") && hasData("third") }, "\(daemon.errors)")
        #expect(daemon.errors.contains("instrument is used now instrument=held"))
        #expect(try told.allSatisfy { try !status(configuration).contains($0) })
        daemon.signal(SIGTERM)
        #expect(daemon.wait() == 0)
    }

    @Test("R32: a reload takes no working uplink down for a file: what goes on is told, what would fail is refused")
    func reload() throws {
        let broker = try Broker()
        try directory.write("x\n", to: "secret")
        let first = [("u", "url: \"\(broker.url)\", username: plant, password_file: secret")]
        let configuration = try write(first)
        let daemon = try Program.start(["run", "--config", configuration])
        #expect(eventually { daemon.errors.contains("uplink connected") }, "\(daemon.errors)")
        func reload() throws -> (code: Int32, output: String, errors: String) {
            try Program.run(["reload", "--config", configuration])
        }
        // Gone, but known already: something else may change.
        try FileManager.default.removeItem(atPath: directory.file("secret"))
        _ = try write(first, "alarms: { instrument_gap: 90s }")
        let kept = try reload()
        let told = "uplink 'u' stays down until \(directory.file("secret")) exists"
        #expect(kept.code == 0 && (kept.output + kept.errors).contains(told), "\(kept)")
        // A change of this uplink would need the file.
        _ = try write([("u", first[0].1 + ", keep_alive: 20s")])
        let refused = try reload()
        let why = "`password_file`: uplink 'u' works now and would stay down until \(directory.file("secret")) exists"
        #expect(refused.code == 1 && refused.errors.contains("gateway.yaml:3:"), "\(refused)")
        #expect(refused.errors.contains("error: \(why)\n"), "\(refused)")
        let chinese = try Program.start(
            ["reload", "--dry-run", "--config", configuration], environment: ["LC_ALL": "zh_CN.UTF-8"])
        #expect(chinese.wait() == 1)
        #expect(chinese.errors.contains("上行 u 目前正常，重新加载后将不再运行，直至 \(directory.file("secret")) 存在"), "\(chinese.errors)")
        // A new one may wait for its own.
        _ = try write(first + [("v", "url: \"\(broker.url)\", username: plant, password_file: later")])
        let added = try reload()
        #expect(added.code == 0 && (added.output + added.errors).contains("uplink 'v' stays down"), "\(added)")
        #expect(daemon.errors.split(separator: "\n").count { $0.contains("uplink disconnected uplink=u") } == 0)
        try directory.write("y\n", to: "later")
        #expect(eventually { daemon.errors.contains("uplink connected uplink=v") }, "\(daemon.errors)")
        // It knows the password still.
        broker.stop()
        try broker.start()
        #expect(
            eventually { daemon.errors.split(separator: "\n").count { $0.contains("uplink connected uplink=u") } == 2 },
            "\(daemon.errors)")
        daemon.signal(SIGTERM)
        #expect(daemon.wait() == 0)
    }

    @Test("R32: a reload does not start working parts anew with an expired certificate or an empty password")
    func doubtfulFiles() throws {
        let files = try TestCertificates()
        try files.issue("old", "basicConstraints=CA:TRUE", days: -1)
        let broker = try Broker(settings: files.brokerSettings())
        func copy(_ name: String) throws {
            try directory.write(String(contentsOfFile: files.file(name), encoding: .utf8), to: "ca.pem")
        }
        try copy("ca.pem")
        try directory.write("x\n", to: "secret")
        try directory.write("\n", to: "empty")
        let port = freePort()
        func write(empty: String = "empty", more: String = "") throws -> String {
            try self.write(
                [
                    (
                        "u",
                        "url: \"mqtts://localhost:\(broker.port)\", username: u, password_file: secret, ca_file: ca.pem"
                    ),
                    (
                        "v",
                        "url: \"mqtts://localhost:\(broker.port)\", username: v, password_file: \(empty), ca_file: "
                            + "\(files.file("ca.pem"))\(more)"
                    ),
                ],
                """
                instruments: [ { id: i, listen: "127.0.0.1:\(port)", mn: A, password_file: secret } ]
                outlets: [ { id: water, st: "32", factors: [ { code: w01018, from: i.w01018 } ] } ]
                """)
        }
        let configuration = try write()
        let daemon = try Program.start(["run", "--config", configuration])
        for uplink in ["u", "v"] {
            #expect(eventually { daemon.errors.contains("uplink connected uplink=\(uplink)") }, "\(daemon.errors)")
        }
        func reload(_ more: String...) throws -> (code: Int32, output: String, errors: String) {
            try Program.run(["reload", "--config", configuration] + more)
        }
        try copy("old.pem")
        let expired = "error: `ca_file`: uplink 'u' works now and might not any more: the certificate in "
        for trial in [["--dry-run"], []] {
            let result = try Program.run(["reload", "--config", configuration] + trial)
            #expect(result.code == 1 && result.errors.contains(expired), "\(result)")
        }
        try copy("ca.pem")
        for (text, fault) in [("", "is empty"), ("x \n", "begins or ends with a blank")] {
            try directory.write(text, to: "secret")
            let refused = try reload()
            #expect(refused.code == 1)
            for owner in ["uplink 'u'", "instrument 'i'"] {
                let why = "`password_file`: \(owner) works now and might not any more: the first line of "
                #expect(refused.errors.contains("\(why)\(directory.file("secret")) \(fault)"), "\(refused)")
            }
        }
        try directory.write("x\n", to: "secret")
        // The other one works with an empty password, whatever else changes and however often.
        for interval in [20, 30] {
            _ = try write(more: ", keep_alive: \(interval)s")
            let other = try reload()
            #expect(other.code == 0 && other.output.contains("uplink v: restarted\n"), "\(other)")
            #expect(
                try eventually {
                    let json = try Program.run(["status", "--json", "--config", configuration]).output
                    return json.contains(#"{"id":"v","connected":true"#)
                }, "\(daemon.errors)")
        }
        #expect(!daemon.errors.contains("uplink disconnected uplink=u"))
        daemon.signal(SIGTERM)
        #expect(daemon.wait() == 0)
    }

    @Test(
        "R32: a zone that the machine does not know is an error of check and run alike, with what was meant",
        arguments: ["check", "run"])
    func zone(command: String) throws {
        let file = try directory.write(
            "gateway:\n  id: g\n  data_directory: \(directory.file("data"))\n  timezone: Asia/Beijing\n",
            to: "zone.yaml")
        let result = try Program.run([command, "--config", file])
        #expect(result.code == 1)
        let words = "zone.yaml:4:3: error: `timezone`: this machine knows no zone \"Asia/Beijing\" (Asia/Shanghai"
        #expect((result.output + result.errors).contains(words), "\(result)")
        #expect(!FileManager.default.fileExists(atPath: directory.file("data")))
    }

    @Test("R32: a folder that cannot be written and a port that another program has are warnings of check")
    func surroundings() throws {
        let taken = SilentListener()
        try directory.write("", to: "file")
        let file = try directory.write(
            """
            gateway:
              id: g
              data_directory: file/data
              control_socket: nowhere/control.sock
            instruments:
              - { id: i, listen: "127.0.0.1:\(taken.port)" }
              - { id: j, listen: "203.0.113.7:9012" }
              - { id: k, listen: "nohost.invalid:9013" }
              - { id: m, serial: { path: \(directory.file("file")) } }
              - { id: n, serial: { path: /dev/ttyNone } }
            alarms:
              response_file: folder
              actions:
                - { id: gone, exec: [/nowhere/notify] }
                - { id: text, exec: [\(directory.file("file"))] }
                - { id: good, exec: [/bin/sh, -c, "true"] }

            """, to: "here.yaml")
        try FileManager.default.createDirectory(atPath: directory.file("folder"), withIntermediateDirectories: true)
        let result = try Program.run(["check", "--config", file])
        #expect(result.code == 0, "\(result.output)")
        let lines = result.output.split(separator: "\n")
        #expect(lines.count { $0.contains(": warning: ") } == 9, "\(result.output)")
        #expect(!lines.contains { $0.contains("nohost.invalid") && $0.contains("assign") }, "\(result.output)")
        for words in [
            "here.yaml:3:3: warning: `data_directory`: use folder \(directory.file("file")): Not a directory",
            "here.yaml:4:3: warning: `control_socket`: use folder \(directory.file("nowhere")): No such file or directory"
                + " (this folder is not made: the gateway does not start until it exists)",
            "here.yaml:6:14: warning: instrument 'i' hears nothing: listen on 127.0.0.1:\(taken.port): Address already in use",
            "here.yaml:8:14: warning: instrument 'k' hears nothing: look up the address nohost.invalid: ",
            "here.yaml:9:24: warning: `path`: \(directory.file("file")) is no serial port",
            "here.yaml:12:3: warning: `response_file`: \(directory.file("folder")) is a folder",
            "here.yaml:14:19: warning: action 'gone' fails: start /nowhere/notify: No such file or directory",
            "here.yaml:15:19: warning: action 'text' fails: start \(directory.file("file")): Permission denied",
            "here.yaml:7:14: warning: instrument 'j' hears nothing: listen on 203.0.113.7:9012: Cannot assign requested address",
        ] { #expect(result.output.contains(words), "\(result.output)") }
    }

    @Test("A mistake elsewhere hides nothing that the machine lacks")
    func mistakeBesides() throws {
        let file = try directory.write(
            """
            gateway: { id: g, data_directory: no/such/data, timezone: Asia/Beijing }
            uplinks:
              - { id: u, mqtt: { url: "mqtt://h", username: u, password_file: none, keep_aliv: 5s } }

            """, to: "mixed.yaml")
        let result = try Program.run(["check", "--config", file])
        #expect(result.code == 1)
        for words in [
            "3:73: error: unknown key `keep_aliv`", "error: `timezone`: this machine knows no zone",
            "warning: uplink 'u' stays down until \(directory.file("none")) exists", "warning: `data_directory`: ",
        ] { #expect(result.output.contains(words), "\(result.output)") }
    }

    @Test("R32: check warns of every folder and socket for which run does not start, and of no other")
    func start() throws {
        let other = try Program.start([
            "run", "--config",
            directory.write(
                "gateway: { id: other, data_directory: \(directory.file("other")) }\n", to: "other.yaml"),
        ])
        #expect(eventually { other.errors.contains("gateway started") }, "\(other.errors)")
        try directory.write("", to: "file")
        try FileManager.default.createDirectory(atPath: directory.file("folder"), withIntermediateDirectories: true)
        try FileManager.default.createDirectory(atPath: directory.file("data6"), withIntermediateDirectories: true)
        try directory.write("", to: "data6/control.sock")
        let cases: [(data: String, socket: String, told: String?)] = [
            ("data0", "folder/control.sock", nil),
            (
                "no/such/data", "",
                "`data_directory`: use folder \(directory.file("no/such")): No such file or directory"
            ),
            ("/proc/data", "", "`data_directory`: write in /proc: No such file or directory"),
            ("data3", "file", "`control_socket`: \(directory.file("file")) is there and is no socket"),
            ("data4", "folder", "`control_socket`: \(directory.file("folder")) is there and is no socket"),
            (
                "data5", "other/control.sock",
                "`control_socket`: another program answers at \(directory.file("other/control.sock"))"
            ),
            ("data6", "", "`control_socket`: \(directory.file("data6/control.sock")) is there and is no socket"),
            ("data7", "file/control.sock", "`control_socket`: use folder \(directory.file("file")): Not a directory"),
            (
                "other", "folder/other.sock",
                "`data_directory`: another process (pid \(other.pid)) uses \(directory.file("other"))"
            ),
        ]
        for (index, entry) in cases.enumerated() {
            let socket = entry.socket.isEmpty ? "" : ", control_socket: \(entry.socket)"
            let file = try directory.write(
                "gateway: { id: g, data_directory: \(entry.data)\(socket) }\n", to: "start\(index).yaml")
            let check = try Program.run(["check", "--config", file])
            #expect(check.code == 0, "\(check.output)")
            let warnings = check.output.split(separator: "\n").filter { $0.contains(": warning: ") }
            #expect(warnings.count == (entry.told == nil ? 0 : 1), "\(entry): \(check.output)")
            if let told = entry.told {
                #expect(warnings.first?.contains(told) == true, "\(check.output)")
                #expect(warnings.first?.contains("start") == true, "\(check.output)")
            }
            let daemon = try Program.start(["run", "--config", file])
            if entry.told == nil {
                #expect(eventually { daemon.errors.contains("gateway started") }, "\(daemon.errors)")
                // Its own socket is no obstacle.
                #expect(try !Program.run(["check", "--config", file]).output.contains("warning"))
                daemon.signal(SIGTERM)
                #expect(daemon.wait() == 0)
            } else {
                #expect(daemon.wait() == 1, "\(entry): \(daemon.errors)")
                #expect(daemon.errors.contains("gateway cannot start"), "\(daemon.errors)")
            }
        }
        other.signal(SIGTERM)
        #expect(other.wait() == 0)
    }

    @Test("R32: a port that another program has stops nothing else, and is taken when it is free")
    func port() throws {
        let port = freePort()
        let broker = try Broker(port: port)
        let configuration = try write(
            [("u", "url: \"mqtt://127.0.0.1:\(freePort())\"")],
            "instruments: [ { id: meter, listen: \"127.0.0.1:\(port)\" } ]"
        )
        let daemon = try Program.start(["run", "--config", configuration])
        #expect(eventually { daemon.errors.contains("gateway started") }, "\(daemon.errors)")
        #expect(
            try eventually {
                try status(configuration).contains("listen on 127.0.0.1:\(port): Address already in use")
            }, "\(daemon.errors)")
        broker.stop()
        #expect(eventually { accepts(port: port) })
        #expect(eventually { daemon.errors.contains("instrument connected") }, "\(daemon.errors)")
        daemon.signal(SIGTERM)
        #expect(daemon.wait() == 0)
    }
}
