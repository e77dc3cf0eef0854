import Protocol
import Telemetry

/// How the text of a scalar becomes a value, or what is wrong with it.
struct ScalarRule<Value>: Sendable {
    let read: @Sendable (String) throws(Complaint) -> Value
}

/// Why a text is not what its key asks for.
struct Complaint: Error, Equatable {
    /// Reads well behind the key and a colon: `` `7x` is not a whole number``.
    let message: BilingualText
    var hint: BilingualText?
    /// Whether there is merely too much of the text.
    var isAboutLength = false
}

/// `text` as it appears in a message: between backquotes and cut when it is long.
func shown(_ text: some StringProtocol, _ language: Language = .en) -> String {
    if text.isEmpty { return language(BilingualText("the empty text", zh: "空文本")) }
    return text.count > 64 ? "`\(text.prefix(60))…`" : "`\(text)`"
}

/// A "did you mean" hint; nil when no name is near.
func nearestHint(to text: String, among known: some Sequence<String>) -> BilingualText? {
    guard text.utf8.count <= 64 else { return nil }
    return nearestName(to: text, among: known).map { .init("did you mean `\($0)`?", zh: "是不是 `\($0)`？") }
}

extension ScalarRule where Value == String {
    /// Any text between 1 and `maximum` characters.
    static func text(maximum: Int = 255) -> Self {
        ScalarRule { (text) throws(Complaint) in
            guard !text.isEmpty else { throw Complaint(message: .init("the text is empty", zh: "文本为空")) }
            guard text.count <= maximum else {
                throw Complaint(
                    message: .init("the text is longer than \(maximum) characters", zh: "文本超过 \(maximum) 个字符"),
                    isAboutLength: true)
            }
            guard text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
                throw Complaint(message: .init("the text holds a control character", zh: "文本中有控制字符"))
            }
            return text
        }
    }

    /// A path of a file, absolute or relative to the configuration file.
    static let path = text(maximum: 1024)

    /// A topic segment: `[A-Za-z0-9_-]{1,64}`.
    static let topicSegment = ScalarRule { (text) throws(Complaint) in
        guard (1...64).contains(text.utf8.count), text.utf8.allSatisfy(isNameByte) else {
            throw Complaint(
                message: .init("\(shown(text)) is not a name", zh: "\(shown(text, .zh)) 不是名称"),
                hint: .init("1 to 64 of the characters A-Z a-z 0-9 _ -", zh: "1 到 64 个字符：A-Z a-z 0-9 _ -"))
        }
        return text
    }

    /// The id of an outlet, device or instrument: a topic segment, where a leading `_` is the gateway's own.
    static let placeIdentifier = ScalarRule { (text) throws(Complaint) in
        guard !text.hasPrefix("_") else {
            throw Complaint(
                message: .init("\(shown(text)) starts with `_`", zh: "\(shown(text, .zh)) 以 `_` 开头"),
                hint: .init("such names belong to the gateway itself", zh: "这样的名称为网关专用"))
        }
        return try topicSegment.read(text)
    }

    /// An MN, opaque text: devices send 7 to 24 characters of many kinds. Source: HJ 212-2017, table 2.
    static let mn = ScalarRule { (text) throws(Complaint) in
        let isPlain = text.utf8.allSatisfy { (0x21...0x7E).contains($0) && !";=&,#".utf8.contains($0) }
        guard (1...64).contains(text.utf8.count), isPlain else {
            throw Complaint(
                message: .init("\(shown(text)) is not an MN", zh: "\(shown(text, .zh)) 不是 MN"),
                hint: .init("1 to 64 characters without blanks and ; = & , #", zh: "1 到 64 个字符，不含空格和 ; = & , #"))
        }
        return text
    }

    /// A system code: two digits, or a letter and a digit. Source: HJ 212-2017, table 5.
    static let systemCode = ScalarRule { (text) throws(Complaint) in
        guard let first = text.utf8.first, let last = text.utf8.last, text.utf8.count == 2, isDigit(last),
            isDigit(first) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(first)
        else {
            throw Complaint(
                message: .init("\(shown(text)) is not a system code", zh: "\(shown(text, .zh)) 不是系统编码"),
                hint: .init("two digits: 31 air pollution source, 32 water", zh: "两位数字：31 大气污染源，32 水污染源"))
        }
        return text
    }

    /// A factor code such as `a21026`, or a shorter one of 2005.
    static let factorCode = ScalarRule { (text) throws(Complaint) in
        guard (2...16).contains(text.utf8.count), text.utf8.allSatisfy({ isNameByte($0) && $0 != 0x2D && $0 != 0x5F })
        else {
            throw Complaint(
                message: .init("\(shown(text)) is not a factor code", zh: "\(shown(text, .zh)) 不是因子编码"),
                hint: .init("letters and digits only, such as a21026", zh: "只用字母和数字，例如 a21026"))
        }
        return text
    }

    /// A code of device information. Source: HJ 212-2017, table 4 (InfoId) and table B.10.
    static let informationCode = ScalarRule { (text) throws(Complaint) in
        guard (1...6).contains(text.utf8.count), text.utf8.allSatisfy({ isNameByte($0) && $0 != 0x2D && $0 != 0x5F })
        else {
            throw Complaint(
                message: .init("\(shown(text)) is not a code of device information", zh: "\(shown(text, .zh)) 不是参数编码"),
                hint: .init(
                    "at most 6 letters and digits, such as i13008 for the slope", zh: "最多 6 个字母和数字，例如斜率为 i13008"))
        }
        return text
    }

    /// What an instrument calls a value: a factor code, or a name of its maker such as `02-CurrZero`.
    static let instrumentCode = ScalarRule { (text) throws(Complaint) in
        guard (1...32).contains(text.utf8.count), text.utf8.allSatisfy(isNameByte) else {
            throw Complaint(
                message: .init(
                    "\(shown(text)) is no name an instrument gives a value", zh: "\(shown(text, .zh)) 不是仪表给数值的名称"),
                hint: .init("letters, digits, - and _, such as a21026", zh: "只用字母、数字、- 和 _，例如 a21026"))
        }
        // `w01018-Rtd` is a field of the factor; the factor itself is meant.
        if let dash = text.lastIndex(of: "-"),
            Vocabulary.suffix.codes.contains(String(text[text.index(after: dash)...]))
        {
            throw Complaint(
                message: .init("\(shown(text)) names a field of a factor", zh: "\(shown(text, .zh)) 是因子的一个字段"),
                hint: .init("the code alone: \(text[..<dash])", zh: "只写编码：\(text[..<dash])"))
        }
        return text
    }
}

