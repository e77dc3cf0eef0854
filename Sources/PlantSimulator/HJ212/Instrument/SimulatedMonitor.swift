package import Cipher

/// A factor that a simulated monitor reports.
package struct SimulatedFactor: Equatable, Sendable {
    /// Such as `a34013`, or `011` in the 2005 edition.
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

/// How a simulated HJ 212 peer speaks.
package enum SimulatedEdition: String, CaseIterable, Sendable {
    case hj2005 = "2005"
    case hj2017 = "2017"
    case hj2025 = "2025"
    /// The protocol of the national surface-water stations: version 2 with ST=21, before the 2025 edition had it.
    case surfaceWater = "surface-water"
    /// An analyser's dialect on a bus: a station address before the length, Modbus CRC, speaks when it is asked.
    case addressed

    /// Flag without the two low bits.
    var flag: Int {
        switch self {
        case .hj2005, .addressed: 0
        case .hj2017: 4
        case .hj2025, .surfaceWater: 8
        }
    }

    /// Whether heartbeats (9015) belong to it.
    var hasHeartbeat: Bool { self == .hj2025 || self == .surfaceWater }
}

/// A monitor that speaks HJ 212.
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
    /// Phases of the script in which nothing is sent although the connection stays open. It goes on measuring.
    package var silence: ClosedRange<Double>?
    package var edition = SimulatedEdition.hj2017
    package var password = "123456"
    /// Whether uploads ask for an answer. In the 2005 edition they then have QN and Flag, and neither otherwise.
    package var asksForAnswers = true
    /// How far its clock is ahead, until somebody sets it.
    package var clockError = Duration.zero
    /// Whether it asks for the time (1013) when the first connection is there.
    package var asksForTime = false
    /// From one heartbeat to the next, in editions that have them.
    package var heartbeat = Duration.seconds(60)
    /// For how long it has been measuring already when it starts, for history to be asked for.
    package var past = Duration.zero
    /// Of the addressed dialect, 0…9999.
    package var station = 1
    /// Set: data of the 2025 edition is encrypted.
    package var key: SM4Key?
    package var cipherForm = CipherForm.raw
    package var faults: [HJ212Fault] = []
    /// For faults that are wrong by chance.
    package var seed: UInt64 = 1

    package init(id: String, mn: String, st: String, role: Role, factors: [SimulatedFactor]) {
        self.id = id
        self.mn = mn
        self.st = st
        self.role = role
        self.factors = factors
    }
}
