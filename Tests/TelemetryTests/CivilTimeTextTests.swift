import Telemetry
import Testing

@Suite struct CivilTimeTextTests {
    @Test("a time is written for people")
    func readable() {
        let time = CivilTime(year: 2026, month: 1, day: 2, hour: 3, minute: 4, second: 5)
        #expect(time.readable == "2026-01-02 03:04:05")
        var later = time
        later.millisecond = 7
        #expect(later.readable == "2026-01-02 03:04:05.007")
    }

    @Test(
        "a time is read in the forms that people write",
        arguments: [
            ("2026-11-21", "20261121000000"), ("2026-11-21T10:00", "20261121100000"),
            ("2026-11-21 10:05", "20261121100500"), ("2026-11-21T10:05:06", "20261121100506"),
            ("20261121100506", "20261121100506"), ("2024-02-29", "20240229000000"),
        ])
    func read(text: String, compact: String) {
        #expect(CivilTime(text: text)?.compact == compact)
    }

    @Test(
        "what is no date is none",
        arguments: [
            "", "2026", "2026-11", "2026-13-01", "2026-02-29", "2026-11-21T24:00", "2026-11-21T10", "2026-11-21T10:60",
            "2026/11/21", "2026-11-21T10-00", "20261121", "2026112110000x", "2026-11-21t10:00", "202611211000000",
            "+026-11-21", "2026-11-21T10:00Z", "２０２６-11-21",
        ])
    func unreadable(text: String) {
        #expect(CivilTime(text: text) == nil)
    }
}
