/// Why a reading has no trustworthy number. `text` is what records, logs and operators see.
package enum ReadFailure: Hashable, Sendable {
    /// No answer within the time limit.
    case timeout
    /// The bus or line is not open: refused, unreachable, unplugged.
    case notConnected
    /// An answer came, but not to this request or damaged (CRC, length, unit, transaction).
    case badReply
    /// The device answered with a Modbus exception code.
    case exception(code: UInt8)
    /// The registers hold no number (NaN, infinity, more than 10³⁰, a nibble above 9 in BCD).
    case notANumber
    /// The instrument sent nothing for this factor in the period.
    case noData
    /// The number is one of those that the configuration declares to mean no value.
    case invalid(number: Double)
    /// The number lies so far below the measuring range that it is no measurement.
    case belowRange(number: Double)

    package var text: String {
        switch self {
        case .timeout: "timeout"
        case .notConnected: "not connected"
        case .badReply: "bad reply"
        case .exception(let code): "exception \(code)"
        case .notANumber: "not a number"
        case .noData: "no data"
        case .invalid(let number): "\(number.withInstrumentPrecision.plainText) means no value"
        case .belowRange(let number): "\(number.withInstrumentPrecision.plainText) is far below the range"
        }
    }

    /// Whether the instrument answered, with something that is no measurement.
    package var isOfNumber: Bool {
        switch self {
        case .notANumber, .invalid, .belowRange: true
        case .timeout, .notConnected, .badReply, .exception, .noData: false
        }
    }
}
