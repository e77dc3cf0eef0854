import Telemetry
import Testing

@Suite struct DurationTextTests {
    @Test(
        "whole numbers with units are read, and written in the largest unit that needs no fraction",
        arguments: [
            ("0s", .zero, "0s"), ("1ms", .milliseconds(1), "1ms"), ("1500ms", .milliseconds(1_500), "1500ms"),
            ("2000ms", .seconds(2), "2s"), ("60s", .seconds(60), "1m"), ("90s", .seconds(90), "90s"),
            ("90m", .seconds(5_400), "90m"), ("1h30m", .seconds(5_400), "90m"), ("1m30s", .seconds(90), "90s"),
            ("2h0m5s", .seconds(7_205), "7205s"), ("1s500ms", .milliseconds(1_500), "1500ms"),
            ("99999999999999999999h1ms", .milliseconds(Int64.max), "9223372036854775807ms"),
            ("24h", .seconds(86_400), "24h"),
            ("99999999999999999999h", .milliseconds(Int64.max), "9223372036854775807ms"),
        ] as [(String, Duration, String)])
    func good(text: String, duration: Duration, readable: String) {
        #expect(Duration(text: text) == duration)
        #expect(duration.readable == readable)
    }

    @Test(
        "anything else is none",
        arguments: ["", "s", "5", "5 s", "-1s", "1.5s", "1d", "30m1h", "1h1h", "1h30", "1h 30m", "h30m", "٣s", "5S"])
    func bad(text: String) {
        #expect(Duration(text: text) == nil)
    }
}
