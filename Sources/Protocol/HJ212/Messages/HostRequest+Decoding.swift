import Telemetry

extension HostRequest {
    /// Whether `command` is that of a request or notification of `edition`, whatever its data area says.
    package static func isKnown(_ command: CommandCode, in edition: Edition) -> Bool {
        commands[edition.rules]?.contains(command) ?? false
    }

    private static let commands: [Edition: Set<CommandCode>] = [
        .hj2005: codes(
            [1000, 1001, 1011, 1012, 1021, 1022, 1031, 1032, 1041, 1042, 1061, 1062, 1072, 2071, 3014], 3011...3013),
        .hj2017: codes([1000, 1011, 1012, 1072], 1061...1064, 3011...3021),
        .hj2025: codes(
            [1000, 1002, 1011, 1012, 1014, 1072, 2013, 2062, 3022, 3024], 1061...1064, 3011...3013, 3018...3021),
    ]

    private static func codes(_ list: [Int], _ ranges: ClosedRange<Int>...) -> Set<CommandCode> {
        let everywhere = [2011, 2012, 2021, 2022, 2031, 2041, 2051, 2061]
        return Set((list + everywhere + ranges.flatMap { $0 }).map { CommandCode(rawValue: $0) })
    }

    /// The request or notification that `packet` is; nil when it is none or lacks what it needs.
    package init?(_ packet: Packet) {
        guard let request = try? HostRequest(decoding: packet) else { return nil }
        self = request
    }

    /// Reads a request as it comes from real hosts: names in any case, `;` and `,` alike. Ranges and the edition are for
    /// ``validate(edition:)``.
    package init(decoding packet: Packet) throws(MessageError) {
        guard let command = packet.cn else { throw .otherCommand(nil) }
        let fields = FieldReader(packet.cp)
        let request =
            switch command.rawValue {
            case 1000...1999: try Self.parameters(command.rawValue, fields)
            case 2000...2999: try Self.data(command.rawValue, fields)
            case 3000...3999: try Self.control(command.rawValue, fields)
            default: nil as HostRequest?
            }
        guard let request else { throw .otherCommand(command) }
        self = request
    }

    private static func parameters(_ command: Int, _ fields: FieldReader) throws(MessageError) -> HostRequest? {
        switch command {
        case 1000:
            .setTimeouts(overTime: try fields.integer("OverTime"), reCount: try fields.integer("ReCount"))
        case 1001: .setWarnTime(seconds: try fields.integer(fields.cp["WarmTime"] == nil ? "WarnTime" : "WarmTime"))
        case 1002: .setIdentity(try fields.text("i23005-Info"))
        case 1011: .getTime(factor: fields.factor)
        case 1012: .setTime(try fields.time("SystemTime"), factor: fields.factor)
        case 1014:
            .setKey(
                createdAt: try fields.timeWithMilliseconds("SKCreateTime"), Secret(try fields.text("NewSK")))
        case 1021: .getAlarmLimits(factors: fields.all("PolId"))
        case 1022: .setAlarmLimits(fields.alarmLimits())
        case 1031: .getHostAddress
        case 1032: .setHostAddress(try fields.text(fields.cp["ReportTarget"] == nil ? "AlarmTarget" : "ReportTarget"))
        case 1041: .getReportTime
        case 1042: .setReportTime(try fields.timeOfDay("ReportTime", parts: 2))
        case 1061: .getRealtimeInterval
        case 1062: .setRealtimeInterval(seconds: try fields.integer("RtdInterval"))
        case 1063: .getMinuteInterval
        case 1064: .setMinuteInterval(minutes: try fields.integer("MinInterval"))
        case 1072: .setPassword(Secret(try fields.text(fields.cp["NewPW"] == nil ? "PW" : "NewPW")))
        default: nil
        }
    }

    private static func data(_ command: Int, _ fields: FieldReader) throws(MessageError) -> HostRequest? {
        switch command {
        case 2011: try fields.rangeIfAny().map { .records(.electricity, $0) } ?? .startRealtime
        case 2012: .stopRealtime
        case 2013: .records(.periodic, try fields.range())
        case 2021: .startEquipmentState
        case 2022: .stopEquipmentState
        case 2031: .records(.day, try fields.range())
        case 2041: .records(.runningHours, try fields.range())
        case 2051: .records(.minute, try fields.range())
        case 2061: .records(.hour, try fields.range())
        case 2062: .records(.standardChecks, try fields.range())
        case 2071: .records(.alarms, try fields.range())
        default: nil
        }
    }

    private static func control(_ command: Int, _ fields: FieldReader) throws(MessageError) -> HostRequest? {
        switch command {
        case 3011: .calibrate(factor: try fields.requiredFactor(), try calibration(fields))
        case 3012: .sampleNow(factor: try fields.requiredFactor())
        case 3013: .clean(factor: fields.factor)
        case 3014: try sampling(fields)
        case 3015: .keepSample
        case 3016:
            .setSamplingPeriod(
                factor: try fields.requiredFactor(), start: try fields.timeOfDay("CstartTime", parts: 3),
                hours: try fields.integer("CTime"))
        case 3017: .getSamplingPeriod(factor: try fields.requiredFactor())
        case 3018: .getMeasuringTime(factor: try fields.requiredFactor())
        case 3019: .getAnalyserIdentity(factor: try fields.requiredFactor())
        case 3020:
            .getDeviceInformation(
                factor: fields.factor, info: try fields.text("InfoId"), try fields.rangeIfAny())
        case 3021: try parameter(fields)
        case 3022: .keepSampleNow(factor: try fields.requiredFactor())
        case 3024: .startStandardCheck(factor: try fields.requiredFactor())
        default: nil
        }
    }

    private static func calibration(_ fields: FieldReader) throws(MessageError) -> Calibration? {
        guard fields.text(ifAny: "CalibrationType") != nil else { return nil }
        guard let kind = Calibration(rawValue: try fields.integer("CalibrationType")) else {
            throw .outOfRange(field: "CalibrationType", allowed: .init(verbatim: "0…1"))
        }
        return kind
    }

    /// In 2005 the command sets hours, in 2017 it starts a comparison.
    private static func sampling(_ fields: FieldReader) throws(MessageError) -> HostRequest {
        let factor = try fields.requiredFactor()
        let texts = fields.all("CTime")
        let hours = texts.compactMap(\.integer)
        guard hours.count == texts.count else { throw .malformed(field: "CTime") }
        return hours.isEmpty ? .compare(factor: factor) : .setSamplingHours(factor: factor, hours)
    }

    private static func parameter(_ fields: FieldReader) throws(MessageError) -> HostRequest {
        let info = try fields.text("InfoId")
        guard let value = fields.values("Info").first(where: { $0.code == info })?.value else {
            throw .missing(field: "Info")
        }
        return .setParameter(factor: fields.factor, info: info, value: value)
    }
}
