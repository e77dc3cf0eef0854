import Emissions
import Telemetry
import TestSupport
import Testing

@Suite struct RateLedgerTests {
    private static let codes = ["a21026", "a19001"]

    private static func day(_ year: Int, _ month: Int, _ day: Int, hour: Int = 0) -> CivilTime {
        CivilTime(year: year, month: month, day: day, hour: hour)
    }

    private static func ledger(_ notes: [(day: CivilTime, factor: Int, due: Int)]) -> RateLedger {
        var ledger = RateLedger(factors: codes)
        for note in notes {
            ledger.note(day: note.day, factor: note.factor, due: note.due, received: note.due - 1, valid: note.due - 2)
        }
        return ledger
    }

    @Test("today, yesterday and the month, over the turn of a month and a year")
    func spans() {
        let ledger = Self.ledger([
            (Self.day(2026, 12, 31), 0, 24), (Self.day(2026, 12, 30), 0, 10), (Self.day(2027, 1, 1, hour: 3), 0, 4),
            (Self.day(2027, 1, 1, hour: 4), 1, 3),
        ])
        func due(_ span: RateLedger.Span, _ today: CivilTime, _ factor: Int? = nil) -> Int {
            ledger.sum(span, today: today, factor: factor).due
        }
        let newYear = Self.day(2027, 1, 1, hour: 23)
        #expect(due(.today, newYear) == 7)
        #expect(due(.today, newYear, 0) == 4)
        #expect(due(.today, newYear, 1) == 3)
        #expect(due(.yesterday, newYear) == 24)
        #expect(due(.month, newYear) == 7)
        #expect(due(.month, Self.day(2026, 12, 31)) == 34)
        #expect(due(.yesterday, Self.day(2027, 1, 2)) == 7)
        #expect(due(.today, Self.day(2027, 1, 2)) == 0)
        #expect(due(.month, Self.day(2027, 2, 1)) == 0)
        #expect(due(.yesterday, Self.day(2028, 3, 1)) == 0)
        #expect(ledger.sum(.today, today: newYear) == RateCounts(due: 7, received: 5, valid: 3))
    }

    @Test("the day before the first of March is the last of February")
    func february() {
        let ledger = Self.ledger([(Self.day(2028, 2, 29), 0, 5), (Self.day(2027, 2, 28), 0, 6)])
        #expect(ledger.sum(.yesterday, today: Self.day(2028, 3, 1)).due == 5)
        #expect(ledger.sum(.yesterday, today: Self.day(2027, 3, 1)).due == 6)
    }

    @Test("what is acknowledged later counts on its own day; a factor that is none counts nowhere")
    func late() {
        var ledger = Self.ledger([(Self.day(2026, 11, 1), 0, 24), (Self.day(2026, 11, 2), 0, 24)])
        ledger.note(day: Self.day(2026, 11, 1, hour: 7), factor: 0, acknowledged: 20)
        ledger.note(day: Self.day(2026, 11, 1), factor: 2, due: 1)
        ledger.note(day: Self.day(2026, 11, 1), factor: -1, due: 1)
        let yesterday = ledger.sum(.yesterday, today: Self.day(2026, 11, 2))
        #expect(yesterday == RateCounts(due: 24, received: 23, valid: 22, acknowledged: 20))
    }

    @Test("62 days are kept: the newest, whatever order they come in")
    func bound() {
        var random = SeededGenerator()
        let first = Self.day(2026, 1, 1).localMilliseconds
        let days = (0..<200).map { CivilTime(localMilliseconds: first + Int64($0) * 86_400_000) }
        var ledger = RateLedger(factors: ["a"])
        for day in days.shuffled(using: &random) { ledger.note(day: day, factor: 0, due: 1) }
        #expect(ledger.numbers.count == 62 * 5)
        for (index, day) in days.enumerated() {
            #expect(ledger.sum(.today, today: day).due == (index < 138 ? 0 : 1), "\(random)")
        }
    }

