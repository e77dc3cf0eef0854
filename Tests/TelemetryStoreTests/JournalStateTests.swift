import Testing

@testable import TelemetryStore

@Suite struct JournalStateTests {
    private func state(lastUsed: Int64 = 0, reserved: Int64 = 1_000) -> JournalState {
        JournalState(lastUsed: lastUsed, reservedThrough: reserved, committedHead: lastUsed, cursors: [:])
    }

    private func row(_ sequence: Int64, bytes: Int = 10) -> JournalRow {
        JournalRow(
            sequence: sequence, lane: .bulk, kind: "raw", outlet: "d", timestamp: 0,
            body: Array(repeating: 0x61, count: bytes))
    }

    private func append(_ state: inout JournalState, _ limits: JournalSettings, bytes: Int = 10) -> Int64? {
        state.append(limits: limits) { row($0, bytes: bytes) }?.sequence
    }

    @Test("only the row that ends the writer's sleep wakes it")
    func wakes() {
        var state = state()
        let wakes = (0..<3).map { _ in state.append(limits: JournalSettings()) { row($0) }?.wakes }
        #expect(wakes == [true, false, false])
    }

    @Test("numbers end where the reserve ends, and go on when it grows")
    func reserve() {
        var state = state(lastUsed: 8, reserved: 10)
        let first = (0..<4).map { _ in append(&state, JournalSettings()) }
        #expect(first == [9, 10, nil, nil])
        #expect(state.statistics.dropped == 2)
        state.reservedThrough = 12
        let second = (0..<3).map { _ in append(&state, JournalSettings()) }
        #expect(second == [11, 12, nil])
    }

    @Test("a state that is saved while rows with an older one wait is not overwritten by it, nor durable before them")
    func laterState() {
        var state = state()
        var limits = JournalSettings()
        limits.maximumCommitRows = 2
        for _ in 0..<2 { _ = append(&state, limits) }
        _ = state.append(limits: limits, note: ("outlet:a", "older")) { row($0) }
        _ = append(&state, limits)
        _ = append(&state, limits)
        _ = state.saveCursor(of: "outlet:a", "new")
        _ = state.saveCursor(of: "outlet:a", "newer")
        _ = state.saveCursor(of: "province", "1 2 -")
        var written: [[String: String]] = []
        for _ in 0..<3 {
            var batch = JournalBatch()
            state.take(into: &batch, limits: limits)
            written.append(batch.cursors)
        }
        #expect(written == [["province": "1 2 -"], ["outlet:a": "older"], ["outlet:a": "newer"]])
        #expect(state.cursors["outlet:a"] == "newer" && !state.hasWork)
    }

    @Test("a batch is bounded in rows and bytes, and what is taken still counts as waiting")
    func batches() {
        var state = state(reserved: 1_000_000)
        let limits = JournalSettings()
        for _ in 0..<10_000 { _ = append(&state, limits) }
        var batch = JournalBatch()
        state.take(into: &batch, limits: limits)
        #expect(batch.rows.count == 8_192)
        #expect(state.pendingRows == 10_000)
        state.committed(batch, took: .zero)
        #expect(state.pendingRows == 1_808)
        #expect(state.committedHead == 8_192)

        batch = JournalBatch()
        state.take(into: &batch, limits: limits)
        state.committed(batch, took: .zero)
        #expect(state.pendingRows == 0)
        #expect(state.pendingBytes == 0)

        for _ in 0..<10 { _ = append(&state, limits, bytes: 4 << 20) }
        batch = JournalBatch()
        state.take(into: &batch, limits: limits)
        #expect(batch.rows.count == 2)
    }

    @Test("a batch that failed is filled up to the bound, not beyond")
    func retriedBatch() {
        var state = state(reserved: 1_000_000)
        let limits = JournalSettings()
        for _ in 0..<8_000 { _ = append(&state, limits) }
        var batch = JournalBatch()
        state.take(into: &batch, limits: limits)
        for _ in 0..<8_000 { _ = append(&state, limits) }
        state.take(into: &batch, limits: limits)
        #expect(batch.rows.count == 8_192)
        #expect(batch.rows.map(\.sequence) == Array(1...8_192))
    }

    @Test("the newest state of a cursor wins, and an unchanged one costs nothing")
    func cursors() {
        var state = state()
        let wakes = [("a", "1"), ("a", "2"), ("b", "3")].map { state.saveCursor(of: $0, $1) }
        #expect(wakes == [true, false, false])
        var batch = JournalBatch()
        state.take(into: &batch, limits: JournalSettings())
        #expect(batch.cursors == ["a": "2", "b": "3"])
        state.committed(batch, took: .zero)
        #expect(state.committedCursorChanges == state.cursorChanges)
        let unchanged = state.saveCursor(of: "a", "2")
        #expect(!unchanged)
        #expect(!state.hasWork)
        let changed = state.saveCursor(of: "a", "4")
        #expect(changed)
        #expect(state.hasWork)
    }
}
