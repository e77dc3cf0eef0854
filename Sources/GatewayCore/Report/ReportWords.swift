import Telemetry

/// The words of a report in one language.
struct ReportWords {
    let language: Language

    func callAsFunction(_ text: BilingualText) -> String { language(text) }

    private func callAsFunction(_ en: String, _ zh: String) -> String { language(BilingualText(en: en, zh: zh)) }

    func title(outlet: String, name: String?, period: ReportPeriod) -> String {
        let kind =
            switch period {
            case .month: self("monthly report", "月报表")
            case .year: self("annual report", "年报表")
            }
        return [outlet, name ?? "", period.text, kind].filter { !$0.isEmpty }.joined(separator: "  ")
    }

    func period(_ period: ReportPeriod) -> String {
        switch period {
        case .month: self("day", "日期")
        case .year: self("month", "月份")
        }
    }

    var total: String { self("total", "合计") }
    var mean: String { self("mean", "实测均值") }
    var converted: String { self("converted", "折算均值") }
    func measured(_ unit: String) -> String { self("measured \(unit)", "实测排放量 \(unit)") }
    func substituted(_ unit: String) -> String { self("substituted \(unit)", "补代排放量 \(unit)") }
    var method: String { self("method×hours", "补代方法×小时") }
    var validHours: String { self("valid/due h", "有效/应得 h") }
    var capture: String { self("capture %", "捕集率 %") }

    var invalidMean: String {
        self(
            "* fewer valid hours, days or months than the rule of the period asks for",
            "* 有效小时、日或月数未达到该时段的要求")
    }

    var substituted: String {
        self(
            "Substituted amounts stand in for invalid hours; they are not measured and not part of the measured ones.",
            "补代排放量仅用于无效小时，不是实测数据，不计入实测排放量。")
    }
}
