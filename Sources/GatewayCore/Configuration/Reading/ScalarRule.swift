import Protocol
import Telemetry

/// How the text of a scalar becomes a value, or what is wrong with it.
struct ScalarRule<Value>: Sendable {
    let read: @Sendable (String) throws(Complaint) -> Value
}

/// Why a text is not what its key asks for.
struct Complaint: Error, Equatable {
    /// Reads well behind the key and a colon: `` `7x` is not a whole number``.
    let message: ProblemText
    var hint: ProblemText?
    /// Whether there is merely too much of the text.
    var isAboutLength = false
}

/// `text` as it appears in a message: between backquotes and cut when it is long.
func shown(_ text: some StringProtocol) -> String {
    if text.isEmpty { return "the empty text" }
    return text.count > 64 ? "`\(text.prefix(60))…`" : "`\(text)`"
}

/// A "did you mean" hint; nil when no name is near.
func nearestHint(to text: String, among known: some Sequence<String>) -> ProblemText? {
    guard text.utf8.count <= 64 else { return nil }
    return nearestName(to: text, among: known).map { .init("did you mean `\($0)`?", zh: "是不是 `\($0)`？") }
}

extension ScalarRule where Value == String {
    /// Any text between 1 and `maximum` characters.
    static func text(maximum: Int = 255) -> Self {
        ScalarRule { (text) throws(Complaint) in
            guard !text.isEmpty else { throw Complaint(message: "the text is empty") }
            guard text.count <= maximum else {
                throw Complaint(message: "the text is longer than \(maximum) characters", isAboutLength: true)
            }
            guard text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
                throw Complaint(message: "the text holds a control character")
            }
            return text
        }
    }

    /// A path of a file, absolute or relative to the configuration file.
    static let path = text(maximum: 1024)

    /// A topic segment: `[A-Za-z0-9_-]{1,64}`.
    static let topicSegment = ScalarRule { (text) throws(Complaint) in
        guard (1...64).contains(text.utf8.count), text.utf8.allSatisfy(isNameByte) else {
            throw Complaint(message: "\(shown(text)) is not a name", hint: "1 to 64 of the characters A-Z a-z 0-9 _ -")
        }
        return text
    }

    /// The id of an outlet, device or instrument: a topic segment, where a leading `_` is the gateway's own.
    static let placeIdentifier = ScalarRule { (text) throws(Complaint) in
        guard !text.hasPrefix("_") else {
            throw Complaint(message: "\(shown(text)) starts with `_`", hint: "such names belong to the gateway itself")
        }
        return try topicSegment.read(text)
    }

    /// An MN, opaque text: devices send 7 to 24 characters of many kinds. Source: HJ 212-2017, table 2.
    static let mn = ScalarRule { (text) throws(Complaint) in
        let isPlain = text.utf8.allSatisfy { (0x21...0x7E).contains($0) && !";=&,#".utf8.contains($0) }
        guard (1...64).contains(text.utf8.count), isPlain else {
            throw Complaint(
                message: "\(shown(text)) is not an MN", hint: "1 to 64 characters without blanks and ; = & , #")
        }
        return text
    }

    /// A system code: two digits, or a letter and a digit. Source: HJ 212-2017, table 5.
    static let systemCode = ScalarRule { (text) throws(Complaint) in
        guard let first = text.utf8.first, let last = text.utf8.last, text.utf8.count == 2, isDigit(last),
            isDigit(first) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(first)
        else {
            throw Complaint(
                message: "\(shown(text)) is not a system code", hint: "two digits: 31 air pollution source, 32 water")
        }
        return text
    }

    /// A factor code such as `a21026`, or a shorter one of 2005.
    static let factorCode = ScalarRule { (text) throws(Complaint) in
        guard (2...16).contains(text.utf8.count), text.utf8.allSatisfy({ isNameByte($0) && $0 != 0x2D && $0 != 0x5F })
        else {
            throw Complaint(
                message: "\(shown(text)) is not a factor code", hint: "letters and digits only, such as a21026")
        }
        return text
    }

    /// A code of device information. Source: HJ 212-2017, table 4 (InfoId) and table B.10.
    static let informationCode = ScalarRule { (text) throws(Complaint) in
        guard (1...6).contains(text.utf8.count), text.utf8.allSatisfy({ isNameByte($0) && $0 != 0x2D && $0 != 0x5F })
        else {
            throw Complaint(
                message: "\(shown(text)) is not a code of device information",
                hint: "at most 6 letters and digits, such as i13008 for the slope")
        }
        return text
    }

    /// What an instrument calls a value: a factor code, or a name of its maker such as `02-CurrZero`.
    static let instrumentCode = ScalarRule { (text) throws(Complaint) in
        guard (1...32).contains(text.utf8.count), text.utf8.allSatisfy(isNameByte) else {
            throw Complaint(
                message: "\(shown(text)) is no name an instrument gives a value",
                hint: "letters, digits, - and _, such as a21026")
        }
        // `w01018-Rtd` is a field of the factor; the factor itself is meant.
        if let dash = text.lastIndex(of: "-"),
            Vocabulary.suffix.codes.contains(String(text[text.index(after: dash)...]))
        {
            throw Complaint(
                message: "\(shown(text)) names a field of a factor", hint: "the code alone: \(text[..<dash])")
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
                message: "\(shown(text)) is not the name of a profile",
                hint: "the file's name without its folder and .yaml")
        }
        return text
    }

    /// The shape of an IANA zone name; whether the machine knows the zone is seen when it is loaded.
    static let timezone = ScalarRule { (text) throws(Complaint) in
        let isPlain = text.utf8.allSatisfy { isNameByte($0) || "+/".utf8.contains($0) }
        guard (1...64).contains(text.utf8.count), isPlain, !text.hasPrefix("/"), !text.hasSuffix("/") else {
            throw Complaint(message: "\(shown(text)) is not a time zone", hint: "a name such as Asia/Shanghai")
        }
        return text
    }

    /// The first segments of topics: no wildcards, no empty segment. Source: MQTT 3.1.1, 4.7.
    static let topicPrefix = ScalarRule { (text) throws(Complaint) in
        let segments = text.split(separator: "/", omittingEmptySubsequences: false)
        let isPlain = text.utf8.allSatisfy { (0x21...0x7E).contains($0) && !"+#".utf8.contains($0) }
        guard text.utf8.count <= 128, isPlain, !text.hasPrefix("$"), segments.allSatisfy({ !$0.isEmpty }) else {
            throw Complaint(
                message: "\(shown(text)) cannot start a topic",
                hint: "segments between slashes, without + and #, such as cems")
        }
        return text
    }

    /// A device file.
    static let devicePath = ScalarRule { (text) throws(Complaint) in
        guard text.hasPrefix("/") else {
            throw Complaint(message: "\(shown(text)) is not an absolute path", hint: "such as /dev/ttyS1")
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
                message: "\(shown(text)) is not a data flag", hint: .oneOf(known))
        }
        return flag
    }
}

extension ScalarRule where Value == Bool {
    static let truth = ScalarRule { (text) throws(Complaint) in
        switch text {
        case "true": return true
        case "false": return false
        default: throw Complaint(message: "\(shown(text)) is neither true nor false")
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
            throw Complaint(message: .init("unknown value \(shown(text))", zh: "未知的值 \(shown(text))"), hint: hint)
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
