import Telemetry

/// Records that were set aside, as the operator is told of them: one, or a sum.
package struct SetAsideNotice: Equatable, Sendable {
    /// How many, 1 or more.
    package var count: Int
    /// The lowest and the highest of their numbers; what lies between need not be set aside.
    package var numbers: ClosedRange<Int64>
    /// Of the one that was set aside last.
    package var reason: UplinkRefusal

    package init(count: Int, numbers: ClosedRange<Int64>, reason: UplinkRefusal) {
        self.count = count
        self.numbers = numbers
        self.reason = reason
    }
}

/// Decides when the operator is told of records that were set aside: of the first few at once, of more in sums, rarer and
/// rarer, and of none twice.
///
/// Every telling is an audit record and an alarm, which the same broker has to take. A thousand refusals must not make a
/// thousand of them, nor the same ones each hour, when records are tried again.
struct SetAsideNews: Sendable {
    /// Told one by one; so many again after ``longestPause`` without news.
    static let singles = 3
    /// Before the first sum; doubled with each.
    static let firstPause = Duration.seconds(60)
    static let longestPause = Duration.seconds(3_600)

    /// Records that were told of and may come again; ascending.
    private(set) var told: [Int64] = []
    /// Not told of yet; ascending.
    private var waiting: [Int64] = []
    /// Further ones that were too many to be remembered, by count and extremes.
    private var beyond: (count: Int, numbers: ClosedRange<Int64>)?
    private var reason = UplinkRefusal.hangUp
    private var singlesLeft = Self.singles
    private var lastTold: Uptime?
    private var pause = Self.firstPause

    /// `sequence` was set aside. `isOwed`: what is settled by now needs no remembering.
    mutating func add(_ sequence: Int64, _ refusal: UplinkRefusal, at now: Uptime, isOwed: (Int64) -> Bool) {
        if let lastTold, waiting.isEmpty, now - lastTold >= Self.longestPause {
            singlesLeft = Self.singles
            pause = Self.firstPause
        }
        guard !told.holds(sequence), !waiting.holds(sequence) else { return }
        told.removeAll { !isOwed($0) }
        reason = refusal
        guard waiting.count >= SetAsideList.capacity else {
            return waiting.insert(sequence, at: waiting.place(of: sequence))
        }
        let known = beyond ?? (0, sequence...sequence)
        let (low, high) = (known.numbers.lowerBound, known.numbers.upperBound)
        beyond = (known.count + 1, min(low, sequence)...max(high, sequence))
    }

    /// When ``take(at:)`` has something to say; nil: nothing is waiting.
    var nextDue: Uptime? {
        guard !waiting.isEmpty else { return nil }
        guard singlesLeft == 0, let lastTold else { return .zero }
        return lastTold + pause
    }

    /// What is to be told now; nil: nothing yet.
    mutating func take(at now: Uptime) -> SetAsideNotice? {
        guard let due = nextDue, due <= now, let first = waiting.first, let last = waiting.last else { return nil }
        lastTold = now
        guard singlesLeft == 0 else {
            singlesLeft -= 1
            remember([first])
            waiting.removeFirst()
            return SetAsideNotice(count: 1, numbers: first...first, reason: reason)
        }
        pause = min(pause * 2, Self.longestPause)
        defer { (waiting, beyond) = ([], nil) }
        remember(waiting)
        let numbers = min(first, beyond?.numbers.lowerBound ?? first)...max(last, beyond?.numbers.upperBound ?? last)
        return SetAsideNotice(count: waiting.count + (beyond?.count ?? 0), numbers: numbers, reason: reason)
    }

    /// Beyond the bound the oldest are forgotten, and told of again if they come again.
    private mutating func remember(_ sequences: [Int64]) {
        told = Array((told + sequences).sorted().suffix(SetAsideList.capacity))
    }
}

extension SetAsideNews {
    /// What was told of, for the next run: `1 17,300-310`, ranges of numbers; at most some ten thousand bytes.
    var text: String {
        var ranges: [ClosedRange<Int64>] = []
        for sequence in told {
            if let last = ranges.last, last.upperBound == sequence - 1 {
                ranges[ranges.count - 1] = last.lowerBound...sequence
            } else {
                ranges.append(sequence...sequence)
            }
        }
        let list = ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
        return "1 " + list.joined(separator: ",")
    }

    /// Goes on from ``text``; what cannot be read is not known.
    init(text: String) {
        let parts = text.split(separator: " ")
        guard parts.count == 2, parts[0] == "1" else { return }
        for entry in parts[1].split(separator: ",", maxSplits: SetAsideList.capacity) {
            let ends = entry.split(separator: "-", omittingEmptySubsequences: false).map { Int64($0) }
            guard let first = ends.first, let low = first, let last = ends.last, let high = last, ends.count <= 2,
                low > told.last ?? 0, low <= high, high - low < Int64(SetAsideList.capacity - told.count)
            else {
                told = []
                return
            }
            told += low...high
        }
    }
}

extension [Int64] {
    /// The index of the first element of this ascending array that is `number` or above.
    fileprivate func place(of number: Int64) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < number { low = middle + 1 } else { high = middle }
        }
        return low
    }

    fileprivate func holds(_ number: Int64) -> Bool {
        let place = place(of: number)
        return place < count && self[place] == number
    }
}
