import Emissions
import Protocol
import Telemetry

/// Periods that HJ 212 instruments speak of: 2051, 2061, 2031 and their like.
extension GatewayMachine {
    /// A period that an instrument speaks of, on our clock.
    private struct StatedPeriod {
        let length: PeriodLength
        let start: WallInstant
        let end: WallInstant
        /// The end of what the instrument measured, which is near ``end``.
        let statedEnd: WallInstant
        let dataTime: CivilTime
    }

    mutating func takeStatements(_ intake: Intake, _ length: PeriodLength, to actions: inout [Action]) {
        instruments[intake.instrument].stated.insert(length.recordKind)
        let kind = intake.upload.kind
        let known = intake.matches.indices.filter { !intake.matches[$0].wanted.isEmpty }
        guard let dataTime = intake.upload.dataTime else {
            return refuse(known, for: .withoutTime(kind), intake) { .withoutTime(kind, $0) }
        }
        guard let period = period(of: length, stated: dataTime, by: intake.instrument) else {
            let offset = instruments[intake.instrument].clock.correction
            return refuse(known, for: .otherPeriod(kind), intake) {
                .otherPeriod(kind, $0, dataTime, length, offset: offset)
            }
        }
        // A mean of a period that is not over yet belongs to a shorter period than ours, or is stamped with its end.
        let lead = instruments[intake.instrument].clock.lead
        guard intake.now.wall + .seconds(5) + lead >= period.statedEnd else {
            let isEnd = configuration.instruments[intake.instrument].stamps == .end
            return refuse(known, for: .unfinished(kind), intake) {
                .unfinished(kind, $0, dataTime, isStampedWithEnd: isEnd)
            }
        }
        take(intake, known, of: period, to: &actions)
        guard kind == .hour else { return }
        let hour = StatedHour(upload: intake.upload, matches: intake.matches, end: period.end)
        judgeStatedAmounts(hour, instrument: intake.instrument, at: intake.now, to: &actions)
    }

    /// Notes that the means of some codes are not used at all.
    private mutating func refuse(
        _ indices: [Int], for cause: IntakeCause, _ intake: Intake, text: ([String]) -> BilingualText
    ) {
        guard !indices.isEmpty else { return }
        let routes = indices.flatMap { self.meanRoutes(intake, $0) }
        unusedStatements += routes.count
        let names = names(intake, indices)
        refuse(routes, for: cause, intake) { text(names) }
    }

    /// The period of ours that `dataTime` names; nil: it names none.
    private func period(of length: PeriodLength, stated dataTime: CivilTime, by instrument: Int) -> StatedPeriod? {
        let settings = configuration.instruments[instrument]
        let correction = instruments[instrument].clock.correction
        var stamp = calendar.zone.instant(of: dataTime) - correction
        if settings.stamps == .end, dataTime.second == 59 { stamp = stamp + .seconds(1) }
        let isEnd = settings.stamps == .end
        let stated = stamp
        if correction != .zero { stamp = boundary(of: length, near: stamp) }
        let start = calendar.start(of: length, containing: isEnd ? stamp - .milliseconds(1) : stamp)
        let end = calendar.end(of: length, startingAt: start)
        guard stamp == (isEnd ? end : start) else { return nil }
        // The period of a clock that is off is over when the instrument's is, though ours may last some seconds more.
        return StatedPeriod(
            length: length, start: start, end: end, statedEnd: end + (stated - stamp), dataTime: dataTime)
    }

    /// The boundary between periods of ours that a corrected stamp is meant to be: not further away than half a minute, or
    /// a twentieth of a longer period, at most three minutes; else `stamp` itself.
    private func boundary(of length: PeriodLength, near stamp: WallInstant) -> WallInstant {
        let start = calendar.start(of: length, containing: stamp)
        let whole = (calendar.end(of: length, startingAt: start) - start).wholeMilliseconds
        let slack = Duration.milliseconds(max(30_000, min(whole / 20, 180_000)))
        let boundary = calendar.start(of: length, containing: stamp + slack)
        return stamp - boundary <= slack ? boundary : stamp
    }

