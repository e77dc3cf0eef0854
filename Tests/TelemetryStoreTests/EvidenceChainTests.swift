import Cipher
import Foundation
import TestSupport
import Testing

@testable import TelemetryStore

@Suite(.timeLimit(.minutes(1))) struct EvidenceChainTests {
    let fixture = JournalFixture()

    private func hash(_ sequence: Int64) throws -> String {
        try fixture.sqlite("select lower(hex(hash)) from record where seq = \(sequence)").trimmingCharacters(
            in: .newlines)
    }

    @Test("sha256sum computes the same hash from what a technician can read")
    func independent() throws {
        let journal = try fixture.open()
        journal.record("minute", outlet: "1号烟囱")
        journal.record("hour")
        journal.record("minute")
        journal.flush(deadline: .seconds(20))
        for (sequence, previous) in [(1, String(repeating: "0", count: 64)), (3, try hash(1))] {
            let text = try fixture.sqlite(
                """
                select '\(previous) ' || seq || ' ' || ts || ' ' || kind || ' ' || outlet || char(10) || body
                from record where seq = \(sequence)
                """)
            let file = try fixture.directory.write(String(text.dropLast()), to: "preimage")
            let sum = try ChildProcess("sha256sum", [file])
            sum.wait()
            #expect(sum.output.prefix(64) == (try hash(Int64(sequence))))
        }
    }

    @Test("every kind has a chain of its own, which a restart continues")
    func chains() throws {
        var journal = try fixture.open()
        for kind in ["raw", "minute", "raw", "alarm"] { journal.record(kind) }
        journal.close(deadline: .seconds(20))
        journal = try fixture.open()
        for kind in ["minute", "raw", "hour"] { journal.record(kind) }
        journal.flush(deadline: .seconds(20))
        var chain = EvidenceChain()
        var hasher = SHA256Hasher()
        let rows = try journal.makeReader().read(after: 0, through: 7, kinds: .all, limit: 10).rows
        for row in rows {
            let expected = chain.extend(with: row, &hasher)
            #expect(try hash(row.sequence) == expected.hex)
        }
        #expect(Set(chain.heads.keys) == ["raw", "minute", "alarm", "hour"])
    }

    @Test("each part of a record changes its hash")
    func parts() {
        let row = JournalRow(sequence: 12, lane: .bulk, kind: "raw", outlet: "d", timestamp: 3, body: Array("{}".utf8))
        var hasher = SHA256Hasher()
        var hashes: Set<SHA256Digest> = []
        for change in 0..<7 {
            var changed = row
            var previous = SHA256Digest.zero
            switch change {
            case 1: changed.sequence = 1
            case 2: changed.timestamp = 23
            case 3: changed.kind = "ra"
            case 4: changed.outlet = "e"
            case 5: changed.body = Array("{ }".utf8)
            case 6: previous = SHA256Hasher.digest(of: [])
            default: break
            }
            hashes.insert(EvidenceChain.hash(of: changed, after: previous, &hasher))
        }
        #expect(hashes.count == 7)
    }

    @Test("a file that is replaced while running continues the chains of the old one")
    func replacement() throws {
        let journal = try fixture.open()
        for kind in ["raw", "minute", "raw"] { journal.record(kind) }
        journal.flush(deadline: .seconds(20))
        let last = try hash(3)
        for name in fixture.files("journal.db") {
            try FileManager.default.removeItem(atPath: fixture.directory.file(name))
        }
        journal.record("raw")
        journal.flush(deadline: .seconds(20))
        let row = try #require(try journal.makeReader().read(after: 3, through: 4, kinds: .all, limit: 1).rows.first)
        var hasher = SHA256Hasher()
        let before = try #require(SHA256Digest(hex: last))
        #expect(try hash(4) == EvidenceChain.hash(of: row, after: before, &hasher).hex)
        #expect(try fixture.sqlite("select * from span") == "1|3|lost\n")
        #expect(try fixture.sqlite("select kind, through, deleted from chain") == "minute|3|0\nraw|3|0\n")
    }

    @Test("numbers that are passed over at a start are written down with the next record")
    func skipped() throws {
        let journal = try fixture.open(.smallQueue)
        journal.records(5)
        journal.close(deadline: .seconds(20))
        try SequenceReserve(reservedThrough: 50, closedAt: 40).save(in: fixture.path)
        let again = try fixture.open(.smallQueue)
        #expect(again.record() == 51)
        again.flush(deadline: .seconds(20))
        #expect(try fixture.sqlite("select * from span") == "6|50|skipped\n")
    }
}
