import Protocol
package import Telemetry

extension GatewayMachine {
    /// Takes an operator's mark: from now on it stands, and it is an audit record.
    package mutating func mark(_ mark: OperatorMark, at wall: WallInstant) throws(UnknownMarkTarget) -> [Action] {
        let ids = configuration.outlets.map(\.id)
        guard let outlet = ids.firstIndex(of: mark.outlet) else {
            throw Self.unknown(.init("outlet", zh: "排口"), mark.outlet, ids)
        }
        let codes = configuration.outlets[outlet].factors.map(\.code)
        let factor = mark.factor.flatMap { codes.firstIndex(of: $0) }
        if let code = mark.factor, factor == nil {
            throw Self.unknown(.init("factor", zh: "因子"), code, codes)
        }
        takeOperatorMark(mark.statement, outlet: outlet, factor: factor, at: wall)
        return [.journal(event("mark", mark.details, at: wall))]
    }

    private static func unknown(_ kind: BilingualText, _ name: String, _ known: [String]) -> UnknownMarkTarget {
        let list = known.joined(separator: " ")
        return UnknownMarkTarget(
            text: BilingualText(
                "there is no \(kind.en) '\(name)'\(known.isEmpty ? "" : " (there are: \(list))")",
                zh: "没有\(kind.zh)“\(name)”\(known.isEmpty ? "" : "（已配置：\(list)）")"))
    }
}

extension OperatorMark {
    /// What the audit record says.
    fileprivate var details: [AuditEvent.Detail] {
        var details = [AuditEvent.Detail("outlet", outlet)]
        if let factor { details.append(.init("factor", factor)) }
        switch statement {
        case .flag(let flag, let until):
            details += [.init("flag", flag.text), .init("until", String(until.millisecondsSince1970))]
        case .plant(let mark, let until):
            details += [.init("plant", mark.rawValue), .init("until", String(until.millisecondsSince1970))]
        case .clear: details.append(.init("clear", "true"))
        }
        details.append(.init("by", by))
        if let note { details.append(.init("note", note)) }
        return details
    }
}