    @Test("a day far ahead, of a wrong clock, does not stop the counting")
    func wrongClock() {
        var ledger = RateLedger(factors: ["a"])
        ledger.note(day: Self.day(2099, 1, 1), factor: 0, due: 1)
        ledger.note(day: Self.day(1970, 1, 1), factor: 0, due: 1)
        for offset in 0..<100 {
            let start = Self.day(2026, 1, 1).localMilliseconds
            let today = CivilTime(localMilliseconds: start + Int64(offset) * 86_400_000)
            ledger.note(day: today, factor: 0, due: 24)
            #expect(ledger.sum(.today, today: today).due == 24)
            #expect(ledger.sum(.month, today: today).due == 24 * today.day)
        }
        #expect(ledger.numbers.count == RateLedger.mostDays * 5)
    }

    @Test("its numbers make the same ledger again")
    func roundTrip() throws {
        var random = SeededGenerator()
        for _ in 0..<50 {
            var ledger = RateLedger(factors: Self.codes)
            for _ in 0..<Int.random(in: 0...300, using: &random) {
                let start = Self.day(2026, 1, 1).localMilliseconds
                let day = CivilTime(localMilliseconds: start + .random(in: 0..<90, using: &random) * 86_400_000)
                ledger.note(
                    day: day, factor: .random(in: 0...1, using: &random), due: .random(in: 0...60, using: &random),
                    received: .random(in: 0...60, using: &random), valid: .random(in: 0...60, using: &random),
                    acknowledged: .random(in: 0...60, using: &random))
            }
            let numbers = ledger.numbers
            let again = RateLedger(factors: Self.codes, numbers: numbers, savedFactors: Self.codes)
            #expect(again == ledger, "\(random)")
        }
    }

    @Test("a factor that joins begins empty, one that leaves is left out, the others keep their counts")
    func changedFactors() throws {
        let today = Self.day(2026, 11, 2)
        let ledger = Self.ledger([(today, 0, 24), (today, 1, 12)])
        let changed = try #require(
            RateLedger(factors: ["a34013", "a19001"], numbers: ledger.numbers, savedFactors: Self.codes))
        #expect(changed.sum(.today, today: today, factor: 0) == RateCounts())
        #expect(changed.sum(.today, today: today, factor: 1) == RateCounts(due: 12, received: 11, valid: 10))
        #expect(RateLedger(factors: [], numbers: ledger.numbers, savedFactors: Self.codes) != nil)
    }

    @Test(
        "numbers that are no ledger make none",
        arguments: [
            [20_261_101], [20_261_101, 1, 2, 3], [20_261_101, 1, 2, 3, -4], [0, 1, 2, 3, 4], [-1, 0, 0, 0, 0],
            [20_261_102, 0, 0, 0, 0, 20_261_101, 0, 0, 0, 0], [20_261_101, 0, 0, 0, 0, 20_261_101, 0, 0, 0, 0],
            [100_000_101, 0, 0, 0, 0], [.max, 0, 0, 0, 0], (1...63).flatMap { [20_260_000 + $0, 0, 0, 0, 0] },
        ])
    func damaged(numbers: [Int]) {
        #expect(RateLedger(factors: ["a"], numbers: numbers, savedFactors: ["a"]) == nil)
    }

    @Test("random numbers make a ledger or none, and never more")
    func garbage() {
        var random = SeededGenerator()
        for _ in 0..<randomCases(2_000) {
            let numbers = (0..<Int.random(in: 0...20, using: &random)).map { _ in
                Bool.random(using: &random)
                    ? Int(truncatingIfNeeded: random.next()) : Int.random(in: 20_260_000...20_261_231, using: &random)
            }
            guard var ledger = RateLedger(factors: ["a"], numbers: numbers, savedFactors: ["a"]) else { continue }
            ledger.note(day: Self.day(2026, 5, 5), factor: 0, due: .max, received: .max)
            #expect(ledger.sum(.month, today: Self.day(2026, 5, 5)).due >= 0, "\(random)")
        }
    }
}
