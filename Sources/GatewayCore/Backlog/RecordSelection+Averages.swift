package import Protocol

extension RecordSelection {
    /// Whether records of averages of an outlet can be carried that has these factors.
    ///
    /// - Parameters:
    ///   - kind: `hour` and the like, whose bodies have a member of `data` for each factor.
    ///   - codes: what the outlet, or one record of it, has.
    package func carries(_ kind: RecordKind, of outlet: String, factors codes: some Sequence<String>) -> Bool {
        guard kinds.contains(kind), outlets?.contains(outlet) ?? true else { return false }
        guard let factors else { return true }
        return codes.contains(where: factors.contains)
    }

    /// The codes that the journalled `body` of a record of averages has in `data`.
    package static func factors(in body: [UInt8]) -> [String] {
        guard let members = JSONMembers(of: body, in: body.indices),
            let data = members.list.first(where: { body[$0.name].elementsEqual("data".utf8) }),
            let inner = JSONMembers(of: body, in: data.value)
        else { return [] }
        return inner.list.map { String(decoding: body[$0.name], as: UTF8.self) }
    }
}
