/// Growing pauses between attempts: 250 ms, doubled each time up to a limit, each shortened at random by up to a quarter
/// so that many machines do not try in step.
package struct Backoff: Sendable {
    package let limit: Duration
    private var next: Duration

    package init(limit: Duration = .seconds(5)) {
        self.limit = limit
        next = min(.milliseconds(250), limit)
    }

    /// The pause before the next attempt; longer each time until ``reset()``.
    package mutating func pause(using generator: inout some RandomNumberGenerator) -> Duration {
        let pause = next
        next = min(next * 2, limit)
        return pause * Double.random(in: 0.75...1, using: &generator)
    }

    /// To be called when an attempt led somewhere.
    package mutating func reset() {
        next = min(.milliseconds(250), limit)
    }
}
