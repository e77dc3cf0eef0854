import GatewayCore
import HostSystem
import Protocol
import Telemetry
import TelemetryStore

extension Command {
    static let journal = Command(
        "journal", "stats|verify|export FILE … | show SEQ --config FILE …",
        summary: BilingualText(
            "Look at the journal: what it holds, whether it was altered, its records as they are.",
            zh: "查看日志库：有哪些记录、是否被改动、记录原文。"),
        details: BilingualText(
            """
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
            """,
            zh: """
                stats  [--json]            各类记录的数量、占用的磁盘空间、每条上行链路尚欠的记录
                verify [--digests FILE|-]  重新计算每类记录的哈希链，与审计记录中的摘要、以及平台收到的摘要（JSON 行）核对
                export [--from T --to T] [--from-seq N] [--to-seq N] [--kinds KIND,…] [--hashes]
                                           按 seq 顺序输出 JSON 行的记录；T 为现场时间，写法同 `gatewayd export`；
                                           加 --hashes 时每条为 {"hash","place","record"}
                show SEQ [--limit N]       一条记录、其哈希，以及它所依据的寄存器原值和报文（gateway.keep_raw），每个来源
                                           N 条（默认 20）；报文中的密码不显示
                只读取日志库，网关运行时也可使用。
                退出码 1：verify 发现记录被改、丢失或插入；或没有日志库，或无法读取。
                """)
    ) { words throws(UsageError) in
        guard let action = words.first, let run = journalActions[action] else {
            throw UsageError(
                "say stats, verify, export or show, not \(words.first.map { "'\($0)'" } ?? "nothing")",
                zh: "应为 stats、verify、export 或 show，\(words.first.map { "而不是“\($0)”" } ?? "不能省略")")
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
        let file = try action == "show" ? arguments.required("config") : arguments.configurationFile()
        guard let configuration = configuration(file, for: "journal") else { return .failed }
        do {
            try Files.requireJournal(in: configuration.gateway.dataDirectory)
            return try body(configuration)
        } catch {
            Console.failure(error, of: "journal \(action)")
            return .failed
        }
    }
}
