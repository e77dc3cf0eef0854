import Foundation
import Glibc
import TestSupport
import Testing

/// Commands that cannot reach the daemon say why, and commands that cannot write say so.
@Suite struct DaemonReachTests {
    /// Every command that asks the daemon, without the options that name it.
    static let commands: [[String]] = [
        ["status"], ["status", "--json"], ["reload"], ["reload", "--dry-run"], ["alarms"], ["alarms", "--since", "1h"],
        ["alarm", "ack", "x", "--by", "me"], ["mark", "stack-1", "--clear", "--by", "me"],
        ["order", "cod-meter", "clock-read", "--timeout", "1"],
    ]

    private let directory = TemporaryDirectory()

    @Test("a configuration that is not there is named", arguments: commands + [["watch", "--seconds", "1"]])
    func missingConfiguration(command: [String]) throws {
        let result = try Program.run(command + ["--config", directory.file("nope.yaml")])
        #expect(result.code == 1)
        #expect(
            result.errors
                == "gatewayd \(command[0]): open \(directory.file("nope.yaml")): No such file or directory\n")
    }

    @Test("a socket that is not there means that no daemon runs", arguments: commands)
    func missingSocket(command: [String]) throws {
        let path = directory.file("control.sock")
        let result = try Program.run(command + ["--socket", path])
        #expect(result.code == 1)
        #expect(
            result.errors.hasPrefix("gatewayd \(command[0]): there is no \(path): no daemon runs that listens there.\n")
        )
        #expect(!result.errors.contains("only tried because"))
    }

    @Test("a socket that a killed daemon left is told from a missing one", arguments: commands)
    func refused(command: [String]) throws {
        let path = directory.file("control.sock")
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        try #require(bindUnix(descriptor, path) == 0)
        let result = try Program.run(command + ["--socket", path])
        #expect(result.code == 1)
        #expect(result.errors.contains("nobody answers at \(path): the daemon that made it has ended.\n"))
    }

    @Test("a configuration that does not say where the daemon listens is told to be why a socket was tried")
    func unreadableText() throws {
        let file = try directory.write("gateway: [", to: "gateway.yaml")
        let result = try Program.run(["status", "--config", file])
        #expect(result.code == 1)
        #expect(
            result.errors.contains("This socket was only tried because: \(file) does not say at which socket"),
            "\(result.errors)")
    }

    @Test("another user is told whose the socket, the directory or the file is", .enabled(if: geteuid() == 0))
    func forbidden() throws {
        let place = directory.file("data")
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        let file = try directory.write("gateway: { id: g, data_directory: \(place) }\n", to: "gateway.yaml")
        let path = place + "/control.sock"
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        try #require(bindUnix(descriptor, path) == 0 && listen(descriptor, 1) == 0)
        let sudo = "run the command with sudo, or as user root\n"
        // The socket itself, then the directory around it, then the configuration.
        for (mode, target, culprit) in [
            (0o600, path, "it belongs to user root, group root, mode 0600: "),
            (0o700, place, "\(place) belongs to user root, group root, mode 0700: "),
            (0o600, file, "it belongs to user root, group root, mode 0600: "),
        ] {
            chmod(directory.path, 0o755)
            chmod(place, 0o755)
            chmod(target, mode_t(mode))
            for command in Self.commands {
                let result = try asNobody(command + ["--config", file])
                #expect(result.code == 1)
                #expect(result.errors.hasSuffix(culprit + sudo), "\(command) \(target): \(result.errors)")
                let subject = target == file ? "open \(file): Permission denied" : "user nobody may not use \(path)"
                #expect(result.errors.hasPrefix("gatewayd \(command[0]): \(subject)\n"))
            }
            let chinese = try asNobody(["status", "--config", file], language: "zh_CN.UTF-8").errors
            #expect(chinese.contains("\(target) 属于用户 root、组 root，权限 0\(String(mode, radix: 8))：请用 sudo"), "\(chinese)")
        }
    }

    @Test("read does not go past a daemon that it may not ask", .enabled(if: geteuid() == 0))
    func forbiddenRead() throws {
        let path = directory.file("control.sock")
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        try #require(bindUnix(descriptor, path) == 0 && listen(descriptor, 1) == 0)
        chmod(directory.path, 0o755)
        chmod(path, 0o600)
        let device = ScriptedPeer { _ in [.hangUp] }
        defer { device.stop() }
        let result = try asNobody(
            ["read", "--tcp", "127.0.0.1:\(device.port)", "--holding", "0", "--socket", path])
        #expect(result.code == 1)
        #expect(
            result.errors.contains(
                "the running daemon may hold the line and cannot be asked: user nobody may not use \(path)\n"
                    + "it belongs to user root, group root, mode 0600: "), "\(result.errors)")
        #expect(device.connections == 0)
    }

    @Test("another user is told whose the journal is", .enabled(if: geteuid() == 0))
    func forbiddenJournal() throws {
        let place = directory.file("data")
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        chmod(directory.path, 0o755)
        chmod(place, 0o700)
        let file = try directory.write(
            """
            gateway: { id: g, data_directory: \(place) }
            buses:
              - { id: b, tcp: 127.0.0.1:1, devices: [ { id: d, unit: 1, registers: [ { name: r, input: 0, type: int16 } ] } ] }
            outlets: [ { id: stack-1, st: "31", factors: [ { code: a21026, from: d.r } ] } ]
            """, to: "gateway.yaml")
        let times = ["--kind", "hour", "--from", "2026-01-01", "--to", "2026-01-02"]
        for command in [
            ["export", "--outlet", "stack-1"] + times, ["report", "--outlet", "stack-1", "--month", "2026-01"],
            ["gaps", "--day", "2026-01-01"], ["journal", "stats"], ["journal", "show", "1"], ["journal", "verify"],
        ] {
            let result = try asNobody(command + ["--config", file])
            #expect(result.code == 1)
            #expect(result.errors.contains("open \(place)/journal.db: Permission denied\n"), "\(result.errors)")
            #expect(result.errors.contains("\(place) belongs to user root, group root, mode 0700"))
        }
    }

    /// The built program as a user without rights.
    private func asNobody(
        _ arguments: [String], language: String = "C"
    ) throws -> (code: Int32, output: String, errors: String) {
        let child = try ChildProcess(
            "setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", Program.path] + arguments,
            environment: ["LC_ALL": language])
        let code = child.wait()
        return (code, child.output, child.errors)
    }

    private func bindUnix(_ descriptor: Int32, _ path: String) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}

