/// The ledger as the text of a cursor row: `1 5021 17-17,300-4999`, which is the version of the form, the number that
/// is settled through, and the holes below it (`-` when there are none).
extension BacklogLedger {
    /// Holes in the text at most. More are merged, closest first; what was done between them is then sent again,
    /// which receivers must expect in any case.
    package static let maximumHolesInText = 64

    /// At most about 2,700 bytes: 64 holes of two numbers.
    package var text: String {
        let written = mergedHoles()
        let list = written.map { "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ",")
        return "1 \(settledThrough) \(list.isEmpty ? "-" : list)"
    }

    /// The ledger written as `text`; nil when that is not such a text, and nothing in it may be believed then.
    package init?(text: some StringProtocol) {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "1", let settled = Self.number(parts[1]) else { return nil }
        self.init(settledThrough: settled)
        guard parts[2] != "-" else { return }
        let entries = parts[2].split(separator: ",", maxSplits: 1_000, omittingEmptySubsequences: false)
        guard entries.count <= 1_000 else { return nil }
        var holes: [ClosedRange<Int64>] = []
        for entry in entries {
            let ends = entry.split(separator: "-", omittingEmptySubsequences: false)
            guard ends.count == 2, let low = Self.number(ends[0]), let high = Self.number(ends[1]) else { return nil }
            let floor = holes.last.map { $0.upperBound + 1 } ?? 0
            guard low > floor, low <= high, (high < settled) else { return nil }
            holes.append(low...high)
        }
        self.init(settledThrough: settled, holes: holes)
    }

    /// Decimal digits without a sign, at most 18 of them, so that no sum of two can overflow.
    private static func number(_ digits: some StringProtocol) -> Int64? {
        guard (1...18).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int64(digits)
    }

    private func mergedHoles() -> [ClosedRange<Int64>] {
        guard holes.count > Self.maximumHolesInText else { return holes }
        let gaps = holes.indices.dropFirst().map { (index: $0, width: holes[$0].lowerBound - holes[$0 - 1].upperBound) }
        let kept = Set(
            gaps.sorted { ($0.width, $1.index) > ($1.width, $0.index) }.prefix(Self.maximumHolesInText - 1).map(\.index)
        )
        var merged: [ClosedRange<Int64>] = []
        for (index, hole) in holes.enumerated() {
            if let last = merged.last, !kept.contains(index) {
                merged[merged.count - 1] = last.lowerBound...hole.upperBound
            } else {
                merged.append(hole)
            }
        }
        return merged
    }
}
