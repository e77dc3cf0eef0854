import Foundation
import TestSupport

/// The built program, as a user runs it.
enum Program {
    /// Beside the test bundle.
    static let path: String = {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return root.appendingPathComponent(".build/debug/gatewayd").path
    }()

    /// The environment of who reads Chinese.
    static let chinese = ["LC_ALL": "zh_CN.UTF-8"]

    /// Runs it to its end.
    static func run(
        _ arguments: [String], environment: [String: String] = [:]
    ) throws -> (code: Int32, output: String, errors: String) {
        let child = try start(arguments, environment: environment)
        let code = child.wait()
        return (code, child.output, child.errors)
    }

    static func start(_ arguments: [String], environment: [String: String] = [:]) throws -> ChildProcess {
        // Whatever the language of who runs the tests.
        try ChildProcess(path, arguments, environment: ["LC_ALL": "C"].merging(environment) { $1 })
    }
}

/// An independent subscriber with a session that survives a stop of the broker.
final class Subscriber {
    private let child: ChildProcess

    init(port: UInt16, topic: String = "cems/v1/#") throws {
        child = try ChildProcess(
            "mosquitto_sub", ["-p", "\(port)", "-q", "1", "-c", "-i", "platform", "-t", topic, "-F", "%t %p"])
    }

    /// How many messages came so far, cheaper than ``messages``.
    var lineCount: Int { child.output.utf8.count { $0 == 0x0A } }

    /// Whether `words` came, cheaper than ``messages``.
    func hasHeard(_ words: String) -> Bool { child.output.firstRange(of: words) != nil }

    /// Topic and payload of each message so far.
    var messages: [(topic: String, payload: String)] {
        child.output.split(separator: "\n").compactMap { line in
            let parts = line.split(separator: " ", maxSplits: 1)
            return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
        }
    }

    /// The sequence numbers of the records received so far.
    var sequences: Set<Int64> {
        Set(
            messages.compactMap { message in
                message.payload.firstRange(of: "\"seq\":").flatMap { range in
                    Int64(message.payload[range.upperBound...].prefix { $0.isNumber })
                }
            })
    }
}

/// What the journal in `directory` holds, asked of SQLite's own shell.
func journalled(_ directory: String) throws -> Set<Int64> {
    let shell = try ChildProcess("sqlite3", ["-readonly", directory + "/journal.db", "SELECT seq FROM record"])
    guard shell.wait() == 0 else { return [] }
    return Set(shell.output.split(separator: "\n").compactMap { Int64($0) })
}
