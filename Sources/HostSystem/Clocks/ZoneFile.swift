import Telemetry

/// A compiled zone file. Source: RFC 8536 (TZif), version 2 and later: 64-bit transitions and a footer with the rule for
/// the years after the last of them.
struct ZoneFile {
    let rules: ZoneRules

    /// Nil when `bytes` is no such file.
    init?(_ bytes: [UInt8]) {
        var reader = Reader(bytes: bytes)
        // The first block holds 32-bit times, for old readers; it is passed over.
        guard let first = Header(&reader), first.version >= 2 else { return nil }
        guard reader.skip(first.bodyLength(timeSize: 4)), let header = Header(&reader) else { return nil }
        var times: [Int64] = []
        for _ in 0..<header.transitionCount {
            guard let time = reader.integer(8) else { return nil }
            times.append(time)
        }
        guard let indices = reader.take(header.transitionCount) else { return nil }
        var offsets: [Int64] = []
        for _ in 0..<header.typeCount {
            guard let offset = reader.integer(4), reader.skip(2) else { return nil }
            offsets.append(offset)
        }
        guard let initial = offsets.first else { return nil }
        var periods = [ZoneRules.Period(start: WallInstant(millisecondsSince1970: .min / 4), offset: .seconds(initial))]
        for (time, index) in zip(times, indices) {
            guard Int(index) < offsets.count else { return nil }
            periods.append(.init(start: Self.instant(time), offset: .seconds(offsets[Int(index)])))
        }
        guard reader.skip(header.afterTypes(timeSize: 8)) else { return nil }
        let footer = String(decoding: reader.rest, as: UTF8.self).split(separator: "\n").first.map(String.init) ?? ""
        let last = periods[periods.count - 1].start
        if let rule = ZoneFooter(footer) {
            periods += (1970...2100).flatMap { rule.changes(in: $0) }.filter { $0.start > last }
        }
        rules = ZoneRules(periods: periods)
    }

    private static func instant(_ seconds: Int64) -> WallInstant {
        // "Big bang" stamps of some files do not fit into milliseconds.
        WallInstant(millisecondsSince1970: min(max(seconds, -100_000_000_000), 100_000_000_000) * 1_000)
    }

    private struct Header {
        let version: Int
        let utcCount, standardCount, leapCount, transitionCount, typeCount, characterCount: Int

        init?(_ reader: inout Reader) {
            guard let magic = reader.take(4), magic.elementsEqual("TZif".utf8), let version = reader.take(1)?.first,
                reader.skip(15)
            else { return nil }
            self.version = version == 0 ? 1 : Int(version) - 0x30
            var counts: [Int] = []
            for _ in 0..<6 {
                guard let count = reader.integer(4), (0...100_000).contains(count) else { return nil }
                counts.append(Int(count))
            }
            utcCount = counts[0]
            standardCount = counts[1]
            leapCount = counts[2]
            transitionCount = counts[3]
            typeCount = counts[4]
            characterCount = counts[5]
        }

        func afterTypes(timeSize: Int) -> Int { characterCount + leapCount * (timeSize + 4) + standardCount + utcCount }

        func bodyLength(timeSize: Int) -> Int {
            transitionCount * (timeSize + 1) + typeCount * 6 + afterTypes(timeSize: timeSize)
        }
    }

    private struct Reader {
        let bytes: [UInt8]
        private var position = 0

        init(bytes: [UInt8]) { self.bytes = bytes }

        var rest: ArraySlice<UInt8> { bytes[position...] }

        mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
            guard count >= 0, position + count <= bytes.count else { return nil }
            defer { position += count }
            return bytes[position..<position + count]
        }

        mutating func skip(_ count: Int) -> Bool { take(count) != nil }

        /// A big-endian signed number of `size` bytes.
        mutating func integer(_ size: Int) -> Int64? {
            guard let bytes = take(size) else { return nil }
            let value = bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            return size == 4 ? Int64(Int32(truncatingIfNeeded: value)) : Int64(bitPattern: value)
        }
    }
}
