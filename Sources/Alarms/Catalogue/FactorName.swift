package import Telemetry

extension FactorTable {
    /// What people call a factor: `SO2 (a21026)`, `二氧化硫（a21026）`; the code alone where no table knows it.
    package static func shownName(of code: String) -> BilingualText {
        guard let name = entry(code: code)?.name, !name.en.isEmpty else { return BilingualText(en: code, zh: code) }
        return BilingualText(en: "\(short(name.en)) (\(code))", zh: "\(name.zh)（\(code)）")
    }

    /// `Sulfur dioxide (SO2)` is called SO2; what has no sign is called by its name.
    private static func short(_ name: String) -> String {
        guard name.hasSuffix(")"), let sign = name.dropLast().split(separator: "(").last, !sign.contains(" ")
        else { return name }
        return String(sign)
    }
}
