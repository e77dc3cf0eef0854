/// The data area of a packet: what stands between `CP=&&` and the last `&&`.
///
/// Pairs keep their order and repeat as received: a `PolId` opens a group, and devices send one key twice with different
/// meanings. It holds the bytes once; no pair costs an allocation until it is asked for.
/// Source: HJ 212-2017, 6.3.3.1.
package struct DataSegment: Sendable {
    /// One `key=value`.
    package struct Pair: Hashable, Sendable {
        package let key: FieldText
        package let value: FieldText

        package init(_ key: FieldText, _ value: FieldText) {
            self.key = key
            self.value = value
        }

        /// Code and suffix of a key such as `w01018-Rtd`, split at the last `-`; nil when it has none.
        package var codeAndSuffix: (code: FieldText, suffix: FieldText)? {
            guard let dash = key.bytes.lastIndex(of: ASCII.dash) else { return nil }
            return (FieldText(key.bytes[..<dash].trimmingBlanks), FieldText(key.bytes[(dash + 1)...].trimmingBlanks))
        }
    }

    /// The bytes as received or as put together; the pairs in them are found when they are asked for.
    let storage: ArraySlice<UInt8>

    /// The first key whose pair is not what a receiver will read, for a data area that was put together: a separator in a
    /// value, a blank around it. Nil when all is well.
    let unreadableKey: FieldText?

    package init() {
        self.init(parsing: [])
    }

    /// A data area of these items. It says something else than they do where a key holds a separator or `=`, or a value a
    /// separator outside `//…//`: see ``unreadableKey``.
    package init(items: [[Pair]]) {
        var bytes: [UInt8] = []
        for item in items where !item.isEmpty {
            if !bytes.isEmpty { bytes.append(ASCII.semicolon) }
            for (index, pair) in item.enumerated() {
                if index > 0 { bytes.append(ASCII.comma) }
                bytes += pair.key.bytes
                bytes.append(ASCII.equals)
                bytes += pair.value.bytes
            }
        }
        storage = bytes[...]
        let read = DataSegment(parsing: storage).items
        let meant = items.filter { !$0.isEmpty }
        let differing = zip(meant.joined(), read.joined()).first { $0 != $1 }
        unreadableKey = read == meant ? nil : differing?.0.key ?? meant.last?.last?.key
    }

    /// The data area that `bytes` are. Nothing in it is an error: empty items are left out, blanks trimmed, a pair without
    /// `=` has an empty value.
    package init(parsing bytes: ArraySlice<UInt8>) {
        storage = bytes
        unreadableKey = nil
    }

    package var isEmpty: Bool {
        var reader = PairReader()
        return reader.next(in: storage.span) == nil
    }

    /// All pairs in order.
    package var pairs: [Pair] { Array(items.joined()) }

    /// The items, which `;` separates, each with the pairs that `,` separates. None is empty.
    package var items: [[Pair]] {
        var items: [[Pair]] = []
        var reader = PairReader()
        let bytes = storage.span
        while let place = reader.next(in: bytes) {
            let pair = Pair(text(place.key), text(place.value))
            if place.opensItem || items.isEmpty {
                items.append([pair])
            } else {
                items[items.count - 1].append(pair)
            }
        }
        return items
    }

    /// The first value of `key`, upper and lower case being alike.
    package subscript(key: StaticString) -> FieldText? {
        var reader = PairReader()
        let bytes = storage.span
        while let place = reader.next(in: bytes) {
            if bytes.isSpelled(key, in: place.key) { return text(place.value) }
        }
        return nil
    }

    /// The data area as it is sent, without `CP=&&` and the closing `&&`.
    package var bytes: [UInt8] { Array(DataSegment(items: items).storage) }

    /// The text at a place.
    func text(_ range: Range<Int>) -> FieldText {
        let start = storage.startIndex
        return FieldText(storage[start + range.lowerBound..<start + range.upperBound])
    }
}

extension DataSegment: Hashable {
    /// Alike when the same pairs stand in the same items, whatever blanks and separators were around them.
    package static func == (left: DataSegment, right: DataSegment) -> Bool {
        left.items == right.items
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(pairs)
    }
}
