/// A factor that a simulated monitor reports.
package struct SimulatedFactor: Equatable, Sendable {
    /// Such as `a34013`.
    package var code: String
    package var quantity: Quantity
    /// Digits after the point.
    package var decimals: Int

    package init(_ code: String, decimals: Int = 2, _ quantity: Quantity) {
        self.code = code
        self.quantity = quantity
        self.decimals = decimals
    }
}

/// A monitor that sends HJ 212-2017 frames.
package struct SimulatedMonitor: Equatable, Sendable {
    package enum Role: Equatable, Sendable {
        /// Connects to the gateway; the port is one that was free at the start.
        case connects
        /// Waits for the gateway to connect, at a port of the kernel's choice.
        case listens
    }

    package var id: String
    package var mn: String
    /// System code: 31 air, 32 water.
    package var st: String
    package var role: Role
    package var factors: [SimulatedFactor]
    /// From one realtime frame to the next.
    package var interval: Duration = .seconds(2)
    /// Phases of the script in which nothing is sent although the connection stays open.
    package var silence: ClosedRange<Double>?

    package init(id: String, mn: String, st: String, role: Role, factors: [SimulatedFactor]) {
        self.id = id
        self.mn = mn
        self.st = st
        self.role = role
        self.factors = factors
    }
}
