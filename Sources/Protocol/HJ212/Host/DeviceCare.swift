import Telemetry

/// Decides what a device is asked without anybody's order: its parameters on a new connection, the time when its clock is
/// wrong, data that are missing, registered parameters from time to time.
///
/// Source: HJ 212-2017, 6.7 (first connection) and table 9 (1013 asks for the time).
struct DeviceCare: Sendable {
    /// A request, and the gap it is to fill.
    struct Wish: Hashable, Sendable {
        let request: HostRequest
        var gap: HistoryGaps.Gap?
    }

    /// The shortest time between two settings of a clock that drifts.
    private static let clockPause = Duration.seconds(3_600)
    /// How long to wait after a gap could not be filled.
    private static let historyPause = Duration.seconds(60)

    /// How long to wait after it fell silent over a parameter; others are not asked for until then.
    private static let questionPause = Duration.seconds(3_600)

    private let device: InstrumentDevice
    private var gaps: HistoryGaps
    private var clockSetAt: Uptime?
    private var knowsConnection = false
    private var isFillingGap = false
    private var nextHistory = Uptime.zero
    /// What is still to be asked in this round.
    private var questions: ArraySlice<InstrumentDevice.Parameter> = []
    private var nextRound = Uptime.zero

    init(_ device: InstrumentDevice) {
        self.device = device
        gaps = HistoryGaps(minuteInterval: device.minuteInterval)
    }

    /// How many ranges of data are known to be missing.
    var openGaps: Int { gaps.gaps.count + (isFillingGap ? 1 : 0) }

    mutating func closed() {
        knowsConnection = false
        isFillingGap = false
    }

    /// A good frame came: the first of a connection starts the dialogue of a first connection.
    mutating func heard(at now: Uptime, civil: CivilTime, edition: Edition) -> [Wish] {
        guard !knowsConnection else { return [] }
        knowsConnection = true
        var wishes: [Wish] = []
        if device.timeSetting == .onConnect || device.commissioning != nil { wishes.append(clock(at: now, civil)) }
        guard let commissioning = device.commissioning else { return wishes }
        let overTime = Int(max(1, min(device.overTime.wholeMilliseconds / 1_000, 99)))
        wishes.append(Wish(request: .setTimeouts(overTime: overTime, reCount: max(1, device.reCount))))
        wishes.append(Wish(request: .setRealtimeInterval(seconds: commissioning.realtimeInterval)))
        if edition.rules != .hj2005 {
            wishes.append(Wish(request: .setMinuteInterval(minutes: commissioning.minuteInterval)))
        }
        wishes.append(Wish(request: .startRealtime))
        return wishes
    }

    /// Data came. `civil`: the present time by the gateway's clock.
    mutating func took(_ upload: HJ212Upload, at now: Uptime, civil: CivilTime) -> [Wish] {
        if device.asksForHistory, let time = upload.dataTime { gaps.heard(upload.kind, time) }
        guard case .drift(let limit) = device.timeSetting else { return [] }
        let stated = upload.qnTime ?? (upload.kind == .realtime ? upload.dataTime : nil)
        guard let stated, clockSetAt.map({ now - $0 >= Self.clockPause }) ?? true else { return [] }
        let drift = stated.localMilliseconds - civil.localMilliseconds
        return abs(drift) > limit.wholeMilliseconds ? [clock(at: now, civil)] : []
    }

    /// The device asks for the time (1013).
    mutating func wasAskedForTime(at now: Uptime, civil: CivilTime) -> [Wish] {
        device.timeSetting == .never ? [] : [clock(at: now, civil)]
    }

    /// What to ask for next, when nothing else is under way.
    mutating func next(at now: Uptime) -> Wish? { nextQuestion(at: now) ?? nextGap(at: now) }

    /// One parameter after the other, so that orders need not wait for all of them.
    private mutating func nextQuestion(at now: Uptime) -> Wish? {
        guard knowsConnection, !device.parameters.isEmpty else { return nil }
        if now >= nextRound {
            questions = device.parameters[...]
            nextRound = now + device.parameterInterval
        }
        return questions.popFirst().map { Wish(request: $0.question) }
    }

    /// How a question for a parameter ended. Who does not answer one is not asked for the others: each would keep the line
    /// busy until it is given up.
    mutating func questioned(_ outcome: OrderReport.Outcome, at now: Uptime) {
        switch outcome {
        case .finished, .refused, .impossible, .withheld: break
        case .noAnswer, .unfinished, .disconnected:
            questions = []
            nextRound = min(nextRound, now + Self.questionPause)
        }
    }

    private mutating func nextGap(at now: Uptime) -> Wish? {
        guard !isFillingGap, now >= nextHistory, let gap = gaps.next() else { return nil }
        isFillingGap = true
        return Wish(request: .records(gap.record, gap.range), gap: gap)
    }

    /// How the request for a gap ended. A device that says it has no data is believed.
    mutating func filled(_ gap: HistoryGaps.Gap, _ outcome: OrderReport.Outcome, at now: Uptime) {
        isFillingGap = false
        switch outcome {
        case .finished(.success), .finished(.noData), .refused, .impossible, .withheld: break
        case .disconnected: gaps.putBack(gap, afterFailure: false)
        case .finished, .noAnswer, .unfinished:
            gaps.putBack(gap, afterFailure: true)
            nextHistory = now + Self.historyPause
        }
    }

    private mutating func clock(at now: Uptime, _ civil: CivilTime) -> Wish {
        clockSetAt = now
        return Wish(request: .setTime(civil, factor: nil))
    }
}
