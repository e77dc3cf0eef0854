import Foundation
import GatewayCore
import Protocol
import Telemetry
import Testing

/// `range` is in the unit of the reading, before `slope`, `intercept` and `unit`.
@Suite struct ReadingRangeTests {
    /// What minutes of one reading come to.
    struct Example: CustomTestStringConvertible, Sendable {
        let settings: String
        let reading: Double
        let flag: String
        /// Rules about the value that are raised.
        let rules: Set<String>

        init(_ settings: String, _ reading: Double, _ flag: String, _ rules: Set<String> = []) {
            (self.settings, self.reading, self.flag, self.rules) = (settings, reading, flag, rules)
        }

        var testDescription: String { "\(settings): \(reading)" }
    }

    static let examples = [
        Example("range: [0, 50], slope: 10", 45, "N"), Example("range: [0, 50], slope: 10", 51, "T", ["Q4"]),
        Example("range: [0, 50], slope: 0.1", 45, "N"), Example("range: [0, 50], slope: 0.1", 51, "T", ["Q4"]),
        Example("range: [0, 50], slope: 10", -0.5, "N"), Example("range: [0, 50], slope: 10", -2, "N", ["Q3"]),
        Example("range: [0, 50], slope: 10", -5.1, "D"), Example("range: [0, 50], slope: 0.1", -5.1, "D"),
        Example("range: [4, 20], slope: 18.75, intercept: -75", 4, "N"),
        Example("range: [4, 20], slope: 18.75, intercept: -75", 19.9, "N"),
        Example("range: [4, 20], slope: 18.75, intercept: -75", 20.1, "T", ["Q4"]),
        Example("range: [4, 20], slope: 18.75, intercept: -75", 3.6, "N", ["Q3"]),
        Example("range: [4, 20], slope: 18.75, intercept: -75", 2.3, "D"),
        Example("range: [0, 100], unit: ppm", 99, "N"), Example("range: [0, 100], unit: ppm", 101, "T", ["Q4"]),
        Example("range: [0, 0.3], unit: g/m3", 0.29, "N"), Example("range: [0, 0.3], unit: g/m3", 0.31, "T", ["Q4"]),
    ]

    @Test("both ends are compared with the reading, by the flag and by the rules", arguments: examples)
    func reading(_ example: Example) throws {
        let plant = """
            gateway: { id: plant-01, data_directory: /tmp/x, language: en }
            buses:
              - id: rack
                tcp: 127.0.0.1:502
                devices: [ { id: cems, unit: 1, registers: [ { name: so2, input: 0, type: float32 } ] } ]
            outlets:
              - { id: stack-1, st: "31", factors: [ { code: a21026, from: cems.so2, \(example.settings) } ] }
            """
        var stream = ReplayStream(try configuration(plant), zone: .china, kinds: [.alarm, .minute])
        let start = ZoneRules.china.instant(of: CivilTime(year: 2026, month: 11, day: 21)).millisecondsSince1970
        for step in 0..<(20 * 12) {
            // It moves a little, so that no rule finds it constant.
            let value = example.reading + Double(step % 3) * 1e-4 * example.reading.sign.factor
            let line =
                #"{"ts":\#(start + Int64(step) * 5_000),"outlet":"stack-1","factor":"a21026","value":\#(value)}"# + "\n"
            try stream.feed(Array(line.utf8))
        }
        try stream.finish()
        let lines = String(decoding: stream.takeOutput(), as: UTF8.self).split(separator: "\n")
        let minute = try #require(lines.first { $0.contains(#""kind":"minute""#) })
        #expect(minute.contains(#""Flag":"\#(example.flag)""#), "\(minute)")
        let raised = ["Q3", "Q4", "Q5"].filter { rule in lines.contains { $0.contains(#""rule":"\#(rule)""#) } }
        #expect(Set(raised) == example.rules, "\(lines.filter { $0.contains("rule") })")
    }
}

extension FloatingPointSign {
    fileprivate var factor: Double { self == .minus ? -1 : 1 }
}
