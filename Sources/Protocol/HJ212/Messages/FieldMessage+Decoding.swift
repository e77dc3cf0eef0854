import Telemetry

extension FieldMessage {
    /// The message that `packet` of a field machine is; nil when it is none or lacks what it needs.
    package init?(_ packet: Packet) {
        guard let message = try? FieldMessage(decoding: packet) else { return nil }
        self = message
    }

    /// Reads a message as it comes from real devices: names in any case, `;` and `,` alike. Ranges and the edition are
    /// for ``validate(edition:)``.
    package init(decoding packet: Packet) throws(MessageError) {
        guard let command = packet.cn else { throw .otherCommand(nil) }
        let fields = FieldReader(packet.cp)
        let message =
            switch command.rawValue {
            case 1000...1999: try Self.parameters(command.rawValue, fields)
            case 2000...2999: try Self.data(command, fields)
            case 3000...3999: try Self.control(command.rawValue, fields)
            default: command == .heartbeat ? FieldMessage.heartbeat : nil
            }
        guard let message else { throw .otherCommand(command) }
        self = message
    }

    private static func parameters(_ command: Int, _ fields: FieldReader) throws(MessageError) -> FieldMessage? {
        switch command {
        case 1001: .hardware(try hardware(fields))
        case 1011: .time(try fields.time("SystemTime"), factor: fields.factor)
        case 1013: .askForCalibration(factor: fields.factor)
        case 1014: .askForKey(createdAt: try fields.timeWithMilliseconds("SKCreateTime"))
        case 1021: .alarmLimits(fields.alarmLimits())
        case 1031:
            .hostAddress(try fields.text(fields.cp["ReportTarget"] == nil ? "AlarmTarget" : "ReportTarget"))
        case 1041: .reportTime(try fields.timeOfDay("ReportTime", parts: 2))
        case 1061: .realtimeInterval(seconds: try fields.integer("RtdInterval"))
        case 1063: .minuteInterval(minutes: try fields.integer("MinInterval"))
        default: nil
        }
    }

    private static func hardware(_ fields: FieldReader) throws(MessageError) -> HardwareNumbers {
        HardwareNumbers(
            logger: try fields.text("i23005-Info"), processor: try fields.text("i23006-Info"),
            networkAddresses: [fields.text(ifAny: "i23007-Info"), fields.text(ifAny: "i23008-Info")]
                .compactMap { $0 })
    }

    private static func data(_ command: CommandCode, _ fields: FieldReader) throws(MessageError) -> FieldMessage? {
        switch command.rawValue {
        case 2021: .equipmentState(at: try fields.time("DataTime"), fields.values("RS"))
        case 2041: .runningHours(at: try fields.time("DataTime"), fields.values("RT"))
        case 2062: .standardChecks(at: try fields.time("DataTime"), try checks(fields))
        case 2071: .alarmRecords(at: try fields.time("DataTime"), fields.values("Ala"))
        case 2072:
            .alarmEvent(
                at: try fields.time("AlarmTime"), fields.values("Ala"), type: try fields.integer("AlarmType"))
        case 2081: .started(at: try fields.time("DataTime"), restart: try fields.time("RestartTime"))
        default: try DataRecord(command, fields).map { .data($0) }
        }
    }

    private static func checks(_ fields: FieldReader) throws(MessageError) -> [StandardCheck] {
        let nominals = fields.values("StandardValue")
        let results = fields.values("ResultType")
        var checks: [StandardCheck] = []
        for reading in fields.values("SampleRd") {
            guard let nominal = nominals.first(where: { $0.code == reading.code })?.value else {
                throw .missing(field: "StandardValue")
            }
            guard let result = results.first(where: { $0.code == reading.code })?.value else {
                throw .missing(field: "ResultType")
            }
            guard result == "0" || result == "1" else {
                throw .outOfRange(field: "ResultType", allowed: .init(verbatim: "0…1"))
            }
            checks.append(
                StandardCheck(
                    factor: reading.code, reading: reading.value, nominal: nominal, passed: result == "1"))
        }
        return checks
    }

    private static func control(_ command: Int, _ fields: FieldReader) throws(MessageError) -> FieldMessage? {
        switch command {
        case 3015:
            .keptSample(
                at: try fields.time("DataTime"), bottle: try fields.integer("VaseNo"), fields.values("Info"))
        case 3017:
            .samplingPeriod(
                factor: try fields.requiredFactor(), start: try fields.timeOfDay("CstartTime", parts: 3),
                hours: try fields.integer("CTime"))
        case 3018: .measuringTime(factor: try fields.requiredFactor(), minutes: try fields.integer("Stime"))
        case 3019: try identity(fields)
        case 3020: .deviceInformation(at: try fields.time("DataTime"), fields.devices())
        default: nil
        }
    }

    private static func identity(_ fields: FieldReader) throws(MessageError) -> FieldMessage {
        guard let serial = fields.values("SN").first else { throw .missing(field: "SN") }
        let time = fields.text(ifAny: "DataTime") == nil ? nil : try fields.time("DataTime")
        return .analyserIdentity(at: time, factor: fields.factor ?? serial.code, serial: serial.value)
    }
}

extension FieldReader {
    /// Information by device: a PolId opens the next.
    fileprivate func devices() -> [DeviceInformation] {
        var devices: [DeviceInformation] = []
        var factor: FieldText?
        var values: [CodedValue] = []
        func close() {
            if factor != nil || !values.isEmpty { devices.append(DeviceInformation(factor: factor, values: values)) }
            values = []
        }
        for pair in cp.pairs {
            if pair.key.isSpelled("PolId") {
                // The packets of a split message repeat it.
                guard pair.value != factor else { continue }
                close()
                factor = pair.value
            } else if let parts = pair.codeAndSuffix, parts.suffix.isSpelled("Info") {
                values.append(CodedValue(parts.code, pair.value))
            }
        }
        close()
        return devices
    }
}
