import Telemetry

/// How many parts of a period lacked which other factor.
struct LackTally: Hashable, Sendable {
    private var counts: [Lack: Int] = [:]

    init() {}

    /// Counts a part, if another factor is to blame for it.
    mutating func add(_ validity: Validity) {
        guard let lack = validity.lack else { return }
        counts[lack, default: 0] += 1
    }

    /// What most parts lacked, of equals the first in the alphabet; nil where more of the `lost` parts lacked nothing of others.
    func leading(ofLost lost: Int) -> Lack? {
        let worst = counts.max { ($0.value, $1.key.reason) < ($1.value, $0.key.reason) }
        let own = lost - counts.values.reduce(0, +)
        return worst.flatMap { $0.value >= own ? $0.key : nil }
    }
}

extension LackTally {
    func write(to line: inout StateLine) {
        line.add(counts.count)
        for (lack, count) in counts.sorted(by: { $0.key.reason < $1.key.reason }) {
            lack.write(to: &line)
            line.add(count)
        }
    }

    init(from line: inout StateLine) throws(StateLine.Unreadable) {
        for _ in 0..<(try line.count(limit: 1000)) {
            let lack = try Lack(from: &line)
            counts[lack] = try line.integer()
        }
    }
}
