import Emissions
import Protocol
import Telemetry

/// Reads lines of samples:
///
/// `{"ts":1795227600000,"outlet":"stack-1","factor":"a21026","value":12.3,"flag":"N"}`, `flag` being `N` when it is absent. With
/// another flag `value` may be null or absent, which is a reading that failed.
/// A meter beside a factor is the factor `w00000.meter`.
/// `{"ts":1795227600000,"outlet":"stack-1","mark":"St"}` is a mark of the plant.
/// `{"ts":1795227600000,"meter":"mill","value":300}` is a reading of a meter.
///
/// `ts`: milliseconds since 1970 UTC, before 2100. `flag`: one of HJ 212. Unknown keys are ignored. A year of one outlet is 75 million lines, so
/// the usual shape is read in one pass over the bytes; the rest, and what is wrong, takes the JSON module.
package struct SampleLineParser: Sendable {
    /// The first instant that no sample has: 2100-01-01T00:00:00Z.
    static let end: Int64 = 4_102_444_800_000
    /// Numbers of `ts` that are seconds where milliseconds are wanted: 2000 to 2100. As milliseconds they are of early 1970.
    static let seconds: Range<Int64> = 946_684_800..<4_102_444_800
    /// The flags of HJ 212, all editions. Whoever exports samples means one of them.
    static let flags = Set(Vocabulary.mark.codes.compactMap { DataFlag($0) })

    static func isTime(_ ts: Int64) -> Bool { (0..<end).contains(ts) && !seconds.contains(ts) }

    private var names: SampleNames

    package init(outlets: [OutletConfiguration], meters: [PowerMeterConfiguration] = []) {
        names = SampleNames(outlets, meters: meters)
    }

    /// The sample of a line (without its line feed); nil for a blank one.
    package mutating func parse(_ line: Span<UInt8>) throws(SampleLineProblem) -> OutletSample? {
        if let sample = parseUsual(line) { return sample }
        return try parseAny(line)
    }

    /// The sample of a line of the usual shape; nil for every other line, good or bad.
    package mutating func parseUsual(_ line: Span<UInt8>) -> OutletSample? {
        guard let fields = SampleFields(line), let ts = fields.ts, Self.isTime(ts), let id = fields.outlet,
            let outlet = names.outlet(line.extracting(id)),
            let content = content(fields, line, outlet: outlet)
        else { return nil }
        return OutletSample(at: WallInstant(millisecondsSince1970: ts), outlet: outlet, content: content)
    }

    private mutating func content(
        _ fields: SampleFields, _ line: Span<UInt8>, outlet: Int
    ) -> OutletSample.Content? {
        guard let code = fields.factor else {
            guard let mark = fields.mark, case .none = fields.value, fields.flag == nil else { return nil }
            return PlantMark(rawValue: Self.text(line, mark)).map { .mark($0) }
        }
        guard fields.mark == nil, let factor = names.factor(line.extracting(code), outlet: outlet),
            !names.isComputed(factor: factor.index, outlet: outlet), let flag = Self.flag(line, fields.flag)
        else { return nil }
        if case .number(let value) = fields.value {
            return factor.content(Reading(value: value, flag: flag))
        }
        return flag.isGood ? nil : factor.content(.missing(flag))
    }

    @inline(__always)
    private static func flag(_ line: Span<UInt8>, _ range: Range<Int>?) -> DataFlag? {
        guard let range else { return .normal }
        if range.count == 1, line[range.lowerBound] == UInt8(ascii: "N") { return .normal }
        return DataFlag(text(line, range)).flatMap { flags.contains($0) ? $0 : nil }
    }

    private static func text(_ line: Span<UInt8>, _ range: Range<Int>) -> String {
        String(decoding: range.map { line[$0] }, as: UTF8.self)
    }

    /// The sample of any line; nil for a blank one.
    package mutating func parseAny(_ line: Span<UInt8>) throws(SampleLineProblem) -> OutletSample? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(line.count)
        for index in line.indices { bytes.append(line[index]) }
        guard !bytes.allSatisfy(isJSONSpace) else { return nil }
        return try SampleDocument(bytes).sample(&names)
    }
}

extension Reading {
    /// A sample without a number.
    static func missing(_ flag: DataFlag) -> Reading { Reading(value: nil, flag: flag, failure: .noData) }
}
