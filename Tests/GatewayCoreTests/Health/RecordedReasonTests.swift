import Emissions
import GatewayCore
import Telemetry
import TestSupport
import Testing

/// Reasons out of records, which are English, told in Chinese.
@Suite struct RecordedReasonTests {
    static let failures: [ReadFailure] = [
        .timeout, .notConnected, .badReply, .exception(code: 6), .notANumber, .noData, .invalid(number: -9_999),
        .belowRange(number: -12.5),
    ]

    @Test("the reason of a failed reading has the words it had when it was recorded", arguments: failures)
    func failed(failure: ReadFailure) {
        #expect(RecordedReason(failure.text).words == failure.words)
        #expect(failure.words.zh.hasChinese)
    }

    @Test(
        "reasons with numbers and codes in them",
        arguments: [
            ("44 valid minutes", "只有 44 分钟有效"), ("29 valid minutes of 40 due", "应有 40 分钟，只有 29 分钟有效"),
            ("1 hour", "只有 1 小时有效"), ("0 days", "只有 0 天有效"), ("flag B", "标记 B"),
            ("no valid a19001", "没有有效的 a19001"), ("no record", "没有记录"), ("uplink down", "上行链路中断"),
            ("plant stopped", "装置停运"), ("what the maker says", "what the maker says"),
        ])
    func words(recorded: String, chinese: String) {
        #expect(RecordedReason(recorded).words == BilingualText(recorded, zh: chinese))
    }

    @Test("what makes a period invalid is known")
    func validity() throws {
        for count in 0...3 {
            for rule in [ValidityRule.hour, .day, .month(6), .share(ofDue: 40, in: 60, .minute)] {
                let reason = try #require(rule.judge(count: count).reason)
                #expect(RecordedReason(reason).words.zh.hasChinese, "\(reason)")
            }
        }
    }
}
