/// A packet that answers another: 9011 to 9014, and 9022.
///
/// Source: HJ 212-2017, 6.6 and appendix C; HJ/T 212-2005 by transcriptions.
package struct Answer: Hashable, Sendable {
    package enum Content: Hashable, Sendable {
        /// 9011: whether a request will be executed.
        case request(RequestVerdict)
        /// 9012: how that ended.
        case execution(ExecutionResult)
        /// 9013
        case notification
        /// 9014
        case data
        /// 9022: the device may log in.
        case login

        package var command: CommandCode {
            switch self {
            case .request: .requestAnswer
            case .execution: .executionResult
            case .notification: .notificationAnswer
            case .data: .dataAnswer
            case .login: .loginAnswer
            }
        }
    }

    package let content: Content
    /// The QN of the packet that is answered; nil when the answer names none.
    package let answeredQN: FieldText?

    /// The answer that `packet` is; nil for any other command, and for a 9011 or 9012 without its number.
    ///
    /// The system code, the Flag and what else the data area says do not matter, as devices differ in all of them. The QN
    /// in the data area, where 2005 has it, counts before that of the header.
    package init?(_ packet: Packet) {
        let fields = FieldReader(packet.cp)
        switch packet.cn {
        case .requestAnswer:
            guard let number = fields.text(ifAny: "QnRtn")?.integer else { return nil }
            content = .request(RequestVerdict(rawValue: number))
        case .executionResult:
            guard let number = fields.text(ifAny: "ExeRtn")?.integer else { return nil }
            content = .execution(ExecutionResult(rawValue: number))
        case .notificationAnswer: content = .notification
        case .dataAnswer: content = .data
        default: return nil
        }
        answeredQN = fields.text(ifAny: "QN") ?? packet["QN"].flatMap { $0.isEmpty ? nil : $0 }
    }
}

extension Packet {
    /// What a host answers to this packet in the packet's own edition; nil when it asks for no answer or gets none.
    package var hostAnswer: Packet? {
        guard let flag, flag.asksForAnswer else { return nil }
        switch cn?.hostAnswer {
        case .dataAnswer?: return answer(.data)
        case .notificationAnswer?: return answer(.notification)
        case .loginAnswer?: return answer(.login)
        default: return nil
        }
    }

    /// The packet that answers this one in its own edition.
    ///
    /// Password, MN and the version bits are kept. Since 2017 the header repeats the QN; in 2005 the data area does, and
    /// in a data answer also names the command and, for one of several packets, its numbers. A packet without Flag is
    /// answered as in 2005.
    package func answer(_ content: Answer.Content) -> Packet {
        let is2005 = (flag?.version ?? 0) == 0
        var header: [DataSegment.Pair] = []
        func add(_ name: FieldText, _ value: FieldText?) {
            if let value { header.append(DataSegment.Pair(name, value)) }
        }
        if !is2005 { add("QN", qn) }
        add("ST", "91")
        add("CN", FieldText(String(content.command.rawValue)))
        add("PW", pw)
        add("MN", mn)
        // Examples of 2005 leave it out of 9012 alone.
        if !is2005 || content.command != .executionResult {
            add("Flag", FieldText(String(flag?.ofAnswer.rawValue ?? 0)))
        }
        return Packet(header: header, cp: DataSegment(items: answerItems(content, is2005: is2005)))
    }

    private func answerItems(_ content: Answer.Content, is2005: Bool) -> [[DataSegment.Pair]] {
        var items: [[DataSegment.Pair]] = []
        func add(_ name: FieldText, _ value: FieldText?) {
            if let value { items.append([DataSegment.Pair(name, value)]) }
        }
        if is2005 { add("QN", qn) }
        switch content {
        case .request(let verdict): add("QnRtn", FieldText(String(verdict.rawValue)))
        case .execution(let result): add("ExeRtn", FieldText(String(result.rawValue)))
        case .data where is2005:
            add("CN", self["CN"])
            add("PNUM", self["PNUM"])
            add("PNO", self["PNO"])
        // As hosts in the field answer 9021; the standard's text does not say it.
        case .login: add("Logon", "1")
        case .data, .notification: break
        }
        return items
    }
}
