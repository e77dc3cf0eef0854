package import Protocol
package import Telemetry

/// What the thread of a bus is to do next.
package enum BusStep: Equatable, Sendable {
    /// Open the line, then tell ``BusMachine/connected(at:)`` or ``BusMachine/connectFailed(_:at:)``.
    case connect
    /// Close the line; there is nothing to tell.
    case close
    /// Send the request to the unit of the device, then tell ``BusMachine/completed(_:at:wall:)``.
    case read(device: Int, unit: UInt8, request: ReadRequest)
    /// Pass on the result, which was made without touching the bus.
    case report(PollResult)
    /// Nothing to do before this moment.
    case wait(until: Uptime)
}
