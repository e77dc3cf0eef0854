import Alarms
import Emissions
import Protocol
import Telemetry

/// Rule C4: what an HJ 212 instrument states of an hour, its amounts against its own concentrations and flow.
///
/// Amounts that are computed here follow from their concentration and flow and cannot contradict them.
extension GatewayMachine {
    /// A statement that comes later after the end of its hour is history.
    private static var longestStatementDelay: Duration { .seconds(3_600) }

    /// Takes what an instrument states of a whole hour.
    mutating func judgeStatedAmounts(
        _ upload: HJ212Upload, instrument: Int, at now: Moment, to actions: inout [Action]
    ) {
        guard let dataTime = upload.dataTime else { return }
        let end = calendar.end(of: .hour, startingAt: calendar.zone.instant(of: dataTime))
        guard now.wall - end <= Self.longestStatementDelay else { return }
        let flow = upload.factors.first { $0.code == Self.gasFlow }.map { PeriodFacts.Factor($0, code: $0.code) }
        for stated in upload.factors where stated.code != Self.gasFlow && stated.cou != nil {
            for route in instruments[instrument].routes[stated.code] ?? [] where !route.isMeter {
                let code = configuration.outlets[route.outlet].factors[route.factor].code
                let hour = PeriodFacts(factors: [.init(stated, code: code)] + [flow].compactMap(\.self))
                let transitions = outlets[route.outlet].judgeStatedHour(
                    hour, factor: route.factor, at: now, alarms: &alarms)
                tell(transitions, at: now.wall, to: &actions)
            }
        }
    }

    /// The flow of waste gas, whose amount is a volume in m³.
    private static var gasFlow: String { "a00000" }
}

extension PeriodFacts.Factor {
    /// What an instrument states; numbers of a period that it flags say nothing.
    fileprivate init(_ stated: HJ212Upload.Factor, code: String) {
        let isGood = stated.flag?.isGood ?? true
        self.init(code: code, average: isGood ? stated.avg : nil, amount: isGood ? stated.cou : nil)
    }
}
