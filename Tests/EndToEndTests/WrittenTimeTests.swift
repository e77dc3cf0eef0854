import HostSystem
import Telemetry
import Testing

@testable import Gatewayd

@Suite struct WrittenTimeTests {
    @Test("today and yesterday are days of the plant's clock, in English and Chinese words")
    func days() throws {
        let zone = try ZoneRules.named("Asia/Shanghai")
        // 2026-11-21 02:30:05.250 in Shanghai, the day before in UTC.
        let now =
            zone.instant(of: CivilTime(year: 2026, month: 11, day: 21, hour: 2, minute: 30, second: 5))
            + .milliseconds(250)
        for word in ["today", "今天"] {
            let time = try #require(WrittenTime(word))
            #expect(time.isDay && time.civilTime(in: zone, at: now) == CivilTime(year: 2026, month: 11, day: 21))
        }
        for word in ["yesterday", "昨天"] {
            let time = try #require(WrittenTime(word))
            #expect(time.civilTime(in: zone, at: now) == CivilTime(year: 2026, month: 11, day: 20))
        }
        #expect(WrittenTime("tomorrow") == nil)
        #expect(WrittenTime("2026-11-21T10:00")?.isDay == false)
    }
}
