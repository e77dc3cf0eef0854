import Telemetry
import TestSupport

@testable import Protocol

/// Messages of every kind, one list for tables and a generator for the rest.
enum MessageSamples {
    static func time(_ text: String) -> CivilTime {
        CivilTime(compact: text.utf8) ?? CivilTime(year: 1970, month: 1, day: 1)
    }

    static let noon = time("20240601120000")
    static let hour = TimeRange(begin: noon, end: time("20240601130000"))

    static let requests: [HostRequest] =
        [
            .setTimeouts(overTime: 5, reCount: 3), .setWarnTime(seconds: 5), .setIdentity("6970000000001ABCDEFG1234"),
            .getTime(factor: nil), .getTime(factor: "w01018"), .setTime(noon, factor: nil),
            .setTime(noon, factor: "w01018"), .setKey(createdAt: time("20240601085857223"), "0123456789abcdef"),
            .getAlarmLimits(factors: ["101", "102"]),
            .setAlarmLimits([
                AlarmLimits(factor: "101", low: "1.1", up: "9.9"), AlarmLimits(factor: "102", low: nil, up: "-2"),
            ]),
            .getHostAddress, .setHostAddress("3882566"), .getReportTime,
            .setReportTime(TimeOfDay(hour: 1, minute: 1)), .getRealtimeInterval, .setRealtimeInterval(seconds: 30),
            .getMinuteInterval, .setMinuteInterval(minutes: 10), .setPassword("654321"), .startRealtime, .stopRealtime,
            .startEquipmentState, .stopEquipmentState, .calibrate(factor: "w01018", nil),
            .sampleNow(factor: "w01018"), .clean(factor: nil), .clean(factor: "a21026"), .compare(factor: "w01018"),
            .setSamplingHours(factor: "101", [4, 10, 14, 16]), .keepSample,
            .setSamplingPeriod(factor: "w01018", start: TimeOfDay(hour: 0, minute: 30), hours: 2),
            .getSamplingPeriod(factor: "w01018"), .getMeasuringTime(factor: "w01018"),
            .getAnalyserIdentity(factor: "w01018"), .getDeviceInformation(factor: nil, info: "i22001", nil),
            .getDeviceInformation(factor: "w01018", info: "i11001", hour),
            .setParameter(factor: "w01018", info: "i13004", value: "168.0"),
            .setParameter(factor: nil, info: "i22001", value: "1"), .keepSampleNow(factor: "w01018"),
            .startStandardCheck(factor: "w01018"),
        ] + HostRequest.Record.allCases.map { .records($0, hour) }
        + HostRequest.Calibration.allCases.map { .calibrate(factor: "w01018", $0) }

