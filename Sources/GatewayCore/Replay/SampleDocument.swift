import Emissions
import JSON
import Telemetry

/// A line of samples as a JSON document: every shape is understood, and every mistake explained.
struct SampleDocument {
    private let bytes: [UInt8]
    private let members: [JSONValue.Member]

    init(_ bytes: [UInt8]) throws(SampleLineProblem) {
        self.bytes = bytes
        let document: JSONValue
        do {
            document = try JSONValue(parsing: bytes)
        } catch {
            throw SampleLineProblem(column: error.column, message: "not JSON: \(error.message)")
        }
        guard case .object(let members) = document else {
            throw SampleLineProblem(
                column: 1, message: "\(document.kind); a sample is an object with ts, outlet, factor and value")
        }
        self.members = members
    }

    func sample(_ names: inout SampleNames) throws(SampleLineProblem) -> OutletSample {
        let at = try instant()
        if self["meter"] != nil { return try meter(at, &names) }
        let id = try text("outlet")
        guard let outlet = names.outlet(Array(id.utf8).span) else {
            throw unknown("outlet", id, of: "the configuration", among: names.outletNames)
        }
        if self["mark"] != nil {
            return OutletSample(at: at, outlet: outlet, content: .mark(try mark()))
        }
        let code = try text("factor")
        guard let factor = names.factor(Array(code.utf8).span, outlet: outlet) else {
            throw unknown("factor", code, of: id, among: names.factorNames(outlet: outlet))
        }
        guard !names.isComputed(factor: factor.index, outlet: outlet) else {
            throw problem("factor", "\(code) of \(id) is computed from other factors; leave its samples out")
        }
        return OutletSample(at: at, outlet: outlet, content: factor.content(try reading()))
    }

    private func meter(_ at: WallInstant, _ names: inout SampleNames) throws(SampleLineProblem) -> OutletSample {
        let id = try text("meter")
        if let other = ["outlet", "factor", "mark"].first(where: { self[$0] != nil }) {
            throw problem(other, "a line has either a meter or an outlet; write two lines")
        }
        guard let meter = names.meter(Array(id.utf8).span) else {
            throw unknown("meter", id, of: "the section power", among: names.meterNames)
        }
        return OutletSample(at: at, outlet: 0, content: .meter(try reading(), index: meter))
    }

    private func instant() throws(SampleLineProblem) -> WallInstant {
        let value = try required("ts")
        guard case .integer(let ts) = value, (0..<SampleLineParser.end).contains(ts) else {
            throw problem("ts", "ts is the time in whole milliseconds since 1970 UTC, before the year 2100")
        }
        return WallInstant(millisecondsSince1970: ts)
    }

    private func reading() throws(SampleLineProblem) -> Reading {
        let flag = try flag()
        switch self["value"] {
        case .integer(let value)?: return Reading(value: Double(value), flag: flag)
        case .number(let value)?: return Reading(value: value, flag: flag)
        case .null?, nil:
            guard flag.isGood else { return .missing(flag) }
            guard self["value"] == nil else {
                throw problem("value", "without a number the flag is not N; give the flag, such as B or D")
            }
            throw missing("value")
        case let other?: throw problem("value", "value is a number or null, not \(other.kind)")
        }
    }

    private func flag() throws(SampleLineProblem) -> DataFlag {
        guard self["flag"] != nil else { return .normal }
        guard let flag = DataFlag(try text("flag")) else {
            throw problem("flag", "a flag is one to four letters or digits, such as N or B")
        }
        return flag
    }

    private func mark() throws(SampleLineProblem) -> PlantMark {
        let text = try text("mark")
        if let other = ["factor", "value", "flag"].first(where: { self[$0] != nil }) {
            throw problem(other, "a line has either a mark or a factor; write two lines")
        }
        guard let mark = PlantMark(rawValue: text) else {
            throw unknown("mark", text, of: "the plant", among: PlantMark.allCases.map(\.rawValue))
        }
        return mark
    }

    // MARK: Fields

    private subscript(key: String) -> JSONValue? { members.first { $0.key == key }?.value }

    private func required(_ key: String) throws(SampleLineProblem) -> JSONValue {
        guard let value = self[key] else { throw missing(key) }
        return value
    }

    private func text(_ key: String) throws(SampleLineProblem) -> String {
        let value = try required(key)
        guard case .string(let text) = value else { throw problem(key, "\(key) is a string, not \(value.kind)") }
        return text
    }

    // MARK: Problems

    private func missing(_ key: String) -> SampleLineProblem {
        let known = ["ts", "outlet", "factor", "value", "flag", "mark", "meter"]
        let unknown = members.map(\.key).filter { !known.contains($0) }
        guard let near = nearestName(to: key, among: unknown) else { return problem(key, "\(key) is missing") }
        return problem(near, "\(key) is missing (did you mean \(key) by \(near)?)")
    }

    private func unknown(
        _ key: String, _ name: String, of owner: String, among known: [String]
    ) -> SampleLineProblem {
        let list = known.prefix(12).joined(separator: ", ") + (known.count > 12 ? ", …" : "")
        let hint =
            nearestName(to: name, among: known).map { "did you mean \($0)?" }
            ?? "\(owner) has \(known.isEmpty ? "none" : list)"
        return problem(key, "unknown \(key) '\(name.prefix(80))' (\(hint))")
    }

    private func problem(_ key: String, _ message: String) -> SampleLineProblem {
        SampleLineProblem(column: Self.column(of: key, in: bytes), message: message)
    }

    /// Where `key` is named; 1 when it is not, or with escapes.
    static func column(of key: String, in bytes: [UInt8]) -> Int {
        let quoted = Array("\"\(key)\"".utf8)
        var column = 1
        for start in bytes.indices {
            if bytes[start...].starts(with: quoted),
                bytes[(start + quoted.count)...].first(where: { !isJSONSpace($0) }) == UInt8(ascii: ":")
            {
                return column
            }
            if bytes[start] & 0xC0 != 0x80 { column += 1 }
        }
        return 1
    }
}
