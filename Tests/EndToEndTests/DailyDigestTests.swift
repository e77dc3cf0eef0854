import Foundation
import HostSystem
import Telemetry
import TelemetryStore
import TestSupport
import Testing

@testable import Gatewayd

@Suite struct DailyDigestTests {
    private let directory = TemporaryDirectory()
    /// 2026-11-21 23:59:30 on the plant's clock.
    private let evening = WallInstant(millisecondsSince1970: 1_795_276_770_000)

    private func journal() throws -> Journal {
        try Journal(directory: directory.path, settings: JournalSettings(commitInterval: .milliseconds(1)))
    }

    private func append(_ kinds: [String], to journal: Journal) {
        for kind in kinds {
            journal.append(kind: kind, lane: .ordinary, outlet: "a", timestamp: 5) { Array(#"{"seq":\#($0)}"#.utf8) }
        }
        journal.flush(deadline: .seconds(10))
    }

    @Test("a digest is due once a date, covers what came since the last one, and goes on after a restart")
    func days() throws {
        let zone = try ZoneRules.named("Asia/Shanghai")
        var journal = try journal()
        append(["minute", "hour", "minute"], to: journal)
        var digest = DailyDigest(journal, zone: zone, at: evening)
        #expect(try digest.due(at: evening + .seconds(29)) == nil)
        let first = try #require(try digest.due(at: evening + .seconds(31)))
        #expect(first.map(\.name) == ["after", "through", "hour", "minute"])
        #expect(first.prefix(2).map(\.value) == ["0", "3"])
        #expect(first[3].value.hasPrefix("2 1 3 \(String(repeating: "0", count: 64)) "))
        // Until it is journalled it stays due.
        #expect(try digest.due(at: evening + .seconds(32)) == first)
        journal.saveCursor(uplink: digest.note.key, state: digest.note.text)
        digest.journalled()
        #expect(try digest.due(at: evening + .seconds(3_600)) == nil)

        append(["minute"], to: journal)
        journal.close(deadline: .seconds(10))
        journal = try self.journal()
        // The date changed while nobody looked.
        digest = DailyDigest(journal, zone: zone, at: evening + .seconds(2 * 86_400))
        let second = try #require(try digest.due(at: evening + .seconds(2 * 86_400)))
        #expect(second.map(\.name) == ["after", "through", "minute"])
        #expect(second[2].value.hasPrefix("1 4 4 \(try #require(first[3].value.split(separator: " ").last)) "))
        digest.journalled()
        #expect(try digest.due(at: evening + .seconds(2 * 86_400)) == nil)

        let body = Array(#"{"event":{"name":"digest","\#(second[2].name)":"\#(second[2].value)"}}"#.utf8)
        let claims = DigestEvent.claims(in: body)
        #expect(claims.count == 1)
        #expect(try JournalInspector(directory: directory.path).verify(claims: Set(claims)).claimsMet == 1)
    }

    @Test("after the file was replaced while running, a digest covers what the new one holds")
    func replaced() throws {
        let journal = try journal()
        let digest = DailyDigest(journal, zone: try ZoneRules.named("Asia/Shanghai"), at: evening)
        append(["minute", "hour"], to: journal)
        for name in ["journal.db", "journal.db-wal", "journal.db-shm"] {
            try FileManager.default.removeItem(atPath: directory.file(name))
        }
        append(["minute", "minute"], to: journal)
        #expect(journal.statistics.replacements == 1)
        let details = try #require(try digest.due(at: evening + .seconds(31)))
        #expect(details.map(\.name) == ["after", "through", "minute"])
        #expect(details[2].value.hasPrefix("2 3 4 "))
    }

    @Test(
        "what is no digest claims nothing",
        arguments: [
            "", "{}", #"{"event":{"name":"start","minute":"1 1 1 0 0"}}"#, #"{"event":{"name":"digest","minute":7}}"#,
            #"{"event":{"name":"digest","minute":"1 2 3 4 5","after":"0"}}"#, #"{"event":"digest"}"#,
        ])
    func noDigest(text: String) {
        #expect(DigestEvent.claims(in: Array(text.utf8)).isEmpty)
    }
}
