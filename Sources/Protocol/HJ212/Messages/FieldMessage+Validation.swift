import Telemetry

extension FieldMessage {
    /// Throws when `edition` does not know the message or a field is outside its width or range.
    /// Source: HJ 212-2017, tables 4 and B.10; the 2025 and 2005 texts where they differ.
    package func validate(edition: Edition) throws(MessageError) {
        let isKnown =
            editions.contains(edition.rules) || self == .heartbeat && edition == .surfaceWater
        guard isKnown else { throw .notInEdition(command, edition) }
        switch self {
        case .data(let record): try record.validate(edition: edition)
        case .equipmentState(_, let states): try Self.checkStates(states, edition.rules)
        case .runningHours(_, let hours): for value in hours { try Self.checkHours(value.value) }
        case .standardChecks(_, let checks): for check in checks { try check.validate() }
        case .alarmRecords(_, let alarms): for alarm in alarms { try FieldCheck.decimal("Ala", alarm.value) }
        case .alarmEvent(_, let alarms, let type):
            for alarm in alarms { try FieldCheck.decimal("Ala", alarm.value) }
            try FieldCheck.range("AlarmType", type, 0...9)
        case .keptSample(_, let bottle, let values):
            try FieldCheck.range("VaseNo", bottle, 1...99)
            for value in values { try value.validateInfo() }
        case .deviceInformation(_, let devices):
            for device in devices { try device.validate() }
        default: try validateParameter(edition)
        }
    }

    private func validateParameter(_ edition: Edition) throws(MessageError) {
        switch self {
        case .analyserIdentity(_, let factor, let serial):
            try FieldCheck.factor(factor)
            try FieldCheck.length("SN", serial, 1...24)
        case .time(_, let factor), .askForCalibration(let factor): try FieldCheck.factor(factor)
        case .alarmLimits(let limits): try FieldCheck.limits(limits)
        case .hostAddress(let address): try FieldCheck.length("AlarmTarget", address, 1...20)
        case .reportTime(let time): try FieldCheck.timeOfDay("ReportTime", time)
        case .realtimeInterval(let seconds): try FieldCheck.realtimeInterval(seconds, edition)
        case .minuteInterval(let minutes): try FieldCheck.minuteInterval(minutes)
        case .samplingPeriod(let factor, let start, let hours):
            try FieldCheck.factor(factor)
            try FieldCheck.timeOfDay("CstartTime", start)
            try FieldCheck.range("CTime", hours, 1...24)
        case .measuringTime(let factor, let minutes):
            try FieldCheck.factor(factor)
            try FieldCheck.range("Stime", minutes, 1...120)
        case .hardware(let numbers):
            try FieldCheck.length("i23005-Info", numbers.logger, 1...24)
            try FieldCheck.range("i23007-Info", numbers.networkAddresses.count, 0...2)
        default: break
        }
    }

    private static func checkStates(_ states: [CodedValue], _ edition: Edition) throws(MessageError) {
        for state in states {
            guard let number = state.value.integer else { throw .malformed(field: "RS") }
            try FieldCheck.range("RS", number, edition == .hj2005 ? 0...1 : edition == .hj2017 ? 0...5 : 0...9)
        }
    }

    private static func checkHours(_ hours: FieldText) throws(MessageError) {
        guard hours.isDecimal, let number = hours.number, (0...24).contains(number) else {
            throw .outOfRange(field: "RT", allowed: .init(verbatim: "0…24"))
        }
    }
}

extension StandardCheck {
    fileprivate func validate() throws(MessageError) {
        try FieldCheck.decimal("SampleRd", reading)
        try FieldCheck.decimal("StandardValue", nominal)
    }
}

extension DeviceInformation {
    fileprivate func validate() throws(MessageError) {
        try FieldCheck.factor(factor)
        for value in values { try value.validateInfo() }
    }
}

extension CodedValue {
    /// A log text is shorter than 890 bytes.
    fileprivate func validateInfo() throws(MessageError) {
        try FieldCheck.length("Info", code, 1...6)
        try FieldCheck.length("\(code)-Info", value, 0...889 + 4)
    }
}
