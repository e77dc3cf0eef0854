import Telemetry
import TestSupport
import Testing

@Suite struct CivilTimeTests {
    @Test(
        "known instants on China's clock",
        arguments: [
            (Int64(1_795_227_600_000), "20261121102000"), (0, "19700101080000"), (951_753_600_000, "20000229000000"),
            (4_107_513_599_000, "21000228235959"),
        ])
    func known(milliseconds: Int64, text: String) {
        let instant = WallInstant(millisecondsSince1970: milliseconds)
        #expect(ZoneRules.china.civilTime(at: instant).compact == text)
        #expect(CivilTime(compact: text.utf8).map { ZoneRules.china.instant(of: $0) } == instant)
    }

    @Test("every day of four centuries is itself again")
    func roundTrip() {
        for day in Int64(-80_000)...80_000 {
            let milliseconds = day * 86_400_000 + 43_200_123
            #expect(CivilTime(localMilliseconds: milliseconds).localMilliseconds == milliseconds)
        }
    }

    @Test(
        "what is no date is refused",
        arguments: [
            "", "2026", "20260230000000", "20261301000000", "20260101240000", "20260101006000", "2026010100000x",
            "00000101000000",
        ])
    func refused(text: String) {
        #expect(CivilTime(compact: text.utf8) == nil)
    }

    @Test("of 17 digits the last three are milliseconds, of 16 the rest is ignored")
    func longer() {
        #expect(CivilTime(compact: "20160801085857223".utf8)?.millisecond == 223)
        #expect(CivilTime(compact: "2016080108585722".utf8)?.compact == "20160801085857")
        #expect(CivilTime(compact: "20160801085857223".utf8)?.compactWithMilliseconds == "20160801085857223")
    }
}
