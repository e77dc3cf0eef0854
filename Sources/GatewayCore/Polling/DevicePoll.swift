import Protocol
import Telemetry

/// A poll that is under way.
struct DevicePoll: Equatable, Sendable {
    /// One for each register; what has not been read yet stands as a failure.
    var readings: [Reading]
    /// The values of registers, by index, that a `Double` does not hold with all their digits.
    var digits: [Int: ExactDecimal] = [:]
    /// What the device answered; empty when it is not kept.
    var answers: [RegisterAnswer] = []
    /// What brought no numbers.
    var failures: [PollFailure] = []
    /// What state registers say other than `N`.
    private var statements: [Statement] = []
    /// The request that is asked now or next, in the device's plan.
    var position: Int
    /// Requests not yet through, the present one included.
    var remaining: Int
    /// How often the present request was sent without an answer.
    var attempts = 0
    /// How often in a row the device asked for patience, and whether it was given up to ask for the poll.
    var busyAnswers = 0
    var isOutOfPatience = false
    /// Whether the device answered anything in this poll, be it a refusal.
    var answered = false
    /// Whether it said any number.
    var hasNumbers = false
    /// The plan as it was before refusals of this poll split it.
    var planBefore: RequestPlan?
    /// Time the bus spent on requests that brought nothing.
    var wasted: Duration = .zero
    /// Whether the request was already repeated because the connection had been lost.
    var reconnected = false

    private struct Statement: Equatable, Sendable {
        let flag: DataFlag
        /// The registers it is about; nil: all.
        let registers: [Int]?
        /// The state register's place in the file.
        let source: Int
    }

    init(registers: Int, position: Int, requests: Int) {
        readings = Array(repeating: .failed(.noData), count: registers)
        self.position = position
        remaining = requests
    }

    /// Notes that state register `source` says `flag` of `registers`; nil: of all.
    mutating func mark(_ flag: DataFlag, on registers: [Int]?, by source: Int) {
        guard flag != .normal else { return }
        statements.append(Statement(flag: flag, registers: registers, source: source))
    }

    /// The readings with the flags of the state registers on those that have a number, or one that is declared to mean no value.
    ///
    /// Of several that speak about one reading, the first in the order of the file holds, wherever it was asked.
    consuming func flaggedReadings() -> [Reading] {
        for statement in statements.sorted(by: { $0.source > $1.source }) {
            for index in statement.registers ?? Array(readings.indices)
            where readings.indices.contains(index) && readings[index].takesFlag {
                readings[index].flag = statement.flag
            }
        }
        return readings
    }
}

extension Reading {
    /// Whether a state register has a say: while an instrument calibrates it may well send its number for "no value".
    fileprivate var takesFlag: Bool {
        switch failure {
        case nil, .invalid?: true
        default: false
        }
    }
}
