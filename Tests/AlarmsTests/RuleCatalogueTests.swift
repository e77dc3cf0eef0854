import Foundation
import Telemetry
import Testing

@testable import Alarms

@Suite struct RuleCatalogueTests {
    @Test("every rule has one definition, in words of both languages")
    func complete() {
        #expect(RuleCatalogue.rules.map(\.id) == RuleID.allCases)
        for rule in RuleCatalogue.rules {
            for text in [rule.title, rule.sentence, rule.advice] {
                #expect(!text.en.isEmpty && !text.zh.isEmpty && text.en != text.zh, "\(rule.id)")
                #expect(text.en.allSatisfy(\.isASCII) || text.en.contains("…"), "\(rule.id)")
            }
            #expect(rule.id.definition.id == rule.id)
        }
    }

    @Test("both languages tell the same facts, and facts have known names")
    func facts() {
        let known = Set(AlarmFacts.Name.allCases.map(\.rawValue)).union(["where"])
        for rule in RuleCatalogue.rules {
            let en = TemplateText(rule.sentence.en).names
            let zh = TemplateText(rule.sentence.zh).names
            #expect(en.all.subtracting(["statistic"]) == zh.all.subtracting(["statistic"]), "\(rule.id)")
            #expect(en.required.contains("where") && zh.required.contains("where"), "\(rule.id)")
            #expect(en.all.isSubset(of: known), "\(rule.id)")
        }
    }

    @Test("pre-warnings and forecasts are never above warning", arguments: ["L3", "L4", "L5", "L6"])
    func ceilings(id: String) throws {
        let rule = try #require(RuleID(rawValue: id))
        #expect(rule.definition.greatestSeverity == .warning)
        var settings = RuleSettings(rule)
        settings.severity = .critical
        #expect(settings.severity(of: Evidence(severity: .alarm)) == .warning)
    }

    @Test("only Q6 is off by default, and no default repeats faster than an hour")
    func defaults() {
        #expect(RuleCatalogue.rules.filter { !$0.defaults.isEnabled }.map(\.id) == [.tooSmooth])
        #expect(RuleCatalogue.rules.allSatisfy { $0.defaults.repeatInterval.map { $0 >= .seconds(3_600) } ?? true })
        #expect(RuleSettings(.constantValue).onDelay == .seconds(3_600))
        #expect(RuleSettings(.treatmentOff).onDelay == .seconds(300))
    }

    @Test(
        "both pages explain every rule, with the catalogue's severity and delay", arguments: ["alarms", "alarms.zh-CN"])
    func pages(name: String) throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../..")
        let page = try String(contentsOf: root.appending(path: "docs/\(name).md"), encoding: .utf8)
        let rows = page.split(separator: "\n").filter { $0.hasPrefix("| ") }
        for rule in RuleCatalogue.rules {
            let row = rows.first { $0.hasPrefix("| \(rule.id.rawValue) |") }
            #expect(row != nil, "\(rule.id.rawValue) is missing")
            let cells = row?.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) } ?? []
            #expect(cells.contains(rule.defaults.severity.rawValue), "\(rule.id.rawValue)")
            #expect(cells.contains(Self.shown(rule.defaults.onDelay)), "\(rule.id.rawValue)")
        }
    }

    /// As the pages write delays: `0`, `5min`, `48h`.
    private static func shown(_ duration: Duration) -> String {
        let minutes = duration.wholeMilliseconds / 60_000
        if minutes == 0 { return "0" }
        return minutes % 60 == 0 && minutes > 60 ? "\(minutes / 60)h" : "\(minutes)min"
    }
}

@Suite struct AlarmMessageTests {
    private let message = AlarmMessage(zone: .china, names: ["stack-1": "1号烟囱"])

    private func event(_ rule: RuleID, factor: String? = "a21026", _ facts: AlarmFacts) -> AlarmEvent {
        var event = AlarmEvent(
            subject: AlarmSubject(rule, source: "stack-1", factor: factor), severity: .warning, since: at(6, 1, 10))
        event.facts = facts
        return event
    }

    @Test("the forecast is said in words an operator understands")
    func forecast() {
        let facts = AlarmFacts([
            .allowed: .number(31.2), .until: .clock(at(6, 1, 11)), .limit: .number(35), .value: .number(33.04),
        ])
        let sentence = message.present(event(.hourForecast, facts))
        #expect(
            sentence.en
                == "1号烟囱 SO2 (a21026) must average below 31.2 until 11:00 or the hour exceeds 35; it is at 33.04 now")
        #expect(sentence.zh.hasSuffix("在 11:00 之前的均值须低于 31.2，否则本小时将超过限值 35；目前为 33.04"))
        #expect(sentence.zh.contains("（a21026）"))
    }

    @Test("what is optional is left out without its fact, and said with it")
    func optional() {
        let facts: KeyValuePairs<AlarmFacts.Name, AlarmFacts.Value?> = [
            .length: .length(.seconds(7_500)), .reason: .text("timeout"),
        ]
        let with = message.present(event(.silence, factor: nil, AlarmFacts(facts)))
        #expect(with.en == "1号烟囱 sends no usable data for 2 h 5 min (timeout)")
        #expect(with.zh == "1号烟囱 已 2 小时 5 分钟无有效数据（timeout）")
        let without = message.present(event(.silence, factor: nil, AlarmFacts([.length: .length(.seconds(90))])))
        #expect(without.en == "1号烟囱 sends no usable data for 1 min 30 s")
    }

    @Test("each kind of transition says what it is")
    func transitions() {
        var event = event(.storageTrouble, factor: nil, AlarmFacts([.reason: .text("disk full")]))
        event.marks = [.startUp]
        event.acknowledgement = .init(by: "Li", note: "cleaning", at: at(6, 1, 11))
        event.comments = [.init(by: "Wu", note: "done", at: at(6, 1, 11))]
        let expected: [AlarmTransition.Kind: String] = [
            .raised: "1号烟囱: disk full", .updated: "1号烟囱: disk full", .repeated: "still: 1号烟囱: disk full",
            .suppressed: "1号烟囱: disk full (held back by the mark St)",
            .acknowledged: "1号烟囱: disk full (acknowledged by Li: cleaning)",
            .commented: "1号烟囱: disk full (comment by Wu: done)",
            .closed: "1号烟囱: storage in trouble is over after 1 h",
            .withdrawn: "1号烟囱: storage in trouble: ended by a change of the configuration after 1 h",
        ]
        for kind in AlarmTransition.Kind.allCases {
            #expect(message.text(AlarmTransition(kind: kind, event: event, at: at(6, 1, 11))).en == expected[kind])
        }
    }

    @Test(
        "lengths are said in their two greatest units",
        arguments: [
            (0, "0 s", "0 秒"), (59, "59 s", "59 秒"), (60, "1 min", "1 分钟"), (3_661, "1 h 1 min", "1 小时 1 分钟"),
            (3_601, "1 h", "1 小时"), (90_000, "1 d 1 h", "1 天 1 小时"),
        ])
    func lengths(seconds: Int, en: String, zh: String) {
        #expect(Tongue.english.length(.seconds(seconds)) == en)
        #expect(Tongue.chinese.length(.seconds(seconds)) == zh)
    }

    @Test(
        "numbers have at most three decimals",
        arguments: [(31.20004, "31.2"), (35, "35"), (0.00123456789, "0.001234568"), (-0.0, "0")] as [(Double, String)])
    func numbers(value: Double, text: String) {
        #expect(Tongue.shown(value) == text)
    }
}
