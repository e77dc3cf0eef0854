import Foundation
import Glibc
import TestSupport

/// Processes of examples/platform, which share no code with the gateway, over one database.
final class ReferencePlatform {
    private static let python = ProcessInfo.processInfo.environment["GATEWAYD_TEST_PYTHON"] ?? "python3"
    static let folder =
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path + "/examples/platform"

    /// Whether its MQTT library is installed.
    static let isThere: Bool = (try? ChildProcess(python, ["-c", "import paho.mqtt"]))?.wait() == 0

    struct NotSubscribed: Error { let text: String }

    private let directory = TemporaryDirectory()
    private let broker: Broker

    init(_ broker: Broker) { self.broker = broker }

    var database: String { directory.file("platform.db") }

    /// Starts the process `id` of the group, and returns when it is subscribed.
    func subscriber(_ id: String) throws -> ChildProcess {
        let process = try Self.start(
            "subscriber.py",
            [
                "--broker", "127.0.0.1:\(broker.port)", "--database", database, "--id", id, "--batch", "25",
                "--look", "0.1", "--settle", "0.2", "--look-everywhere", "0.5", "--patience", "0.3",
            ])
        guard eventually({ process.output.contains("\"subscribed\"") || !process.isRunning }), process.isRunning else {
            throw NotSubscribed(text: process.output + process.errors)
        }
        return process
    }

    static func start(_ script: String, _ arguments: [String] = []) throws -> ChildProcess {
        try ChildProcess(python, [folder + "/" + script] + arguments)
    }

    /// What its own tests say.
    static func selfTest() throws -> (code: Int32, report: String) {
        let child = try ChildProcess(python, ["-m", "unittest", "discover", "-s", folder + "/tests"])
        return (child.wait(), child.errors)
    }

    /// What SQLite's shell answers, with the journal in `directory` attached as `journal`.
    func ask(_ sql: String, journal directory: String? = nil) throws -> String {
        let attach = directory.map { ["-cmd", "ATTACH 'file:\($0)/journal.db?mode=ro' AS journal"] } ?? []
        let shell = try ChildProcess("sqlite3", ["-cmd", ".timeout 10000"] + attach + [database, sql])
        shell.wait()
        return shell.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// A line of `query.py`.
    func query(_ what: String) throws -> String {
        let child = try Self.start("query.py", [database, what])
        child.wait()
        return child.output
    }

    /// How many records a process that has ended was the one to keep.
    static func kept(by process: ChildProcess) -> Int {
        for line in process.output.split(separator: "\n") where line.contains("\"stopped\"") {
            let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            return object?["kept"] as? Int ?? -1
        }
        return -1
    }
}