extension ScalarRule where Value == String {
    /// The name of a file in the profiles directory, without `.yaml`; cannot lead out of it.
    static let profileName = ScalarRule { (text) throws(Complaint) in
        let isPlain = text.utf8.allSatisfy { isNameByte($0) || $0 == UInt8(ascii: ".") }
        guard (1...64).contains(text.utf8.count), isPlain, !text.hasPrefix(".") else {
            throw Complaint(
                message: .init("\(shown(text)) is not the name of a profile", zh: "\(shown(text, .zh)) 不是模板名称"),
                hint: .init("the file's name without its folder and .yaml", zh: "文件名，不带目录和 .yaml"))
        }
        return text
    }

    /// The shape of an IANA zone name; whether the machine knows the zone is seen when it is loaded.
    static let timezone = ScalarRule { (text) throws(Complaint) in
        let isPlain = text.utf8.allSatisfy { isNameByte($0) || "+/".utf8.contains($0) }
        guard (1...64).contains(text.utf8.count), isPlain, !text.hasPrefix("/"), !text.hasSuffix("/") else {
            throw Complaint(
                message: .init("\(shown(text)) is not a time zone", zh: "\(shown(text, .zh)) 不是时区"),
                hint: .init("a name such as Asia/Shanghai", zh: "例如 Asia/Shanghai"))
        }
        return text
    }

    /// The first segments of topics: no wildcards, no empty segment. Source: MQTT 3.1.1, 4.7.
    static let topicPrefix = ScalarRule { (text) throws(Complaint) in
        let segments = text.split(separator: "/", omittingEmptySubsequences: false)
        let isPlain = text.utf8.allSatisfy { (0x21...0x7E).contains($0) && !"+#".utf8.contains($0) }
        guard text.utf8.count <= 128, isPlain, !text.hasPrefix("$"), segments.allSatisfy({ !$0.isEmpty }) else {
            throw Complaint(
                message: .init("\(shown(text)) cannot start a topic", zh: "\(shown(text, .zh)) 不能作为主题的开头"),
                hint: .init("segments between slashes, without + and #, such as cems", zh: "用斜杠分开的各段，不含 + 和 #，例如 cems"))
        }
        return text
    }

    /// A device file.
    static let devicePath = ScalarRule { (text) throws(Complaint) in
        guard text.hasPrefix("/") else {
            throw Complaint(
                message: .init("\(shown(text)) is not an absolute path", zh: "\(shown(text, .zh)) 不是绝对路径"),
                hint: .init("such as /dev/ttyS1", zh: "例如 /dev/ttyS1"))
        }
        return try path.read(text)
    }
}

extension ScalarRule where Value == DataFlag {
    /// The marks of the three editions. Source: HJ 212-2017, table 8; HJ/T 212-2005 and HJ 212-2025 for P, 0–3 and Td.
    static let dataFlag = ScalarRule { (text) throws(Complaint) in
        let known = ["N", "F", "M", "S", "D", "C", "T", "B", "P", "Td", "0", "1", "2", "3"]
        guard known.contains(text), let flag = DataFlag(text) else {
            throw Complaint(
                message: .init("\(shown(text)) is not a data flag", zh: "\(shown(text, .zh)) 不是数据标记"),
                hint: .oneOf(known))
        }
        return flag
    }
}

extension ScalarRule where Value == Bool {
    static let truth = ScalarRule { (text) throws(Complaint) in
        switch text {
        case "true": return true
        case "false": return false
        default:
            throw Complaint(
                message: .init("\(shown(text)) is neither true nor false", zh: "\(shown(text, .zh)) 既不是 true 也不是 false")
            )
        }
    }
}

extension ScalarRule where Value: CaseIterable & RawRepresentable<String> & Sendable {
    /// One of the type's names.
    static var choice: Self {
        let names = Value.allCases.map(\.rawValue)
        return ScalarRule { (text) throws(Complaint) in
            if let value = Value(rawValue: text) { return value }
            let hint = nearestHint(to: text, among: names) ?? .oneOf(names)
            throw Complaint(message: .init("unknown value \(shown(text))", zh: "未知的值 \(shown(text, .zh))"), hint: hint)
        }
    }
}

/// `A-Z a-z 0-9 _ -`
func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
    case UInt8(ascii: "_"), UInt8(ascii: "-"): true
    default: isDigit(byte)
    }
}

func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
}
