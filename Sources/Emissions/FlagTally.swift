package import Telemetry

/// How often each flag occurred in a period, and what the period's own flag is.
package struct FlagTally: Equatable, Sendable {
    /// Samples or shorter periods with flag `N`.
    package private(set) var good = 0
    /// The others, in order of first appearance; devices use a handful of flags, so a list is enough.
    private var bad: [(flag: DataFlag, count: Int)] = []

    package init() {}

    package var total: Int { bad.reduce(good) { $0 + $1.count } }

    /// The flags other than `N`, in order of first appearance.
    var others: [(flag: DataFlag, count: Int)] { bad }

    package mutating func add(_ flag: DataFlag, times: Int = 1) {
        if flag.isGood {
            good += times
        } else if let index = bad.firstIndex(where: { $0.flag == flag }) {
            bad[index].count += times
        } else {
            bad.append((flag, times))
        }
    }

    /// Counts `flag` in place of one `old`, if there is one.
    package mutating func replace(_ old: DataFlag, with flag: DataFlag) {
        withdraw(old)
        add(flag)
    }

    /// Takes back one `flag` that is not `N`, if there is one.
    mutating func withdraw(_ flag: DataFlag) {
        guard let index = bad.firstIndex(where: { $0.flag == flag }) else { return }
        bad[index].count -= 1
        if bad[index].count == 0 { bad.remove(at: index) }
    }

    /// `N` when at least 75 % are `N`, else ``leadingFlag``; `B` of nothing at all.
    ///
    /// Source: HJ 212-2017, 6.6 (gas: at least 75 % normal values make a normal period).
    package var flag: DataFlag {
        if good > 0, good * 4 >= total * 3 { return .normal }
        return bad.isEmpty ? .noCommunication : leadingFlag
    }

    /// The most frequent flag that is not `N`: equals in the order D, M, C, then by their letters, so that the order of
    /// arrival does not matter. `N` where there is none.
    package var leadingFlag: DataFlag {
        let order: [DataFlag] = [.fault, .maintenance, .calibration]
        func rank(_ flag: DataFlag) -> Int { order.firstIndex(of: flag) ?? order.count }
        func isAhead(_ a: (flag: DataFlag, count: Int), _ b: (flag: DataFlag, count: Int)) -> Bool {
            if a.count != b.count { return a.count > b.count }
            if rank(a.flag) != rank(b.flag) { return rank(a.flag) < rank(b.flag) }
            return a.flag.text < b.flag.text
        }
        return bad.min(by: isAhead)?.flag ?? .normal
    }

    package static func == (a: FlagTally, b: FlagTally) -> Bool {
        a.good == b.good && a.bad.elementsEqual(b.bad) { $0 == $1 }
    }
}
