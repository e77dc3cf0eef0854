import GatewayCore
import HostSystem
import Protocol
import Telemetry
import TelemetryStore

extension Command {
    static func journalStats(_ words: [String]) throws(UsageError) -> ExitCode {
        let arguments = try Arguments(words, options: ["config"], flags: ["json"], positionals: 1)
        return try withJournal("stats", arguments) { configuration in
            let report = try JournalStatsReport(configuration)
            let text =
                arguments.has("json")
                ? report.json : Array(report.table(in: .ofCommandLine).map { $0 + "\n" }.joined().utf8)
            try Console.output(text)
            return .good
        }
    }
}

/// What `journal stats` shows.
private struct JournalStatsReport {
    private struct Backlog {
        var uplink: String
        /// Records that it carries, that are in the journal and not acknowledged.
        var owed: Int
        var oldest: Int64?
    }

    private let contents: JournalContents
    private let backlogs: [Backlog]
    /// Uplinks that are not configured any more, and up to which number everything is settled.
    private let former: [(uplink: String, settledThrough: Int64)]
    private let zone: ZoneRules

    init(_ configuration: GatewayConfiguration) throws {
        let directory = configuration.gateway.dataDirectory
        let contents = try JournalInspector(directory: directory).contents()
        let reader = try JournalReader(directory: directory)
        self.contents = contents
        zone = try ZoneRules.named(configuration.gateway.timezone)
        backlogs = try configuration.uplinks.map { uplink in
            try Self.backlog(of: uplink, contents, reader)
        }
        former = try Self.former(configuration, contents)
    }

    /// What they carry went with their configuration, so what they owe is not known.
    private static func former(_ configuration: GatewayConfiguration, _ contents: JournalContents) throws -> [(
        uplink: String, settledThrough: Int64
    )] {
        try FormerNames(configuration).uplinks().map { uplink in
            (uplink, contents.cursors[uplink].flatMap { BacklogLedger(text: $0) }?.settledThrough ?? 0)
        }
    }

    /// A cursor that cannot be read is none: the daemon would send everything again.
    private static func backlog(
        of uplink: UplinkConfiguration, _ contents: JournalContents, _ reader: JournalReader
    ) throws -> Backlog {
        let ledger = contents.cursors[uplink.id].flatMap { BacklogLedger(text: $0) } ?? BacklogLedger()
        let records = CarriedRecords(reader, RecordSelection(uplink))
        var backlog = Backlog(uplink: uplink.id, owed: 0, oldest: nil)
        var position: Int64 = 0
        while let range = ledger.owed(after: position, through: contents.head) {
            let found = try records.count(range)
            backlog.owed += found.count
            backlog.oldest = backlog.oldest ?? found.first
            position = range.upperBound
        }
        return backlog
    }

    private func time(_ milliseconds: Int64) -> String {
        zone.civilTime(at: WallInstant(millisecondsSince1970: milliseconds)).compact
    }

    func table(in language: Language) -> [String] {
        let title: [BilingualText] = [
            .init("kind", zh: "种类"), .init("records", zh: "记录数"), .init("first seq", zh: "首编号"),
            .init("last seq", zh: "末编号"), .init("first time", zh: "首时间"), .init("last time", zh: "末时间"),
            .init("deleted", zh: "已删除"),
        ]
        var rows = [title.map(language.callAsFunction)]
        for kind in contents.kinds {
            rows.append([
                kind.name, String(kind.rows), String(kind.first), String(kind.last), time(kind.firstTimestamp),
                time(kind.lastTimestamp), String(contents.deleted[kind.name] ?? 0),
            ])
        }
        let lines = aligned(rows)
        return lines + [""] + remarks.map(language.callAsFunction)
    }

    /// What is said below the table.
    private var remarks: [BilingualText] {
        let (bytes, free) = (contents.databaseBytes, contents.reusableBytes)
        var lines: [BilingualText] = [
            .init("last record      \(contents.head)", zh: "最新编号  \(contents.head)")
        ]
        lines += contents.spans.map { span in
            let numbers = "\(span.range.lowerBound)-\(span.range.upperBound)"
            return .init(
                "without records  \(numbers) (\(span.reason.rawValue))", zh: "无记录    \(numbers)（\(span.reason.chinese)）"
            )
        }
        lines += [
            .init(
                "database         \(bytes) bytes, \(free) of them free for new records",
                zh: "数据库    \(bytes) 字节，其中 \(free) 字节可写新记录"),
            .init(
                "write-ahead log  \(contents.writeAheadLogBytes) bytes", zh: "预写日志  \(contents.writeAheadLogBytes) 字节"),
        ]
        lines += backlogs.map { backlog in
            .init(
                "uplink \(backlog.uplink): \(backlog.owed) records owed"
                    + (backlog.oldest.map { ", the oldest is \($0)" } ?? ""),
                zh: "上行链路 \(backlog.uplink)：尚欠 \(backlog.owed) 条" + (backlog.oldest.map { "，最早为 \($0)" } ?? ""))
        }
        return lines
            + former.map {
                .init(
                    "uplink \($0.uplink): not configured any more, settled through \($0.settledThrough)",
                    zh: "上行链路 \($0.uplink)：已不在配置中，已处理到 \($0.settledThrough)")
            }
    }

    /// The first column to the left, numbers to the right.
    private func aligned(_ rows: [[String]]) -> [String] {
        let widths = rows[0].indices.map { column in rows.map { $0[column].displayWidth }.max() ?? 0 }
        return rows.map { row in
            row.enumerated().map { column, text in
                let gap = String(repeating: " ", count: widths[column] - text.displayWidth)
                return column == 0 ? text + gap : gap + text
            }.joined(separator: "  ")
        }
    }

    var json: [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.field("head", integer: contents.head)
        json.field("databaseBytes", integer: contents.databaseBytes)
        json.field("reusableBytes", integer: contents.reusableBytes)
        json.field("writeAheadLogBytes", integer: contents.writeAheadLogBytes)
        json.key("kinds")
        json.beginObject()
        for kind in contents.kinds { write(kind, to: &json) }
        json.endObject()
        json.key("uplinks")
        json.beginObject()
        for backlog in backlogs {
            json.key(backlog.uplink)
            json.beginObject()
            json.field("owed", integer: backlog.owed)
            json.field("oldest", integer: backlog.oldest)
            json.endObject()
        }
        for entry in former {
            json.key(entry.uplink)
            json.beginObject()
            json.field("configured", bool: false)
            json.field("settledThrough", integer: entry.settledThrough)
            json.endObject()
        }
        json.endObject()
        json.endObject()
        return json.bytes + [UInt8(ascii: "\n")]
    }

    private func write(_ kind: JournalContents.Kind, to json: inout JSONWriter) {
        json.key(kind.name)
        json.beginObject()
        json.field("records", integer: kind.rows)
        json.field("first", integer: kind.first)
        json.field("last", integer: kind.last)
        json.field("firstTime", integer: kind.firstTimestamp)
        json.field("lastTime", integer: kind.lastTimestamp)
        json.field("deleted", integer: contents.deleted[kind.name] ?? 0)
        json.endObject()
    }
}
