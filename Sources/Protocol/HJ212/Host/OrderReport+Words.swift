extension OrderReport.Outcome {
    /// How the order ended, for people.
    package var words: String {
        switch self {
        case .finished(let result):
            "ended: \(Self.meaning(of: result.rawValue, Vocabulary.executionResult)) (ExeRtn \(result.rawValue))"
        case .refused(let verdict):
            "refused by the device: \(Self.meaning(of: verdict.rawValue, Vocabulary.requestAnswer)) "
                + "(QnRtn \(verdict.rawValue))"
        case .noAnswer: "no answer, although it was asked again"
        case .unfinished: "begun, then the device fell silent"
        case .disconnected: "the device is not connected, or its connection was lost"
        case .impossible(let error): "not sent: \(error.words)"
        }
    }

    private static func meaning(of code: Int, _ table: TermTable) -> String {
        table.meaning(String(code), in: .hj2017)?.text.en ?? "meaning unknown"
    }
}

extension MessageError {
    /// The error for people.
    package var words: String {
        switch self {
        case .otherCommand(let command):
            "command \(command.map { String($0.rawValue) } ?? "missing") is another message"
        case .notInEdition(let command, let edition):
            "command \(command.rawValue) does not exist in the \(edition.name) edition, which the device speaks"
        case .missing(let field): "\(field) is missing"
        case .malformed(let field): "\(field) cannot be sent like this"
        case .outOfRange(let field, let allowed): "\(field) must be \(allowed)"
        case .itemTooLong(let item): "\(item) does not fit into a packet"
        case .tooManyPackets(let limit): "it needs more than \(limit) packets"
        }
    }
}
