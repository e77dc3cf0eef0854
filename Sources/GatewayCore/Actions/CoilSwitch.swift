package import Telemetry

/// When a coil is written: whenever it is not known to be as it should, but not too often, and ever more rarely while that
/// fails.
package struct CoilSwitch: Sendable {
    private static let longestPause = Duration.seconds(60)

    private let gap: Duration
    private var wanted: Bool
    /// As it was written last; nil: nobody knows.
    private var known: Bool?
    /// As it was told last; nil: not at all, or that it could not be written.
    private var told: Bool?
    private var notBefore = Uptime.zero
    private var failures = 0

    /// A coil whose state is not known.
    package init(gap: Duration, wanted: Bool) {
        self.gap = gap
        self.wanted = wanted
    }

    package mutating func want(_ isOn: Bool) { wanted = isOn }

    /// What to write now; nil: nothing.
    package func due(at now: Uptime) -> Bool? {
        known != wanted && now >= notBefore ? wanted : nil
    }

    /// `isOn` was written. True: that is news, for the coil changed or writing had failed.
    package mutating func written(_ isOn: Bool, at now: Uptime) -> Bool {
        defer { told = isOn }
        (known, failures) = (isOn, 0)
        notBefore = now + gap
        return told != isOn
    }

    /// It could not be written. True: the first time in a row.
    package mutating func failed(at now: Uptime) -> Bool {
        (known, told) = (nil, nil)
        let pause = min(Duration.seconds(1) * (1 << min(failures, 6)), Self.longestPause)
        notBefore = now + max(gap, pause)
        failures += 1
        return failures == 1
    }

    /// The line was opened anew: whoever is behind it may have started anew too.
    package mutating func lineOpened() {
        if failures == 0 { known = nil }
    }
}
