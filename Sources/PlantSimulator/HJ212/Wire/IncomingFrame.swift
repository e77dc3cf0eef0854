import Cipher

/// A frame that a simulated peer received and believes: header fields by name and the data area in plain text.
struct IncomingFrame: Equatable, Sendable {
    let fields: [String: String]
    /// The data area without its `&&`, decrypted.
    let data: [UInt8]
    let isEncrypted: Bool

    /// Reads a plain segment.
    init(segment: [UInt8], isEncrypted: Bool = false) {
        let range = Self.dataRange(in: segment)
        let head = String(decoding: segment[..<(range.map { $0.lowerBound - 5 } ?? segment.count)], as: UTF8.self)
        fields = Dictionary(Self.pairs(of: head).map { ($0.key, $0.value) }) { first, _ in first }
        data = range.map { Array(segment[$0]) } ?? []
        self.isEncrypted = isEncrypted
    }

    /// Reads a segment whose data area is encrypted with one of `keys`, which the checksum of the plain text shows; nil
    /// when none fits.
    init?(segment: [UInt8], checksum: UInt16, keys: [SM4Key]) {
        guard let range = Self.dataRange(in: segment) else { return nil }
        let cipher = Self.bytes(ofList: segment[range]) ?? Array(segment[range])
        for key in keys {
            let plain = segment[..<range.lowerBound] + key.decrypt(cipher[...]) + segment[range.upperBound...]
            guard PeerChecksum.hj212(plain) == checksum else { continue }
            self.init(segment: Array(plain), isEncrypted: true)
            return
        }
        return nil
    }

    /// A header field.
    subscript(name: String) -> String? { fields[name] }

    /// The first value of `key` in the data area.
    func value(_ key: String) -> String? {
        Self.pairs(of: String(decoding: data, as: UTF8.self)).first { $0.key == key }?.value
    }

    /// The request number, which the 2005 edition writes into the data area of answers.
    var qn: String? { self["QN"] ?? value("QN") }
    var command: String { self["CN"] ?? "" }
    /// 0 for none.
    var flag: Int { self["Flag"].flatMap { Int($0) } ?? 0 }

    /// Whether the data area is empty or begins with a name, as ciphertext does not.
    var isLegible: Bool {
        guard let sign = data.firstIndex(of: UInt8(ascii: "=")) else { return data.isEmpty }
        return (1...32).contains(sign)
            && data[..<sign].allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: " "): true
                default: false
                }
            }
    }

    private static func pairs(of text: String) -> [(key: String, value: String)] {
        text.split { $0 == ";" || $0 == "," }.compactMap { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return parts.count == 2 ? (trimmed(parts[0]), trimmed(parts[1])) : nil
        }
    }

    private static func trimmed(_ text: Substring) -> String {
        let start = text.drop { $0 == " " }
        return String(start.reversed().drop { $0 == " " }.reversed())
    }

    /// What stands between the first `CP=&&` and the last `&&` behind it.
    private static func dataRange(in segment: [UInt8]) -> Range<Int>? {
        let (opening, closing) = (Array("CP=&&".utf8), Array("&&".utf8))
        guard let start = segment.indices.first(where: { segment[$0...].starts(with: opening) }) else { return nil }
        let first = start + opening.count
        guard let last = (first..<segment.count).last(where: { segment[$0...].starts(with: closing) }) else {
            return nil
        }
        return first..<last
    }

    /// The bytes that `{0xE4,0x3E,…}` and the plain rest behind it stand for; nil for anything else.
    private static func bytes(ofList data: ArraySlice<UInt8>) -> [UInt8]? {
        guard data.first == UInt8(ascii: "{"), let end = data.firstIndex(of: UInt8(ascii: "}")) else { return nil }
        let words = String(decoding: data[(data.startIndex + 1)..<end], as: UTF8.self).split(separator: ",")
        let bytes = words.compactMap { word in
            word.hasPrefix("0x") ? UInt8(word.dropFirst(2), radix: 16) : nil
        }
        return bytes.count == words.count ? bytes + data[(end + 1)...] : nil
    }
}
