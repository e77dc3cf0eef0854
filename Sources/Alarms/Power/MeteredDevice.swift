package import Telemetry

/// What a power meter says of the device behind it.
package enum DeviceState: String, CaseIterable, Sendable {
    case running
    /// On, but below 30 % of its normal power.
    case idling
    case stopped
    /// No voltage.
    case noPower = "no_power"
    /// The meter says nothing: not the same as stopped.
    case unknown
}

/// The state of one device from its power, with thresholds apart and a minute's patience, so that it does not flutter.
/// Source: monitoring practice, state of a device.
package struct MeteredDevice: Equatable, Sendable {
    package struct Settings: Equatable, Sendable {
        /// Power above runs, in the unit of the readings.
        package var on: Double
        /// Power below stands; not above ``on``.
        package var off: Double
        /// Power of normal work; nil: idling is not told from running.
        package var normal: Double?
        /// How long a new state must last.
        package var patience: Duration

        package init(on: Double, off: Double, normal: Double? = nil, patience: Duration = .seconds(60)) {
            self.on = on
            self.off = min(on, off)
            self.normal = normal
            self.patience = patience
        }
    }

    /// Volts below which there is none.
    private static let leastVoltage = 10.0
    private static let idlingShare = 0.3

    private let settings: Settings
    package private(set) var state = DeviceState.unknown
    private var candidate: (state: DeviceState, since: Uptime)?

    package init(_ settings: Settings) {
        self.settings = settings
    }

    package static func == (a: MeteredDevice, b: MeteredDevice) -> Bool {
        a.settings == b.settings && a.state == b.state && a.candidate?.state == b.candidate?.state
            && a.candidate?.since == b.candidate?.since
    }

    /// Continues with what was seen under the same settings.
    package mutating func resume(_ earlier: MeteredDevice) {
        if settings == earlier.settings { self = earlier }
    }

    /// The meter's present values; `power` nil: it says nothing. Without `voltage` no current means stopped.
    package mutating func read(power: Double?, voltage: Double? = nil, at now: Uptime) -> DeviceState {
        let seen = seen(power, voltage)
        guard seen != state else {
            candidate = nil
            return state
        }
        if candidate?.state != seen { candidate = (seen, now) }
        if let candidate, now - candidate.since >= settings.patience {
            state = seen
            self.candidate = nil
        }
        return state
    }

    private func seen(_ power: Double?, _ voltage: Double?) -> DeviceState {
        guard let power, power.isFinite else { return .unknown }
        if let voltage, voltage < Self.leastVoltage, power < settings.off { return .noPower }
        let wasOn = state == .running || state == .idling
        // Between the thresholds a device stays what it is.
        guard power > settings.on || power >= settings.off && wasOn else { return .stopped }
        guard let normal = settings.normal else { return .running }
        return power < normal * Self.idlingShare ? .idling : .running
    }
}
