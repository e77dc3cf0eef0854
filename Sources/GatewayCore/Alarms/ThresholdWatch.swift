import Telemetry

/// Watches one number against one threshold, with a deadband: raised when it is crossed, cleared when the value has come
/// back by more than the deadband.
struct ThresholdWatch: Equatable, Sendable {
    enum Direction: Sendable {
        case above, below
    }

    enum Transition: Equatable, Sendable {
        case raised, cleared
    }

    let threshold: Double
    let direction: Direction
    /// Not negative, in the unit of the threshold.
    let deadband: Double
    private(set) var isActive = false

    init(threshold: Double, direction: Direction, deadband: Double) {
        self.threshold = threshold
        self.direction = direction
        self.deadband = deadband
    }

    mutating func judge(_ value: Double) -> Transition? {
        let isOver: Bool
        let isBack: Bool
        switch direction {
        case .above:
            isOver = value > threshold
            isBack = value <= threshold - deadband
        case .below:
            isOver = value < threshold
            isBack = value >= threshold + deadband
        }
        if !isActive, isOver {
            isActive = true
            return .raised
        }
        if isActive, isBack {
            isActive = false
            return .cleared
        }
        return nil
    }
}
