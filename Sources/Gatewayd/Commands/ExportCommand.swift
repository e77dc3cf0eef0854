import GatewayCore
import HostSystem
import JSON
import Protocol
import Telemetry
import TelemetryStore

extension Command {
    static let export = Command(
        "export", "FILE | --config FILE --outlet ID --kind minute|hour|day|month|year --from T --to T",
        summary: BilingualText(
            "Write records of an outlet from the journal as comma-separated values.", zh: "从日志库导出一个排口的记录（CSV）。"),
        details: BilingualText(
            """
            T is a time on the plant's clock: 2026-11-21, 2026-11-21T10:00, 20261121100000, today or yesterday. Periods that begin at --from
            or later and before --to are written, oldest first: dataTime, then for each factor CODE-Avg, CODE-Min and so on,
            as far as they occur (\(PeriodTable.fields.joined(separator: ", "))).
            The journal is only read, also while the daemon runs. Outlets and factors that are not configured any more are written
            as their records have them.
            Exit code 1: there is no journal, no such outlet, or it cannot be read.
            """,
            zh: """
                T 为现场时间：2026-11-21、2026-11-21T10:00、20261121100000、today（今天）或 yesterday（昨天）。输出起始时间不早于 --from、早于 --to 的时段，
                从旧到新：先是 dataTime，然后是各因子的 编码-Avg、编码-Min 等，有数据才有该列
                （\(PeriodTable.fields.joined(separator: "、"))）。
                只读取日志库，网关运行时也可使用。已不在配置中的排口和因子按其记录输出。
                退出码 1：没有日志库、没有该排口，或无法读取。
                """)
    ) { words throws(UsageError) in
        let arguments = try Arguments(words, options: ["config", "outlet", "kind", "from", "to"], positionals: 1)
        let file = try arguments.configurationFile()
        let outlet = try arguments.required("outlet")
        let kind = try kind(arguments)
        let times = (from: try time("from", arguments), to: try time("to", arguments))
        try WrittenTime.check(times.from, before: times.to)
        guard let configuration = configuration(file, for: "export") else { return .failed }
        do {
            let zone = try ZoneRules.named(configuration.gateway.timezone)
            let (from, to) = (times.from.instant(in: zone), times.to.instant(in: zone))
            guard from < to else { throw StartError("--to is not after --from", zh: "--to 应晚于 --from") }
            try export(configuration, outlet: outlet, kind: kind, from..<to)
            return .good
        } catch {
            Console.failure(error, of: "export")
            return .failed
        }
    }

    private static func kind(_ arguments: Arguments) throws(UsageError) -> RecordKind {
        let name = try arguments.required("kind")
        let kinds: [RecordKind] = [.minute, .hour, .day, .month, .year]
        guard let kind = kinds.first(where: { $0.rawValue == name }) else {
            throw UsageError("kind", name, known: kinds.map(\.rawValue))
        }
        return kind
    }

    static func time(_ option: String, _ arguments: Arguments) throws(UsageError) -> WrittenTime {
        let text = try arguments.required(option)
        guard let time = WrittenTime(text) else {
            throw UsageError(
                "--\(option) \(text): write it like 2026-11-21, 2026-11-21T10:00, 20261121100000, today or yesterday",
                zh: "--\(option) \(text)：请写成 2026-11-21、2026-11-21T10:00、20261121100000、today 或 yesterday")
        }
        return time
    }

    private static func export(
        _ configuration: GatewayConfiguration, outlet id: String, kind: RecordKind, _ range: Range<WallInstant>
    ) throws {
        let directory = configuration.gateway.dataDirectory
        let outlet = configuration.outlets.first { $0.id == id }
        let unknown = outlet == nil ? StartError(noOutlet: id, known: configuration.outlets.map(\.id)) : nil
        try Files.requireJournal(in: directory, orElse: unknown)
        var journal = try PeriodJournal(directory: directory, kind: kind, outlet: id, range: range)
        var table = PeriodTable(codes: outlet?.factors.map(\.code) ?? [])
        try journal.scan { body in try table.note(body) }
        if outlet == nil {
            let names = try FormerNames(configuration)
            guard try journal.begin != nil || names.hasRecords(of: id) else { throw try names.unknown(id, kind) }
            FormerNames.remark(
                "export", outlet: id, BilingualText("what the journal has of it is written", zh: "输出日志库中已有的记录"))
        }
        try Console.output(Array(table.header.utf8))
        try journal.read { bodies in try Console.output(Array(table.line(bodies).utf8)) }
        guard journal.isEmpty else { return }
        let name = kind.rawValue
        Console.failure(
            journal.begin == nil
                ? BilingualText("the journal has no \(name) records of \(id)", zh: "日志库中没有 \(id) 的 \(name) 记录")
                : BilingualText("no \(name) records of \(id) in that time", zh: "\(id) 在这段时间内没有 \(name) 记录"),
            of: "export")
    }
}

/// The records of one outlet and kind in a range of time, out of the journal.
///
/// The journal is ordered by sequence number and not by time (what instruments deliver late stands later), so it is scanned
/// along its index of kinds; only numbers are kept.
struct PeriodJournal {
    private static let page = 512

    private let reader: JournalReader
    private let kind: RecordKind
    private let outlet: String
    private let range: Range<WallInstant>
    /// Sequence numbers by the start of the period.
    private var sequences: [Int64: [Int64]] = [:]
    /// The start of the outlet's earliest record of this kind, in the range or not; nil: there is none, or it was not scanned.
    private(set) var begin: WallInstant?
    /// The start of the latest one.
    private(set) var latest: WallInstant?

    init(directory: String, kind: RecordKind, outlet: String, range: Range<WallInstant>) throws(JournalError) {
        reader = try JournalReader(directory: directory)
        self.kind = kind
        self.outlet = outlet
        self.range = range
    }

    var isEmpty: Bool { sequences.isEmpty }

    /// Finds the records and shows them in the order of the journal.
    mutating func scan(_ show: ([UInt8]) throws -> Void) throws {
        let head = try reader.head()
        var after: Int64 = 0
        while after < head {
            let page = try reader.read(
                after: after, through: head, kinds: .only([kind.rawValue]), limit: Self.page)
            for row in page.rows where row.outlet == outlet {
                let start = WallInstant(millisecondsSince1970: row.timestamp)
                begin = min(begin ?? start, start)
                latest = max(latest ?? start, start)
                guard range.contains(start) else { continue }
                try show(row.body)
                sequences[row.timestamp, default: []].append(row.sequence)
            }
            after = page.through
        }
    }

    /// Hands out the records of each period, in order of time. What was deleted meanwhile is passed over.
    func read(_ take: ([[UInt8]]) throws -> Void) throws {
        for (_, numbers) in sequences.sorted(by: { $0.key < $1.key }) {
            let rows = try numbers.flatMap { number in
                try reader.read(after: number - 1, through: number, kinds: .only([kind.rawValue]), limit: 1).rows
            }
            if !rows.isEmpty { try take(rows.map(\.body)) }
        }
    }
}
