import Emissions
import JSON
import Protocol
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
            throw SampleLineProblem(
                column: error.column, text: .init("not JSON: \(error.message)", zh: "不是 JSON：\(error.message)"))
        }
        guard case .object(let members) = document else {
            throw SampleLineProblem(
                column: 1,
                text: .init(
                    "\(document.kind); a sample is an object with ts, outlet, factor and value",
                    zh: "是 \(document.kind)；样本应为含 ts、outlet、factor、value 的对象"))
        }
        self.members = members
    }

    func sample(_ names: inout SampleNames) throws(SampleLineProblem) -> OutletSample {
        let at = try instant()
        if self["meter"] != nil { return try meter(at, &names) }
        let id = try text("outlet")
        guard let outlet = names.outlet(Array(id.utf8).span) else {
            throw unknown("outlet", id, of: .init("the configuration", zh: "配置中"), among: names.outletNames)
        }
        if self["mark"] != nil {
            return OutletSample(at: at, outlet: outlet, content: .mark(try mark()))
        }
        let code = try text("factor")
        guard let factor = names.factor(Array(code.utf8).span, outlet: outlet) else {
            throw unknown("factor", code, of: .init(id, zh: "\(id) "), among: names.factorNames(outlet: outlet))
        }
        guard !names.isComputed(factor: factor.index, outlet: outlet) else {
            throw problem(
                "factor",
                .init(
                    "\(code) of \(id) is computed from other factors; leave its samples out",
                    zh: "\(id) 的 \(code) 由其他因子计算；不要给出其样本"))
        }
        return OutletSample(at: at, outlet: outlet, content: factor.content(try reading()))
    }

    private func meter(_ at: WallInstant, _ names: inout SampleNames) throws(SampleLineProblem) -> OutletSample {
        let id = try text("meter")
        if let other = ["outlet", "factor", "mark"].first(where: { self[$0] != nil }) {
            throw problem(
                other,
                .init("a line has either a meter or an outlet; write two lines", zh: "一行只能有 meter 或 outlet；请写成两行"))
        }
        guard let meter = names.meter(Array(id.utf8).span) else {
            throw unknown("meter", id, of: .init("the section power", zh: "power 一节中"), among: names.meterNames)
        }
        return OutletSample(at: at, outlet: 0, content: .meter(try reading(), index: meter))
    }

    private func instant() throws(SampleLineProblem) -> WallInstant {
        let value = try required("ts")
        guard case .integer(let ts) = value, SampleLineParser.isTime(ts) else {
            throw problem(
                "ts",
                .init(
                    "ts is the time in whole milliseconds since 1970 UTC, before the year 2100",
                    zh: "ts 应为 1970 年起的 UTC 整毫秒数，早于 2100 年") + Self.otherUnit(of: value))
        }
        return WallInstant(millisecondsSince1970: ts)
    }

    /// What a time is probably in, if not in milliseconds.
    private static func otherUnit(of ts: JSONValue) -> BilingualText {
        let none = BilingualText(verbatim: "")
        let number: Double
        switch ts {
        case .integer(let integer): number = Double(integer)
        case .number(let real) where real.isMeasurable: number = real
        default: return none
        }
        let units = [
            (BilingualText("seconds", zh: "秒"), 1_000.0), (.init("microseconds", zh: "微秒"), 1e-3),
            (.init("nanoseconds", zh: "纳秒"), 1e-6),
        ]
        for (unit, factor) in units {
            let milliseconds = (number * factor).rounded(.down)
            guard milliseconds < Double(SampleLineParser.end),
                SampleLineParser.seconds.contains(Int64(milliseconds / 1_000))
            else { continue }
            let right = Int64(milliseconds)
            return .init(" (these are \(unit.en); write \(right))", zh: "（这是\(unit.zh)；应写作 \(right)）")
        }
        return none
    }

    private func reading() throws(SampleLineProblem) -> Reading {
        let flag = try flag()
        switch self["value"] {
        case .integer(let value)?: return Reading(value: Double(value), flag: flag)
        case .number(let value)? where value.isMeasurable: return Reading(value: value, flag: flag)
        // As of a register: no measurement is so great.
        case .number?: return flag.isGood ? .failed(.notANumber) : Reading(value: nil, flag: flag, failure: .notANumber)
        case .null?, nil:
            guard flag.isGood else { return .missing(flag) }
            guard self["value"] == nil else {
                throw problem(
                    "value",
                    .init(
                        "without a number the flag is not N; give the flag, such as B or D",
                        zh: "没有数值时标记不是 N；请给出标记，如 B 或 D"))
            }
            throw missing("value")
        case let other?:
            throw problem(
                "value", .init("value is a number or null, not \(other.kind)", zh: "value 应为数或 null，不是 \(other.kind)"))
        }
    }

    private func flag() throws(SampleLineProblem) -> DataFlag {
        guard self["flag"] != nil else { return .normal }
        let text = try text("flag")
        guard let flag = DataFlag(text) else {
            throw problem(
                "flag", .init("a flag is one to four letters or digits, such as N or B", zh: "标记为一到四个字母或数字，如 N 或 B"))
        }
        guard SampleLineParser.flags.contains(flag) else {
            throw unknown("flag", text, of: .init("HJ 212", zh: "HJ 212 "), among: Vocabulary.mark.codes)
        }
        return flag
    }

    private func mark() throws(SampleLineProblem) -> PlantMark {
        let text = try text("mark")
        if let other = ["factor", "value", "flag"].first(where: { self[$0] != nil }) {
            throw problem(
                other, .init("a line has either a mark or a factor; write two lines", zh: "一行只能有 mark 或 factor；请写成两行"))
        }
        guard let mark = PlantMark(rawValue: text) else {
            throw unknown("mark", text, of: .init("the plant", zh: "工况"), among: PlantMark.allCases.map(\.rawValue))
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
        guard case .string(let text) = value else {
            throw problem(key, .init("\(key) is a string, not \(value.kind)", zh: "\(key) 应为字符串，不是 \(value.kind)"))
        }
        return text
    }

    // MARK: Problems

    private func missing(_ key: String) -> SampleLineProblem {
        let known = ["ts", "outlet", "factor", "value", "flag", "mark", "meter"]
        let unknown = members.map(\.key).filter { !known.contains($0) }
        guard let near = nearestName(to: key, among: unknown) else {
            return problem(key, .init("\(key) is missing", zh: "缺少 \(key)"))
        }
        return problem(
            near, .init("\(key) is missing (did you mean \(key) by \(near)?)", zh: "缺少 \(key)（\(near) 是不是 \(key)？）"))
    }

    private func unknown(
        _ key: String, _ name: String, of owner: BilingualText, among known: [String]
    ) -> SampleLineProblem {
        let list = known.prefix(14).joined(separator: ", ") + (known.count > 14 ? ", …" : "")
        let hint: BilingualText =
            nearestName(to: name, among: known).map { .init("did you mean \($0)?", zh: "是不是 \($0)？") }
            ?? .init(
                "\(owner.en) has \(known.isEmpty ? "none" : list)",
                zh: known.isEmpty ? "\(owner.zh)没有" : "\(owner.zh)有 \(list)")
        return problem(
            key,
            .init("unknown \(key) '\(name.prefix(80))' (\(hint.en))", zh: "未知的 \(key)“\(name.prefix(80))”（\(hint.zh)）"))
    }

    private func problem(_ key: String, _ text: BilingualText) -> SampleLineProblem {
        SampleLineProblem(column: Self.column(of: key, in: bytes), text: text)
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
