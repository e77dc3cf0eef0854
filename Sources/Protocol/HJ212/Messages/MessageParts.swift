package import Telemetry

/// A span of data by the times that begin its first and its last interval; both alike for one record.
/// Source: HJ 212-2017, examples C.16 ff.
package struct TimeRange: Hashable, Sendable {
    package let begin: CivilTime
    package let end: CivilTime

    package init(begin: CivilTime, end: CivilTime) {
        self.begin = begin
        self.end = end
    }
}

/// A time of every day.
package struct TimeOfDay: Hashable, Sendable {
    /// 0…23
    package let hour: Int
    /// 0…59
    package let minute: Int
    /// 0…59
    package let second: Int

    package init(hour: Int, minute: Int, second: Int = 0) {
        self.hour = hour
        self.minute = minute
        self.second = second
    }

    /// Two digits each of hour, minute and, of `parts` 3, second; nil when it is no time.
    init?(_ text: FieldText, parts: Int) {
        guard text.bytes.count == 2 * parts, let number = text.integer else { return nil }
        let seconds = parts == 3 ? number : number * 100
        self.init(hour: seconds / 10_000, minute: seconds / 100 % 100, second: seconds % 100)
        guard isValid else { return nil }
    }

    var isValid: Bool { (0..<24).contains(hour) && (0..<60).contains(minute) && (0..<60).contains(second) }

    func text(parts: Int) -> FieldText {
        var text = ""
        for value in [hour, minute, second].prefix(parts) { text.appendDecimal(value, width: 2) }
        return FieldText(text)
    }
}

/// The limits between which a factor raises no alarm, as decimal text. Source: HJ/T 212-2005 (1021, 1022).
package struct AlarmLimits: Hashable, Sendable {
    package let factor: FieldText
    package let low: FieldText?
    package let up: FieldText?

    package init(factor: FieldText, low: FieldText?, up: FieldText?) {
        self.factor = factor
        self.low = low
        self.up = up
    }
}

/// One value under the code of its factor or equipment: `SB1`, `101`. The text is kept as it is written.
package struct CodedValue: Hashable, Sendable {
    package let code: FieldText
    package let value: FieldText

    package init(_ code: FieldText, _ value: FieldText) {
        self.code = code
        self.value = value
    }
}

/// The result of checking an analyser with a standard sample. Source: HJ 212-2025, table C.59 by implementations.
package struct StandardCheck: Hashable, Sendable {
    package let factor: FieldText
    /// What the analyser read and what it should have read, decimal.
    package let reading: FieldText
    package let nominal: FieldText
    package let passed: Bool

    package init(factor: FieldText, reading: FieldText, nominal: FieldText, passed: Bool) {
        self.factor = factor
        self.reading = reading
        self.nominal = nominal
        self.passed = passed
    }
}

/// Log entries, states or parameters of one device; without a factor those of the logger.
/// Source: HJ 212-2017, tables 4 and B.10.
package struct DeviceInformation: Hashable, Sendable {
    package let factor: FieldText?
    /// By code: `i12001`. A log text stands between `//` and `//`, see ``logText(_:)``.
    package let values: [CodedValue]

    package init(factor: FieldText?, values: [CodedValue]) {
        self.factor = factor
        self.values = values
    }

    /// `text` as the value of a log entry (`i11001`); it is shorter than 890 bytes.
    package static func logText(_ text: String) -> FieldText { FieldText("//" + text + "//") }
}

/// What makes up the identity of a logger. Source: HJ 212-2025, table C.2 by implementations.
package struct HardwareNumbers: Hashable, Sendable {
    /// 24 characters.
    package let logger: FieldText
    package let processor: FieldText
    /// MAC addresses, at most two.
    package let networkAddresses: [FieldText]

    package init(logger: FieldText, processor: FieldText, networkAddresses: [FieldText]) {
        self.logger = logger
        self.processor = processor
        self.networkAddresses = networkAddresses
    }
}
