import GatewayCore
import HostSystem
import Protocol
import Telemetry
import TelemetryStore

extension Command {
    static let journal = Command(
        "journal", "stats|verify|export|show --config FILE …",
        summary: "Look at the journal: what it holds, whether it was altered, its records as they are.",
        details: """
            stats  [--json]            records by kind, size on disk, what each uplink is still owed
            verify [--digests FILE|-]  recomputes the chain of hashes of every kind and compares it with the digests among the
                                       audit records, and with those that a platform received (JSON lines)
            export [--from T --to T] [--from-seq N] [--to-seq N] [--kinds KIND,…] [--hashes]
                                       the journalled records as JSON lines, in the order of seq; T is a time on the plant's
                                       clock as for `gatewayd export`; with --hashes each in {"hash","place","record"}
            show SEQ [--limit N]       one record, its hash, and the words and frames it rests on (gateway.keep_raw), N (20) of each
                                       source; passwords in frames are not shown
            The journal is only read, also while the daemon runs.
            Exit code 1: verify found a record altered, missing or inserted; or there is no journal, or it cannot be read.
            """
    ) { words throws(UsageError) in
        guard let action = words.first, let run = journalActions[action] else {
            let hint = words.first.map { "'\($0)'" } ?? "nothing"
            throw UsageError("say stats, verify, export or show, not \(hint)")
        }
        return try run(Array(words.dropFirst()))
    }

    private typealias Action = @Sendable (_ words: [String]) throws(UsageError) -> ExitCode

    private static let journalActions: [String: Action] = [
        "stats": { words throws(UsageError) in try journalStats(words) },
        "verify": { words throws(UsageError) in try journalVerify(words) },
        "export": { words throws(UsageError) in try journalExport(words) },
        "show": { words throws(UsageError) in try journalShow(words) },
    ]

    /// Runs `body` with the configuration of `--config`; what it throws is told.
    static func withJournal(
        _ action: String, _ arguments: Arguments, _ body: (GatewayConfiguration) throws -> ExitCode
    ) throws(UsageError) -> ExitCode {
        let file = try arguments.required("config")
        guard let configuration = configuration(file, for: "journal") else { return .failed }
        do {
            try Files.requireJournal(in: configuration.gateway.dataDirectory)
            return try body(configuration)
        } catch {
            Console.error("gatewayd journal \(action): \(error)\n")
            return .failed
        }
    }
}
