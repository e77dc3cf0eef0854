import HostSystem
import Protocol
import Telemetry

/// What is wrong on a line of instruments: with which of them, or with nobody that is known.
struct LineProblems: Sendable {
    /// Refusals that are logged one by one, each once. Whoever tries many MN cannot fill the log.
    private static let mostTold = 64

    private var ofDevice: [Int: BilingualText] = [:]
    /// The last problem that concerns nobody that is known.
    private(set) var ofStrangers: BilingualText?
    private var told: Set<String> = []

    subscript(device: Int) -> BilingualText? { ofDevice[device] }

    /// Notes a problem of some devices; those for which it is news. `isStrange`: it came from nobody that is known.
    mutating func note(_ problem: BilingualText, of devices: [Int], isStrange: Bool = false) -> [Int] {
        if isStrange { ofStrangers = problem }
        let news = devices.filter { ofDevice[$0] != problem }
        for device in news { ofDevice[device] = problem }
        return news
    }

    /// A good frame of the device came.
    mutating func end(_ device: Int) { ofDevice[device] = nil }

    /// Whether `words` were not said before, and are to be said.
    mutating func isNews(_ words: String) -> Bool { told.count < Self.mostTold && told.insert(words).inserted }
}

extension BilingualText {
    static func neverConnected(to endpoint: LineEndpoint) -> BilingualText {
        BilingualText(en: "nothing has connected to \(endpoint)", zh: "尚无连接到 \(endpoint)")
    }

    static let connected = BilingualText(en: "connected, nothing received", zh: "已连接，未收到数据")

    static func connectionEnded(_ reason: BilingualText) -> BilingualText {
        BilingualText("connection ended: ", zh: "连接断开：") + reason
    }

    static let noAnswer = BilingualText(en: "does not answer", zh: "无应答")

    static func badBytes(_ defect: FrameDefect) -> BilingualText {
        let advice = defect.faults.first?.advice ?? BilingualText(en: "", zh: "")
        let kind = defect.kind.words
        return BilingualText(
            en: "bytes that are no good frame (\(kind.en)): \(advice.en)",
            zh: "收到的不是有效报文（\(kind.zh)）：\(advice.zh)")
    }

    /// `expected`: the MN of the instrument; nil: it is not about one.
    static func refused(_ refusal: Refusal, expected: String?) -> BilingualText {
        switch refusal.reason {
        case .wrongPassword:
            return BilingualText(
                en: "wrong password (PW) in its frames; wanted: that of `password_file`",
                zh: "报文密码（PW）错误；应为 `password_file` 中的密码")
        case .held:
            return BilingualText(en: refusal.reason.rawValue, zh: "其密码或密钥尚未就绪")
        case .unknownMN:
            let sent = refusal.mn.isEmpty ? "-" : refusal.mn
            guard let expected else {
                return BilingualText(en: "frames of MN \(sent) are refused", zh: "MN \(sent) 的报文被拒收")
            }
            return BilingualText(
                en: "frames of MN \(sent) are refused; wanted: \(expected)", zh: "MN \(sent) 的报文被拒收；应为 \(expected)")
        }
    }
}
