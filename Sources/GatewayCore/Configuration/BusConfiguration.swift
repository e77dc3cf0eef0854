package import Protocol
package import Telemetry

/// One entry of `buses`: one line or connection, with the devices behind it.
package struct BusConfiguration: Equatable, Sendable {
    package var id: String
    package var transport: BusTransport
    /// How long an answer may take, 10 ms … 60 s.
    package var timeout: Duration = .seconds(1)
    /// How often a request without an answer is sent again within a poll, 0…5.
    package var retries: Int = 1
    /// Registers nobody asked for that a request may span to join two wanted ones, 0…124.
    package var maximumHole: Int = 8
    /// Pause between two requests, 0 … 1 s.
    package var requestGap: Duration = .zero
    /// Whether a connection stays open between polls. Some devices serve one master at a time.
    package var keepsConnection: Bool = true
    /// Faults of the answers that are overlooked; for Modbus TCP only.
    package var tolerance: Set<ModbusTolerance> = []
    package var devices: [DeviceConfiguration]
}

/// How a bus is reached.
package enum BusTransport: Equatable, Sendable {
    case tcp(host: String, port: UInt16)
    /// RTU frames over a TCP connection, as serial servers carry them.
    case rtuOverTCP(host: String, port: UInt16)
    case serial(SerialSettings)
}

/// One entry of `buses[].devices`: a unit on the bus.
package struct DeviceConfiguration: Equatable, Sendable {
    /// Unique among devices, instruments and outlets; a topic segment that does not start with `_`.
    package var id: String
    /// The unit identifier, 0…255 (serial: 1…247).
    package var unit: UInt8
    /// Time from poll to poll, 1 ms … 1 h.
    package var poll: Duration = .seconds(5)
    /// Whether every poll is journalled as one `raw` record.
    package var raw: Bool = false
    /// What shows that the instrument still measures; nil: nothing does.
    package var heartbeat: HeartbeatConfiguration?
    /// Whether the words of every poll are journalled as `evidence`.
    package var keepsAnswers: Bool = false
    /// In the order of the file.
    package var registers: [RegisterConfiguration]
}

/// `heartbeat` of a device: a register that changes with every cycle of the instrument, as a counter or a clock (rule D3).
package struct HeartbeatConfiguration: Equatable, Sendable {
    /// Index into the device's registers.
    package var register: Int
    /// How long one cycle takes, 1 s … 1 d; a number that stands for two of them is an alarm.
    package var cycle: Duration = .seconds(60)
}

/// One entry of `buses[].devices[].registers`.
package struct RegisterConfiguration: Equatable, Sendable {
    /// Unique within its device.
    package var name: String
    /// Table, address, type and word order.
    package var field: RegisterField
    /// The decoded number is multiplied by this…
    package var scale: Double = 1
    /// …and this is added.
    package var offset: Double = 0
    /// Numbers of the register that mean "no value", before `scale` and `offset`.
    package var invalidNumbers: [Double] = []
    /// Set for a parameter of the instrument: what is registered of it with the authority (rule M1).
    package var registered: Double?
    /// Set for a state register: its number → the flag of the readings it speaks about; other numbers mean `N`.
    ///
    /// Where several state registers flag one reading, the first in the file that does not say `N` holds.
    package var flags: [Int64: DataFlag]?
    /// Of a state register: the registers of the device that it speaks about, as rising indices; nil: all, itself included.
    package var flagged: [Int]?
    /// The registers of the device, as rising indices, that hold results of a batch analyser which are new ones when this
    /// register changes; empty for any other register.
    package var timed: [Int] = []
}
