package import Emissions
package import Telemetry

/// When a limit applies. Everything stated must be met; what is empty or nil is met always.
package struct LimitApplicability: Hashable, Sendable {
    /// From this instant on.
    package var validFrom: WallInstant?
    /// Up to, not including, this instant.
    package var validTo: WallInstant?
    /// Months of the plant's clock; 11…3 is written `CalendarSpan(from: 11, to: 3)`: both ends belong to it.
    package var months: CalendarSpan?
    /// Minutes of the plant's day from 00:00; `from` belongs to it, `to` does not. Equal ends mean the whole day.
    package var minutesOfDay: CalendarSpan?
    package var conditions: [LimitCondition]

    package init(
        validFrom: WallInstant? = nil, validTo: WallInstant? = nil, months: CalendarSpan? = nil,
        minutesOfDay: CalendarSpan? = nil, conditions: [LimitCondition] = []
    ) {
        self.validFrom = validFrom
        self.validTo = validTo
        self.months = months
        self.minutesOfDay = minutesOfDay
        self.conditions = conditions
    }

    package static let always = LimitApplicability()

    /// Whether the limit applies in `scene`.
    package func isMet(in scene: LimitScene) -> Bool {
        if let validFrom, scene.instant < validFrom { return false }
        if let validTo, scene.instant >= validTo { return false }
        return isMet(onClock: scene) && conditions.allSatisfy { $0.isMet(in: scene) }
    }

    private func isMet(onClock scene: LimitScene) -> Bool {
        // Most limits name neither months nor hours, and the plant's clock need not be asked.
        guard months != nil || minutesOfDay != nil else { return true }
        let clock = scene.zone.civilTime(at: scene.instant)
        if let months, !months.containsClosed(clock.month) { return false }
        return minutesOfDay?.containsHalfOpen(clock.hour * 60 + clock.minute) ?? true
    }
}

/// A stretch of something that begins anew, months or minutes of the day: `from` may lie after `to`.
package struct CalendarSpan: Hashable, Sendable {
    package var from: Int
    package var to: Int

    package init(from: Int, to: Int) {
        self.from = from
        self.to = to
    }

    func containsClosed(_ place: Int) -> Bool {
        from <= to ? (from...to).contains(place) : place >= from || place <= to
    }

    /// Whether `place` is in it, `to` being outside.
    package func containsHalfOpen(_ place: Int) -> Bool {
        if from == to { return true }
        return from < to ? (from..<to).contains(place) : place >= from || place < to
    }
}

/// A condition of a limit other than the time.
package enum LimitCondition: Hashable, Sendable {
    /// Another factor of the outlet is at most so much, as `w01010 <= 12` (GB 18918-2002, ammonia in cold water).
    case atMost(factor: String, Double)
    case atLeast(factor: String, Double)
    /// A heavy-pollution response of this level or a higher one is in force.
    case response(atLeast: ResponseLevel)
    /// The plant has one of these marks.
    case marks(Set<PlantMark>)

    /// The factor that is asked for, if one is.
    package var factor: String? {
        switch self {
        case .atMost(let factor, _), .atLeast(let factor, _): factor
        case .response, .marks: nil
        }
    }

    /// A factor without a value meets no condition: the limit that needs none then holds.
    package func isMet(in scene: LimitScene) -> Bool {
        switch self {
        case .atMost(let factor, let bound): scene.values[factor].map { $0 <= bound } ?? false
        case .atLeast(let factor, let bound): scene.values[factor].map { $0 >= bound } ?? false
        case .response(let level): scene.responseLevel >= level
        case .marks(let marks): marks.contains(scene.mark)
        }
    }
}

/// What limits depend on at one instant. A period is judged with the scene of its first moment, and with the other
/// factors' values of the same period.
package struct LimitScene: Sendable {
    package var instant: WallInstant
    package var zone: ZoneRules
    package var mark: PlantMark
    package var responseLevel: ResponseLevel
    /// Factor code → value.
    package var values: [String: Double]

    package init(
        instant: WallInstant, zone: ZoneRules = .china, mark: PlantMark = .running,
        responseLevel: ResponseLevel = .none, values: [String: Double] = [:]
    ) {
        self.instant = instant
        self.zone = zone
        self.mark = mark
        self.responseLevel = responseLevel
        self.values = values
    }
}
