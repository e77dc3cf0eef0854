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

    /// Takes what an instrument states of a whole hour. `matches`: by factor, what its codes mean.
    mutating func judgeStatedAmounts(
        _ hour: StatedHour, instrument: Int, at now: Moment, to actions: inout [Action]
    ) {
        guard now.wall - hour.end <= Self.longestStatementDelay else { return }
        let stated = zip(hour.upload.factors, hour.matches)
        let flow = stated.first { $0.isFlow($1) }.map { PeriodFacts.Factor($0.0, code: Self.gasFlow) }
        for (factor, match) in stated where !factor.isFlow(match) && factor.cou != nil {
            for route in match.wanted.flatMap({ instruments[instrument].routes[$0] ?? [] }) where !route.isMeter {
                let code = configuration.outlets[route.outlet].factors[route.factor].code
                let facts = PeriodFacts(factors: [.init(factor, code: code)] + [flow].compactMap(\.self))
                let transitions = outlets[route.outlet].judgeStatedHour(
                    facts, factor: route.factor, at: now, alarms: &alarms)
                tell(transitions, at: now.wall, to: &actions)
            }
        }
    }

    /// The flow of waste gas, whose amount is a volume in m³.
    fileprivate static var gasFlow: String { "a00000" }
}

/// What an instrument states of an hour.
struct StatedHour {
    let upload: HJ212Upload
    /// By factor of the upload: what its code means.
    let matches: [CodeBook.Match]
    /// On our clock.
    let end: WallInstant
}

extension HJ212Upload.Factor {
    /// Whether it is the flow of waste gas, by its code in either edition.
    fileprivate func isFlow(_ match: CodeBook.Match) -> Bool {
        code.lowercased() == GatewayMachine.gasFlow || match.mapped == GatewayMachine.gasFlow
    }
}

extension PeriodFacts.Factor {
    /// What an instrument states; numbers of a period that it flags say nothing.
    fileprivate init(_ stated: HJ212Upload.Factor, code: String) {
        let isGood = stated.flag?.isGood ?? true
        self.init(code: code, average: isGood ? stated.avg : nil, amount: isGood ? stated.cou : nil)
    }
}
