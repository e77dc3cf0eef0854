import Alarms
import Emissions
import Telemetry

/// Rules T1 and T2 of one outlet: what has flowed off since the beginning of each quota's period.
///
/// The running month is what the windows keep anyway; of closed months the amounts of the last two years are remembered.
/// Quotas that count certain hours alone, or that follow a response, have a sum of their own.
struct OutletQuotas: Sendable {
    private static let rememberedMonths = 24
    /// Of sums and amounts, in the unit of the amount.
    private static let roundingError = 0.002
    /// Before the key of a quota: when counting began.
    private static let firstKey = "first:"

    fileprivate struct Watch: Sendable {
        let settings: QuotaConfiguration
        let applies: LimitApplicability
        let channel: Int
        let format: RecordFormat
        let unit: String?
        let place: Int
        /// Of the hours that count, since the start of the period; nil before any, and where the months tell.
        var counted: (start: WallInstant, amount: Double)?
        /// The first hour of the period that begins at `start` with an amount: a forecast runs from there.
        var first: (start: WallInstant, hour: WallInstant)?

        /// Whether the sums of whole months say what has been emitted.
        var isOfMonths: Bool {
            if case .response = settings.period { return false }
            return settings.conditions.isEmpty
        }
    }

    private let zone: ZoneRules
    private let codes: [String]
    private var watches: [Watch] = []
    /// By channel with a quota: closed months, oldest first.
    private var months: [Int: [(start: WallInstant, amount: Double)]] = [:]

    var isEmpty: Bool { watches.isEmpty }

    /// Whether a quota depends on another factor's value.
    var hasConditions: Bool { watches.contains { !$0.settings.conditions.isEmpty } }

    /// Adds the subjects to `alarms`. `codes`, `formats`, `units`: by channel.
    init(
        _ outlet: OutletConfiguration, codes: [String], formats: [RecordFormat], units: [RecordUnits], zone: ZoneRules,
        alarms: inout GatewayAlarms
    ) {
        self.zone = zone
        self.codes = codes
        for (channel, factor) in outlet.factors.enumerated() {
            var parts: [String: Int] = [:]
            for quota in factor.quotas {
                let name = quota.period.name
                parts[name, default: 0] += 1
                let number = parts[name, default: 1]
                let subject = AlarmSubject(
                    quota.period.rule, source: outlet.id, factor: factor.code,
                    part: number > 1 ? "\(name)-\(number)" : name)
                watches.append(
                    Watch(
                        settings: quota,
                        applies: LimitApplicability(
                            validFrom: quota.validFrom.map(zone.instant), validTo: quota.validTo.map(zone.instant)),
                        channel: channel, format: formats[channel], unit: units[channel].amount,
                        place: alarms.desk.add(subject, alarms.settings(quota.period.rule))))
                months[channel] = []
            }
        }
    }

    // MARK: Judging

    /// Takes what has closed at the outlet, in order, after which the running sums are those of `windows`.
    mutating func close(
        _ closed: [ClosedPeriod], windows: OutletWindows, levels: ResponseLevels, at now: (ClosedPeriod) -> Moment,
        scene: (ClosedPeriod) -> LimitScene, desk: inout AlarmDesk
    ) -> [AlarmTransition] {
        for period in closed where period.length == .month { remember(period) }
        var transitions: [AlarmTransition] = []
        for hour in closed where hour.length == .hour {
            let scene = scene(hour)
            for index in watches.indices {
                transitions += judge(index, hour, windows, levels, scene, now(hour), &desk)
            }
        }
        return transitions
    }

    private mutating func remember(_ month: ClosedPeriod) {
        for channel in months.keys {
            guard let amount = month.numbers.factors[channel].amount?.value else { continue }
            months[channel, default: []].append((month.start, amount))
            if months[channel, default: []].count > Self.rememberedMonths { months[channel]?.removeFirst() }
        }
    }

    private mutating func judge(
        _ index: Int, _ hour: ClosedPeriod, _ windows: OutletWindows, _ levels: ResponseLevels, _ scene: LimitScene,
        _ now: Moment, _ desk: inout AlarmDesk
    ) -> [AlarmTransition] {
        let watch = watches[index]
        let span = watch.settings.period.span(containing: hour.start, zone: zone, levels: levels)
        guard let span, watch.applies.isMet(in: LimitScene(instant: span.start, zone: zone)) else {
            return desk.judge(.clear, at: watch.place, now: now)
        }
        let counted =
            watch.isOfMonths
            ? used(watch, of: span, at: hour.start, windows) : count(hour, for: index, span, scene)
        noteFirst(hour, for: index, in: span, of: counted)
        let before = earlier(watch, in: span, by: hour.end)
        // Rounded once and last, so that the figure of a month or year is that of its record.
        let used = watch.format.amount(max(0, counted + (before?.amount ?? 0)))
        let quota = Quota(
            watch.settings.period.rule, limit: watch.settings.maximum, unit: watch.unit, source: watch.settings.source,
            period: span.name, start: span.start, end: span.end, shares: watch.settings.warn + [1])
        // The last hour ends with the period and still belongs to it.
        let instant = min(hour.end, span.end - .milliseconds(1))
        let time = watches[index].first.map { countedTime(from: $0.hour, in: span, after: before, at: instant) }
        let verdict = quota.verdict(used: used, counted: time, at: instant)
        let transitions = desk.judge(verdict, at: watch.place, now: now)
        return transitions + (hour.end < span.end ? [] : desk.judge(.clear, at: watch.place, now: now))
    }

