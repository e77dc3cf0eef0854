package import Telemetry

/// The values of all factors of one system at one instant or over one interval, as they are sent: texts under the
/// standard's suffixes, so that decimals, marks (`p99101-Rtd=St`) and a maker's own suffixes survive unchanged.
///
/// What becomes a sample is read from the same packet by ``HJ212Upload``.
package struct DataRecord: Hashable, Sendable {
    package enum Kind: CaseIterable, Hashable, Sendable {
        case realtime, day, minute, hour
        /// Raw results of analysers that measure now and then (2025).
        case periodic
        /// A single measurement of noise (2025).
        case noise
        /// Means of the furnace temperature over five minutes (2025).
        case furnace
    }

    /// One value: `Rtd` and `7.1`.
    package struct Value: Hashable, Sendable {
        package let suffix: FieldText
        package let text: FieldText

        package init(_ suffix: FieldText, _ text: FieldText) {
            self.suffix = suffix
            self.text = text
        }
    }

    /// What is said about one factor, in the order sent.
    package struct Factor: Hashable, Sendable {
        package let code: FieldText
        package var values: [Value]

        package init(_ code: FieldText, _ values: [Value]) {
            self.code = code
            self.values = values
        }
    }

    package var kind: Kind
    /// The instant, or the start of the interval. Source: HJ 212-2017, table 4 (DataTime).
    package var dataTime: CivilTime
    /// Each code once, in order of first appearance.
    package var factors: [Factor]

    package init(_ kind: Kind, at dataTime: CivilTime, _ factors: [Factor]) {
        self.kind = kind
        self.dataTime = dataTime
        self.factors = factors
    }
}

extension DataRecord {
    /// What `upload` says, numbers in the shortest decimal form; nil when it has no time.
    package init?(_ upload: HJ212Upload) {
        guard let time = upload.dataTime else { return nil }
        let pairs = upload.packet(edition: .hj2017, qn: "", asksForAnswer: false).cp.pairs
        self.init(Kind(upload.kind), at: time, Self.factors(pairs))
    }

    init?(_ command: CommandCode, _ fields: FieldReader) throws(MessageError) {
        guard let kind = Kind.allCases.first(where: { $0.command == command }) else { return nil }
        self.init(kind, at: try fields.time("DataTime"), Self.factors(fields.cp.pairs))
    }

    /// Gathered by code, as makers mix the separators.
    private static func factors(_ pairs: [DataSegment.Pair]) -> [Factor] {
        var factors: [Factor] = []
        var places: [FieldText: Int] = [:]
        for pair in pairs {
            guard let parts = pair.codeAndSuffix else { continue }
            let value = Value(parts.suffix, pair.value)
            if let place = places[parts.code] {
                factors[place].values.append(value)
            } else {
                places[parts.code] = factors.count
                factors.append(Factor(parts.code, [value]))
            }
        }
        return factors
    }

    /// One item a factor.
    var items: [[DataSegment.Pair]] {
        factors.map { factor in factor.values.map { DataSegment.Pair(factor.code, $0.suffix, $0.text) } }
    }

    /// A number is written without exponent; any other text is a mark.
    func validate(edition: Edition) throws(MessageError) {
        guard kind.editions.contains(edition.rules) else { throw .notInEdition(kind.command, edition) }
        for factor in factors {
            for value in factor.values where value.text.number != nil && !value.text.isDecimal {
                try FieldCheck.decimal("\(factor.code)-\(value.suffix)", value.text)
            }
        }
    }
}

extension DataRecord.Kind {
    init(_ kind: HJ212Upload.Kind) {
        switch kind {
        case .realtime: self = .realtime
        case .minute: self = .minute
        case .hour: self = .hour
        case .day: self = .day
        }
    }

    package var command: CommandCode {
        switch self {
        case .realtime: .realtime
        case .day: .day
        case .minute: .minute
        case .hour: .hour
        case .periodic: CommandCode(rawValue: 2013)
        case .noise: CommandCode(rawValue: 2052)
        case .furnace: CommandCode(rawValue: 2111)
        }
    }

    package var editions: Set<Edition> {
        switch self {
        case .realtime, .day, .minute, .hour: [.hj2005, .hj2017, .hj2025]
        case .periodic, .noise, .furnace: [.hj2025]
        }
    }
}
