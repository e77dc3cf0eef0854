import GatewayCore
import HostSystem
import Protocol
import Telemetry
import TelemetryStore

extension Command {
    static func journalExport(_ words: [String]) throws(UsageError) -> ExitCode {
        let arguments = try Arguments(
            words, options: ["config", "from", "to", "from-seq", "to-seq", "kinds"], flags: ["hashes"],
            positionals: 1)
        let from = try arguments.value("from") == nil ? nil : time("from", arguments)
        let to = try arguments.value("to") == nil ? nil : time("to", arguments)
        let first = Int64(try arguments.number("from-seq", in: 1...Int.max) ?? 1)
        let last = Int64(try arguments.number("to-seq", in: 1...Int.max) ?? Int.max)
        guard first <= last else { throw UsageError("--to-seq is before --from-seq", zh: "--to-seq 小于 --from-seq") }
        try WrittenTime.check(from, before: to)
        let kinds = try kinds(arguments)
        return try withJournal("export", arguments) { configuration in
            let zone = try ZoneRules.named(configuration.gateway.timezone)
            let begin = from.map { $0.instant(in: zone).millisecondsSince1970 } ?? .min
            let end = to.map { $0.instant(in: zone).millisecondsSince1970 } ?? .max
            guard begin < end else { throw StartError("--to is not after --from", zh: "--to 应晚于 --from") }
            var export = try JournalLines(
                directory: configuration.gateway.dataDirectory, hashes: arguments.has("hashes"))
            try export.write(first...last, kinds: kinds) { begin <= $0.timestamp && $0.timestamp < end }
            return .good
        }
    }

    private static func kinds(_ arguments: Arguments) throws(UsageError) -> KindFilter {
        guard let text = arguments.value("kinds") else { return .all }
        let names = text.split(separator: ",").map(String.init)
        for name in names where RecordKind(rawValue: name) == nil {
            let all = RecordKind.allCases.map(\.rawValue)
            throw UsageError("kinds", name, known: all, didYouMean: nearestName(to: name, among: all))
        }
        return .only(Set(names))
    }
}

/// Writes journalled records as lines.
private struct JournalLines {
    private let reader: JournalReader
    /// Only when hashes are wanted.
    private let inspector: JournalInspector?
    private var output: [UInt8] = []

    init(directory: String, hashes: Bool) throws(JournalError) {
        reader = try JournalReader(directory: directory)
        inspector = hashes ? try JournalInspector(directory: directory) : nil
    }

    mutating func write(
        _ range: ClosedRange<Int64>, kinds: KindFilter, where isWanted: (JournalRow) -> Bool
    ) throws {
        let end = min(range.upperBound, try reader.head())
        var after = range.lowerBound - 1
        while after < end {
            let page = try reader.read(after: after, through: end, kinds: kinds, limit: 512)
            for row in page.rows where isWanted(row) { try append(row) }
            try Console.output(output)
            output.removeAll(keepingCapacity: true)
            after = page.through
        }
    }

    private mutating func append(_ row: JournalRow) throws(JournalError) {
        guard let inspector else {
            output += row.body + [UInt8(ascii: "\n")]
            return
        }
        var json = JSONWriter()
        json.beginObject()
        json.field("hash", try inspector.hash(row.kind, through: row.sequence)?.hex)
        json.field("place", row.outlet)
        json.key("record")
        output += json.bytes + row.body + Array("}\n".utf8)
    }
}