    /// What was emitted in the period before the gateway counted, once that time has come.
    private func earlier(
        _ watch: Watch, in span: QuotaSpan, by instant: WallInstant
    ) -> (amount: Double, until: WallInstant)? {
        guard let before = watch.settings.before else { return nil }
        let until = zone.instant(of: before.until)
        return span.start < until && until < span.end && until <= instant ? (before.amount, until) : nil
    }

    /// Notes when counting began. `counted`: what the period has, `hour` included.
    private mutating func noteFirst(_ hour: ClosedPeriod, for index: Int, in span: QuotaSpan, of counted: Double) {
        guard watches[index].first?.start != span.start,
            let amount = hour.numbers.factors[watches[index].channel].amount?.value
        else { return }
        // What was counted before is older than what the state of an earlier version tells.
        let isFirst = counted - amount <= Self.roundingError
        let known = months[watches[index].channel, default: []].map(\.start).filter { $0 >= span.start }.min()
        watches[index].first = (span.start, isFirst ? hour.start : known ?? span.start)
    }

    /// How long the amounts of a period have been counted, or are stated, by `instant`.
    private func countedTime(
        from first: WallInstant, in span: QuotaSpan, after before: (amount: Double, until: WallInstant)?,
        at instant: WallInstant
    ) -> Duration {
        guard let before else { return instant - first }
        return before.until - span.start + (instant - max(first, before.until))
    }

    /// By whole months: closed ones, and what is open of those that had begun by then.
    private func used(_ watch: Watch, of span: QuotaSpan, at instant: WallInstant, _ windows: OutletWindows) -> Double {
        let began = span.start...max(span.start, instant)
        var closed = months[watch.channel, default: []].filter { began.contains($0.start) }.reduce(0) { $0 + $1.amount }
        // The running year knows its months also from before the quota was configured.
        if watch.settings.period == .year {
            closed = max(closed, windows.closedMonths(channel: watch.channel, ofYearFrom: span.start))
        }
        return closed + windows.amountSoFar(channel: watch.channel, beginning: began)
    }

    /// By hours that count.
    private mutating func count(
        _ hour: ClosedPeriod, for index: Int, _ span: QuotaSpan, _ scene: LimitScene
    ) -> Double {
        var sum = watches[index].counted?.amount ?? 0
        if watches[index].counted?.start != span.start { sum = 0 }
        let amount = hour.numbers.factors[watches[index].channel].amount
        if let amount, amount.validity.isValid, let value = amount.value,
            watches[index].settings.conditions.allSatisfy({ $0.isMet(in: scene) })
        {
            sum += value
        }
        watches[index].counted = (span.start, sum)
        return sum
    }

    // MARK: State

    /// What survives a restart: one line.
    var state: StateLine {
        var line = StateLine()
        line.add(months.count)
        for (channel, amounts) in months.sorted(by: { $0.key < $1.key }) {
            line.add(word: codes[channel])
            line.add(amounts.count)
            for month in amounts {
                line.add(month.start.millisecondsSince1970)
                line.add(month.amount)
            }
        }
        for watch in watches {
            guard let counted = watch.counted else { continue }
            line.add(word: watch.key(codes))
            line.add(counted.start.millisecondsSince1970)
            line.add(counted.amount)
        }
        // Earlier versions ended here.
        for watch in watches {
            guard let first = watch.first else { continue }
            line.add(word: Self.firstKey + watch.key(codes))
            line.add(first.start.millisecondsSince1970)
            line.add(Double(first.hour.millisecondsSince1970))
        }
        return line
    }

    mutating func restore(_ line: StateLine) throws(StateLine.Unreadable) {
        var line = line
        for _ in 0..<(try line.count(limit: 10_000)) {
            let channel = try line.word().flatMap { codes.firstIndex(of: $0) }
            var amounts: [(start: WallInstant, amount: Double)] = []
            for _ in 0..<(try line.count(limit: Self.rememberedMonths)) {
                amounts.append((try line.instant(), try line.number()))
            }
            if let channel, months[channel] != nil { months[channel] = amounts }
        }
        while !line.isAtEnd {
            let key = try line.word() ?? ""
            let counted = (start: try line.instant(), amount: try line.number())
            for index in watches.indices {
                if key == watches[index].key(codes) { watches[index].counted = counted }
                guard key == Self.firstKey + watches[index].key(codes),
                    let hour = Int64(exactly: counted.amount.rounded())
                else { continue }
                watches[index].first = (counted.start, WallInstant(millisecondsSince1970: hour))
            }
        }
    }
}

extension OutletQuotas.Watch {
    /// Tells the quotas with sums of their own apart; another limit or source is still the same quota.
    fileprivate func key(_ codes: [String]) -> String {
        let conditions = settings.conditions.map(\.key).sorted().joined(separator: "&")
        return "\(codes[channel]):\(settings.period.key):\(conditions)"
    }
}

extension QuotaPeriod {
    /// Part of alarm ids.
    fileprivate var name: String {
        switch self {
        case .month: "month"
        case .quarter: "quarter"
        case .year: "year"
        case .season: "season"
        case .response: "response"
        }
    }

    fileprivate var key: String {
        switch self {
        case .month, .quarter, .year: name
        case .season(let months): "season\(months.from)-\(months.to)"
        case .response(let level): "response=\(level.name)"
        }
    }
}

extension LimitCondition {
    /// A word without blanks.
    fileprivate var key: String {
        switch self {
        case .atMost(let factor, let bound): "\(factor)<=\(bound)"
        case .atLeast(let factor, let bound): "\(factor)>=\(bound)"
        case .response(let level): "response>=\(level.name)"
        case .marks(let marks): "mark=" + marks.map(\.rawValue).sorted().joined(separator: "|")
        }
    }
}
