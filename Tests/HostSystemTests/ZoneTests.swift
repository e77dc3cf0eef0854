import Foundation
import HostSystem
import Telemetry
import TestSupport
import Testing

@Suite struct ZoneTests {
    @Test(
        "a zone's offsets are those an independent reader of the same data gives",
        arguments: [
            "Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC",
            "Pacific/Auckland", "America/Sao_Paulo",
        ])
    func offsets(name: String) throws {
        let rules = try ZoneRules.named(name)
        let foundation = try #require(TimeZone(identifier: name))
        var random = SeededGenerator()
        for _ in 0..<2_000 {
            // 1992 … 2090: before, and after the last transition a file lists.
            let seconds = Int64.random(in: 694_224_000...3_786_912_000, using: &random)
            let expected = foundation.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds)))
            let offset = rules.offset(at: WallInstant(millisecondsSince1970: seconds * 1_000))
            #expect(offset == .seconds(expected), "\(name) at \(seconds); \(random)")
        }
    }

    @Test("what is no zone is refused in words", arguments: ["Asia/Shangai", "", "../passwd", "/etc/passwd", "a b"])
    func unknown(name: String) {
        #expect(throws: ZoneRules.Unknown.self) { _ = try ZoneRules.named(name) }
    }
}
