import Telemetry

/// What the fields of one packet mean, as lines for people.
struct PacketExplanation {
    let packet: Packet
    let edition: Edition
    let language: ReportLanguage

    // MARK: Header

    /// One line a header field: name, value, what the field is, what the value means.
    var header: [String] {
        alignedLines(
            packet.header.map { pair in
                let name = pair.key.text
                return [
                    "  " + printed(pair.key), printed(pair.value),
                    said(Vocabulary.header.meaning(name, in: edition), else: Self.unknownField)
                        + (headerMeaning(name, pair.value).map { ": " + $0 } ?? ""),
                ]
            })
    }

    private func headerMeaning(_ name: String, _ value: FieldText) -> String? {
        switch name.uppercased() {
        case "QN": TimeStampText(value)?.text
        case "ST": said(Vocabulary.systemCode.meaning(value.text, in: edition), else: Self.unknownCode)
        case "CN": command
        case "FLAG": flag(value)
        case "RF":
            value == "1"
                ? language(BilingualText(en: "sent again after a failed upload", zh: "上传失败后的补传数据"))
                : language(BilingualText(en: "only 1 is defined; read as live data", zh: "仅定义了1；按实时数据处理"))
        default: nil
        }
    }

    private var command: String {
        guard let term = Vocabulary.command(of: packet, in: edition) else { return language(Self.unknownCode) }
        let direction =
            switch term.sender {
            case .host: BilingualText(en: " (from the host)", zh: "（上位机发出）")
            case .field: BilingualText(en: " (from the field machine)", zh: "（现场机发出）")
            case nil: BilingualText(en: "", zh: "")
            }
        return said(term, suffix: direction, else: Self.unknownCode)
    }

    private func flag(_ value: FieldText) -> String {
        guard let flag = PacketFlag(value) else {
            return language(BilingualText(en: "not a number from 0 to 255", zh: "不是0–255的数"))
        }
        let version = Edition(flag: flag, st: packet.st).title
        let split = flag.isSplit ? BilingualText(en: ", packet numbers present", zh: "，有包号") : nil
        let answer =
            flag.asksForAnswer
            ? BilingualText(en: ", answer required", zh: "，要求应答") : BilingualText(en: ", no answer", zh: "，不要求应答")
        return language(
            BilingualText(
                en: version.en + (split?.en ?? "") + answer.en, zh: version.zh + (split?.zh ?? "") + answer.zh))
    }

    // MARK: Data area

    /// The fields of the data area; a factor's name stands once above its values.
    var dataArea: [String] {
        guard !packet.cp.pairs.isEmpty else {
            return ["  CP  " + language(BilingualText(en: "empty", zh: "空"))]
        }
        var rows: [[String]] = []
        var titles: [Int: String] = [:]
        for item in packet.cp.items {
            var current: FieldText?
            for pair in item {
                guard let (code, suffix) = pair.codeAndSuffix else {
                    current = nil
                    rows.append(["  " + printed(pair.key), printed(pair.value), fieldMeaning(pair)])
                    continue
                }
                if code != current { titles[rows.count] = "  " + printed(code) + "  " + factorName(code.text) }
                current = code
                rows.append(["    " + printed(suffix)] + valueCells(code: code.text, suffix: suffix.text, pair.value))
            }
        }
        return alignedLines(rows).enumerated().flatMap { index, line in (titles[index].map { [$0] } ?? []) + [line] }
    }

    private func fieldMeaning(_ pair: DataSegment.Pair) -> String {
        let name = pair.key.text
        let term = Vocabulary.field.meaning(name, in: edition)
        let meaning: String? =
            switch name.lowercased() {
            case "qnrtn": said(Vocabulary.requestAnswer.meaning(pair.value.text, in: edition), else: Self.unknownCode)
            case "exertn":
                said(Vocabulary.executionResult.meaning(pair.value.text, in: edition), else: Self.unknownCode)
            case "polid", "infoid": factorName(pair.value.text)
            case "qn": TimeStampText(pair.value)?.text
            case let name where name.hasSuffix("time"): TimeStampText(pair.value)?.text
            default: nil
            }
        return said(term, else: Self.unknownField) + (meaning.map { ": " + $0 } ?? "")
    }

