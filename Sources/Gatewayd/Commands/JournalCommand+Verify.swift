import GatewayCore
import HostSystem
import Protocol
import Telemetry
import TelemetryStore

extension Command {
    /// A digest line is at most a few kilobytes; this is many years of them.
    private static let largestDigests = 64 << 20

    static func journalVerify(_ words: [String]) throws(UsageError) -> ExitCode {
        let arguments = try Arguments(words, options: ["config", "digests"], positionals: 1)
        return try withJournal("verify", arguments) { configuration in
            let directory = configuration.gateway.dataDirectory
            var claims = try journalledClaims(directory)
            if let file = arguments.value("digests") { claims.formUnion(try receivedClaims(file)) }
            let report = try JournalInspector(directory: directory).verify(claims: claims)
            let amounts = try report.finding == nil ? alteredAmounts(directory) : []
            for line in lines(of: report, claims: claims.count) + amounts { Console.print(line + "\n") }
            return report.finding == nil && amounts.isEmpty ? .good : .failed
        }
    }

    /// Amounts beside the records that do not round to those in the records, which are hashed.
    private static func alteredAmounts(_ directory: String) throws -> [BilingualText] {
        let reader = try JournalReader(directory: directory)
        let head = try reader.head()
        let kinds = KindFilter.only(Set(PeriodRecord.kinds.map(\.rawValue)))
        var lines: [BilingualText] = []
        var after: Int64 = 0
        while after < head, lines.isEmpty {
            let page = try reader.read(after: after, through: head, kinds: kinds, limit: 512, unrounded: true)
            for row in page.rows {
                guard let text = row.unrounded else { continue }
                let unrounded = UnroundedAmounts(text: text)
                let misfits = try PeriodRecord(json: row.body, unrounded: unrounded)?.misfits ?? []
                if unrounded != nil, misfits.isEmpty { continue }
                let codes = misfits.sorted().joined(separator: ", ")
                lines.append(
                    .init(
                        "record \(row.sequence) (\(row.kind)) altered: its unrounded amounts are not what it prints: \(codes)",
                        zh: "记录 \(row.sequence)（\(row.kind)）已改动：未修约量与记录中的数不符：\(codes)"))
            }
            after = page.through
        }
        return lines
    }

    /// The digests among the journal's own audit records. They are chained themselves.
    private static func journalledClaims(_ directory: String) throws -> Set<ChainClaim> {
        let reader = try JournalReader(directory: directory)
        let head = try reader.head()
        var claims: Set<ChainClaim> = []
        var after: Int64 = 0
        while after < head {
            let page = try reader.read(
                after: after, through: head, kinds: .only([RecordKind.audit.rawValue]), limit: 512)
            for row in page.rows { claims.formUnion(DigestEvent.claims(in: row.body)) }
            after = page.through
        }
        return claims
    }

    private static func receivedClaims(_ file: String) throws -> Set<ChainClaim> {
        let text: [UInt8]
        if file == "-" {
            text = try standardInput()
        } else {
            text = try Files.readText(file, limit: largestDigests)
        }
        let claims = Set(text.split(separator: UInt8(ascii: "\n")).flatMap { DigestEvent.claims(in: Array($0)) })
        guard !claims.isEmpty else {
            throw StartError(
                "\(file): no line is an audit record with a digest", zh: "\(file)：没有一行是含摘要的审计记录")
        }
        return claims
    }

    private static func standardInput() throws -> [UInt8] {
        var text: [UInt8] = []
        while true {
            let block = try readChunk(of: 0, limit: 1 << 16, name: "standard input")
            if block.isEmpty { return text }
            text += block
            guard text.count <= largestDigests else {
                throw StartError(
                    "standard input is longer than \(largestDigests) bytes", zh: "标准输入超过 \(largestDigests) 字节")
            }
        }
    }

    private static func lines(of report: ChainReport, claims: Int) -> [BilingualText] {
        var lines: [BilingualText] = []
        if let finding = report.finding {
            lines.append(finding.text)
            lines.append(
                .init(
                    "\(report.checked) records before it are as they were written", zh: "其前 \(report.checked) 条记录与写入时一致"
                ))
        } else {
            lines.append(
                .init(
                    "\(report.checked) records checked: none altered, missing or inserted",
                    zh: "已核对 \(report.checked) 条记录：没有改动、丢失或插入"))
        }
        if report.unchained > 0 {
            lines.append(
                .init(
                    "\(report.unchained) records from before the chains began: not checked",
                    zh: "哈希链开始之前的记录 \(report.unchained) 条：未核对"))
        }
        if report.deleted > 0 {
            lines.append(
                .init(
                    "\(report.deleted) records deleted by retention or for want of space",
                    zh: "按保存期限或因空间不足删除的记录 \(report.deleted) 条"))
        }
        for span in report.spans where span.reason != .unchained {
            lines.append(
                BilingualText(verbatim: "\(span.range.lowerBound)-\(span.range.upperBound): ")
                    + (span.reason == .skipped
                        ? .init("numbers passed over at a start", zh: "启动时跳过的编号")
                        : .init("in a file that was replaced", zh: "在已被替换的文件中")))
        }
        if report.finding == nil {
            lines.append(
                .init(
                    "\(report.claimsMet) of \(claims) hashes in digests compared",
                    zh: "摘要中的哈希 \(claims) 个，已核对 \(report.claimsMet) 个"))
        }
        return lines
    }
}