    static let messages: [FieldMessage] =
        [
            .equipmentState(at: noon, [CodedValue("SB1", "1"), CodedValue("SB2", "0")]),
            .runningHours(at: noon, [CodedValue("SB1", "1.1"), CodedValue("SB2", "24")]),
            .started(at: noon, restart: time("20240601115900")),
            .standardChecks(
                at: noon,
                [
                    StandardCheck(factor: "w01018", reading: "15.3", nominal: "15.0", passed: true),
                    StandardCheck(factor: "w21003", reading: "1", nominal: "2", passed: false),
                ]),
            .alarmRecords(at: noon, [CodedValue("101", "1.1")]),
            .keptSample(at: noon, bottle: 1, []), .keptSample(at: noon, bottle: 99, [CodedValue("i13001", "5")]),
            .deviceInformation(
                at: noon,
                [
                    DeviceInformation(
                        factor: "w01018",
                        values: [CodedValue("i11001", DeviceInformation.logText("清洗管路, a=b; c & d/e"))])
                ]),
            .deviceInformation(
                at: noon,
                [DeviceInformation(factor: "w01018", values: [CodedValue("i12001", "1"), CodedValue("i12003", "0")])]),
            .deviceInformation(at: noon, [DeviceInformation(factor: nil, values: [CodedValue("i22001", "0")])]),
            .deviceInformation(
                at: noon,
                [
                    DeviceInformation(
                        factor: "w01019", values: [CodedValue("i12001", "0"), CodedValue("i12002", "0")]),
                    DeviceInformation(factor: "w21001", values: [CodedValue("i12001", "1")]),
                ]),
            .analyserIdentity(at: nil, factor: "w01018", serial: "010000A8900016F000169DC1"),
            .analyserIdentity(at: noon, factor: "w01018", serial: "010000A8900016F000169DC1"),
            .time(noon, factor: nil), .time(noon, factor: "w01018"),
            .alarmLimits([AlarmLimits(factor: "101", low: "1.1", up: "9.9")]), .hostAddress("3882566"),
            .reportTime(TimeOfDay(hour: 23, minute: 59)), .realtimeInterval(seconds: 30), .minuteInterval(minutes: 10),
            .samplingPeriod(factor: "w01018", start: TimeOfDay(hour: 0, minute: 0), hours: 2),
            .measuringTime(factor: "w01018", minutes: 40),
            .alarmEvent(at: noon, [CodedValue("101", "1.1"), CodedValue("102", "2")], type: 1),
            .askForCalibration(factor: nil), .askForCalibration(factor: "w01018"),
            .askForKey(createdAt: time("20240601085857223")),
            .hardware(
                HardwareNumbers(
                    logger: "6970000000001ABCDEFG1234", processor: "A800200A8C6D",
                    networkAddresses: ["E86A643C7BBC", "A763742C1AE1"])),
            .heartbeat,
        ] + DataRecord.Kind.allCases.map { .data(record($0)) }

    static func record(_ kind: DataRecord.Kind) -> DataRecord {
        DataRecord(
            kind, at: noon,
            [
                DataRecord.Factor("w01001", [DataRecord.Value("Avg", "7.10"), DataRecord.Value("Flag", "N")]),
                DataRecord.Factor(
                    "w01018",
                    [DataRecord.Value("SampleTime", "20240601110000"), DataRecord.Value("EFlag", "A01")]),
            ])
    }

    /// Requests and messages with the editions that know them.
    static let requestsByEdition: [(HostRequest, Edition)] = requests.flatMap { request in
        stations.keys.filter { request.editions.contains($0) }.map { (request, $0) }
    }
    static let messagesByEdition: [(FieldMessage, Edition)] = messages.flatMap { message in
        stations.keys.filter { message.editions.contains($0) }.map { (message, $0) }
    }

    static let stations: [Edition: Station] = [
        .hj2005: Station(edition: .hj2005, st: "32", mn: "88888880000001", password: "123456"),
        .hj2017: Station(edition: .hj2017, st: "32", mn: "010000A8900016F000169DC0", password: "123456"),
        .hj2025: Station(edition: .hj2025, st: "32", mn: "010000A8900016F000169DC0", password: "123456"),
    ]

    static func station(_ edition: Edition) -> Station {
        stations[edition] ?? Station(edition: edition, st: "21", mn: "A140100_2006", password: "123456")
    }
}

extension MessageSamples {
    static func randomTime(_ random: inout SeededGenerator) -> CivilTime {
        CivilTime(localMilliseconds: Int64.random(in: 0...4_000_000_000, using: &random) * 1_000)
    }

    static func randomCode(_ random: inout SeededGenerator) -> FieldText {
        let letters = Array("abcdefghijklmnopqrstuvwxyzABCXYZ0123456789".utf8)
        let count = Int.random(in: 1...6, using: &random)
        return FieldText(ArraySlice((0..<count).map { _ in letters.randomElement(using: &random) ?? 0x61 }))
    }

    static func randomDecimal(_ random: inout SeededGenerator) -> FieldText {
        let whole = Int.random(in: -99_999...99_999, using: &random)
        return FieldText(
            Bool.random(using: &random) ? "\(whole)" : "\(whole).\(Int.random(in: 0...99, using: &random))")
    }

