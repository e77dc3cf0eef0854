import TestSupport
import Testing

@testable import TelemetryStore

@Suite(.timeLimit(.minutes(1))) struct JournalReaderTests {
    let fixture = JournalFixture()
    private static let kinds = ["realtime", "minute", "hour", "alarm", "raw"]

    /// 1,000 rows of mixed kinds; the second value is what was written, in order.
    private func filled(_ generator: inout SeededGenerator) throws -> (Journal, [String]) {
        let journal = try fixture.open()
        let kinds = (0..<1_000).map { _ in
            Int.random(in: 0..<20, using: &generator) == 0 ? "alarm" : Self.kinds.randomElement(using: &generator) ?? ""
        }
        for kind in kinds { journal.record(kind) }
        journal.flush(deadline: .seconds(20))
        return (journal, kinds)
    }

    @Test("pages say what a plain list says, for all kinds and for some", arguments: 0..<4)
    func pages(round: Int) throws {
        var generator = SeededGenerator()
        let (journal, kinds) = try filled(&generator)
        let reader = try journal.makeReader()
        for _ in 0..<50 {
            let wanted = Set(Self.kinds.filter { _ in Bool.random(using: &generator) })
            let filter: KindFilter =
                wanted.count == Self.kinds.count
                ? .all
                : Bool.random(using: &generator) ? .only(wanted) : .allBut(Set(Self.kinds).subtracting(wanted))
            let after = Int64.random(in: 0...1_000, using: &generator)
            let through = Int64.random(in: 0...1_000, using: &generator)
            let limit = Int.random(in: 1...60, using: &generator)
            let page = try reader.read(after: after, through: through, kinds: filter, limit: limit)
            let all = kinds.indices.filter { wanted.contains(kinds[$0]) }.map { Int64($0 + 1) }
            let expected = all.filter { $0 > after && $0 <= through }.prefix(limit)
            #expect(page.rows.map(\.sequence) == Array(expected), "\(generator)")
            #expect(page.through == (expected.count == limit ? expected.last : through), "\(generator)")
            #expect(page.rows.allSatisfy { kinds[Int($0.sequence - 1)] == $0.kind }, "\(generator)")
            let previous = try reader.previousSequence(before: after, kinds: filter)
            #expect(previous == all.last { $0 < after } ?? 0, "\(generator)")
            let upper = max(after, through)
            let count = try reader.count(after...upper, kinds: filter)
            #expect(count == all.count { $0 >= after && $0 <= upper }, "\(generator)")
        }
    }

    @Test("a row comes back as it was appended")
    func row() throws {
        let journal = try fixture.open()
        journal.append(kind: "raw", lane: .bulk, outlet: "cems-1", timestamp: -1) { _ in Array("{}".utf8) }
        journal.append(kind: "raw", lane: .urgent, outlet: "", timestamp: .max) { _ in [] }
        journal.flush(deadline: .seconds(20))
        let rows = try journal.makeReader().read(after: 0, through: 2, kinds: .all, limit: 10).rows
        #expect(
            rows == [
                JournalRow(
                    sequence: 1, lane: .bulk, kind: "raw", outlet: "cems-1", timestamp: -1, body: Array("{}".utf8)),
                JournalRow(sequence: 2, lane: .urgent, kind: "raw", outlet: "", timestamp: .max, body: []),
            ])
    }

    @Test("a page stops at its bytes, but never before one row")
    func bytes() throws {
        let journal = try fixture.open()
        journal.records(10, padding: 1_000)
        journal.flush(deadline: .seconds(20))
        let reader = try journal.makeReader()
        let one = try reader.read(after: 0, through: 10, kinds: .all, limit: 10, maximumBytes: 1)
        #expect(one.rows.map(\.sequence) == [1])
        #expect(one.through == 1)
        let some = try reader.read(after: 1, through: 10, kinds: .all, limit: 10, maximumBytes: 2_500)
        #expect(some.rows.map(\.sequence) == [2, 3, 4])
    }

    @Test("no kinds at all are read past at once")
    func noKinds() throws {
        let journal = try fixture.open()
        let reader = try journal.makeReader()
        let page = try reader.read(after: 0, through: 77, kinds: .only([]), limit: 1)
        #expect(page == JournalPage(rows: [], through: 77))
        #expect(try reader.previousSequence(before: 9, kinds: .only([])) == 0)
        #expect(try reader.count(1...9, kinds: .only([])) == 0)
    }

    @Test("what was not committed is not seen")
    func uncommitted() throws {
        let journal = try fixture.open(JournalSettings(commitInterval: .seconds(3_600)))
        journal.record()
        #expect(eventually { journal.committedHead == 1 })
        journal.record()
        #expect(try journal.makeReader().head() == 1)
    }

    @Test("a file that is not there is an error that names it")
    func missing() {
        let error = #expect(throws: JournalError.self) { try JournalReader(directory: fixture.path) }
        #expect(error?.path == fixture.database)
        #expect(error?.reason == .unwritable)
    }

    @Test("the queries for some kinds walk the index and sort nothing")
    func queryPlan() throws {
        let journal = try fixture.open()
        journal.close(deadline: .seconds(20))
        let arm = "select seq, body from record where kind = '%' and seq >= 1 and seq <= 9"
        let plan = try fixture.sqlite(
            "explain query plan \(arm) union all \(arm) union all \(arm) order by seq limit 3")
        #expect(plan.contains("MERGE"))
        #expect(plan.contains("record_by_kind"))
        #expect(!plan.contains("TEMP B-TREE"))
        #expect(!plan.contains("SCAN"))
    }
}
