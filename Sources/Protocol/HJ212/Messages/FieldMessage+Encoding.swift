import Telemetry

/// A data area that may be split: what every packet repeats at its start, and units that stay whole.
struct SplittableArea {
    var lead: [[DataSegment.Pair]]
    var units: [[[DataSegment.Pair]]]

    init(lead: [[DataSegment.Pair]], units: [[[DataSegment.Pair]]] = []) {
        self.lead = lead
        self.units = units
    }

    var whole: DataSegment { DataSegment(items: lead + units.flatMap { $0 }) }
}

extension FieldMessage {
    private typealias Pair = DataSegment.Pair

    /// The data area, unsplit. Source: HJ 212-2017, appendix C; the others by transcriptions.
    package func area(edition: Edition) -> DataSegment { splittableArea.whole }

    var splittableArea: SplittableArea {
        switch self {
        case .data(let record): Self.data(record.dataTime, record.items.map { [$0] })
        case .equipmentState(let time, let states): Self.data(time, Self.items(states, "RS"))
        case .runningHours(let time, let hours): Self.data(time, Self.items(hours, "RT"))
        case .started(let time, let restart): Self.data(time, [[[Pair("RestartTime", restart)]]])
        case .standardChecks(let time, let checks): Self.data(time, checks.map(\.items))
        case .alarmRecords(let time, let alarms): Self.data(time, Self.items(alarms, "Ala"))
        case .keptSample(let time, let bottle, let information):
            Self.data(time, [[[Pair("VaseNo", bottle)]]] + Self.items(information, "Info"))
        case .deviceInformation(let time, let devices): Self.area(time, devices)
        case .analyserIdentity(let time?, let factor, let serial):
            Self.data(time, [[[Pair("PolId", factor)], [Pair(factor, "SN", serial)]]])
        default: SplittableArea(lead: plainItems)
        }
    }

    private static func data(_ time: CivilTime, _ units: [[[Pair]]]) -> SplittableArea {
        SplittableArea(lead: [[Pair("DataTime", time)]], units: units)
    }

    private static func items(_ values: [CodedValue], _ suffix: FieldText) -> [[[Pair]]] {
        values.map { [[Pair($0.code, suffix, $0.value)]] }
    }

    /// One device: an item each, as in the examples of 2017. Several: an item a device, as surface-water stations do.
    private static func area(_ time: CivilTime, _ devices: [DeviceInformation]) -> SplittableArea {
        let lead = [Pair("DataTime", time)]
        guard devices.count == 1, let device = devices.first else {
            return SplittableArea(lead: [lead], units: devices.map { [$0.polID + $0.pairs] })
        }
        return SplittableArea(lead: [lead, device.polID], units: device.pairs.map { [[$0]] })
    }

    private var plainItems: [[Pair]] {
        switch self {
        case .analyserIdentity(_, let factor, let serial): [[Pair("PolId", factor)], [Pair(factor, "SN", serial)]]
        case .time(let time, let factor): Self.polID(factor) + [[Pair("SystemTime", time)]]
        case .alarmLimits(let limits): limits.map(\.pairs)
        case .hostAddress(let address): [[Pair("AlarmTarget", address)]]
        case .reportTime(let time): [[Pair("ReportTime", time.text(parts: 2))]]
        case .realtimeInterval(let seconds): [[Pair("RtdInterval", seconds)]]
        case .minuteInterval(let minutes): [[Pair("MinInterval", minutes)]]
        case .samplingPeriod(let factor, let start, let hours):
            [[Pair("PolId", factor)], [Pair("CstartTime", start.text(parts: 3))], [Pair("CTime", hours)]]
        case .measuringTime(let factor, let minutes): [[Pair("PolId", factor)], [Pair("Stime", minutes)]]
        case .alarmEvent(let time, let alarms, let type): Self.alarmItems(time, alarms, type)
        case .askForCalibration(let factor): Self.polID(factor)
        case .askForKey(let created): [[Pair("SKCreateTime", FieldText(created.compactWithMilliseconds))]]
        case .hardware(let numbers): numbers.items
        default: []
        }
    }

    private static func polID(_ factor: FieldText?) -> [[Pair]] {
        factor.map { [[Pair("PolId", $0)]] } ?? []
    }

    /// The type follows the last alarm in its item. Source: HJ/T 212-2005 by transcriptions.
    private static func alarmItems(_ time: CivilTime, _ alarms: [CodedValue], _ type: Int) -> [[Pair]] {
        var items = [[Pair("AlarmTime", time)]] + alarms.map { [Pair($0.code, "Ala", $0.value)] }
        items[items.count - 1].append(Pair("AlarmType", type))
        return items
    }
}

extension DeviceInformation {
    fileprivate var polID: [DataSegment.Pair] { factor.map { [DataSegment.Pair("PolId", $0)] } ?? [] }

    fileprivate var pairs: [DataSegment.Pair] { values.map { DataSegment.Pair($0.code, "Info", $0.value) } }
}

extension StandardCheck {
    fileprivate var items: [[DataSegment.Pair]] {
        [
            [DataSegment.Pair(factor, "SampleRd", reading)], [DataSegment.Pair(factor, "StandardValue", nominal)],
            [DataSegment.Pair(factor, "ResultType", passed ? "1" : "0")],
        ]
    }
}

extension HardwareNumbers {
    fileprivate var items: [[DataSegment.Pair]] {
        let addresses = zip(["i23007", "i23008"] as [FieldText], networkAddresses)
        let values: [(FieldText, FieldText)] = [("i23005", logger), ("i23006", processor)] + addresses.map { ($0, $1) }
        return values.map { [DataSegment.Pair($0.0, "Info", $0.1)] }
    }
}
