import GatewayCore
import Protocol
import Telemetry
import Testing

/// Two samples of one factor with the same instant, a bad one and a good one: docs/calculation.md, section 1.
@Suite("Doubled instants")
struct DoubledInstantTests {
    private static let plant = """
        gateway: { id: plant-01, data_directory: /tmp/x, language: en }
        buses:
          - id: rack
            tcp: 127.0.0.1:502
            devices:
              - id: cems
                unit: 1
                poll: 5s
                registers: [ { name: so2, input: 0, type: float32 }, { name: cod, input: 2, type: float32 } ]
        outlets:
          - id: stack-1
            st: "31"
            factors:
              - { code: a21026, from: cems.so2, range: [0, 300], limits: [ { average: hour, max: 30 } ] }
              - { code: w01018, from: cems.cod, cycle: 1h, range: [0, 300], limits: [ { average: hour, max: 30 } ] }
        """

    /// The lines of two hours. `bad`: what comes before the good sample of every instant, a value and a flag.
    private func lines(bad: String?) throws -> [Substring] {
        var stream = ReplayStream(
            try configuration(Self.plant), zone: .china, kinds: [.minute, .hour, .alarm])
        var text = ""
        for second in stride(from: 0, through: 7_200, by: 5) {
            for code in ["a21026", "w01018"] {
                let readings = [bad, #""value":2\#(second / 3600)"#].compactMap(\.self)
                for reading in readings {
                    let at = morning.millisecondsSince1970 + Int64(second) * 1000
                    text += #"{"ts":\#(at),"outlet":"stack-1","factor":"\#(code)",\#(reading)}"# + "\n"
                }
            }
        }
        try stream.feed(Array(text.utf8))
        try stream.finish()
        return String(decoding: stream.takeOutput(), as: UTF8.self).split(separator: "\n")
    }

    @Test(
        "a bad sample whose place a good one takes leaves no trace",
        arguments: [#""value":400,"flag":"T""#, #""value":7,"flag":"D""#, #""value":null,"flag":"M""#])
    func noTrace(bad: String) throws {
        let expected = try lines(bad: nil)
        #expect(expected.count > 120)
        #expect(!expected.contains { $0.contains(#""rule":"L"#) })
        #expect(try lines(bad: bad) == expected)
    }

    @Test("so it is of a frame under the time of another one, over a restart too", arguments: [false, true])
    func frames(isRestarted: Bool) throws {
        var site = try WaterSite(factors: ["{ code: w21011, from: m.w21011, range: [0, 10] }"])
        site.pass(.seconds(1))
        for _ in 0..<24 {
            let taken = site.itsTime.compact
            for (value, flag) in [(20, "T"), (3, "N")] {
                site.send("DataTime=\(taken);w21011-Rtd=\(value),w21011-Flag=\(flag)")
                site.tick()
                site.pass(.milliseconds(1_500))
                if isRestarted, flag == "T" { try site.restart() }
            }
            site.pass(.seconds(2))
        }
        let minute = try #require(site.records(.minute)["202611211020"]?.factors["w21011"])
        #expect(minute.flag == .normal && minute.reason == nil)
        #expect(minute.number("Avg") == 3)
    }

    @Test("a result in the place of a bad one of its time ends no failure, for there was none")
    func results() throws {
        var site = try WaterSite(factors: [
            "{ code: w01018, from: m.w01018, cycle: 1h, range: [0, 100], limits: [ { average: hour, max: 50 } ] }"
        ])
        for (value, flag) in [(400, "T"), (20, "N")] {
            site.send(
                "DataTime=\(site.itsTime.compact);w01018-SampleTime=20261121102001,w01018-Rtd=\(value),w01018-Flag=\(flag)"
            )
            site.tick()
            site.pass(.seconds(5))
        }
        site.run(seconds: 6_000) { _ in }
        let hour = try #require(site.records(.hour)["2026112110"])
        #expect(hour.factors["w01018"]?.number("Avg") == 20)
        #expect(hour.quality.isEmpty)
        #expect(site.alarms("L1").isEmpty)
    }
}
