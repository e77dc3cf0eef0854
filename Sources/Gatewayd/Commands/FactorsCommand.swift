import HostSystem
import Protocol
import Telemetry

extension Command {
    static let factors = Command(
        "factors", "[TEXT…] [--edition 2005|2017|2025] [--json]",
        summary: BilingualText(
            "List the factors of HJ 212, or those whose code or name contains every word of TEXT.",
            zh: "列出 HJ 212 的因子；给出 TEXT 时只列编码或名称中含有全部词语的因子。"),
        details: BilingualText(
            """
            Codes are the current and the old ones, names English and Chinese: gatewayd factors cod; gatewayd factors a21026.
            Units and formats are those of 2017 unless --edition says otherwise; where nothing is known of an edition they
            are those of 2017 too. With --json one object a line, with source and notes.
            Exit code 1: nothing matches.
            """,
            zh: """
                编码新旧均可，名称中英文均可：gatewayd factors cod；gatewayd factors 总磷。
                单位和格式按 2017 版，或 --edition 指定的版本；该版没有规定的仍按 2017 版。--json 每行一个对象，含出处和备注。
                退出码 1：没有匹配的因子。
                """)
    ) { words throws(UsageError) in
        let arguments = try Arguments(words, options: ["edition"], flags: ["json"], positionals: 32)
        let edition = try edition(arguments)
        let text = arguments.positionals.joined(separator: " ")
        let found = FactorTable.matching(text)
        guard !found.isEmpty else {
            Console.failure(
                BilingualText(
                    "no factor matches '\(text)'; `gatewayd factors` lists all",
                    zh: "没有与“\(text)”匹配的因子；`gatewayd factors` 列出全部"),
                of: "factors")
            return .failed
        }
        let lines = arguments.has("json") ? found.map { json($0, edition) } : table(found, edition)
        Console.print(lines.map { $0 + "\n" }.joined())
        return .good
    }

    private static func edition(_ arguments: Arguments) throws(UsageError) -> StandardEdition {
        guard let text = arguments.value("edition") else { return .hj2017 }
        guard let edition = StandardEdition(rawValue: text) else {
            throw UsageError(
                "--edition \(text): there are 2005, 2017 and 2025", zh: "--edition \(text)：可用的有 2005、2017 和 2025")
        }
        return edition
    }

    private static func table(_ entries: [FactorEntry], _ edition: StandardEdition) -> [String] {
        alignedLines(
            [["code", "2005", "unit", "total", "format", "名称", "name"]]
                + entries.map { entry in
                    [
                        entry.code ?? "-", entry.legacyCode ?? "-",
                        entry.unit(in: edition).map(FactorEntry.written) ?? "-",
                        entry.totalUnit ?? "-", entry.format(in: edition)?.notation ?? "-", entry.name.zh,
                        entry.name.en,
                    ]
                })
    }

    private static func json(_ entry: FactorEntry, _ edition: StandardEdition) -> String {
        var json = JSONWriter()
        json.beginObject()
        json.field("code", entry.code)
        json.field("legacyCode", entry.legacyCode)
        json.field("zh", entry.name.zh)
        json.field("en", entry.name.en)
        json.field("medium", entry.medium.rawValue)
        json.field("edition", edition.rawValue)
        json.field("unit", entry.unit(in: edition))
        json.field("totalUnit", entry.totalUnit)
        json.field("format", entry.format(in: edition)?.notation)
        json.field("source", entry.source)
        if !entry.notes.isEmpty { json.field("notes", entry.notes) }
        json.endObject()
        return json.text
    }
}
