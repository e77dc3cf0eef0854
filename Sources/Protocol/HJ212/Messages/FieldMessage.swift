package import Telemetry

/// Everything a field machine tells a host: uploads, what it returns to requests, and notifications.
///
/// Source: HJ 212-2017, table 9 and appendix C; HJ 212-2025 and HJ/T 212-2005 by transcriptions.
package enum FieldMessage: Hashable, Sendable {
    // MARK: Uploads

    case data(DataRecord)
    /// `SB1` and its state: 0 off, 1 running, 2 calibrating, 3 maintenance, 4 alarm, 5 blow-back (2005: 0 and 1).
    case equipmentState(at: CivilTime, [CodedValue])
    /// `SB1` and the hours of the day it ran, 0…24.
    case runningHours(at: CivilTime, [CodedValue])
    /// Sent on power-up: when the logger started.
    case started(at: CivilTime, restart: CivilTime)
    case standardChecks(at: CivilTime, [StandardCheck])
    /// Alarm values of the past, by factor (2005).
    case alarmRecords(at: CivilTime, [CodedValue])
    /// A kept sample and its bottle, 1…99; 2025 adds device information.
    case keptSample(at: CivilTime, bottle: Int, [CodedValue])
    case deviceInformation(at: CivilTime, [DeviceInformation])
    /// Sent with a time when an analyser was replaced, without as the answer to a request.
    case analyserIdentity(at: CivilTime?, factor: FieldText, serial: FieldText)

    // MARK: Answers to requests

    case time(CivilTime, factor: FieldText?)
    case alarmLimits([AlarmLimits])
    case hostAddress(FieldText)
    case reportTime(TimeOfDay)
    case realtimeInterval(seconds: Int)
    case minuteInterval(minutes: Int)
    case samplingPeriod(factor: FieldText, start: TimeOfDay, hours: Int)
    /// Minutes from sampling to result, 1…120.
    case measuringTime(factor: FieldText, minutes: Int)

    // MARK: Notifications

    /// An alarm begins or ends; which number of `type` means which is not known (2005).
    case alarmEvent(at: CivilTime, [CodedValue], type: Int)
    case askForCalibration(factor: FieldText?)
    /// The present key was made then; a new one is wanted (2025).
    case askForKey(createdAt: CivilTime)
    /// Sent to be registered (2025).
    case hardware(HardwareNumbers)
    /// 2025; the surface-water dialect has it too.
    case heartbeat
}

extension FieldMessage {
    package var command: CommandCode {
        switch self {
        case .data(let record): record.kind.command
        case .equipmentState: CommandCode(rawValue: 2021)
        case .runningHours: CommandCode(rawValue: 2041)
        case .started: CommandCode(rawValue: 2081)
        case .standardChecks: CommandCode(rawValue: 2062)
        case .alarmRecords: CommandCode(rawValue: 2071)
        case .keptSample: .keptSample
        case .deviceInformation: .deviceInformation
        case .analyserIdentity: .analyserIdentity
        case .time: CommandCode(rawValue: 1011)
        case .alarmLimits: CommandCode(rawValue: 1021)
        case .hostAddress: CommandCode(rawValue: 1031)
        case .reportTime: CommandCode(rawValue: 1041)
        case .realtimeInterval: CommandCode(rawValue: 1061)
        case .minuteInterval: CommandCode(rawValue: 1063)
        case .samplingPeriod: CommandCode(rawValue: 3017)
        case .measuringTime: CommandCode(rawValue: 3018)
        case .alarmEvent: .alarmEvent
        case .askForCalibration: .askForCalibration
        case .askForKey: .askForKey
        case .hardware: .reportHardware
        case .heartbeat: .heartbeat
        }
    }

    /// Whether, sent in answer to a request, it repeats the request's QN and asks for no answer. All else has a QN of its
    /// own, history included. Source: HJ 212-2017, examples C.2, C.41 and C.50.
    package var repeatsRequestQN: Bool {
        switch self {
        case .time, .alarmLimits, .hostAddress, .reportTime, .realtimeInterval, .minuteInterval, .samplingPeriod,
            .measuringTime, .analyserIdentity(at: nil, _, _):
            true
        default: false
        }
    }

    /// The editions that know it, of the three.
    package var editions: Set<Edition> {
        switch self {
        case .data(let record): record.kind.editions
        case .equipmentState, .runningHours, .time, .realtimeInterval: [.hj2005, .hj2017, .hj2025]
        case .alarmRecords, .alarmEvent, .alarmLimits, .hostAddress, .reportTime: [.hj2005]
        case .started, .keptSample, .deviceInformation, .analyserIdentity, .minuteInterval, .measuringTime,
            .askForCalibration:
            [.hj2017, .hj2025]
        case .samplingPeriod: [.hj2017]
        case .standardChecks, .askForKey, .hardware, .heartbeat: [.hj2025]
        }
    }
}