    private static func randomCodes(_ random: inout SeededGenerator) -> [FieldText] {
        var codes: [FieldText] = []
        for _ in 0..<Int.random(in: 1...40, using: &random) {
            let code = randomCode(&random)
            if !codes.contains(code) { codes.append(code) }
        }
        return codes
    }

    private static func randomText(_ random: inout SeededGenerator) -> String {
        let pieces = ["清洗", "管路", ";", ",", "=", "a", " b", "//c", "& ", "CP", "##", "é"]
        let text = (0..<Int.random(in: 1...20, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "x" }
        return text.joined().replacing("&&", with: "&") + "."
    }

    static func randomMessage(_ random: inout SeededGenerator) -> FieldMessage {
        let time = randomTime(&random)
        let codes = randomCodes(&random)
        switch Int.random(in: 0..<8, using: &random) {
        case 0: return .equipmentState(at: time, codes.map { CodedValue($0, "1") })
        case 1: return .runningHours(at: time, codes.map { CodedValue($0, "23.5") })
        case 2:
            return .standardChecks(
                at: time,
                codes.map {
                    StandardCheck(
                        factor: $0, reading: randomDecimal(&random), nominal: randomDecimal(&random),
                        passed: Bool.random(using: &random))
                })
        case 3: return .alarmEvent(at: time, codes.map { CodedValue($0, randomDecimal(&random)) }, type: 0)
        case 4:
            let log = DeviceInformation.logText(randomText(&random))
            return .deviceInformation(
                at: time, [DeviceInformation(factor: codes[0], values: [CodedValue("i11001", log)])])
        case 5:
            return .deviceInformation(
                at: time, codes.map { DeviceInformation(factor: $0, values: [CodedValue("i12001", "0")]) })
        default:
            let kind = DataRecord.Kind.allCases.randomElement(using: &random) ?? .minute
            let suffixes: [FieldText] = ["Rtd", "Cou", "Min", "Avg", "Max", "ZsAvg", "RawAvg"]
            return .data(
                DataRecord(
                    kind, at: time,
                    codes.map { code in
                        let count = Int.random(in: 1...suffixes.count, using: &random)
                        let values = suffixes.prefix(count).map { DataRecord.Value($0, randomDecimal(&random)) }
                        return DataRecord.Factor(code, values + [DataRecord.Value("Flag", "N")])
                    }))
        }
    }

    static func randomRequest(_ random: inout SeededGenerator) -> HostRequest {
        let time = randomTime(&random)
        let range = TimeRange(begin: time, end: CivilTime(localMilliseconds: time.localMilliseconds + 3_600_000))
        let code = randomCode(&random)
        let requests: [HostRequest] = [
            .setTimeouts(
                overTime: Int.random(in: 1...99, using: &random), reCount: Int.random(in: 1...99, using: &random)),
            .setTime(time, factor: Bool.random(using: &random) ? code : nil),
            .setRealtimeInterval(seconds: Int.random(in: 30...3600, using: &random)),
            .setMinuteInterval(minutes: FieldCheck.minuteIntervals.randomElement(using: &random) ?? 1),
            .records(HostRequest.Record.allCases.randomElement(using: &random) ?? .hour, range),
            .setSamplingHours(factor: code, (0...24).shuffled(using: &random).prefix(3).sorted()),
            .setSamplingPeriod(
                factor: code,
                start: TimeOfDay(
                    hour: Int.random(in: 0...23, using: &random), minute: Int.random(in: 0...59, using: &random),
                    second: Int.random(in: 0...59, using: &random)), hours: Int.random(in: 1...24, using: &random)),
            .setAlarmLimits([
                AlarmLimits(factor: code, low: randomDecimal(&random), up: randomDecimal(&random))
            ]),
            .getDeviceInformation(factor: code, info: "i11001", range),
            .setParameter(factor: nil, info: "i13004", value: randomDecimal(&random)),
        ]
        return requests.randomElement(using: &random) ?? .startRealtime
    }
}
