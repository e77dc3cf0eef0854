import Telemetry

extension HJ212Upload {
    /// The upload that `packet` is; nil when its command is none of ``Kind``.
    ///
    /// `;` and `,` count alike and values are gathered by code, as makers mix the separators. Where a code sends one field
    /// twice, the first counts. A number with a decimal comma is none. A `Flag` without code marks every factor that has none of its own.
    package init?(_ packet: Packet) {
        guard let command = packet.cn, let kind = Kind(command) else { return nil }
        self.init(
            kind: kind, mn: packet.mn?.text ?? "", st: packet.st?.text ?? "", dataTime: nil, qnTime: packet.qn?.time,
            of: packet.cp)
    }

    /// An upload with the factors of a data area, and its time if `dataTime` is nil.
    init(kind: Kind, mn: String, st: String, dataTime: CivilTime?, qnTime: CivilTime?, of area: DataSegment) {
        var gatherer = FactorGatherer()
        gatherer.gather(area, averagesStandIn: kind == .realtime)
        self.init(
            kind: kind, mn: mn, st: st, dataTime: dataTime ?? gatherer.dataTime, qnTime: qnTime,
            factors: gatherer.factors)
        extras = gatherer.extras(of: area)
    }
}

extension DataSegment.Pair {
    /// Whether its suffix is one of those that make a factor's value.
    var isFactorField: Bool {
        guard let suffix = codeAndSuffix?.suffix else { return false }
        return FactorField(suffix.bytes.span, 0..<suffix.bytes.count) != nil
    }
}

extension HJ212Upload.Kind {
    fileprivate init?(_ command: CommandCode) {
        switch command {
        case .realtime: self = .realtime
        case .minute: self = .minute
        case .hour: self = .hour
        case .day: self = .day
        default: return nil
        }
    }
}

/// Goes through the pairs of a data area once and collects what they say about each factor.
private struct FactorGatherer {
    var factors: [HJ212Upload.Factor] = []
    var dataTime: CivilTime?
    /// The mark that stands for all factors.
    var flag: DataFlag?
    /// Where the code of each factor stands.
    private var codes: [Range<Int>] = []
    /// The factor of the last pair, which is nearly always that of the next one too, and its code.
    private var latest = 0
    private var latestCode = 0..<0
    private var hasDataTime = false
    private var hasFlag = false
    /// Pairs whose suffix is none of a factor's.
    private var others: [PairPlace] = []

    /// `averagesStandIn`: a mean counts as the value of the instant where that is missing.
    mutating func gather(_ area: DataSegment, averagesStandIn: Bool) {
        let bytes = area.storage.span
        // A factor takes some sixty bytes.
        factors.reserveCapacity(bytes.count / 48 + 1)
        codes.reserveCapacity(bytes.count / 48 + 1)
        var reader = PairReader()
        while let place = reader.next(in: bytes) {
            guard let dash = bytes.lastIndex(of: ASCII.dash, in: place.key) else {
                takeCommon(bytes, place)
                continue
            }
            guard let field = FactorField(bytes, dash + 1..<place.key.upperBound) else {
                others.append(place)
                continue
            }
            let code = place.key.lowerBound..<dash
            let isCut = field.isNumber && Self.isCut(bytes, place.value)
            let isLatest = !codes.isEmpty && bytes.areEqual(latestCode, code)
            let factor = isLatest ? latest : index(of: code, in: bytes, area)
            if !isCut { field.set(bytes, place.value, in: &factors[factor]) }
        }
        complete(averagesStandIn: averagesStandIn)
    }

    /// Whether the number at `value` has a decimal comma, which ends it here: bare digits follow, as in `Rtd=12,5,`.
    @inline(__always)
    private static func isCut(_ bytes: Span<UInt8>, _ value: Range<Int>) -> Bool {
        var index = value.upperBound + 1
        guard index < bytes.count, bytes[index - 1] == ASCII.comma, ASCII.isDigit(bytes[index]) else { return false }
        while index < bytes.count, ASCII.isDigit(bytes[index]) { index += 1 }
        return index == bytes.count || ByteMatch.separator.contains(bytes[index])
    }

    private mutating func complete(averagesStandIn: Bool) {
        for index in factors.indices {
            if factors[index].flag == nil { factors[index].flag = flag }
            if averagesStandIn, factors[index].rtd == nil { factors[index].rtd = factors[index].avg }
        }
    }

    /// The numbers under suffixes that are not the standard's, with the mark of the code before the suffix.
    func extras(of area: DataSegment) -> [HJ212Upload.Factor] {
        let bytes = area.storage.span
        var extras: [HJ212Upload.Factor] = []
        for place in others {
            guard let number = DecimalText.number(bytes, in: place.value),
                let dash = bytes.lastIndex(of: ASCII.dash, in: place.key),
                !Self.knownSuffixes.contains(area.text(dash + 1..<place.key.upperBound).text.lowercased())
            else { continue }
            let code = area.text(place.key).text
            guard !extras.contains(where: { $0.code == code }) else { continue }
            var extra = HJ212Upload.Factor(code: code)
            extra.rtd = number
            let base = codes.firstIndex { bytes.areEqual($0, place.key.lowerBound..<dash) }
            extra.flag = base.flatMap { factors[$0].flag } ?? flag
            extras.append(extra)
        }
        return extras
    }

