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

    package var text: String { words.en }

    package var words: BilingualText {
        switch self {
        case .timeout: .init("timeout", zh: "超时")
        case .notConnected: .init("not connected", zh: "未连接")
        case .badReply: .init("bad reply", zh: "应答有误")
        case .exception(let code): .init("exception \(code)", zh: "异常码 \(code)")
        case .notANumber: .init("not a number", zh: "不是数")
        case .noData: .init("no data", zh: "无数据")
        case .invalid(let number):
            .init("means no value", zh: "表示无数据").behind(number.withInstrumentPrecision.plainText)
        case .belowRange(let number):
            .init("is far below the range", zh: "远低于量程").behind(number.withInstrumentPrecision.plainText)
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

extension BilingualText {
    fileprivate func behind(_ number: String) -> BilingualText { .init("\(number) \(en)", zh: "\(number) \(zh)") }
}
