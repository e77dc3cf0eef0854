import GatewayCore
import Protocol
import Telemetry
import Testing

/// 2026-11-21 00:00:00 on China's clock.
let midnight = WallInstant(millisecondsSince1970: 1_795_190_400_000)

/// The configuration in `text`, which must be valid.
func configuration(_ text: String) throws -> GatewayConfiguration {
    let result = ConfigurationReader.read(file: "proof.yaml", text: Array(text.utf8), directory: "/") { _ in nil }
    return try #require(result.configuration, "\(result.problems.map(\.description))")
}

/// One alarm as its records tell it.
struct SeenAlarm: Sendable, CustomStringConvertible {
    var report: AlarmReport
    /// When it was raised, or recorded as held back.
    var raised: WallInstant
    var cleared: WallInstant?
    /// It never called anybody.
    var isSuppressed: Bool

    /// What it is about: the factor, else the source.
    var subject: String { report.factor ?? report.source }

    /// `L1 a21026 02:00-03:00`: rule, factor or source, raised, cleared. One that a mark held back names it: `(St)`.
    var description: String {
        let held = isSuppressed ? " (\(report.marks.joined(separator: ",")))" : ""
        return "\(report.rule) \(subject)\(held) \(clock(raised))-\(cleared.map(clock) ?? "")"
    }

    /// Hours and minutes since ``midnight``, and seconds where there are some.
    private func clock(_ instant: WallInstant) -> String {
        let seconds = Int((instant - midnight).wholeMilliseconds / 1_000)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let rest = seconds % 60 == 0 ? "" : ":\(two(seconds % 60))"
        return "\(two(seconds / 3_600)):\(two(seconds / 60 % 60))\(rest)"
    }
}

/// Gathers the alarms of a run from its records.
struct SeenAlarms: Sendable {
    private(set) var alarms: [SeenAlarm] = []
    private var places: [String: Int] = [:]

    mutating func take(_ records: [Record]) {
        for record in records {
            if case .alarm(let report) = record.content { take(report, at: record.at) }
        }
    }

    private mutating func take(_ report: AlarmReport, at instant: WallInstant) {
        guard let place = places[report.id] else {
            // An alarm begins by being raised or held back.
            #expect(report.state == .raised, "\(report.id)")
            places[report.id] = alarms.count
            alarms.append(
                SeenAlarm(report: report, raised: instant, cleared: nil, isSuppressed: report.isSuppressed))
            return
        }
        #expect(alarms[place].cleared == nil, "\(report.id) goes on after its end")
        alarms[place].report = report
        switch report.state {
        case .raised:
            #expect(alarms[place].isSuppressed && !report.isSuppressed, "\(report.id) is raised twice")
            alarms[place].raised = instant
            alarms[place].isSuppressed = false
        case .updated: break
        case .cleared: alarms[place].cleared = instant
        }
    }

    var lines: [String] { alarms.map(\.description) }
}
