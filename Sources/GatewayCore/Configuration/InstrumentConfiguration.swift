package import Telemetry

/// One entry of `instruments`: a monitor that sends HJ 212 frames to the gateway.
package struct InstrumentConfiguration: Equatable, Sendable {
    /// Unique among devices, instruments and outlets.
    package var id: String
    package var transport: InstrumentTransport
    /// The MN its frames carry, compared as text; nil: every MN on this line is this instrument.
    package var mn: String?
}

/// How an instrument's frames arrive.
package enum InstrumentTransport: Hashable, Sendable {
    /// The instrument connects to this address. Several instruments with distinct `mn` may share it.
    case listen(host: String, port: UInt16)
    /// The gateway connects to the instrument.
    case connect(host: String, port: UInt16)
    case serial(SerialSettings)
}
