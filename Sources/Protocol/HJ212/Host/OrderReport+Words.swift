package import Telemetry

extension OrderReport.Outcome {
    /// How the order ended, for people.
    package var text: BilingualText {
        switch self {
        case .finished(let result):
            let meaning = Self.meaning(of: result.rawValue, Vocabulary.executionResult)
            return .init(
                "ended: \(meaning.en) (ExeRtn \(result.rawValue))", zh: "已结束：\(meaning.zh)（ExeRtn \(result.rawValue)）")
        case .refused(let verdict):
            let meaning = Self.meaning(of: verdict.rawValue, Vocabulary.requestAnswer)
            return .init(
                "refused by the device: \(meaning.en) (QnRtn \(verdict.rawValue))",
                zh: "仪表拒绝：\(meaning.zh)（QnRtn \(verdict.rawValue)）")
        case .noAnswer: return .init("no answer, although it was asked again", zh: "重发后仍无应答")
        case .unfinished: return .init("begun, then the device fell silent", zh: "已开始执行，之后仪表不再应答")
        case .disconnected:
            return .init("the device is not connected, or its connection was lost", zh: "仪表未连接，或连接已断开")
        case .withheld(let count):
            return .init(
                "not sent: a secret is only sent while the MN was heard on exactly one open connection, and not on \(count)",
                zh: "未下发：密码和密钥仅在恰有一个连接收到过该 MN 时下发，现有 \(count) 个")
        case .impossible(let error): return .init("not sent: ", zh: "未下发：") + error.text
        }
    }

    /// ``text`` in English, as the log and records have it.
    package var words: String { text.en }

    private static func meaning(of code: Int, _ table: TermTable) -> BilingualText {
        table.meaning(String(code), in: .hj2017)?.text ?? .init("meaning unknown", zh: "含义未知")
    }
}

extension MessageError {
    /// The error for people.
    package var text: BilingualText {
        switch self {
        case .otherCommand(let command):
            .init(
                "command \(command.map { String($0.rawValue) } ?? "missing") is another message",
                zh: "命令\(command.map { " \($0.rawValue) " } ?? "缺失，")是另一种消息")
        case .notInEdition(let command, let edition):
            .init(
                "command \(command.rawValue) does not exist in the \(edition.name) edition, which the device speaks",
                zh: "仪表使用 \(edition.name) 版标准，其中没有命令 \(command.rawValue)")
        case .missing(let field): .init("\(field) is missing", zh: "缺少 \(field)")
        case .malformed(let field): .init("\(field) cannot be sent like this", zh: "\(field) 不能这样发送")
        case .outOfRange(let field, let allowed):
            .init("\(field) must be \(allowed.en)", zh: "\(field) 应为 \(allowed.zh)")
        case .itemTooLong(let item): .init("\(item) does not fit into a packet", zh: "\(item) 超出一个包的长度")
        case .tooManyPackets(let limit): .init("it needs more than \(limit) packets", zh: "需要的包超过 \(limit) 个")
        }
    }
}
