package import Protocol
package import Telemetry

/// A request of a poll that brought no numbers, or the line that did not let any be asked.
package struct PollFailure: Equatable, Sendable {
    package let fault: BusFault
    /// The registers it was about, as rising indices into those of the device.
    package let registers: [Int]
    /// Where, what, and what can be done about it.
    package let reason: BilingualText

    /// `unit` did not answer `read` as asked.
    init(_ fault: BusFault, registers: [Int], unit: UInt8, read: ReadRequest, on transport: BusTransport) {
        let (words, place) = (fault.words(on: transport.medium), read.place)
        self.fault = fault
        self.registers = registers
        reason = BilingualText(
            en: "unit \(unit), \(place.en): \(words.en)", zh: "站号 \(unit)，\(place.zh)：\(words.zh)")
    }

    /// The line is not open.
    init(_ fault: BusFault, registers: [Int], line transport: BusTransport) {
        let words = fault.words(on: transport.medium)
        self.fault = fault
        self.registers = registers
        reason = BilingualText(en: "\(transport.peer): \(words.en)", zh: "\(transport.peer)：\(words.zh)")
    }

    /// The same about other registers.
    init(_ other: PollFailure, registers: [Int]) {
        fault = other.fault
        reason = other.reason
        self.registers = registers
    }
}

extension PollResult {
    /// Why `register` brought no number, where a request is to blame.
    package func failure(of register: Int) -> PollFailure? {
        failures.first { $0.registers.contains(register) }
    }
}

extension BusTransport {
    var medium: BusMedium {
        switch self {
        case .tcp: .tcp
        case .rtuOverTCP: .rtuOverTCP
        case .serial: .serial
        }
    }

    /// What an operator calls the other end.
    var peer: String {
        switch self {
        case .tcp(let host, let port), .rtuOverTCP(let host, let port): "\(host):\(port)"
        case .serial(let settings): settings.path
        }
    }
}
