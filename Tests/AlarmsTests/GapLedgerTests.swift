import Alarms
import Telemetry
import TestSupport
import Testing

@Suite struct GapLedgerTests {
    private let so2 = GapSubject(outlet: "stack-1", factor: "a21026")

    private func minute(_ ledger: inout GapLedger, _ minute: Int, _ reason: String?) -> GapChange? {
        ledger.period(so2, from: at(6, 1, 10, minute), to: at(6, 1, 10, minute + 1), missing: reason)
    }

    @Test("opened by the first missing minute, closed by the first that is there, with its reason and length")
    func life() throws {
        var ledger = GapLedger()
        #expect(minute(&ledger, 0, nil) == nil)
        guard case .opened = minute(&ledger, 1, "timeout") else {
            Issue.record("a missing minute opens a gap")
            return
        }
        #expect(minute(&ledger, 2, "timeout") == nil)
        guard case .closed(let gap) = minute(&ledger, 3, nil) else {
            Issue.record("a minute that is there closes it")
            return
        }
        #expect(gap.from == at(6, 1, 10, 1))
        #expect(gap.to == at(6, 1, 10, 3))
        #expect(gap.length == .seconds(120))
        #expect(gap.reason == "timeout")
        #expect(minute(&ledger, 4, nil) == nil)
    }

    @Test("refilled whole by pieces in any order, once; what was no gap stays out")
    func refill() {
        var ledger = GapLedger()
        for place in 10..<20 { _ = minute(&ledger, place, "no answer") }
        // What comes while it is open counts too.
        #expect(ledger.refill(so2, from: at(6, 1, 10, 18), to: at(6, 1, 10, 30)) == [])
        _ = minute(&ledger, 20, nil)
        #expect(ledger.refill(so2, from: at(6, 1, 10, 14), to: at(6, 1, 10, 18)) == [])
        #expect(ledger.refill(so2, from: at(6, 1, 10, 12), to: at(6, 1, 10, 15)) == [])
        #expect(ledger.gaps(from: at(6, 1), to: at(6, 2)).first?.refilledLength == .seconds(480))
        let changes = ledger.refill(so2, from: at(6, 1, 9), to: at(6, 1, 10, 12))
        guard case .refilled(let gap)? = changes.first, changes.count == 1 else {
            Issue.record("all has come")
            return
        }
        #expect(gap.isRefilled)
        #expect(ledger.refill(so2, from: at(6, 1, 9), to: at(6, 1, 11)) == [])
        #expect(ledger.refill(so2, from: at(6, 1, 11), to: at(6, 1, 9)) == [])
    }

    @Test("repeated and earlier periods change nothing")
    func repeated() {
        var ledger = GapLedger()
        _ = minute(&ledger, 5, "x")
        _ = minute(&ledger, 6, "x")
        let before = ledger
        #expect(minute(&ledger, 5, nil) == nil)
        #expect(minute(&ledger, 6, "x") == nil)
        #expect(ledger.period(so2, from: at(6, 1, 11), to: at(6, 1, 11), missing: "x") == nil)
        #expect(ledger == before)
    }

    @Test("listed by day: what touches it, open or closed, each subject apart")
    func listed() {
        var ledger = GapLedger()
        let uplink = GapSubject(outlet: "stack-1", uplink: "province")
        _ = ledger.period(uplink, from: at(5, 31, 23), to: at(6, 1, 0), missing: "link")
        _ = ledger.period(uplink, from: at(6, 1, 0), to: at(6, 1, 1), missing: nil)
        _ = ledger.period(so2, from: at(6, 1, 22), to: at(6, 1, 23), missing: "timeout")
        #expect(ledger.gaps(from: at(5, 31), to: at(6, 1)).map(\.subject) == [uplink])
        #expect(ledger.gaps(from: at(6, 1), to: at(6, 2)).map(\.subject) == [so2])
        #expect(ledger.gaps(from: at(6, 3), to: at(6, 4)).map(\.subject) == [so2])
    }

    @Test("random minutes: the gaps are exactly what was missing, and refilling all of it refills every gap")
    func property() {
        var random = SeededGenerator()
        for _ in 0..<randomCases(100) {
            var ledger = GapLedger()
            var missing = 0
            let pattern = (0..<300).map { _ in Int.random(in: 0..<3, using: &random) == 0 } + [false]
            for (place, isMissing) in pattern.enumerated() {
                let from = at(6, 1) + .seconds(place * 60)
                _ = ledger.period(so2, from: from, to: from + .seconds(60), missing: isMissing ? "x" : nil)
                missing += isMissing ? 1 : 0
            }
            let gaps = ledger.gaps(from: at(6, 1), to: at(6, 2))
            #expect(gaps.reduce(.zero) { $0 + $1.length } == .seconds(missing * 60), "\(random)")
            for place in (0..<300).shuffled(using: &random) {
                let from = at(6, 1) + .seconds(place * 60)
                _ = ledger.refill(so2, from: from, to: from + .seconds(60))
            }
            #expect(ledger.gaps(from: at(6, 1), to: at(6, 2)).allSatisfy { $0.isRefilled }, "\(random)")
        }
    }

    @Test("no more closed gaps are kept than there is room for")
    func bound() {
        var ledger = GapLedger()
        for place in 0..<(GapLedger.capacity + 50) {
            let from = at(1, 1) + .seconds(place * 120)
            _ = ledger.period(so2, from: from, to: from + .seconds(60), missing: "x")
            _ = ledger.period(so2, from: from + .seconds(60), to: from + .seconds(120), missing: nil)
        }
        #expect(ledger.gaps(from: at(1, 1), to: at(12, 31)).count == GapLedger.capacity)
    }
}
