import Telemetry

/// The typed fields of a data area, found by name whatever their order, separators and case.
struct FieldReader {
    let cp: DataSegment

    init(_ cp: DataSegment) {
        self.cp = cp
    }

    /// Nil when missing or empty.
    func text(ifAny name: StaticString) -> FieldText? {
        cp[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    func text(_ name: StaticString) throws(MessageError) -> FieldText {
        guard let text = text(ifAny: name) else { throw .missing(field: name.description) }
        return text
    }

    func integer(_ name: StaticString) throws(MessageError) -> Int {
        guard let number = try text(name).integer else { throw .malformed(field: name.description) }
        return number
    }

    /// 14 digits; what follows them is overlooked.
    func time(_ name: StaticString) throws(MessageError) -> CivilTime {
        guard let time = CivilTime(compact: try text(name).bytes.prefix(14)) else {
            throw .malformed(field: name.description)
        }
        return time
    }

    /// 17 digits, of which the last three may be missing.
    func timeWithMilliseconds(_ name: StaticString) throws(MessageError) -> CivilTime {
        guard let time = CivilTime(compact: try text(name).bytes.prefix(17)) else {
            throw .malformed(field: name.description)
        }
        return time
    }

    func timeOfDay(_ name: StaticString, parts: Int) throws(MessageError) -> TimeOfDay {
        guard let time = TimeOfDay(try text(name), parts: parts) else { throw .malformed(field: name.description) }
        return time
    }

    func range() throws(MessageError) -> TimeRange {
        TimeRange(begin: try time("BeginTime"), end: try time("EndTime"))
    }

    func rangeIfAny() throws(MessageError) -> TimeRange? {
        text(ifAny: "BeginTime") == nil ? nil : try range()
    }

    /// The first PolId. Transcriptions also misspell it.
    var factor: FieldText? { text(ifAny: "PolId") ?? text(ifAny: "PollD") }

    func requiredFactor() throws(MessageError) -> FieldText {
        guard let factor else { throw .missing(field: "PolId") }
        return factor
    }

    /// All values of a key that repeats.
    func all(_ name: StaticString) -> [FieldText] {
        cp.pairs.filter { $0.key.isSpelled(name) && !$0.value.isEmpty }.map(\.value)
    }

    /// The values whose keys end in `suffix`, under their codes.
    func values(_ suffix: StaticString) -> [CodedValue] {
        cp.pairs.compactMap { pair in
            guard let parts = pair.codeAndSuffix, parts.suffix.isSpelled(suffix) else { return nil }
            return CodedValue(parts.code, pair.value)
        }
    }

    /// What the limits of 1021 and 1022 say, by factor in order of appearance.
    func alarmLimits() -> [AlarmLimits] {
        let lows = values("LowValue")
        let ups = values("UpValue")
        var codes: [FieldText] = []
        for pair in cp.pairs {
            guard let parts = pair.codeAndSuffix,
                parts.suffix.isSpelled("LowValue") || parts.suffix.isSpelled("UpValue"),
                !codes.contains(parts.code)
            else { continue }
            codes.append(parts.code)
        }
        return codes.map { code in
            AlarmLimits(
                factor: code, low: lows.first { $0.code == code }?.value, up: ups.first { $0.code == code }?.value)
        }
    }
}
