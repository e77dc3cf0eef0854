import Glibc
package import Telemetry

extension ZoneRules {
    /// Where the system keeps its zones; the package `tzdata`.
    package static let systemDirectory = "/usr/share/zoneinfo"

    /// The rules of the IANA zone `name`, such as `Asia/Shanghai`, with every change until 2100.
    ///
    /// Fails with EINVAL for what cannot be a name (`..`, a leading `/`), ENOENT for an unknown zone or a system without
    /// zone data, EBADMSG for a damaged file. Asia/Shanghai needs no file: the offset is +8 since 1991.
    package static func named(_ name: String, directory: String = systemDirectory) throws(SystemError) -> ZoneRules {
        guard isPlausible(name) else { throw SystemError("load time zone", name, code: EINVAL) }
        let path = "\(directory)/\(name)"
        do throws(SystemError) {
            let bytes = try Files.read(path, limit: 65_536)
            guard let table = ZoneTable(bytes) else {
                throw SystemError("understand time zone file", path, code: EBADMSG)
            }
            return ZoneRules(periods: table.periods(until: 2_100))
        } catch {
            if name == "Asia/Shanghai" { return .china }
            guard error.code == ENOENT else { throw error }
            let subject = "\(name) in \(directory)" + (Files.isDirectory(directory) ? "" : " (install tzdata)")
            throw SystemError("load time zone", subject, code: ENOENT)
        }
    }

    /// Letters, digits and `+-_/`, no empty part, so nothing that leaves the directory.
    private static func isPlausible(_ name: String) -> Bool {
        let parts = name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        return (1...4).contains(parts.count)
            && parts.allSatisfy { part in
                !part.isEmpty && part.count <= 64
                    && part.allSatisfy { byte in
                        let scalar = Unicode.Scalar(byte)
                        return scalar.properties.isAlphabetic && scalar.isASCII || (0x30...0x39).contains(byte)
                            || "+-_".utf8.contains(byte)
                    }
            }
    }
}

/// The content of a zone file. Source: RFC 8536 (TZif).
struct ZoneTable: Equatable {
    /// A change of the offset: from the second `at` (UTC) on, `offset` seconds east.
    struct Transition: Equatable {
        let at: Int64
        let offset: Int
    }

    /// Holds before the first transition.
    let firstOffset: Int
    /// In order of time.
    let transitions: [Transition]
    /// Holds after the last transition; nil: the last offset holds for ever.
    let rule: ZoneRule?

    /// Nil unless `bytes` are a whole, consistent file of version 2 or later.
    init?(_ bytes: [UInt8]) {
        var reader = Reader(bytes)
        guard let first = reader.header(), first.version >= UInt8(ascii: "2") else { return nil }
        // The first block has 32-bit times, for old readers.
        guard reader.skip(first.dataLength(timeLength: 4)), let header = reader.header() else { return nil }
        guard let times = reader.integers(header.timeCount, length: 8), let kinds = reader.take(header.timeCount),
            let types = reader.take(header.typeCount * 6), header.typeCount > 0,
            reader.skip(header.nameLength + header.leapCount * 12 + header.standardCount + header.utCount)
        else { return nil }
        let offsets = (0..<header.typeCount).map {
            Int(Int32(truncatingIfNeeded: bigEndian(types.dropFirst($0 * 6).prefix(4))))
        }
        guard kinds.allSatisfy({ Int($0) < offsets.count }), zip(times, times.dropFirst()).allSatisfy({ $0 < $1 }),
            offsets.allSatisfy({ abs($0) <= 26 * 3_600 })
        else { return nil }
        firstOffset = offsets[0]
        transitions = zip(times, kinds).map { Transition(at: $0, offset: offsets[Int($1)]) }
        guard let footer = reader.footer() else { return nil }
        if footer.isEmpty {
            rule = nil
        } else {
            guard let rule = ZoneRule(footer) else { return nil }
            self.rule = rule
        }
    }

    /// The changes of the file and those its rule makes up to the end of the year before `year`.
    func periods(until year: Int) -> [ZoneRules.Period] {
        var all = transitions
        if let rule {
            let last = transitions.last?.at ?? .min
            let firstYear = transitions.last.map { Self.period(from: $0.at, 0).start.utcYear } ?? 1_970
            for year in firstYear..<max(firstYear, year) {
                all += rule.transitions(in: year).filter { $0.at > last }
            }
            if transitions.isEmpty, rule.daylight == nil { all = [Transition(at: 0, offset: rule.standardOffset)] }
        }
        var offset = firstOffset
        // The reader of a table wants a first period even where nothing ever changed.
        var periods = [Self.period(from: Self.beginning, offset)]
        for transition in all where transition.offset != offset {
            offset = transition.offset
            periods.append(Self.period(from: transition.at, offset))
        }
        return periods
    }

    /// The years 1 and 10000: some files begin with the big bang, which does not fit into milliseconds.
    private static let beginning: Int64 = -62_135_596_800
    private static let end: Int64 = 253_402_300_800

    private static func period(from second: Int64, _ offset: Int) -> ZoneRules.Period {
        let second = min(max(second, beginning), end)
        return ZoneRules.Period(start: WallInstant(millisecondsSince1970: second * 1_000), offset: .seconds(offset))
    }
}

extension ZoneTable {
    fileprivate struct Header {
        let version: UInt8
        let utCount: Int
        let standardCount: Int
        let leapCount: Int
        let timeCount: Int
        let typeCount: Int
        let nameLength: Int

        func dataLength(timeLength: Int) -> Int {
            timeCount * (timeLength + 1) + typeCount * 6 + nameLength + leapCount * (timeLength + 4) + standardCount
                + utCount
        }
    }

    /// Takes parts off the front of a file; nil when there is not enough left.
    fileprivate struct Reader {
        private var rest: ArraySlice<UInt8>

        init(_ bytes: [UInt8]) {
            rest = bytes[...]
        }

        mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
            guard count <= rest.count else { return nil }
            defer { rest = rest.dropFirst(count) }
            return rest.prefix(count)
        }

        mutating func skip(_ count: Int) -> Bool { take(count) != nil }

        mutating func integers(_ count: Int, length: Int) -> [Int64]? {
            guard let bytes = take(count * length) else { return nil }
            return (0..<count).map { Int64(bitPattern: bigEndian(bytes.dropFirst($0 * length).prefix(length))) }
        }

        mutating func header() -> Header? {
            guard let bytes = take(44), bytes.starts(with: "TZif".utf8) else { return nil }
            // Every count is below 65,536 in a file of that size; greater ones are damage.
            let counts = (0..<6).map { bigEndian(bytes.dropFirst(20 + $0 * 4).prefix(4)) }
            guard counts.allSatisfy({ $0 < 65_536 }) else { return nil }
            let whole = counts.map { Int($0) }
            return Header(
                version: bytes[bytes.startIndex + 4], utCount: whole[0], standardCount: whole[1], leapCount: whole[2],
                timeCount: whole[3], typeCount: whole[4], nameLength: whole[5])
        }

        /// The text between the two line breaks at the end.
        mutating func footer() -> String? {
            guard rest.first == UInt8(ascii: "\n"), rest.count >= 2, rest.last == UInt8(ascii: "\n") else { return nil }
            return String(decoding: rest.dropFirst().dropLast(), as: UTF8.self)
        }
    }
}

extension WallInstant {
    fileprivate var utcYear: Int { CivilTime(localMilliseconds: millisecondsSince1970).year }
}

private func bigEndian(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reduce(0) { $0 << 8 | UInt64($1) }
}