    /// Value with unit, and what it is.
    private func valueCells(code: String, suffix: String, _ value: FieldText) -> [String] {
        let term = Vocabulary.suffix.meaning(suffix, in: edition)
        let name = said(term, else: Self.unknownSuffix)
        let meaning: Term? =
            switch suffix.lowercased() {
            case "flag": Vocabulary.mark.meaning(value.text, in: edition)
            case "rs": Vocabulary.deviceState.meaning("RS=" + value.text, in: edition)
            case "info": Vocabulary.deviceState.meaning("\(code)=\(value.text)", in: edition)
            default: nil
            }
        if let meaning { return [printed(value), name + ": " + said(meaning, else: Self.unknownCode)] }
        switch suffix.lowercased() {
        case "flag", "rs": return [printed(value), name + ": " + language(Self.unknownCode)]
        case let suffix where suffix.hasSuffix("time"):
            return [printed(value), name + (TimeStampText(value).map { ": " + $0.text } ?? "")]
        default:
            return [printed(value) + (unit(code: code, suffix: suffix, value).map { " " + $0 } ?? ""), name]
        }
    }

    /// The unit of a number; nil where the standard prints a code twice, with different units.
    private func unit(code: String, suffix: String, _ value: FieldText) -> String? {
        let isTotal = suffix.lowercased() == "cou"
        guard value.number != nil, isTotal || Self.suffixesWithUnit.contains(suffix.lowercased()) else { return nil }
        let units = Set(
            FactorTable.entries(code: code).map { entry in
                isTotal ? entry.totalUnit : entry.unit(in: edition(ofCode: code, entry))
            })
        guard units.count == 1 else { return nil }
        return FactorEntry.shown(unit: units.first.flatMap(\.self)).map(FactorEntry.written)
    }

    /// The edition whose unit holds: old codes come with the units of 2005, new ones never do, whatever the Flag says.
    private func edition(ofCode code: String, _ entry: FactorEntry) -> StandardEdition {
        if entry.isLegacy(code) { return .hj2005 }
        return edition.standard == .hj2005 ? .hj2017 : edition.standard
    }

    private func factorName(_ code: String) -> String {
        let entries = FactorTable.entries(code: code)
        guard let first = entries.first else {
            if let number = Self.equipmentNumber(code) {
                return language(BilingualText(en: "treatment equipment \(number)", zh: "治理设施\(number)"))
            }
            return language(BilingualText(en: "unknown factor", zh: "未知因子"))
        }
        guard !first.name.en.isEmpty else { return language(BilingualText(en: "name not known", zh: "名称不详")) }
        let names = BilingualText(
            en: entries.map(\.name.en).joined(separator: " or "), zh: entries.map(\.name.zh).joined(separator: "或"))
        guard let current = first.code, first.isLegacy(code) else { return language(names) }
        return language(BilingualText(en: "\(names.en) (now \(current))", zh: "\(names.zh)（现为\(current)）"))
    }

    /// `SB1` → `1`.
    private static func equipmentNumber(_ code: String) -> Substring? {
        guard code.uppercased().hasPrefix("SB") else { return nil }
        let number = code.dropFirst(2)
        return !number.isEmpty && number.utf8.allSatisfy(ASCII.isDigit) ? number : nil
    }

    // MARK: Words

    private static let unknownField = BilingualText(en: "field not in the standard", zh: "标准未定义的字段")
    private static let unknownSuffix = BilingualText(en: "suffix not in the standard", zh: "标准未定义的后缀")
    private static let unknownCode = BilingualText(en: "unknown code", zh: "未知编码")
    private static let suffixesWithUnit: Set<String> = [
        "rtd", "min", "avg", "max", "zsrtd", "zsmin", "zsavg", "zsmax", "rawavg", "ala", "upvalue", "lowvalue", "data",
        "daydata", "nightdata", "info", "samplerd", "standardvalue",
    ]

    /// The meaning with what limits it: another edition's, or not confirmed.
    private func said(
        _ term: Term?, suffix: BilingualText = BilingualText(en: "", zh: ""), else unknown: BilingualText
    ) -> String {
        guard let term else { return language(unknown) }
        var en = term.text.en + suffix.en
        var zh = term.text.zh + suffix.zh
        if term.isUnconfirmed {
            en += " [unconfirmed]"
            zh += "〔未证实〕"
        }
        if !term.holds(in: edition), let other = term.editions.map(\.title.en).min() {
            en += " [\(other)]"
            zh += "〔\(other)〕"
        }
        return language(BilingualText(en: en, zh: zh))
    }

    private func printed(_ text: FieldText) -> String { PrintedBytes(text.bytes).text }
}
