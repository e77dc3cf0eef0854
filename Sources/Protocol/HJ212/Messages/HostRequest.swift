package import Telemetry

/// Everything a host asks of a field machine: requests, which it answers by 9011 and 9012 with what it returns in between,
/// and notifications, which it answers by 9013.
///
/// Source: HJ 212-2017, table 9 and appendix C; HJ 212-2025 and HJ/T 212-2005 by transcriptions.
package enum HostRequest: Hashable, Sendable {
    /// The recorded data a host can ask for by time.
    package enum Record: CaseIterable, Hashable, Sendable {
        case day, runningHours, minute, hour
        /// 2005.
        case alarms
        /// Raw results of analysers that measure now and then (2025).
        case periodic
        /// Automatic standard checks (2025).
        case standardChecks
        /// Electricity of the system 44 (2025): asked for by a 2011 with a range.
        case electricity
    }

    /// What a calibration adjusts. Source: HJ 212-2025, table C.41 by implementations.
    package enum Calibration: Int, CaseIterable, Hashable, Sendable {
        case zero = 0
        case span = 1
    }

    // MARK: Parameters

    /// Seconds to wait for an answer and how often to send again.
    case setTimeouts(overTime: Int, reCount: Int)
    /// Seconds above the limit before an alarm (2005).
    case setWarnTime(seconds: Int)
    /// The MN given by the host on activation (2025).
    case setIdentity(FieldText)
    /// The clock of the logger, or of the analyser of a factor.
    case getTime(factor: FieldText?)
    case setTime(CivilTime, factor: FieldText?)
    /// A new SM4 key of 16 characters (2025).
    case setKey(createdAt: CivilTime, Secret)
    case getAlarmLimits(factors: [FieldText])
    case setAlarmLimits([AlarmLimits])
    /// The address of the host, in 2005 up to 20 characters.
    case getHostAddress
    case setHostAddress(FieldText)
    /// When to report every day, to the minute (2005).
    case getReportTime
    case setReportTime(TimeOfDay)
    case getRealtimeInterval
    case setRealtimeInterval(seconds: Int)
    case getMinuteInterval
    case setMinuteInterval(minutes: Int)
    case setPassword(Secret)

    // MARK: Data

    case startRealtime
    /// A notification.
    case stopRealtime
    case startEquipmentState
    /// A notification.
    case stopEquipmentState
    case records(Record, TimeRange)

    // MARK: Control

    /// Zero and span; 2025 says which of them.
    case calibrate(factor: FieldText, Calibration?)
    case sampleNow(factor: FieldText)
    /// Cleaning of a water analyser, blow-back of a gas analyser; in 2005 an operation without factor.
    case clean(factor: FieldText?)
    /// A sample for comparison (2017).
    case compare(factor: FieldText)
    /// Hours of the day at which to sample (2005).
    case setSamplingHours(factor: FieldText, [Int])
    case keepSample
    /// First time and hours between samples.
    case setSamplingPeriod(factor: FieldText, start: TimeOfDay, hours: Int)
    case getSamplingPeriod(factor: FieldText)
    /// Minutes from sampling to result.
    case getMeasuringTime(factor: FieldText)
    case getAnalyserIdentity(factor: FieldText)
    /// Log, state or parameter `info`, logs by time.
    case getDeviceInformation(factor: FieldText?, info: FieldText, TimeRange?)
    case setParameter(factor: FieldText?, info: FieldText, value: FieldText)
    /// Take and keep a sample now (2025).
    case keepSampleNow(factor: FieldText)
    /// Check with a standard sample (2025).
    case startStandardCheck(factor: FieldText)
}

extension HostRequest {
    package var command: CommandCode {
        CommandCode(rawValue: code)
    }

    private var code: Int {
        switch self {
        case .setTimeouts: 1000
        case .setWarnTime: 1001
        case .setIdentity: 1002
        case .getTime: 1011
        case .setTime: 1012
        case .setKey: 1014
        case .getAlarmLimits: 1021
        case .setAlarmLimits: 1022
        case .getHostAddress: 1031
        case .setHostAddress: 1032
        case .getReportTime: 1041
        case .setReportTime: 1042
        case .getRealtimeInterval: 1061
        case .setRealtimeInterval: 1062
        case .getMinuteInterval: 1063
        case .setMinuteInterval: 1064
        case .setPassword: 1072
        case .startRealtime: 2011
        case .stopRealtime: 2012
        case .startEquipmentState: 2021
        case .stopEquipmentState: 2022
        case .records(let record, _): record.code
        case .calibrate: 3011
        case .sampleNow: 3012
        case .clean: 3013
        case .compare, .setSamplingHours: 3014
        case .keepSample: 3015
        case .setSamplingPeriod: 3016
        case .getSamplingPeriod: 3017
        case .getMeasuringTime: 3018
        case .getAnalyserIdentity: 3019
        case .getDeviceInformation: 3020
        case .setParameter: 3021
        case .keepSampleNow: 3022
        case .startStandardCheck: 3024
        }
    }

    /// Whether the field machine answers by 9013 alone.
    package var isNotification: Bool { self == .stopRealtime || self == .stopEquipmentState }

    /// The command of the packets that come before 9012; nil when none do.
    ///
    /// Those of 2011 and 2021 that follow a start are uploads of their own and no part of the answer.
    package var returns: CommandCode? {
        switch self {
        case .getTime, .getAlarmLimits, .getHostAddress, .getReportTime, .getRealtimeInterval, .getMinuteInterval,
            .records, .keepSample, .getSamplingPeriod, .getMeasuringTime, .getAnalyserIdentity, .getDeviceInformation:
            command
        default: nil
        }
    }

    /// The editions that know it, of the three.
    package var editions: Set<Edition> {
        switch self {
        case .setWarnTime, .getAlarmLimits, .setAlarmLimits, .getHostAddress, .setHostAddress, .getReportTime,
            .setReportTime, .setSamplingHours, .records(.alarms, _):
            [.hj2005]
        case .compare, .keepSample, .setSamplingPeriod, .getSamplingPeriod: [.hj2017]
        case .getMinuteInterval, .setMinuteInterval, .getMeasuringTime, .getAnalyserIdentity, .getDeviceInformation,
            .setParameter:
            [.hj2017, .hj2025]
        case .setIdentity, .setKey, .keepSampleNow, .startStandardCheck, .records(.periodic, _),
            .records(.standardChecks, _), .records(.electricity, _):
            [.hj2025]
        default: [.hj2005, .hj2017, .hj2025]
        }
    }
}

extension HostRequest.Record {
    fileprivate var code: Int {
        switch self {
        case .electricity: 2011
        case .periodic: 2013
        case .day: 2031
        case .runningHours: 2041
        case .minute: 2051
        case .hour: 2061
        case .standardChecks: 2062
        case .alarms: 2071
        }
    }

    package var command: CommandCode { CommandCode(rawValue: code) }
}
