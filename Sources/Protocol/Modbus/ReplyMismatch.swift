package import Telemetry

/// In which respect bytes that came back are not the answer to a request.
package enum ReplyMismatch: Hashable, Sendable {
    /// The frame has the shape of the answer and a wrong CRC.
    case checksum
    /// Bytes that are no frame.
    case noise
    /// More bytes than any frame has.
    case oversize
    /// The length in the header of Modbus TCP is not that of the data. Source: Modbus Messaging on TCP/IP 1.0b, 3.1.3.
    case length(stated: Int, actual: Int)
    case transaction
    case protocolIdentifier
    /// A frame of Modbus TCP on a line for RTU frames.
    case modbusTCP
    case unit(UInt8)
    case function(UInt8)
    /// Bytes of data, and how many the request asks for.
    case dataBytes(Int, expected: Int)
    /// A request that we did not send.
    case otherMaster
    case malformedException
    case tooShort
    /// The answer to a write does not repeat the request.
    case otherWrite

    /// What it is.
    package var what: BilingualText {
        switch self {
        case .checksum: BilingualText(en: "CRC", zh: "CRC 错误")
        case .noise: BilingualText(en: "bytes that are no answer", zh: "收到的字节不构成应答")
        case .oversize: BilingualText(en: "too many bytes", zh: "字节过多")
        case .length(let stated, let actual):
            BilingualText(
                en: "the length in its header is \(stated) instead of \(actual)",
                zh: "报文头长度为 \(stated)，应为 \(actual)")
        case .transaction: BilingualText(en: "transaction", zh: "事务号不符")
        case .protocolIdentifier: BilingualText(en: "protocol", zh: "协议号不符")
        case .modbusTCP: BilingualText(en: "Modbus TCP", zh: "Modbus TCP 报文")
        case .unit(let unit): BilingualText(en: "unit \(unit)", zh: "站号为 \(unit)")
        case .function(let code): BilingualText(en: "function code \(code)", zh: "功能码为 \(code)")
        case .dataBytes(let count, let expected):
            BilingualText(
                en: "answer of \(count) data bytes, \(expected) expected", zh: "数据 \(count) 字节，应为 \(expected)")
        case .otherMaster: BilingualText(en: "a request of another master", zh: "收到其他主站的请求")
        case .malformedException: BilingualText(en: "malformed exception", zh: "异常应答格式错误")
        case .tooShort: BilingualText(en: "answer too short", zh: "应答过短")
        case .otherWrite: BilingualText(en: "not the echo of the request", zh: "写应答与请求不一致")
        }
    }
}
