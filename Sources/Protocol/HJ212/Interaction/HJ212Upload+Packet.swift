import Telemetry

extension HJ212Upload {
    /// The upload that `packet` is; nil when its command is none of ``Kind``.
    ///
    /// `;` and `,` count alike and values are gathered by code, as makers mix the separators. Where a code sends one field
    /// twice, the first counts. A `Flag` without code marks every factor that has none of its own.
    package init?(_ packet: Packet) {
        guard let kind = Kind.allCases.first(where: { $0.command == packet.cn }) else { return nil }
        self.init(
            kind: kind, mn: packet.mn?.text ?? "", st: packet.st?.text ?? "",
            dataTime: packet.cp["DataTime"].flatMap { CivilTime(compact: $0.bytes.prefix(14)) },
            qnTime: packet.qn.flatMap { CivilTime(compact: $0.bytes.prefix(17)) }, factors: Self.factors(packet.cp))
        guard let common = packet.cp["Flag"].flatMap({ DataFlag(bytes: $0.bytes) }) else {
            completeRealtime()
            return
        }
        for index in factors.indices where factors[index].flag == nil { factors[index].flag = common }
        completeRealtime()
    }

    private mutating func completeRealtime() {
        guard kind == .realtime else { return }
        for index in factors.indices where factors[index].rtd == nil { factors[index].rtd = factors[index].avg }
    }

    private static func factors(_ cp: DataSegment) -> [Factor] {
        var factors: [Factor] = []
        var places: [FieldText: Int] = [:]
        var latest: (code: FieldText, place: Int)?
        for pair in cp.pairs {
            guard let (code, suffix) = pair.codeAndSuffix, let field = Field(suffix) else { continue }
            let place: Int
            if let latest, latest.code == code {
                place = latest.place
            } else if let known = places[code] {
                place = known
            } else {
                place = factors.count
                factors.append(Factor(code: code.text))
                places[code] = place
            }
            latest = (code, place)
            field.set(pair.value, in: &factors[place])
        }
        return factors
    }
}

/// The suffixes that make a factor's value. Source: HJ 212-2017, table 4.
private enum Field: CaseIterable {
    case rtd, flag, avg, min, max, cou, zsRtd, zsAvg, zsMin, zsMax, sampleTime, data

    /// The field of `suffix`, upper and lower case being alike.
    init?(_ suffix: FieldText) {
        guard let field = Self.allCases.first(where: { suffix.isSpelled($0.suffix) }) else { return nil }
        self = field
    }

    private var suffix: StaticString {
        switch self {
        case .rtd: "Rtd"
        case .flag: "Flag"
        case .avg: "Avg"
        case .min: "Min"
        case .max: "Max"
        case .cou: "Cou"
        case .zsRtd: "ZsRtd"
        case .zsAvg: "ZsAvg"
        case .zsMin: "ZsMin"
        case .zsMax: "ZsMax"
        case .sampleTime: "SampleTime"
        case .data: "Data"
        }
    }

    /// Fills the field of `factor` unless an earlier pair did.
    func set(_ value: FieldText, in factor: inout HJ212Upload.Factor) {
        switch self {
        case .rtd: factor.rtd = factor.rtd ?? value.number
        case .flag: factor.flag = factor.flag ?? (value == "N" ? .normal : DataFlag(bytes: value.bytes))
        case .avg, .data: factor.avg = factor.avg ?? value.number
        case .min: factor.min = factor.min ?? value.number
        case .max: factor.max = factor.max ?? value.number
        case .cou: factor.cou = factor.cou ?? value.number
        case .zsRtd: factor.zsRtd = factor.zsRtd ?? value.number
        case .zsAvg: factor.zsAvg = factor.zsAvg ?? value.number
        case .zsMin: factor.zsMin = factor.zsMin ?? value.number
        case .zsMax: factor.zsMax = factor.zsMax ?? value.number
        case .sampleTime: factor.sampleTime = factor.sampleTime ?? CivilTime(compact: value.bytes.prefix(14))
        }
    }
}
