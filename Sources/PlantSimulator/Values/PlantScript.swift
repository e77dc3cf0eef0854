/// A moment of a simulated plant.
package struct PlantMoment: Equatable, Sendable {
    /// Since the plant was started.
    package var seconds: Double
    /// How far the script has come: 0 at its start, 1 at its end, above 1 when it is over.
    package var phase: Double

    package init(seconds: Double, phase: Double) {
        self.seconds = seconds
        self.phase = phase
    }
}

/// What happens in a plant and when, in fractions of a total length that can be chosen.
package struct PlantScript: Equatable, Sendable {
    /// How long the whole script takes. Afterwards everything stays normal.
    package let length: Duration
    /// Whether it starts again instead.
    package let repeats: Bool

    /// While an emission is above its limit.
    package static let overLimit = 0.20...0.45
    /// While one instrument says nothing.
    package static let silence = 0.55...0.75

    /// `seconds`: the length, 30 or more; 0: a minute, again and again.
    package init(seconds: Int) {
        repeats = seconds <= 0
        length = .seconds(repeats ? 60 : max(30, seconds))
    }

    /// The moment so long after the start.
    package func moment(after elapsed: Duration) -> PlantMoment {
        let seconds = elapsed / .seconds(1)
        let phase = elapsed / length
        return PlantMoment(seconds: seconds, phase: repeats ? phase - phase.rounded(.down) : phase)
    }

    /// The time after the start at which the first run reaches `phase`.
    package func time(of phase: Double) -> Duration { length * phase }
}
