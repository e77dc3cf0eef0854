package import Alarms
package import Protocol
package import Telemetry

/// One entry of `instruments`: a monitor that speaks HJ 212 with the gateway.
package struct InstrumentConfiguration: Equatable, Sendable {
    /// Unique among devices, instruments and outlets.
    package var id: String
    package var transport: InstrumentTransport
    /// The MN its frames carry, compared as text; nil: every MN on this line is this instrument.
    package var mn: String?
    /// The edition in which its ambiguous frames are read and orders are sent; nil: that of its latest good frame.
    package var edition: Edition?
    /// Absolute path of a file whose first line is the password (PW) its frames must carry; nil: it is not looked at.
    package var passwordFile: String?
    /// Absolute path of a file with SM4 keys, as ``KeyRing/init(file:)`` reads it.
    package var keyFile: String?
    /// How long to wait for an answer, 1…99 s. Source: HJ 212-2017, table 1 (OverTime).
    package var timeout: Duration = .seconds(10)
    /// How often an unanswered request is sent again, 0…99. Source: HJ 212-2017, table 1 (ReCount).
    package var resends: Int = 3
    package var timeSetting: InstrumentDevice.TimeSetting = .never
    /// The distance from our clock up to which its own counts as right, 1 s … 24 h.
    package var drift: Duration = .seconds(60)
    /// How old a realtime datum may be when it is sent, 1 s … 24 h; what is older is not used.
    package var realtimeAge: Duration = .seconds(120)
    /// Which end of a period the DataTime of its minute, hour and day data states.
    package var stamps = PeriodStamp.begin
    /// What it is told on each connection; nil: nothing.
    package var commissioning: InstrumentDevice.Commissioning?
    /// Whether data that are missing between its uploads are asked for.
    package var asksForHistory: Bool = false
    /// The parameters whose values are registered with the authority.
    package var registered: [RegisteredParameter] = []
    /// How often it is asked for them; nil: what it tells by itself is compared.
    package var checkInterval: Duration?
    /// Minutes between its minute data: 1 2 3 4 5 6 10 12 15 20 30.
    package var minuteInterval: Int = 1
    /// Whether each of its frames is also journalled and published as it came.
    package var passThrough: Bool = false
    /// Whether each of its frames is journalled as `evidence`, unless it is passed through anyway.
    package var keepsFrames: Bool = false
    /// Set: it is asked for its data in the dialect with a station address.
    package var station: StationPolling?
    /// The same for all instruments that share a transport.
    package var line: InstrumentLineSettings = InstrumentLineSettings()
}

/// `stamps`: what the DataTime of a period's data states.
package enum PeriodStamp: String, CaseIterable, Sendable {
    /// As the standard has it. Source: HJ 212-2017, table 4 (DataTime).
    case begin
    case end
}

/// A parameter of an instrument and the value that is registered.
package struct RegisteredParameter: Equatable, Sendable {
    package var parameter: InstrumentDevice.Parameter
    package var value: ParameterValue
}

/// How an instrument's frames arrive.
package enum InstrumentTransport: Hashable, Sendable {
    /// The instrument connects to this address. Several instruments with distinct `mn` may share it.
    case listen(host: String, port: UInt16)
    /// The gateway connects to the instrument. Several instruments with distinct `station` may share it.
    case connect(host: String, port: UInt16)
    /// Several instruments with distinct `station` may share it.
    case serial(SerialSettings)
}

/// What holds for a listener, connection or serial port as a whole.
package struct InstrumentLineSettings: Equatable, Sendable {
    /// The faults of frames that are overlooked.
    package var tolerance: Tolerance = .intake
    /// Who may connect; empty: everybody. For listeners.
    package var allow: [AddressPrefix] = []
    /// Connections at the same time, 1…1024. For listeners.
    package var connections: Int = 16
    /// A network connection on which nothing came for so long is closed; nil: never.
    package var idleTimeout: Duration? = .seconds(600)
    /// How long a frame may stand still before it is given up.
    package var frameTimeout: Duration = .seconds(10)
    /// The devices of this line send something at least so often; nil: nothing is known.
    package var heartbeat: Duration?

    package init() {}

    /// The shorter of ``idleTimeout`` and ``heartbeat``: for how long a network connection may be silent; nil: for ever.
    package var silenceLimit: Duration? { [idleTimeout, heartbeat].compactMap { $0 }.min() }
}

/// How an instrument is polled in the dialect with a station address behind `##`.
package struct StationPolling: Equatable, Sendable {
    /// 1…9999.
    package var station: Int
    /// The time from request to request.
    package var poll: Duration = .seconds(5)
    /// The command that asks for data, in the sense of the dialect. Private to it: 2013 is another command in 2025.
    package var command: CommandCode = CommandCode(rawValue: 2013)
}
