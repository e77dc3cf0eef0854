import GatewayCore
import HostSystem
import ModbusLink
import Protocol
import Telemetry

/// Why an HJ 212 line brings nothing, in sentences.
extension BilingualText {
    static func neverConnected(to endpoint: LineEndpoint) -> BilingualText {
        BilingualText(en: "nothing has connected to \(endpoint)", zh: "尚无连接到 \(endpoint)")
    }

    static let connected = BilingualText(en: "connected, nothing received", zh: "已连接，未收到数据")

    /// `peer`: an address, or the path of a serial port.
    static func quiet(_ peer: String) -> BilingualText {
        if peer.hasPrefix("/") {
            return BilingualText(
                en: "\(peer) is open, nothing received on it; check power and wiring, baud rate and parity",
                zh: "\(peer) 已打开，但未收到任何数据；检查供电和接线、波特率和校验位")
        }
        return BilingualText(
            en: "a connection with \(peer) is open, nothing received on it", zh: "与 \(peer) 的连接已建立，但未收到任何数据")
    }

    static func connectionEnded(_ reason: BilingualText) -> BilingualText {
        BilingualText("connection ended: ", zh: "连接断开：") + reason
    }

    static let noAnswer = BilingualText(en: "does not answer", zh: "无应答")

    static func badBytes(_ fault: FrameFault) -> BilingualText {
        BilingualText(
            en: "bytes that are no good frame (\(fault.kind.words.en)): \(fault.advice.en)",
            zh: "收到的不是有效报文（\(fault.kind.words.zh)）：\(fault.advice.zh)")
    }

    /// Why a line is not open, with the same advice as for a bus.
    static func notOpen(_ error: SystemError) -> BilingualText {
        let fault: BusFault.LineFault =
            error.isLookup
            ? .unknownHost(error.subject) : error.isTimeout ? .unanswered : ModbusError.lineFault(of: error.code)
        let advice = BusFault.line(fault).advice(on: .serial)
        return BilingualText(en: "\(error.text.en); \(advice.en)", zh: "\(error.text.zh)；\(advice.zh)")
    }

    /// `instrument`: the one whose frame is wanted; nil: it is not about one.
    static func refused(_ refusal: Refusal, wanted instrument: InstrumentConfiguration?) -> BilingualText {
        switch refusal.reason {
        case .wrongPassword:
            return BilingualText(
                en: "wrong password (PW) in its frames; wanted: that of `password_file`",
                zh: "报文密码（PW）错误；应为 `password_file` 中的密码")
        case .held:
            return BilingualText(en: refusal.reason.rawValue, zh: "其密码或密钥尚未就绪")
        case .unknownStation:
            guard let station = instrument?.station?.station else {
                return BilingualText(en: "frames without a known station address are refused", zh: "没有已知站地址的报文被拒收")
            }
            return BilingualText(
                en: "frames without its station address are refused; wanted: \(station) between ## and the length",
                zh: "没有其站地址的报文被拒收；要求 ## 与长度之间为 \(station)")
        case .unknownMN:
            let sent = refusal.mn.isEmpty ? "-" : refusal.mn
            guard let mn = instrument?.mn else {
                return BilingualText(en: "frames of MN \(sent) are refused", zh: "MN \(sent) 的报文被拒收")
            }
            return BilingualText(
                en: "frames of MN \(sent) are refused; wanted: \(mn)", zh: "MN \(sent) 的报文被拒收；应为 \(mn)")
        }
    }
}
