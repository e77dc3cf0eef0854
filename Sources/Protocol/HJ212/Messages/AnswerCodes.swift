/// What a field machine makes of a request: the number of QnRtn. Other numbers exist and are kept.
/// Source: HJ 212-2017, table 7; HJ/T 212-2005 knows 1 to 3.
package struct RequestVerdict: RawRepresentable, Hashable, Sendable {
    package let rawValue: Int

    package init(rawValue: Int) {
        self.rawValue = rawValue
    }

    package static let ready = RequestVerdict(rawValue: 1)
    package static let refused = RequestVerdict(rawValue: 2)
    package static let wrongPassword = RequestVerdict(rawValue: 3)
    package static let wrongMN = RequestVerdict(rawValue: 4)
    package static let wrongST = RequestVerdict(rawValue: 5)
    package static let wrongFlag = RequestVerdict(rawValue: 6)
    package static let wrongQN = RequestVerdict(rawValue: 7)
    package static let wrongCN = RequestVerdict(rawValue: 8)
    /// In the surface-water dialect: busy.
    package static let wrongCRC = RequestVerdict(rawValue: 9)
    package static let unknownError = RequestVerdict(rawValue: 100)

    /// The number as `edition` can say it: 2005 has no reason but the password.
    package func limited(to edition: Edition) -> RequestVerdict {
        edition.rules == .hj2005 && rawValue > 3 ? .refused : self
    }
}

/// How a request ended: the number of ExeRtn. Other numbers exist and are kept.
/// Source: HJ 212-2017, table 6; HJ/T 212-2005 knows 1, 2 and 100.
package struct ExecutionResult: RawRepresentable, Hashable, Sendable {
    package let rawValue: Int

    package init(rawValue: Int) {
        self.rawValue = rawValue
    }

    package static let success = ExecutionResult(rawValue: 1)
    /// For no stated reason.
    package static let failed = ExecutionResult(rawValue: 2)
    /// The request asks for what cannot be.
    package static let wrongConditions = ExecutionResult(rawValue: 3)
    package static let timedOut = ExecutionResult(rawValue: 4)
    package static let busy = ExecutionResult(rawValue: 5)
    package static let systemFault = ExecutionResult(rawValue: 6)
    package static let noData = ExecutionResult(rawValue: 100)

    /// The number as `edition` can say it: 2005 knows no reason of a failure.
    package func limited(to edition: Edition) -> ExecutionResult {
        edition.rules == .hj2005 && (3...6).contains(rawValue) ? .failed : self
    }
}
