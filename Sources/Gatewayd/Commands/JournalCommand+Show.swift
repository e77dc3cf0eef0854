import GatewayCore
import HostSystem
import JSON
import Protocol
import Telemetry
import TelemetryStore

extension Command {
    static func journalShow(_ words: [String]) throws(UsageError) -> ExitCode {
        let arguments = try Arguments(words, options: ["config", "limit"], positionals: 1)
        guard let sequence = arguments.positionals.first.flatMap({ Int64($0) }), sequence > 0 else {
            throw UsageError("say the number (seq) of a record", zh: "请给出记录编号（seq）")
        }
        let limit = try arguments.number("limit", in: 1...1_000_000) ?? 20
        return try withJournal("show", arguments) { configuration in
            let inspector = try JournalInspector(directory: configuration.gateway.dataDirectory)
            guard let record = try inspector.record(sequence) else {
                throw StartError(
                    "there is no record \(sequence): never written, or deleted by retention",
                    zh: "没有编号为 \(sequence) 的记录：从未写入，或已按保存期限删除")
            }
            let show = RecordShow(
                record, unrounded: try inspector.unrounded(sequence), configuration,
                try ZoneRules.named(configuration.gateway.timezone))
            var lines = show.head.map(Language.ofCommandLine.callAsFunction)
            for source in show.sources {
                lines += try show.evidence(of: source, inspector, limit: limit).map(
                    Language.ofCommandLine.callAsFunction)
            }
            if let remark = show.remark { lines.append(Language.ofCommandLine(remark)) }
            for line in lines { Console.print(line + "\n") }
            return .good
        }
    }
}

/// One record and what it rests on, for people.
private struct RecordShow {
    private let record: ChainedRow
    /// Its amounts before rounding, as JSON by factor.
    private let unrounded: String?
    private let configuration: GatewayConfiguration
    private let zone: ZoneRules
    private let kind: RecordKind?
    /// Of the record's period in seconds; nil: a single instant.
    private let period: Int64?

    init(
        _ record: ChainedRow, unrounded: String?, _ configuration: GatewayConfiguration, _ zone: ZoneRules
    ) {
        self.record = record
        self.unrounded = unrounded
        self.configuration = configuration
        self.zone = zone
        kind = RecordKind(rawValue: record.row.kind)
        let body = try? JSONValue(parsing: record.row.body)
        if case .integer(let seconds)? = body?["period"] { period = seconds } else { period = nil }
    }

    var head: [BilingualText] {
        let row = record.row
        let time = clock(row.timestamp)
        return [
            .init(
                "record \(row.sequence): \(row.kind) of \(row.outlet), \(time)\(period.map { ", \($0) s" } ?? "")",
                zh: "记录 \(row.sequence)：\(row.outlet) 的 \(row.kind)，\(time)\(period.map { "，\($0) 秒" } ?? "")"),
            .init(
                "hash \(record.hash?.hex ?? "none: from before the chains began")",
                zh: "哈希 \(record.hash?.hex ?? "无：早于哈希链的开始")"),
            .init(verbatim: EvidenceText.whole(row.body)),
        ] + (unrounded.map { [.init("unrounded amounts \($0)", zh: "未修约量 \($0)")] } ?? [])
    }

    /// The devices and instruments whose readings the record holds, by the configuration as it is now.
    var sources: [String] {
        let row = record.row
        switch kind {
        case .raw: return [row.outlet]
        case .realtime, .minute, .hour, .day, .month, .year:
            guard let outlet = configuration.outlets.first(where: { $0.id == row.outlet }) else { return [] }
            var ids: [String] = []
            for source in outlet.factors.map(\.source) + [outlet.plantMark?.source].compactMap(\.self) {
                guard let id = configuration.id(of: source), !ids.contains(id) else { continue }
                ids.append(id)
            }
            return ids
        default: return []
        }
    }

    var remark: BilingualText? {
        switch kind {
        case .frame, .evidence: nil
        case .alarm, .audit, .rates, .counts, nil:
            .init("a record of this kind rests on no single readings", zh: "这类记录不依据单个读数")
        default:
            sources.isEmpty
                ? .init(
                    "outlet '\(record.row.outlet)' is not configured any more, so what it rests on is not named; "
                        + "`gatewayd journal export --kinds evidence,frame` has all words and frames",
                    zh: "排口“\(record.row.outlet)”已不在配置中，无法列出所依据的读数；"
                        + "`gatewayd journal export --kinds evidence,frame` 可导出全部寄存器原值和报文")
                : configuration.gateway.keeping.keepsRaw
                    ? nil
                    : .init("gateway.keep_raw is not set: nothing is kept now", zh: "未设置 gateway.keep_raw：目前不保存原始证据")
        }
    }

    func evidence(of source: String, _ inspector: JournalInspector, limit: Int) throws(JournalError) -> [BilingualText]
    {
        let limit = kind == .realtime || kind == .raw ? 1 : limit
        let list = try inspector.evidence(
            of: source, kinds: [RecordKind.evidence.rawValue, RecordKind.frame.rawValue],
            before: record.row.sequence, in: range(of: source), limit: limit)
        guard let sequences = list.sequences else {
            return [.init("evidence of \(source): none", zh: "\(source) 的证据：无")]
        }
        var lines: [BilingualText] = [
            .init(
                "evidence of \(source): \(list.count), \(sequences.lowerBound) to \(sequences.upperBound)",
                zh: "\(source) 的证据：\(list.count) 条，\(sequences.lowerBound) 至 \(sequences.upperBound)")
        ]
        for row in list.rows {
            lines += EvidenceText.lines(of: row.body).map {
                BilingualText(verbatim: "  \(row.sequence)  \(clock(row.timestamp))  ") + $0
            }
        }
        let rest = list.count - list.rows.count
        if rest > 0 { lines.append(.init("  … and \(rest) more (--limit N)", zh: "  … 另有 \(rest) 条（--limit N）")) }
        return lines
    }

    /// A device's words are as old as the poll; what an instrument states of a period comes after it.
    private func range(of source: String) -> ClosedRange<Int64> {
        let start = record.row.timestamp
        switch kind {
        case .raw: return start...start
        case .realtime: return Self.sum(start, -3_600_000)...start
        default:
            let isInstrument = configuration.instruments.contains { $0.id == source }
            guard !isInstrument, let period, period > 0 else { return start...Int64.max }
            let (length, isEndless) = period.multipliedReportingOverflow(by: 1_000)
            return start...(isEndless ? .max : Self.sum(start, length - 1))
        }
    }

    /// What stands in a file may be anything.
    private static func sum(_ number: Int64, _ other: Int64) -> Int64 {
        let (sum, overflows) = number.addingReportingOverflow(other)
        return overflows ? (other < 0 ? .min : .max) : sum
    }

    private func clock(_ milliseconds: Int64) -> String {
        let civil = zone.civilTime(at: WallInstant(millisecondsSince1970: milliseconds)).compact
        let fraction = String(1_000 + ((milliseconds % 1_000) + 1_000) % 1_000).dropFirst()
        return "\(civil).\(fraction)"
    }
}

extension GatewayConfiguration {
    /// The device or instrument that a value comes from; nil: it is computed.
    fileprivate func id(of source: FactorSource) -> String? {
        switch source {
        case .register(let bus, let device, _): buses[bus].devices[device].id
        case .instrument(let instrument, _): instruments[instrument].id
        case .computed: nil
        }
    }
}
