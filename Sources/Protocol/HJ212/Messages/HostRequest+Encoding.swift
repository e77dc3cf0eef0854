import Telemetry

extension HostRequest {
    private typealias Pair = DataSegment.Pair

    /// The data area. Source: HJ 212-2017, appendix C; the others by transcriptions.
    package func area(edition: Edition) -> DataSegment {
        DataSegment(items: items(is2005: edition.rules == .hj2005))
    }

    /// The packet a host sends to `station`. It asks for an answer unless told otherwise.
    ///
    /// Requests of 2005 are sent with Flag=3, as its examples have it, though they are not split.
    package func packet(
        to station: Station, qn: FieldText, asksForAnswer: Bool = true
    ) throws(MessageError) -> Packet {
        try validate(edition: station.edition)
        let answerBits: UInt8 = station.edition == .hj2005 ? 3 : 1
        let flag = PacketFlag(rawValue: station.edition.flag.rawValue | (asksForAnswer ? answerBits : 0))
        let packet = Packet(
            header: station.header(command, HeaderMarks(qn: qn, flag: flag)), cp: area(edition: station.edition))
        try FieldCheck.readsBack(packet)
        return packet
    }

    private func items(is2005: Bool) -> [[Pair]] {
        switch self {
        case .getRealtimeInterval, .getMinuteInterval, .getHostAddress, .getReportTime, .startRealtime, .stopRealtime,
            .startEquipmentState, .stopEquipmentState, .keepSample:
            []
        case .records(_, let range): is2005 ? [range.pairs] : range.pairs.map { [$0] }
        case .getTime(let factor), .clean(let factor): Self.polID(factor)
        case .sampleNow(let factor), .compare(let factor), .getSamplingPeriod(let factor),
            .getMeasuringTime(let factor), .getAnalyserIdentity(let factor), .keepSampleNow(let factor),
            .startStandardCheck(let factor):
            Self.polID(factor)
        case .getAlarmLimits(let factors): factors.flatMap { Self.polID($0) }
        case .calibrate, .setSamplingHours, .setSamplingPeriod, .getDeviceInformation, .setParameter: controlItems
        default: parameterItems(is2005: is2005)
        }
    }

    private static func polID(_ factor: FieldText?) -> [[Pair]] {
        factor.map { [[Pair("PolId", $0)]] } ?? []
    }

    private func parameterItems(is2005: Bool) -> [[Pair]] {
        switch self {
        case .setTimeouts(let overTime, let reCount): [[Pair("OverTime", overTime)], [Pair("ReCount", reCount)]]
        case .setWarnTime(let seconds): [[Pair("WarnTime", seconds)]]
        case .setIdentity(let mn): [[Pair("i23005", "Info", mn)]]
        case .setTime(let time, let factor): Self.polID(factor) + [[Pair("SystemTime", time)]]
        case .setKey(let created, let key):
            [[Pair("SKCreateTime", FieldText(created.compactWithMilliseconds)), Pair("NewSK", key.field)]]
        case .setAlarmLimits(let limits): limits.map(\.pairs)
        case .setHostAddress(let address): [[Pair("AlarmTarget", address)]]
        case .setReportTime(let time): [[Pair("ReportTime", time.text(parts: 2))]]
        case .setRealtimeInterval(let seconds): [[Pair("RtdInterval", seconds)]]
        case .setMinuteInterval(let minutes): [[Pair("MinInterval", minutes)]]
        case .setPassword(let password): [[Pair(is2005 ? "PW" : "NewPW", password.field)]]
        default: []
        }
    }

    private var controlItems: [[Pair]] {
        switch self {
        case .calibrate(let factor, let kind):
            [[Pair("PolId", factor)] + (kind.map { [Pair("CalibrationType", $0.rawValue)] } ?? [])]
        case .setSamplingHours(let factor, let hours):
            [
                [Pair("PolId", factor)]
                    + hours.map { Pair("CTime", TimeOfDay(hour: $0, minute: 0).text(parts: 1)) }
            ]
        case .setSamplingPeriod(let factor, let start, let hours):
            [[Pair("PolId", factor)], [Pair("CstartTime", start.text(parts: 3))], [Pair("CTime", hours)]]
        case .getDeviceInformation(let factor, let info, let range):
            Self.polID(factor) + [[Pair("InfoId", info)]] + (range.map { [$0.pairs] } ?? [])
        case .setParameter(let factor, let info, let value):
            Self.polID(factor) + [[Pair("InfoId", info)], [Pair(info, "Info", value)]]
        default: []
        }
    }
}