    private mutating func take(
        _ intake: Intake, _ indices: [Int], of period: StatedPeriod, to actions: inout [Action]
    ) {
        var late: [Int: [Statement]] = [:]
        for index in indices {
            for route in meanRoutes(intake, index) {
                let statement = Statement(
                    index: index, route: route,
                    statistics: outlets[route.outlet].admitted(
                        intake.upload.factors[index].statistics, factor: route.factor))
                let isUsed = outlets[route.outlet].state(
                    statement.statistics, factor: route.factor, length: period.length, start: period.start)
                if !isUsed {
                    late[route.outlet, default: []].append(statement)
                } else {
                    judgeUse(of: statement, intake, to: &actions)
                }
                if statement.statistics.average == nil { noteWithoutMean(intake, statement, period) }
            }
        }
        for (outlet, statements) in late.sorted(by: { $0.key < $1.key }) {
            fill(intake, statements, of: period, outlet: outlet, to: &actions)
        }
    }

    /// What an instrument states of a factor, as it counts there.
    private struct Statement {
        /// Of the factor in the upload.
        let index: Int
        let route: SourceMachine.Route
        let statistics: PeriodStatistics
    }

    /// Where means go: a mean is none of a meter's readings.
    private func meanRoutes(_ intake: Intake, _ index: Int) -> [SourceMachine.Route] {
        routes(intake, index).filter { !$0.isMeter }
    }

    /// A mean that was taken ends a silence, but for one that its flag devalues.
    private mutating func judgeUse(of statement: Statement, _ intake: Intake, to actions: inout [Action]) {
        if statement.statistics.isUsable {
            good(statement.route, intake, to: &actions)
        } else if statement.statistics.average != nil {
            let name = intake.name(statement.index)
            wasUseless([statement.route], because: .unusable(name, statement.statistics.flag), intake)
        }
    }

    private mutating func noteWithoutMean(_ intake: Intake, _ statement: Statement, _ period: StatedPeriod) {
        let route = statement.route
        // A mean that came and is no measurement says so itself.
        if intake.upload.factors[statement.index].avg != nil {
            if let failure = statement.statistics.failure {
                instruments[intake.instrument].source.failed(failure, route)
            }
            return
        }
        guard !outlets[route.outlet].isMeasured(factor: route.factor, at: intake.now.uptime) else { return }
        let code = configuration.outlets[route.outlet].factors[route.factor].code
        refuse([route], for: .withoutMean(intake.upload.kind, code: code), intake) {
            .withoutMean(intake.upload.kind, intake.name(statement.index), period.dataTime)
        }
    }

    /// Takes means of a period that is closed: they are recorded where it had closed without a number.
    private mutating func fill(
        _ intake: Intake, _ statements: [Statement], of period: StatedPeriod, outlet: Int,
        to actions: inout [Action]
    ) {
        let filled = outlets[outlet].fill(
            statements.map { (factor: $0.route.factor, statistics: $0.statistics) }, length: period.length,
            start: period.start, end: period.end)
        let taken = filled?.factors ?? []
        unusedStatements += statements.count - taken.count
        for statement in statements where taken.contains(statement.route.factor) {
            judgeUse(of: statement, intake, to: &actions)
        }
        if let record = filled?.record {
            backfilledRecords += 1
            actions.append(.journal(record))
        }
        // A monitor whose present data are used states of most periods what is known already.
        let unused = statements.filter { statement in
            !taken.contains(statement.route.factor) && statement.statistics.average != nil
                && !outlets[outlet].isMeasured(factor: statement.route.factor, at: intake.now.uptime)
        }
        guard !unused.isEmpty else { return }
        let names = names(intake, unused.map(\.index))
        refuse(unused.map(\.route), for: .closedPeriod(intake.upload.kind), intake) {
            .closedPeriod(intake.upload.kind, names, period.dataTime)
        }
    }
}
