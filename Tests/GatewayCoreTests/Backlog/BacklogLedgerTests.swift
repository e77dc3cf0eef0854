import TestSupport
import Testing

@testable import GatewayCore

@Suite struct BacklogLedgerTests {
    @Test("owes everything above what is settled")
    func fresh() {
        let ledger = BacklogLedger(settledThrough: 5)
        #expect(!ledger.owes(5))
        #expect(ledger.owes(6))
        #expect(ledger.count(through: 9) == 4)
        #expect(ledger.owed(after: 0, through: 9) == 6...9)
        #expect(ledger.oldest == 6)
    }

    @Test("an acknowledgement out of order leaves the hole before it owed")
    func hole() {
        var ledger = BacklogLedger()
        ledger.settle(4)
        #expect(ledger.holes == [1...3])
        #expect(ledger.settledThrough == 4)
        ledger.settle(2)
        #expect(ledger.holes == [1...1, 3...3])
        ledger.settle(1...3)
        #expect(ledger.holes.isEmpty)
        #expect(ledger.oldest == 5)
    }

    @Test("a range is cut to what was asked for")
    func cut() {
        var ledger = BacklogLedger()
        ledger.settle(10...20)
        #expect(ledger.owed(after: 3, through: 7) == 4...7)
        #expect(ledger.owed(after: 3, through: 100) == 4...9)
        #expect(ledger.owed(after: 9, through: 100) == 21...100)
        #expect(ledger.owed(after: 9, through: 20) == nil)
        #expect(ledger.owed(after: 100, through: 100) == nil)
    }

    @Test("what is above the journal's head is owed again", arguments: [0, 1, 3, 4, 6, 7, 12, 40] as [Int64])
    func oweAgain(head: Int64) {
        var ledger = BacklogLedger()
        ledger.settle(4)
        ledger.settle(8...12)
        let before = ledger
        ledger.oweAgain(above: head)
        for sequence in 1...50 as ClosedRange<Int64> {
            let expected = sequence > head || before.owes(sequence)
            #expect(ledger.owes(sequence) == expected, "\(sequence)")
        }
        #expect(BacklogLedger(text: ledger.text) == ledger)
    }

    @Test("a random walk says the same as a set of numbers", arguments: 0..<20)
    func randomWalk(round: Int) {
        var generator = SeededGenerator()
        var ledger = BacklogLedger()
        var owed = Set(1...200 as ClosedRange<Int64>)
        for _ in 0..<60 {
            let low = Int64.random(in: 1...200, using: &generator)
            let range =
                low...min(200, low + Int64.random(in: 0...(Bool.random(using: &generator) ? 2 : 30), using: &generator))
            ledger.settle(range)
            owed.subtract(range)
            #expect(ledger.count(through: 200) == Int64(owed.count), "\(generator)")
        }
        for sequence in 1...200 as ClosedRange<Int64> {
            #expect(ledger.owes(sequence) == owed.contains(sequence), "\(generator)")
        }
        #expect(walk(ledger, through: 200) == owed.sorted(), "\(generator)")
        #expect(BacklogLedger(text: ledger.text) == ledger, "\(generator)")
        for (a, b) in zip(ledger.holes, ledger.holes.dropFirst()) { #expect(a.upperBound + 1 < b.lowerBound) }
    }

    @Test("the text is bounded, and what it merges is only sent again")
    func boundedText() {
        var generator = SeededGenerator()
        var ledger = BacklogLedger()
        for _ in 0..<2_000 {
            ledger.settle(Int64.random(in: 1...9_000_000_000_000_000, using: &generator))
        }
        let text = ledger.text
        #expect(text.utf8.count < 2_800)
        let read = BacklogLedger(text: text)
        #expect(read?.holes.count == BacklogLedger.maximumHolesInText, "\(generator)")
        #expect(read?.settledThrough == ledger.settledThrough)
        for hole in ledger.holes {
            #expect(read?.owed(after: hole.lowerBound - 1, through: hole.upperBound) == hole, "\(generator)")
        }
    }

    @Test("the closest holes are merged first")
    func closest() throws {
        var ledger = BacklogLedger()
        // Holes of one number, ten apart, but the last two only two apart.
        for index in 1...63 as ClosedRange<Int64> { ledger.settle((index * 10 + 1)...(index * 10 + 9)) }
        ledger.settle(641)
        ledger.settle(643)
        let read = try #require(BacklogLedger(text: ledger.text))
        #expect(ledger.holes.count == 65)
        #expect(read.holes.count == 64)
        #expect(read.holes.last == 640...642)
        #expect(read.holes.first == 1...10)
    }

    @Test(
        "a text that is none is refused",
        arguments: [
            "", "1", "1 5", "2 5 -", "1 -5 -", "1 5 ", "1 5 3", "1 5 3-2", "1 5 0-2", "1 5 1-5", "1 5 1-6",
            "1 5 3-3,2-2",
            "1 9 1-2,3-4", "1 9 1-2,2-4", "1 9 1-2,", "1 9 a-b", "1 +9 -", "1 9 1-2 ", "1  9 -",
            "1 9999999999999999999 -",
            "1 9 1-99999999999999999999", "1 9 ١-٢",
        ])
    func refused(text: String) {
        #expect(BacklogLedger(text: text) == nil)
    }

    @Test("random bytes in a text never trap")
    func garbage() {
        var generator = SeededGenerator()
        var accepted = 0
        for _ in 0..<5_000 {
            var bytes = Array("1 5021 17-17,300-4999".utf8)
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 32...57, using: &generator)
            }
            if let ledger = BacklogLedger(text: String(decoding: bytes, as: UTF8.self)) {
                accepted += 1
                #expect(BacklogLedger(text: ledger.text) == ledger, "\(generator)")
            }
        }
        #expect(accepted < 5_000)
    }

    private func walk(_ ledger: BacklogLedger, through end: Int64) -> [Int64] {
        var position: Int64 = 0
        var found: [Int64] = []
        while let range = ledger.owed(after: position, through: end) {
            found += range
            position = range.upperBound
        }
        return found
    }
}
