/// The factor table as text, one factor a line.
///
/// Columns, between `|`: code, legacy code, Chinese name, English name, medium, unit, unit of the total, format; unit and
/// format in 2005 and in 2025 where these are known; source; notes. A `~word` or a bare table number stands for a phrase.
/// Source: HJ 212-2017, tables B.1–B.10; what was quoted of HJ 212-2025; for the rest each line names its own.
enum FactorRows {
    /// The columns of each line.
    static func parsed() -> [FactorEntry] {
        [water, air, other].flatMap { $0.split(separator: "\n").map { entry($0) } }
    }

    private static func entry(_ line: Substring) -> FactorEntry {
        let columns = line.split(separator: "|", maxSplits: 11, omittingEmptySubsequences: false)
        func column(_ index: Int) -> Substring { index < columns.count ? columns[index] : "" }
        func text(_ index: Int) -> String? { column(index).isEmpty ? nil : String(column(index)) }
        return FactorEntry(
            code: text(0), legacyCode: text(1), name: BilingualText(en: String(column(3)), zh: String(column(2))),
            medium: FactorEntry.Medium(rawValue: String(column(4))) ?? .other, unit: text(5), totalUnit: text(6),
            format: text(7).map { ValueFormat($0) }, totalFormat: nil, form2005: form(column(8)),
            form2025: form(column(9)), source: sources[column(10)] ?? String(column(10)), notes: notes(column(11)))
    }

    /// A unit and a format with a blank between them, or a format alone.
    private static func form(_ text: Substring) -> FactorEntry.Form? {
        guard !text.isEmpty else { return nil }
        guard let blank = text.lastIndex(of: " ") else {
            return FactorEntry.Form(unit: nil, format: ValueFormat(text))
        }
        return FactorEntry.Form(unit: String(text[..<blank]), format: ValueFormat(text[text.index(after: blank)...]))
    }

    private static func notes(_ text: Substring) -> String {
        text.split(separator: "; ").map { phrases[$0] ?? String($0) }.joined(separator: "; ")
    }

    private static let sources: [Substring: String] = [
        "B.1": "HJ 212-2017 B.1", "B.2": "HJ 212-2017 B.2", "B.3": "HJ 212-2017 B.3", "B.5": "HJ 212-2017 B.5",
        "B.7": "HJ 212-2017 B.7", "B.10": "HJ 212-2017 B.10", "B.2+": "HJ 212-2017 B.2; HJ 212-2025 B.2 (quoted)",
        "~sw": "sm1lewc/Journey.SurfaceWater (surface-water station software)",
        "~2005": "HJ/T 212-2005 table as transcribed in zblzbl1991/hj-212-parser",
        "~v2005": "lingkejia/bocon-operation-app (vendor list for 2005)",
        "~vendor": "vendor list lingkejia/bocon-operation-app",
    ]

    private static let phrases: [Substring: String] = [
        "~525": "HJ 525 family code, not in HJ 212-2017 B.1",
        "~21": "seen with ST=21 stations",
        "~unit": "units of the platform apply",
        "~xx": "xx = 01..99 instance number, default 01",
        "~info": "carried as -Info",
        "~old": "no HJ 212-2017 successor code in the 2017 \"old code\" column",
        "~dup": "DUPLICATE code in the printed standard: treat meaning as site-configured",
        "~vendor": "vendor list lingkejia/bocon-operation-app",
    ]
}
