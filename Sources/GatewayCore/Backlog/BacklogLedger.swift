/// What an uplink still owes: ranges of sequence numbers below a frontier; above it nothing has been looked at.
///
/// It only ever loses what was acknowledged or is not carried by the uplink. Its text is kept with the journal, so that a
/// restart sends what is missing and no more than a few records twice.
package struct BacklogLedger: Equatable, Sendable {
    /// The text names so many ranges at most; the nearest are joined, which only means sending some records again.
    private static let longestText = 64

    /// Sorted, disjoint, not touching.
    package private(set) var owed: [ClosedRange<Int64>] = []
    /// The first number that is not accounted for.
    package private(set) var next: Int64

    /// An uplink that owes everything from `next` on.
    package init(next: Int64 = 1) {
        self.next = next
    }

    /// How many numbers are owed, counting those the uplink may turn out not to carry.
    package var count: Int { owed.reduce(0) { $0 + $1.count } }

    /// Owes everything up to `head`.
    package mutating func extend(through head: Int64) {
        guard head >= next else { return }
        if let last = owed.last, last.upperBound == next - 1 {
            owed[owed.count - 1] = last.lowerBound...head
        } else {
            owed.append(next...head)
        }
        next = head + 1
    }

    /// Owes `range` no longer.
    package mutating func settle(_ range: ClosedRange<Int64>) {
        var index = firstIndex(reaching: range.lowerBound)
        while index < owed.count, owed[index].lowerBound <= range.upperBound {
            let present = owed[index]
            var rest: [ClosedRange<Int64>] = []
            if present.lowerBound < range.lowerBound { rest.append(present.lowerBound...(range.lowerBound - 1)) }
            if present.upperBound > range.upperBound { rest.append((range.upperBound + 1)...present.upperBound) }
            owed.replaceSubrange(index...index, with: rest)
            index += rest.count
        }
    }

    /// The first owed range that reaches beyond `sequence`, cut to what lies beyond; nil when there is none.
    package func range(after sequence: Int64) -> ClosedRange<Int64>? {
        let index = firstIndex(reaching: sequence + 1)
        guard index < owed.count else { return nil }
        return max(owed[index].lowerBound, sequence + 1)...owed[index].upperBound
    }

    private func firstIndex(reaching sequence: Int64) -> Int {
        var low = 0
        var high = owed.count
        while low < high {
            let middle = (low + high) / 2
            if owed[middle].upperBound < sequence { low = middle + 1 } else { high = middle }
        }
        return low
    }

    // MARK: Text

    /// For example `12-40 55-55 next 61`.
    package var text: String {
        var ranges = owed
        while ranges.count > Self.longestText {
            let nearest = (1..<ranges.count).min {
                ranges[$0].lowerBound - ranges[$0 - 1].upperBound < ranges[$1].lowerBound - ranges[$1 - 1].upperBound
            }
            guard let index = nearest else { break }
            ranges.replaceSubrange((index - 1)...index, with: [ranges[index - 1].lowerBound...ranges[index].upperBound])
        }
        return (ranges.map { "\($0.lowerBound)-\($0.upperBound)" } + ["next \(next)"]).joined(separator: " ")
    }

    /// Nil when `text` was not written by ``text``.
    package init?(text: String) {
        let words = text.split(separator: " ")
        guard words.count >= 2, words[words.count - 2] == "next", let next = Int64(words[words.count - 1]), next >= 1
        else { return nil }
        self.init(next: next)
        for word in words.dropLast(2) {
            let bounds = word.split(separator: "-").compactMap { Int64($0) }
            guard bounds.count == 2, bounds[0] >= 1, bounds[0] <= bounds[1], bounds[1] < next,
                owed.last.map({ $0.upperBound < bounds[0] }) ?? true
            else { return nil }
            owed.append(bounds[0]...bounds[1])
        }
    }
}
