import Protocol
import Telemetry

/// The codes under which the configuration wants the data of one instrument, and which of them a received code means.
///
/// Upper and lower case are alike. A code that is not wanted as it stands is that of the other edition: `011` of 2005 is
/// `w01018` of 2017, in either direction. `01` and `001` are different factors.
struct CodeBook: Sendable {
    struct Match: Equatable, Sendable {
        /// As they are written in the configuration; empty: nothing wants the data.
        var wanted: [String]
        /// The code of the other edition, where it is the one that is wanted or the only one that is known.
        var mapped: String?
        /// Whether the code is wanted only by what it is in the other edition.
        var isTranslated: Bool { mapped != nil && !wanted.isEmpty }
    }

    /// Received codes whose meaning is kept ready. An instrument sends some dozens.
    private static let capacity = 256

    /// By the code in lower case: the ways in which the configuration writes it.
    private let wanted: [String: [String]]
    private var known: [String: Match] = [:]

    init(_ codes: some Sequence<String>) {
        var wanted: [String: [String]] = [:]
        for code in codes where wanted[code.lowercased()]?.contains(code) != true {
            wanted[code.lowercased(), default: []].append(code)
        }
        self.wanted = wanted
    }

    /// Every code that is wanted, in the order of the alphabet.
    var codes: [String] { wanted.values.joined().sorted() }

    /// Whether something wants `code` as it stands.
    func wants(_ code: String) -> Bool { wanted[code.lowercased()] != nil }

    /// What `code` means.
    mutating func match(_ code: String) -> Match {
        if let match = known[code] { return match }
        let match = find(code.lowercased())
        if known.count < Self.capacity { known[code] = match }
        return match
    }

    private func find(_ code: String) -> Match {
        if let wanted = wanted[code] { return Match(wanted: wanted) }
        guard let other = FactorTable.otherEdition(of: code) else { return Match(wanted: []) }
        return Match(wanted: wanted[other.lowercased()] ?? [], mapped: other)
    }

    /// What the factors of an upload mean, in their order. A translated code gives way to one that is sent as it is wanted.
    mutating func matches(_ factors: [HJ212Upload.Factor]) -> [Match] {
        var matches: [Match] = []
        matches.reserveCapacity(factors.count)
        for factor in factors { matches.append(match(factor.code)) }
        guard matches.contains(where: \.isTranslated) else { return matches }
        let direct = Set(matches.filter { !$0.isTranslated }.flatMap(\.wanted))
        for index in matches.indices where matches[index].isTranslated {
            matches[index].wanted.removeAll(where: direct.contains)
        }
        return matches
    }
}
