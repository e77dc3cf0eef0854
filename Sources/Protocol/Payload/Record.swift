package import Telemetry

/// One entry of the journal before it has a sequence number: what the platform will read as one message.
package struct Record: Equatable, Sendable {
    package var kind: RecordKind
    package var place: RecordPlace
    /// The start of the period; the sampling instant of `realtime` and `raw`; the moment of an event
    /// or of a frame's arrival.
    package var at: WallInstant
    /// `at` on the plant's clock.
    package var dataTime: CivilTime
    /// The length of the period; nil for a single instant.
    package var period: Duration?
    /// The condition of the plant through the period, where it is not the ordinary one: `F St Sd B`.
    package var mark: String?
    package var content: RecordContent

    package init(
        kind: RecordKind, place: RecordPlace, at: WallInstant, dataTime: CivilTime, period: Duration? = nil,
        mark: String? = nil, content: RecordContent
    ) {
        self.mark = mark
        self.kind = kind
        self.place = place
        self.at = at
        self.dataTime = dataTime
        self.period = period
        self.content = content
    }
}

/// What a record is about.
package enum RecordPlace: Equatable, Sendable {
    case outlet(OutletIdentity)
    /// A Modbus device or HJ 212 instrument, by its id.
    case device(String)
    case gateway

    /// The record's segment in its topic.
    package var topicSegment: String {
        switch self {
        case .outlet(let outlet): outlet.id
        case .device(let id): id
        case .gateway: "_gateway"
        }
    }
}

/// How an outlet is named in messages.
package struct OutletIdentity: Equatable, Sendable {
    package var id: String
    package var mn: String?
    package var st: String

    package init(id: String, mn: String?, st: String) {
        self.id = id
        self.mn = mn
        self.st = st
    }
}

/// The part of a record that depends on its kind.
package enum RecordContent: Equatable, Sendable {
    /// Factors of an outlet; `quality` says what else must be known to trust them.
    case factors([FactorRecord], quality: [String])
    case rates(RateReport)
    case counts(CountsReport)
    case raw(RawReadings)
    case alarm(AlarmReport)
    case event(AuditEvent)
    /// An HJ 212 frame of an instrument, from `##` to its line end, byte for byte as it came.
    case frame([UInt8])
    /// What a device answered to the requests of one poll.
    case answers([RegisterAnswer], unit: UInt8)
}

/// One factor in a `realtime`, `minute`, `hour` or `day` record.
package struct FactorRecord: Equatable, Sendable {
    /// An HJ 212 field name such as `Avg` with its number.
    package struct Field: Equatable, Sendable {
        package var name: String
        package var value: Double

        package init(_ name: String, _ value: Double) {
            self.name = name
            self.value = value
        }
    }

    package var code: String
    /// In the order of writing; what has no number is not in the list.
    package var fields: [Field]
    package var flag: DataFlag
    /// Good samples or valid shorter periods; nil for `realtime`.
    package var count: Int?
    /// The amount `Cou` before it was rounded, in the same unit; nil: there is none. Kept beside the record, never a part of it.
    package var unroundedAmount: Double?
    /// What does not meet its rule of validity.
    package var shortcomings: [Shortcoming] = []
    /// Why readings are missing: goes to the record's `errors`.
    package var error: String?

    /// Numbers that are kept and do not count.
    package struct Shortcoming: Equatable, Sendable {
        /// Which numbers, as the prefix of the names under which a record tells it.
        package enum Subject: String, Sendable {
            case measured = ""
            case converted = "Zs"
            case amount = "Cou"
        }

        package var subject: Subject
        /// In words, "44 valid minutes".
        package var reason: String

        package init(_ subject: Subject, reason: String) {
            self.subject = subject
            self.reason = reason
        }
    }

    package init(
        code: String, fields: [Field], flag: DataFlag, count: Int? = nil, error: String? = nil
    ) {
        self.code = code
        self.fields = fields
        self.flag = flag
        self.count = count
        self.error = error
    }
}

/// One poll of a device, as it was read.
package struct RawReadings: Equatable, Sendable {
    package var registers: [RawRegister]
    /// One for each register, in the same order.
    package var readings: [Reading]
    /// The values, by index, that a `Double` does not hold with all their digits.
    package var digits: [Int: ExactDecimal]

    package init(registers: [RawRegister], readings: [Reading], digits: [Int: ExactDecimal] = [:]) {
        self.registers = registers
        self.readings = readings
        self.digits = digits
    }
}

/// How a register is written in a `raw` record.
package struct RawRegister: Equatable, Sendable {
    package var name: String
    /// The number has the precision of a 32-bit float and is written with no more digits.
    package var isSinglePrecision: Bool

    package init(name: String, isSinglePrecision: Bool) {
        self.name = name
        self.isSinglePrecision = isSinglePrecision
    }
}
