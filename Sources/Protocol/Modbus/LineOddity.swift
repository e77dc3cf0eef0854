package import Telemetry

/// What is wrong with the answers of a line although they can be read.
package enum LineOddity: CaseIterable, Hashable, Sendable {
    /// The request's own bytes come back before the answer.
    case echo
    /// Bytes that belong to no frame come before the answer.
    case strayBytes
    /// The length in the header of Modbus TCP is wrong, which `tolerate: [length]` overlooks.
    case wrongLength

    /// What it means, and what to do.
    package func hint(on medium: BusMedium) -> BilingualText {
        switch self {
        case .echo:
            let place = medium == .serial ? ("RS-485 adapter", "RS-485 转换器") : ("serial server", "串口服务器")
            return BilingualText(
                en: "echo: our own requests come back before the answers; they are skipped. Switch the echo off at the "
                    + "\(place.0) (a jumper, or its receiver while it sends)",
                zh: "回波：应答之前先收到自己的请求，已跳过。请在\(place.1)上关闭回波（跳线，或发送时关闭接收）")
        case .strayBytes:
            return BilingualText(
                en: "stray bytes come before the answers; they are skipped. Check termination and bias of the line",
                zh: "应答之前有杂散字节，已跳过。请检查线路的终端电阻和偏置电阻")
        case .wrongLength:
            return BilingualText(
                en: "the length in the header of the answers is wrong; it is overlooked (`tolerate: [length]`)",
                zh: "应答报文头的长度有误，已忽略（`tolerate: [length]`）")
        }
    }
}
