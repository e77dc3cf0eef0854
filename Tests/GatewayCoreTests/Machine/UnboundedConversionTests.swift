import Foundation
import GatewayCore
import Protocol
import Telemetry
import Testing

/// From 21 % oxygen on `oxygen_cap_action: max` gives the greatest number of the format, which is no concentration.
@Suite struct UnboundedConversionTests {
    private static let limits = ["realtime", "minute", "hour", "day"].map { average in
        "{ average: \(average), of: converted, max: 50, warn: 80% }"
    }.joined(separator: ", ")

    private static func plant(_ stack: String) -> String {
        """
        gateway: { id: plant-01, data_directory: /tmp/x, language: en, realtime_interval: 1h }
        buses:
          - id: rack
            tcp: 127.0.0.1:502
            devices:
              - id: cems
                unit: 1
                poll: 60s
                registers: [ { name: so2, input: 0, type: float32 }, { name: o2, input: 2, type: float32 } ]
        outlets:
          - id: stack-1
            stack: { reference_oxygen: 6, \(stack) }
            factors:
              - { code: a21026, from: cems.so2, converted: true, limits: [ \(limits) ] }
              - { code: a19001, from: cems.o2 }
        """
    }

    /// The lines of 30 hours with so many mg/m³, 10 of them if nothing is said; `isAir` says in which minutes the oxygen is that of air.
    private static func lines(
        _ stack: String, concentration: Int = 10, isAir: (Int) -> Bool
    ) throws -> [String] {
        var stream = ReplayStream(try configuration(plant(stack)), zone: .china, kinds: [.alarm, .hour, .minute])
        let start = ZoneRules.china.instant(of: CivilTime(year: 2026, month: 11, day: 21)).millisecondsSince1970
        var text = ""
        for minute in 0..<(30 * 60) {
            let oxygen = isAir(minute) ? 21.5 : 6
            for (code, value) in [("a21026", Double(concentration)), ("a19001", oxygen)] {
                text +=
                    #"{"ts":\#(start + Int64(minute) * 60_000),"outlet":"stack-1","factor":"\#(code)","value":\#(value)}"#
                    + "\n"
            }
        }
        try stream.feed(Array(text.utf8))
        try stream.finish()
        return String(decoding: stream.takeOutput(), as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private static func limitAlarms(_ lines: [String]) -> [String] { lines.filter { $0.contains(#""rule":"L"#) } }

    @Test("records carry it, and no limit and no forecast judges it", arguments: ["of_means", "mean_of"])
    func air(method: String) throws {
        let lines = try Self.lines("oxygen_cap_action: max, converted_method: \(method)") { _ in true }
        let hours = lines.filter { $0.contains(#""kind":"hour""#) }
        #expect(hours.count == 30)
        #expect(hours.allSatisfy { $0.contains(#""ZsAvg":99999.99"#) }, "\(hours.first ?? "")")
        #expect(Self.limitAlarms(lines) == [])
    }

    @Test("a mean leaves it out and is judged", arguments: [10, 60])
    func part(concentration: Int) throws {
        let lines = try Self.lines(
            "oxygen_cap_action: max, converted_method: mean_of", concentration: concentration
        ) { $0 % 60 == 30 }
        let hours = lines.filter { $0.contains(#""kind":"hour""#) }
        #expect(hours.count == 30)
        #expect(hours.allSatisfy { $0.contains("\"ZsAvg\":\(concentration),") }, "\(hours.first ?? "")")
        for rule in ["L1", "L2"] {
            #expect(Self.limitAlarms(lines).contains { $0.contains("\"rule\":\"\(rule)\"") } == (concentration > 50))
        }
    }

    @Test("other actions are judged as ever")
    func others() throws {
        let lines = try Self.lines("oxygen_cap_action: cap") { _ in true }
        #expect(Self.limitAlarms(lines).contains { $0.contains(#""rule":"L1""#) })
        #expect(Self.limitAlarms(lines).contains { $0.contains(#""rule":"L2""#) })
    }
}
