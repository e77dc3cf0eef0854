extension LookAlike.Kind {
    /// Nil for a character that is what it looks like.
    init?(_ character: Unicode.Scalar) {
        switch character.value {
        case 0..<0x85: return nil
        case 0xFF01...0xFF5E:
            guard let plain = Unicode.Scalar(character.value - 0xFEE0) else { return nil }
            self.init(name: "full-width " + Self.name(of: plain), meant: String(plain))
        default:
            guard let kind = Self.others[character.value] else { return nil }
            self = kind
        }
    }

    /// What an ASCII character is called.
    private static func name(of plain: Unicode.Scalar) -> String {
        switch plain {
        case "0"..."9": "digit"
        case "A"..."Z", "a"..."z": "letter"
        default: names[plain] ?? "character"
        }
    }

    private static let names: [Unicode.Scalar: String] = [
        "!": "exclamation mark", "\"": "quotation mark", "#": "hash", "$": "dollar sign", "%": "percent sign",
        "&": "ampersand", "'": "apostrophe", "(": "parenthesis", ")": "parenthesis", "*": "asterisk", "+": "plus",
        ",": "comma", "-": "hyphen", ".": "full stop", "/": "slash", ":": "colon", ";": "semicolon",
        "<": "less-than sign", "=": "equals sign", ">": "greater-than sign", "?": "question mark", "@": "at sign",
        "[": "bracket", "\\": "backslash", "]": "bracket", "^": "circumflex", "_": "underscore", "`": "backquote",
        "{": "brace", "|": "bar", "}": "brace", "~": "tilde",
    ]

    /// Those beyond the block of full-width characters.
    private static let others: [UInt32: LookAlike.Kind] = {
        var table: [UInt32: LookAlike.Kind] = [:]
        func add(_ codes: UInt32..., to name: String, _ meant: String) {
            for code in codes { table[code] = LookAlike.Kind(name: name, meant: meant) }
        }
        func add(_ codes: ClosedRange<UInt32>, to name: String, _ meant: String) {
            for code in codes { table[code] = LookAlike.Kind(name: name, meant: meant) }
        }
        add(0x3000, to: "full-width blank", " ")
        add(0x00A0, 0x202F, to: "no-break blank", " ")
        add(0x1680, 0x205F, 0x3164, to: "odd blank", " ")
        add(0x2000...0x200A, to: "odd blank", " ")
        add(0x0085, 0x2028, 0x2029, to: "line separator", " ")
        add(0x200B, 0x180E, to: "zero-width blank", "")
        add(0x200C, 0x200D, 0x2060, to: "zero-width joiner", "")
        add(0x00AD, to: "soft hyphen", "")
        add(0x200E, 0x200F, 0x061C, to: "direction mark", "")
        add(0x202A...0x202E, to: "direction mark", "")
        add(0x2066...0x2069, to: "direction mark", "")
        add(0xFEFF, to: "byte order mark", "")
        add(0x2236, 0xFE30, 0xFE13, 0xA789, to: "odd colon", ":")
        add(0xFE55, to: "small colon", ":")
        add(0x3001, 0xFF64, 0xFE50, 0xFE51, to: "ideographic comma", ",")
        add(0x3002, 0xFF61, 0xFE52, to: "ideographic full stop", ".")
        add(0x00B7, 0x30FB, 0xFF65, to: "middle dot", ".")
        add(0x201C, 0x201D, 0x201E, 0x201F, 0x2033, 0x301D, 0x301E, 0x301F, to: "curly quotation mark", "\"")
        add(0x2018, 0x2019, 0x201A, 0x201B, 0x2032, 0x00B4, to: "curly apostrophe", "'")
        add(0x300C...0x300F, to: "corner bracket", "\"")
        add(0xFF62, 0xFF63, to: "corner bracket", "\"")
        add(0x3010, 0x3014, 0x3016, 0x3018, 0x301A, to: "lenticular bracket", "[")
        add(0x3011, 0x3015, 0x3017, 0x3019, 0x301B, to: "lenticular bracket", "]")
        add(0xFE5F, to: "small hash", "#")
        add(0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2500, to: "dash", "-")
        add(0x2212, to: "minus sign", "-")
        add(0x2022, 0x25CF, to: "bullet", "-")
        add(0x2044, 0x2215, to: "odd slash", "/")
        add(0x301C, to: "wave dash", "~")
        for (letter, plain) in zip("АВЕКМНОРСТХаеорсухі".unicodeScalars, "ABEKMHOPCTXaeopcyxi".unicodeScalars) {
            add(letter.value, to: "Cyrillic letter", String(plain))
        }
        for (letter, plain) in zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαο".unicodeScalars, "ABEZHIKMNOPTYXao".unicodeScalars) {
            add(letter.value, to: "Greek letter", String(plain))
        }
        return table
    }()
}
