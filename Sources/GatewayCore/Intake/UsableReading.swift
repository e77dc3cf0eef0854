import Emissions
import Protocol
import Telemetry

// What rule D1 takes for data. A number that its flag devalues is none: whoever has only such numbers has nothing.
extension DataFlag {
    /// Whether a number with this flag says something: a measurement, one above the range, or what an instrument shows that
    /// stands still with its plant.
    var isOfUsableNumber: Bool { [.normal, .overRange, .outOfService].contains(self) }

    /// Why the numbers with this flag are not usable.
    var words: BilingualText {
        let meanings: [DataFlag: BilingualText] = [
            .maintenance: .init("maintenance", zh: "维护"), .setByHand: .init("set by hand", zh: "手工设定"),
            .fault: .init("fault", zh: "故障"), .calibration: .init("calibration", zh: "校准"),
            .noCommunication: .init("no communication", zh: "通信中断"),
        ]
        let flag = BilingualText("flag \(text)", zh: "标记 \(text)")
        guard let meaning = meanings[self] else { return flag }
        return BilingualText("\(flag.en), \(meaning.en)", zh: "\(flag.zh)，\(meaning.zh)")
    }
}

extension Reading {
    /// Whether its source is not silent.
    var isUsable: Bool { value != nil && flag.isOfUsableNumber }
}

extension PeriodStatistics {
    var isUsable: Bool { average != nil && flag.isOfUsableNumber }
}

extension HJ212Upload.Factor {
    /// Whether a value came with the factor that says something.
    var isUsable: Bool { hasNumber && (flag ?? .normal).isOfUsableNumber }
}
