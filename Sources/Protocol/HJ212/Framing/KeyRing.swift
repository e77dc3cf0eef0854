package import Cipher
package import Telemetry

/// The SM4 keys of the devices on a link: for each MN the present key and, while a change is under way, the one before.
/// Source: HJ 212-2025, CN 1014 (a key is replaced every 90 days).
package struct KeyRing: Sendable, Hashable {
    private var byMN: [FieldText: [SM4Key]] = [:]
    private var common: [SM4Key] = []

    package init() {}

    package var isEmpty: Bool { byMN.isEmpty && common.isEmpty }

    /// Adds a key for `mn` (nil: for every device), to be tried after those added before.
    package mutating func add(_ key: SM4Key, for mn: String?) {
        if let mn {
            byMN[FieldText(mn), default: []].append(key)
        } else {
            common.append(key)
        }
    }

    /// Adds all keys of another ring.
    package mutating func formUnion(_ other: KeyRing) {
        byMN.merge(other.byMN) { $0 + $1 }
        common += other.common
    }

    /// Makes `key` the present key of `mn`. The one before is still tried; those before that are forgotten.
    package mutating func replace(_ key: SM4Key, for mn: String) {
        byMN[FieldText(mn)] = [key] + keys(for: FieldText(mn)).filter { $0 != key }.prefix(1)
    }

    /// The keys to be tried on a frame of `mn`, the present one first.
    package func keys(for mn: FieldText?) -> [SM4Key] {
        guard let mn, let own = byMN[mn] else { return common }
        return own + common
    }
}

extension KeyRing {
    /// A key file: a line for each key, `MN KEY` or `* KEY`, the present key of a device before older ones. A key is 16
    /// characters, or its 16 bytes as 32 hex digits. Blank lines and lines that begin with `#` say nothing.
    package init(file text: [UInt8]) throws(KeyFileError) {
        self.init()
        for (index, line) in text.split(separator: ASCII.lineFeed, omittingEmptySubsequences: false).enumerated() {
            let line = line.trimmingBlanks
            guard let first = line.first, first != ASCII.hash else { continue }
            let words = line.split(whereSeparator: ASCII.isBlank)
            guard words.count == 2 else { throw KeyFileError(line: index + 1, problem: .words(words.count)) }
            guard let key = Self.key(words[1]) else {
                throw KeyFileError(line: index + 1, problem: .key(length: words[1].count))
            }
            let isForAll = words[0].elementsEqual("*".utf8)
            add(key, for: isForAll ? nil : String(decoding: words[0], as: UTF8.self))
        }
        if isEmpty { throw KeyFileError(line: 1, problem: .noKeys) }
    }

    private static func key(_ word: ArraySlice<UInt8>) -> SM4Key? {
        guard word.count == 2 * SM4Key.size else { return SM4Key(word) }
        let digits = word.compactMap(ASCII.hexDigit).map { UInt8($0) }
        guard digits.count == word.count else { return nil }
        return SM4Key(stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] })
    }
}

/// Why a key file cannot be used. It never shows what stands in the file.
package struct KeyFileError: BilingualError, Hashable {
    package enum Problem: Hashable, Sendable {
        case words(Int)
        case key(length: Int)
        case noKeys
    }

    /// Counted from 1.
    package let line: Int
    package let problem: Problem

    package var text: BilingualText {
        switch problem {
        case .words(let count):
            .init(
                "line \(line): \(count) words, expected two: the MN (or * for every device) and the key",
                zh: "第 \(line) 行：有 \(count) 个词，应为两个：MN（或 *，表示所有设备）和密钥")
        case .key(let length):
            .init(
                "line \(line): a key of \(length) characters, expected 16 characters or 32 hex digits",
                zh: "第 \(line) 行：密钥为 \(length) 个字符，应为 16 个字符或 32 位十六进制")
        case .noKeys:
            .init("no key in it: write a line with the MN (or *) and the key", zh: "其中没有密钥：写一行 MN（或 *）和密钥")
        }
    }
}
