import Protocol
import Telemetry

/// A poll that is under way.
struct DevicePoll: Equatable, Sendable {
    /// One for each register; what has not been read yet stands as a failure.
    var readings: [Reading]
    /// The flag of the first state register, in the order of the file, that does not say `N`.
    var flag = DataFlag.normal
    private var flagSource = Int.max
    /// The request that is asked now or next, in the device's plan.
    var position: Int
    /// Requests not yet through, the present one included.
    var remaining: Int
    /// How often the present request was sent without an answer.
    var attempts = 0
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

    init(registers: Int, position: Int, requests: Int) {
        readings = Array(repeating: .failed(.noData), count: registers)
        self.position = position
        remaining = requests
    }

    /// Notes that state register `index` says `flag`.
    mutating func mark(_ flag: DataFlag, by index: Int) {
        guard flag != .normal, index < flagSource else { return }
        self.flag = flag
        flagSource = index
    }

    /// The readings with the device's flag on every one that has a number.
    consuming func flaggedReadings() -> [Reading] {
        guard flag != .normal else { return readings }
        for index in readings.indices where readings[index].failure == nil { readings[index].flag = flag }
        return readings
    }
}