@Suite struct StandardOutputTests {
    private static let words: [[String]] = [
        ["version"], ["help"], ["status", "--help"], ["factors"], ["decode", "FRAME"],
        ["decode", "--explain", "FRAME"],
        ["check", "--config", "FILE"], ["encode", "PACKET"], ["replay", "--config", "FILE", "--samples", "SAMPLES"],
    ]

    private let directory = TemporaryDirectory()

    @Test("what cannot be written is exit code 1 and a message", arguments: words)
    func full(words: [String]) throws {
        let child = try shell(words, "> /dev/full")
        #expect(child.wait() == 1)
        #expect(child.errors.hasSuffix("write standard output: No space left on device\n"), "\(child.errors)")
    }

    @Test("a closed standard output is no success", arguments: words)
    func closed(words: [String]) throws {
        let child = try shell(words, ">&-")
        #expect(child.wait() == 1)
        #expect(child.errors.hasSuffix("write standard output: Bad file descriptor\n"), "\(child.errors)")
    }

    @Test("what the daemon opens never takes the place of a closed standard stream")
    func places() throws {
        let file = try directory.write(
            "gateway: { id: g, data_directory: \(directory.file("data")) }\n", to: "gateway.yaml")
        let daemon = try ChildProcess(
            "sh", ["-c", "exec '\(Program.path)' run --config '\(file)' <&- >&- 2>&-"])
        #expect(eventually { FileManager.default.fileExists(atPath: directory.file("data") + "/control.sock") })
        for stream in 0...2 {
            let target = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(daemon.pid)/fd/\(stream)")
            #expect(target == "/dev/null")
        }
        daemon.signal(SIGTERM)
        #expect(daemon.wait() == 0)
    }

    @Test("a reader that has enough ends the program quietly", arguments: words)
    func enough(words: [String]) throws {
        let child = try shell(words, "| head -c 0; sleep 0.2")
        #expect(child.wait() == 0)
        #expect(child.errors == "")
    }

    private func shell(_ words: [String], _ rest: String) throws -> ChildProcess {
        let files = [
            "FRAME": try directory.write("##0007QN=1&&&&1234\r\n", to: "frame"),
            "FILE": try directory.write(
                """
                gateway: { id: g, data_directory: /nowhere }
                buses:
                  - { id: b, tcp: 127.0.0.1:1, devices: [ { id: d, unit: 1, registers: [ { name: r, input: 0, type: int16 } ] } ] }
                outlets: [ { id: o, st: "31", factors: [ { code: a21026, from: d.r } ] } ]
                """, to: "gateway.yaml"),
            "PACKET": try directory.write(
                #"{"fields":{"QN":"20260101000000000","ST":"31","CN":"9014"},"cp":[]}"#, to: "p"),
            "SAMPLES": try directory.write(
                [1_795_227_600_000, 1_795_227_700_000].map {
                    #"{"ts":\#($0),"outlet":"o","factor":"a21026","value":12.3,"flag":"N"}"# + "\n"
                }.joined(), to: "samples"),
        ]
        let line = words.map { "'\(files[$0] ?? $0)'" }.joined(separator: " ")
        return try ChildProcess("sh", ["-c", "'\(Program.path)' \(line) \(rest)"])
    }
}
