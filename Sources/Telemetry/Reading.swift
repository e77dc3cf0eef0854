/// What one register or one HJ 212 field said at one moment: a number, what it is worth, and why there is none.
package struct Reading: Equatable, Sendable {
    /// The engineering value; nil when there is no number. Never NaN or infinite.
    package var value: Double?
    package var flag: DataFlag
    /// Why the value is missing or not to be trusted; nil for an ordinary reading.
    package var failure: ReadFailure?

    package init(value: Double?, flag: DataFlag = .normal, failure: ReadFailure? = nil) {
        self.value = value
        self.flag = flag
        self.failure = failure
    }

    /// The reading that stands for one that did not come: flag `B` and the reason.
    package static func failed(_ failure: ReadFailure) -> Reading {
        Reading(value: nil, flag: .noCommunication, failure: failure)
    }

    /// The same without its number, which is no measurement. A flag of the instrument stands; in place of `N` comes `D`.
    package func rejected(_ failure: ReadFailure) -> Reading {
        Reading(value: nil, flag: flag.isGood ? .fault : flag, failure: failure)
    }

    /// Whether the reading counts in averages: it has a number and its flag is `N`.
    package var isGood: Bool { value != nil && flag.isGood }
}
