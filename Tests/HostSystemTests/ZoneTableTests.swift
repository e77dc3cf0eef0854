import Foundation
import Glibc
import Telemetry
import TestSupport
import Testing

@testable import HostSystem

@Suite struct ZoneTableTests {
    /// Local times around changes that are on record.
    struct Moment: Sendable, CustomTestStringConvertible {
        let zone: String
        let utc: String
        let hours: Double
        var testDescription: String { "\(zone) at \(utc)" }
    }

    static let moments = [
        Moment(zone: "Asia/Shanghai", utc: "1991-09-14T16:59:59Z", hours: 9),
        Moment(zone: "Asia/Shanghai", utc: "1991-09-14T17:00:00Z", hours: 8),
        Moment(zone: "Asia/Shanghai", utc: "2026-07-01T00:00:00Z", hours: 8),
        Moment(zone: "Asia/Shanghai", utc: "2099-07-01T00:00:00Z", hours: 8),
        Moment(zone: "Europe/Berlin", utc: "2026-03-29T00:59:59Z", hours: 1),
        Moment(zone: "Europe/Berlin", utc: "2026-03-29T01:00:00Z", hours: 2),
        Moment(zone: "Europe/Berlin", utc: "2026-10-25T00:59:59Z", hours: 2),
        Moment(zone: "Europe/Berlin", utc: "2026-10-25T01:00:00Z", hours: 1),
        Moment(zone: "Europe/Berlin", utc: "2089-03-27T01:00:00Z", hours: 2),
        Moment(zone: "America/New_York", utc: "2026-03-08T06:59:59Z", hours: -5),
        Moment(zone: "America/New_York", utc: "2026-03-08T07:00:00Z", hours: -4),
        Moment(zone: "America/New_York", utc: "2045-11-05T06:00:00Z", hours: -5),
        Moment(zone: "Europe/Dublin", utc: "2060-07-01T00:00:00Z", hours: 1),
        Moment(zone: "Europe/Dublin", utc: "2060-12-01T00:00:00Z", hours: 0),
        Moment(zone: "Asia/Kolkata", utc: "2026-01-01T00:00:00Z", hours: 5.5),
        Moment(zone: "Australia/Lord_Howe", utc: "2070-01-01T00:00:00Z", hours: 11),
        Moment(zone: "Australia/Lord_Howe", utc: "2070-07-01T00:00:00Z", hours: 10.5),
        Moment(zone: "Etc/UTC", utc: "2026-01-01T00:00:00Z", hours: 0),
    ]

    @Test("Offsets are those of the record", arguments: moments)
    func knowsOffsets(moment: Moment) throws {
        let rules = try ZoneRules.named(moment.zone)
        #expect(rules.offset(at: try instant(moment.utc)) == .seconds(moment.hours * 3_600))
    }

    @Test(
        "Every hour of odd years agrees with the system's own reading of the zone",
        arguments: [
            "Asia/Shanghai", "Europe/Berlin", "America/New_York", "Europe/Dublin", "Africa/Casablanca",
            "America/Santiago",
            "Asia/Gaza", "Pacific/Apia", "Antarctica/Troll", "Asia/Kathmandu",
        ])
    func agreesWithFoundation(zone: String) throws {
        let rules = try ZoneRules.named(zone)
        let reference = try #require(TimeZone(identifier: zone))
        for year in [1_975, 1_991, 2_011, 2_026, 2_036] {
            let start = CivilTime(year: year, month: 1, day: 1).localMilliseconds
            var disagreements: [Int64] = []
            for hour in stride(from: Int64(0), to: 8_760, by: 1) {
                let milliseconds = start + hour * 3_600_000
                let expected = reference.secondsFromGMT(for: Date(timeIntervalSince1970: Double(milliseconds) / 1_000))
                let offset = rules.offset(at: WallInstant(millisecondsSince1970: milliseconds))
                if offset != .seconds(expected) { disagreements.append(milliseconds) }
            }
            #expect(disagreements.isEmpty, "\(zone) \(year)")
        }
    }

    @Test("China's zone needs no zone data")
    func fallsBackToChina() throws {
        let empty = TemporaryDirectory()
        let rules = try ZoneRules.named("Asia/Shanghai", directory: empty.path)
        #expect(rules == .china)
    }

