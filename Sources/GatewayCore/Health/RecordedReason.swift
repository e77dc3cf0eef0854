package import Telemetry

/// Why something is missing, as records have it: `errors` and `Reason` are English in every language, as others read them too.
///
/// Here they become words for people again. What is not known stays as it was recorded.
package struct RecordedReason: Sendable {
    package let words: BilingualText

    package init(_ text: String) {
        words = BilingualText(text, zh: Self.fixed[text] ?? Self.chinese(of: text) ?? text)
    }

    private static let fixed: [String: String] = {
        let failures: [ReadFailure] = [.timeout, .notConnected, .badReply, .notANumber, .noData]
        return Dictionary(uniqueKeysWithValues: failures.map { ($0.words.en, $0.words.zh) }).merging([
            "no record": "没有记录", "no number": "没有数值", "uplink down": "上行链路中断", "not acknowledged": "尚未确认",
            "no result": "没有结果", "no discharge": "无排放", "no valid flow": "没有有效的流量", "plant stopped": "装置停运",
            "the plant stands": "装置停运", "oxygen near that of air": "氧含量接近空气", "not valid": "无效",
            "a meter has no present value": "累计表没有瞬时值", "no meter reading": "没有累计表读数",
            "no credible reading": "没有可信的读数", "no earlier reading": "没有更早的读数",
            "more than the pipe carries": "超过管道的输送能力",
        ]) { first, _ in first }
    }()

    /// Of a reason with a number or a code in it.
    private static func chinese(of text: String) -> String? {
        let starts = ["exception ": "异常码 ", "flag ": "标记 ", "no valid ": "没有有效的 ", "impossible ": "不可能的 "]
        for (start, chinese) in starts where text.hasPrefix(start) { return chinese + text.dropFirst(start.count) }
        let ends = [" means no value": " 表示无数据", " is far below the range": " 远低于量程"]
        for (end, chinese) in ends where text.hasSuffix(end) { return text.dropLast(end.count) + chinese }
        // `44 valid minutes`, `29 valid minutes of 40 due`, `3 hours`.
        var parts = text.split(separator: " ")
        var due: Int?
        if parts.count == 6, parts.last == "due" {
            due = Int(parts[4])
            parts.removeLast(3)
        }
        guard let count = parts.first.flatMap({ Int($0) }), let unit = parts.last, parts.count <= 3 else { return nil }
        let units = ["minute": "分钟", "hour": "小时", "day": "天", "month": "个月"]
        guard let chinese = units[unit.hasSuffix("s") ? String(unit.dropLast()) : String(unit)] else { return nil }
        return (due.map { "应有 \($0) \(chinese)，" } ?? "") + "只有 \(count) \(chinese)有效"
    }
}
