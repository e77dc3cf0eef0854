package import Telemetry

/// One poll of a device, through or failed: one reading for each of its registers, in the order of the configuration.
package struct PollResult: Equatable, Sendable {
    /// Index among the devices of the bus.
    package var device: Int
    /// When the last answer came, or the poll was given up.
    package var at: WallInstant
    package var readings: [Reading]

    package init(device: Int, at: WallInstant, readings: [Reading]) {
        self.device = device
        self.at = at
        self.readings = readings
    }
}
