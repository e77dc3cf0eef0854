import Telemetry

extension LookAlike.Kind {
    /// Nil for a character that is what it looks like.
    init?(_ character: Unicode.Scalar) {
        switch character.value {
        case 0..<0x85: return nil
        case 0xFF01...0xFF5E:
            guard let plain = Unicode.Scalar(character.value - 0xFEE0) else { return nil }
            let name = Self.name(of: plain)
            self.init(name: .init("full-width " + name.en, zh: "全角" + name.zh), meant: String(plain))
        default:
            guard let kind = Self.others[character.value] else { return nil }
            self = kind
        }
    }

    /// What an ASCII character is called.
    private static func name(of plain: Unicode.Scalar) -> BilingualText {
        switch plain {
        case "0"..."9": .init("digit", zh: "数字")
        case "A"..."Z", "a"..."z": .init("letter", zh: "字母")
        default: names[plain] ?? .init("character", zh: "字符")
        }
    }

    private static let names: [Unicode.Scalar: BilingualText] = [
        "!": .init("exclamation mark", zh: "感叹号"), "\"": .init("quotation mark", zh: "引号"),
        "#": .init("hash", zh: "井号"), "$": .init("dollar sign", zh: "美元符号"), "%": .init("percent sign", zh: "百分号"),
        "&": .init("ampersand", zh: "和号"), "'": .init("apostrophe", zh: "撇号"), "(": .init("parenthesis", zh: "圆括号"),
        ")": .init("parenthesis", zh: "圆括号"), "*": .init("asterisk", zh: "星号"), "+": .init("plus", zh: "加号"),
        ",": .init("comma", zh: "逗号"), "-": .init("hyphen", zh: "连字符"), ".": .init("full stop", zh: "句点"),
        "/": .init("slash", zh: "斜杠"), ":": .init("colon", zh: "冒号"), ";": .init("semicolon", zh: "分号"),
        "<": .init("less-than sign", zh: "小于号"), "=": .init("equals sign", zh: "等号"),
        ">": .init("greater-than sign", zh: "大于号"), "?": .init("question mark", zh: "问号"),
        "@": .init("at sign", zh: "at 符号"),
        "[": .init("bracket", zh: "方括号"), "\\": .init("backslash", zh: "反斜杠"), "]": .init("bracket", zh: "方括号"),
        "^": .init("circumflex", zh: "脱字符"), "_": .init("underscore", zh: "下划线"), "`": .init("backquote", zh: "反引号"),
        "{": .init("brace", zh: "花括号"), "|": .init("bar", zh: "竖线"), "}": .init("brace", zh: "花括号"),
        "~": .init("tilde", zh: "波浪号"),
    ]

    /// Those beyond the block of full-width characters.
    private static let others: [UInt32: LookAlike.Kind] = {
        var table: [UInt32: LookAlike.Kind] = [:]
        func add(_ codes: UInt32..., to name: BilingualText, _ meant: String) {
            for code in codes { table[code] = LookAlike.Kind(name: name, meant: meant) }
        }
        func add(_ codes: ClosedRange<UInt32>, to name: BilingualText, _ meant: String) {
            for code in codes { table[code] = LookAlike.Kind(name: name, meant: meant) }
        }
        add(0x3000, to: .init("full-width blank", zh: "全角空格"), " ")
        add(0x00A0, 0x202F, to: .init("no-break blank", zh: "不换行空格"), " ")
        add(0x1680, 0x205F, 0x3164, to: .init("odd blank", zh: "特殊空格"), " ")
        add(0x2000...0x200A, to: .init("odd blank", zh: "特殊空格"), " ")
        add(0x0085, 0x2028, 0x2029, to: .init("line separator", zh: "行分隔符"), " ")
        add(0x200B, 0x180E, to: .init("zero-width blank", zh: "零宽空格"), "")
        add(0x200C, 0x200D, 0x2060, to: .init("zero-width joiner", zh: "零宽连接符"), "")
        add(0x00AD, to: .init("soft hyphen", zh: "软连字符"), "")
        add(0x200E, 0x200F, 0x061C, to: .init("direction mark", zh: "方向标记"), "")
        add(0x202A...0x202E, to: .init("direction mark", zh: "方向标记"), "")
        add(0x2066...0x2069, to: .init("direction mark", zh: "方向标记"), "")
        add(0xFEFF, to: .init("byte order mark", zh: "字节顺序标记"), "")
        add(0x2236, 0xFE30, 0xFE13, 0xA789, to: .init("odd colon", zh: "特殊冒号"), ":")
        add(0xFE55, to: .init("small colon", zh: "小写冒号"), ":")
        add(0x3001, 0xFF64, 0xFE50, 0xFE51, to: .init("ideographic comma", zh: "中文顿号"), ",")
        add(0x3002, 0xFF61, 0xFE52, to: .init("ideographic full stop", zh: "中文句号"), ".")
        add(0x00B7, 0x30FB, 0xFF65, to: .init("middle dot", zh: "间隔号"), ".")
        add(
            0x201C, 0x201D, 0x201E, 0x201F, 0x2033, 0x301D, 0x301E, 0x301F,
            to: .init("curly quotation mark", zh: "弯引号"), "\"")
        add(0x2018, 0x2019, 0x201A, 0x201B, 0x2032, 0x00B4, to: .init("curly apostrophe", zh: "弯单引号"), "'")
        add(0x300C...0x300F, to: .init("corner bracket", zh: "直角引号"), "\"")
        add(0xFF62, 0xFF63, to: .init("corner bracket", zh: "直角引号"), "\"")
        add(0x3010, 0x3014, 0x3016, 0x3018, 0x301A, to: .init("lenticular bracket", zh: "中文方括号"), "[")
        add(0x3011, 0x3015, 0x3017, 0x3019, 0x301B, to: .init("lenticular bracket", zh: "中文方括号"), "]")
        add(0xFE5F, to: .init("small hash", zh: "小井号"), "#")
        add(0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2500, to: .init("dash", zh: "破折号"), "-")
        add(0x2212, to: .init("minus sign", zh: "数学减号"), "-")
        add(0x2022, 0x25CF, to: .init("bullet", zh: "项目符号"), "-")
        add(0x2044, 0x2215, to: .init("odd slash", zh: "特殊斜杠"), "/")
        add(0x301C, to: .init("wave dash", zh: "波浪线"), "~")
        for (letter, plain) in zip("АВЕКМНОРСТХаеорсухі".unicodeScalars, "ABEKMHOPCTXaeopcyxi".unicodeScalars) {
            add(letter.value, to: .init("Cyrillic letter", zh: "西里尔字母"), String(plain))
        }
        for (letter, plain) in zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαο".unicodeScalars, "ABEZHIKMNOPTYXao".unicodeScalars) {
            add(letter.value, to: .init("Greek letter", zh: "希腊字母"), String(plain))
        }
        return table
    }()
}