    /// In lower case.
    private static let knownSuffixes = Set(Vocabulary.suffix.codes.map { $0.lowercased() })

    /// A pair that belongs to no factor.
    private mutating func takeCommon(_ bytes: Span<UInt8>, _ place: PairPlace) {
        if !hasDataTime, bytes.isSpelled("DataTime", in: place.key) {
            hasDataTime = true
            dataTime = CivilTime(stamp: bytes, place.value)
        } else if !hasFlag, bytes.isSpelled("Flag", in: place.key) {
            hasFlag = true
            flag = DataFlag(bytes, place.value)
        }
    }

    private mutating func index(of code: Range<Int>, in bytes: Span<UInt8>, _ area: DataSegment) -> Int {
        var end = code.upperBound
        while end > code.lowerBound, ASCII.isBlank(bytes[end - 1]) { end -= 1 }
        let code = code.lowerBound..<end
        latest = codes.firstIndex { bytes.areEqual($0, code) } ?? codes.count
        latestCode = code
        if latest == codes.count {
            codes.append(code)
            factors.append(HJ212Upload.Factor(code: area.text(code).text))
        }
        return latest
    }
}

/// The suffixes that make a factor's value. Source: HJ 212-2017, table 4.
private enum FactorField {
    case rtd, flag, avg, min, max, cou, zsRtd, zsAvg, zsMin, zsMax, sampleTime, data

    /// The field of the suffix at `range`, upper and lower case and blanks before it being alike.
    init?(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        var start = range.lowerBound
        while start < range.upperBound, ASCII.isBlank(bytes[start]) { start += 1 }
        let range = start..<range.upperBound
        switch range.count {
        case 3: self.init(three: bytes, start)
        case 4 where bytes.isSpelled("Flag", in: range): self = .flag
        case 4 where bytes.isSpelled("Data", in: range): self = .data
        case 5 where ASCII.letter(bytes[start]) == "z" && ASCII.letter(bytes[start + 1]) == "s":
            self.init(folded: bytes, start + 2)
        case 10 where bytes.isSpelled("SampleTime", in: range): self = .sampleTime
        default: return nil
        }
    }

    private init?(three bytes: Span<UInt8>, _ start: Int) {
        switch (ASCII.letter(bytes[start]), ASCII.letter(bytes[start + 1]), ASCII.letter(bytes[start + 2])) {
        case ("r", "t", "d"): self = .rtd
        case ("a", "v", "g"): self = .avg
        case ("m", "i", "n"): self = .min
        case ("m", "a", "x"): self = .max
        case ("c", "o", "u"): self = .cou
        default: return nil
        }
    }

    /// What stands behind `Zs`.
    private init?(folded bytes: Span<UInt8>, _ start: Int) {
        switch (ASCII.letter(bytes[start]), ASCII.letter(bytes[start + 1]), ASCII.letter(bytes[start + 2])) {
        case ("r", "t", "d"): self = .zsRtd
        case ("a", "v", "g"): self = .zsAvg
        case ("m", "i", "n"): self = .zsMin
        case ("m", "a", "x"): self = .zsMax
        default: return nil
        }
    }

    var isNumber: Bool { self != .flag && self != .sampleTime }

    /// Fills the field of `factor` unless an earlier pair did.
    func set(_ bytes: Span<UInt8>, _ value: Range<Int>, in factor: inout HJ212Upload.Factor) {
        switch self {
        case .flag: if factor.flag == nil { factor.flag = DataFlag(bytes, value) }
        case .sampleTime: if factor.sampleTime == nil { factor.sampleTime = CivilTime(stamp: bytes, value) }
        case .rtd: Self.fill(&factor.rtd, bytes, value)
        case .avg, .data: Self.fill(&factor.avg, bytes, value)
        case .min: Self.fill(&factor.min, bytes, value)
        case .max: Self.fill(&factor.max, bytes, value)
        case .cou: Self.fill(&factor.cou, bytes, value)
        case .zsRtd: Self.fill(&factor.zsRtd, bytes, value)
        case .zsAvg: Self.fill(&factor.zsAvg, bytes, value)
        case .zsMin: Self.fill(&factor.zsMin, bytes, value)
        case .zsMax: Self.fill(&factor.zsMax, bytes, value)
        }
    }

    @inline(__always)
    private static func fill(_ number: inout Double?, _ bytes: Span<UInt8>, _ value: Range<Int>) {
        if number == nil { number = DecimalText.number(bytes, in: value) }
    }
}

extension CivilTime {
    /// The first 14 digits at `range`.
    fileprivate init?(stamp bytes: Span<UInt8>, _ range: Range<Int>) {
        self.init(compact: bytes.extracting(range.prefix(14)))
    }
}

extension DataFlag {
    fileprivate init?(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        if range.count == 1, bytes[range.lowerBound] == UInt8(ascii: "N") {
            self = .normal
            return
        }
        self.init(bytes: range.prefix(5).map { bytes[$0] })
    }
}
