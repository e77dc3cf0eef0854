import Telemetry

extension HostRequest {
    /// Throws when `edition` does not know the request or a field is outside its width or range.
    /// Source: HJ 212-2017, table 4; the 2025 and 2005 texts where they differ.
    package func validate(edition: Edition) throws(MessageError) {
        guard editions.contains(edition.rules) else { throw .notInEdition(command, edition) }
        try FieldCheck.factor(factor)
        switch self {
        case .setTimeouts(let overTime, let reCount): try Self.checkTimeouts(overTime, reCount, edition.rules)
        case .setRealtimeInterval(let seconds): try FieldCheck.realtimeInterval(seconds, edition)
        case .setMinuteInterval(let minutes): try FieldCheck.minuteInterval(minutes)
        case .setWarnTime(let seconds): try FieldCheck.range("WarnTime", seconds, 0...99_999)
        case .setIdentity(let mn):
            try FieldCheck.length("MN", mn, 1...24)
            try FieldCheck.headerText("MN", mn)
        case .setKey(_, let key): try FieldCheck.length("NewSK", key.field, 16...16)
        case .setPassword(let password):
            try FieldCheck.length("NewPW", password.field, 1...6)
            try FieldCheck.headerText("NewPW", password.field)
        case .setHostAddress(let address): try FieldCheck.length("AlarmTarget", address, 1...20)
        case .setReportTime(let time): try FieldCheck.timeOfDay("ReportTime", time)
        case .setSamplingPeriod(_, let start, let hours):
            try FieldCheck.timeOfDay("CstartTime", start)
            try FieldCheck.range("CTime", hours, 1...24)
        case .setSamplingHours(_, let hours): try Self.checkHours(hours)
        case .getAlarmLimits(let factors): for factor in factors { try FieldCheck.factor(factor) }
        case .setAlarmLimits(let limits): try FieldCheck.limits(limits)
        case .records(_, let range): try FieldCheck.timeRange(range)
        case .getDeviceInformation(_, let info, let range):
            try FieldCheck.length("InfoId", info, 1...6)
            if let range { try FieldCheck.timeRange(range) }
        case .setParameter(_, let info, _): try FieldCheck.length("InfoId", info, 1...6)
        default: break
        }
    }

    /// The factor it is about.
    package var factor: FieldText? {
        switch self {
        case .getTime(let factor), .setTime(_, let factor), .clean(let factor),
            .getDeviceInformation(let factor, _, _), .setParameter(let factor, _, _):
            factor
        case .calibrate(let factor, _), .sampleNow(let factor), .compare(let factor),
            .setSamplingHours(let factor, _), .setSamplingPeriod(let factor, _, _), .getSamplingPeriod(let factor),
            .getMeasuringTime(let factor), .getAnalyserIdentity(let factor), .keepSampleNow(let factor),
            .startStandardCheck(let factor):
            factor
        default: nil
        }
    }

    private static func checkTimeouts(_ overTime: Int, _ reCount: Int, _ edition: Edition) throws(MessageError) {
        let least = edition == .hj2025 ? 0 : 1
        try FieldCheck.range("OverTime", overTime, least...(edition == .hj2005 ? 99_999 : 99))
        try FieldCheck.range("ReCount", reCount, least...99)
    }

    private static func checkHours(_ hours: [Int]) throws(MessageError) {
        guard !hours.isEmpty else { throw .missing(field: "CTime") }
        for hour in hours { try FieldCheck.range("CTime", hour, 0...24) }
    }
}