    @Test("A missing zone says what is missing")
    func reportsMissing() throws {
        let unknown = #expect(throws: SystemError.self) { try ZoneRules.named("Asia/Atlantis") }
        #expect(
            unknown?.description == "load time zone Asia/Atlantis in /usr/share/zoneinfo: No such file or directory")
        let bare = #expect(throws: SystemError.self) {
            try ZoneRules.named("Europe/Berlin", directory: "/nonexistent")
        }
        #expect(bare?.description.contains("install tzdata") == true)
    }

    @Test(
        "What could leave the directory is no name",
        arguments: [
            "", "/etc/passwd", "../../etc/passwd", "Asia/../../x", "Asia//Shanghai", "Asia/Shanghai/", "Asia/Shang hai",
            "a/b/c/d/e",
            "亚洲/上海", String(repeating: "x", count: 65),
        ])
    func refusesNames(name: String) {
        #expect(throws: SystemError("load time zone", name, code: EINVAL)) { try ZoneRules.named(name) }
    }

    @Test("A damaged file never traps and is an error or another table")
    func survivesDamage() throws {
        let bytes = try Files.read("/usr/share/zoneinfo/Europe/Berlin", limit: 65_536)
        for length in 0..<bytes.count { #expect(ZoneTable(Array(bytes.prefix(length))) == nil) }
        var generator = SeededGenerator()
        for _ in 0..<2_000 {
            var damaged = bytes
            for _ in 0..<3 {
                damaged[Int.random(in: 0..<damaged.count, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            if let table = ZoneTable(damaged) { #expect(!table.periods(until: 2_100).isEmpty, "\(generator)") }
        }
    }

    @Test(
        "Rules of every form are read",
        arguments: [
            ("CST-8", 2_026, []),
            ("<+03>-3", 2_026, []),
            ("CET-1CEST,M3.5.0,M10.5.0/3", 2_026, ["2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z"]),
            ("EST5EDT,M3.2.0,M11.1.0", 2_026, ["2026-03-08T07:00:00Z", "2026-11-01T06:00:00Z"]),
            ("IST-1GMT0,M10.5.0,M3.5.0/1", 2_026, ["2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z"]),
            ("AAA0BBB,J60/0,J61/0", 2_024, ["2024-03-01T00:00:00Z", "2024-03-01T23:00:00Z"]),
            ("AAA0BBB,J60/0,J61/0", 2_026, ["2026-03-01T00:00:00Z", "2026-03-01T23:00:00Z"]),
            ("AAA0BBB,59/0,60/0", 2_024, ["2024-02-29T00:00:00Z", "2024-02-29T23:00:00Z"]),
            ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", 2_026, ["2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z"]),
        ] as [(String, Int, [String])])
    func readsRules(text: String, year: Int, changes: [String]) throws {
        let rule = try #require(ZoneRule(text))
        let expected = try changes.map { try instant($0).millisecondsSince1970 / 1_000 }
        #expect(rule.transitions(in: year).map(\.at) == expected)
    }

    @Test(
        "Broken rules are refused",
        arguments: [
            "", "C", "CST", "CST-8X", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0",
            "CET-1CEST",
            "CET-168", "CET-1:60", "<+03-3", "CET-1CEST,J0,J5", "CET-1CEST,M3.5.0,M10.5.0/3 ",
        ])
    func refusesRules(text: String) {
        #expect(ZoneRule(text) == nil)
    }

    private func instant(_ text: String) throws -> WallInstant {
        let date = try #require(ISO8601DateFormatter().date(from: text))
        return WallInstant(millisecondsSince1970: Int64(date.timeIntervalSince1970) * 1_000)
    }
}

@Suite struct ZoneNameTests {
    @Test(
        "a zone that is not known has a proposal where something near is",
        arguments: [
            ("Asia/Beijing", "Asia/Shanghai"), ("Beijing", "Asia/Shanghai"), ("China/Beijing", "Asia/Shanghai"),
            ("Asia/Shenzhen", "Asia/Shanghai"), ("UTC+8", "Asia/Shanghai"), ("GMT+08:00", "Asia/Shanghai"),
            ("CST", "Asia/Shanghai"), ("Asia/Shangai", "Asia/Shanghai"), ("asia/shanghai", "Asia/Shanghai"),
            ("Shanghai", "Asia/Shanghai"), ("Asia/Urumchi", "Asia/Urumqi"), ("Europe/Berlim", "Europe/Berlin"),
            ("Asia/London", "Europe/London"), ("Middle-earth/Mordor", nil),
        ] as [(String, String?)])
    func nearest(name: String, expected: String?) {
        #expect(ZoneNames.nearest(to: name) == expected)
    }

    @Test("without zones on the machine only China is proposed")
    func bare() {
        let directory = TemporaryDirectory()
        #expect(ZoneNames.nearest(to: "Asia/Peking", directory: directory.path) == "Asia/Shanghai")
        #expect(ZoneNames.nearest(to: "Asia/Tokio", directory: directory.path) == nil)
    }
}
