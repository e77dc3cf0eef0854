import Alarms
import Protocol
import Telemetry

/// A device or instrument seen as a source of data: which factors it feeds, and whether it has fallen silent (rule D1).
///
/// While the whole source is silent its single factors are not reported too.
struct SourceMachine: Sendable {
    /// Where the readings of one register or factor code go.
    struct Route: Equatable, Sendable {
        var outlet: Int
        var factor: Int
        /// Whether they are those of the meter beside the factor.
        var isMeter = false
        /// Index into ``watches``.
        var watch = 0
    }

    let id: String
    private var whole: PlacedSilence
    private var watches: [PlacedSilence] = []
    /// By watch.
    private var routes: [Route] = []

    /// `sends`: whether it sends when it likes, and is not asked. `place`: of its alarm on the desk.
    init(id: String, gap: Duration, sends: Bool, at now: Uptime, place: Int) {
        self.id = id
        whole = PlacedSilence(silence: .data(gap: gap, learnsPace: sends, at: now), place: place)
    }

    var isSilent: Bool { whole.isSilent }
    /// Why it is silent; nil where that is not known, or it is not.
    var reasonOfSilence: BilingualText? { isSilent ? whole.silence.reason : nil }
    /// When it last had usable data; the start of the gateway before the first.
    var lastGood: Uptime { whole.silence.lastGood }

    /// The place of its alarm on the desk.
    var place: Int { whole.place }

    /// Adds a factor that this source feeds. `place`: of the factor's own alarm; `cycle`: of a batch analyser, with the `gap` that
    /// comes on top.
    mutating func addRoute(_ route: Route, place: Int, cycle: Duration?, gap: Duration) -> Route {
        watches.append(PlacedSilence(silence: whole.silence.ofFactor(cycle: cycle, gap: gap), place: place))
        var route = route
        route.watch = watches.count - 1
        routes.append(route)
        return route
    }

    /// Goes on where `earlier` is. `watches`: of a factor that both feed, the watch here and there.
    mutating func resume(_ earlier: SourceMachine, watches pairs: [(here: Int, there: Int)]) {
        whole.resume(earlier.whole)
        for (here, there) in pairs { watches[here].resume(earlier.watches[there]) }
    }

    /// Usable data have come from the source.
    mutating func good(at now: Moment, desk: inout AlarmDesk) -> [AlarmTransition] {
        whole.good(at: now, desk: &desk)
    }

    /// Usable data of one factor have come.
    mutating func good(_ route: Route, at now: Moment, desk: inout AlarmDesk) -> [AlarmTransition] {
        watches[route.watch].good(at: now, desk: &desk)
    }

    /// A reading failed; of one factor with `route`. `reason`: what is known of it beyond `failure`.
    mutating func failed(_ failure: ReadFailure, _ route: Route? = nil, reason: BilingualText? = nil) {
        let reason = reason ?? failure.words
        if let route {
            watches[route.watch].silence.failed(reason)
        } else {
            whole.silence.failed(reason)
        }
    }

    /// Nothing usable can come from the source for this reason; of one factor with `route`.
    mutating func failed(because reason: BilingualText, _ route: Route? = nil) {
        if let route {
            watches[route.watch].silence.failed(reason)
        } else {
            whole.silence.failed(reason)
        }
    }

    /// Judges the silence up to now. `marks`: those of the instrument in force at a factor.
    mutating func check(
        at now: Moment, desk: inout AlarmDesk, marks: (Route) -> HoldMarks
    ) -> [AlarmTransition] {
        let routes = routes
        var transitions = whole.check(at: now, isHidden: false, desk: &desk) { Self.common(routes.map(marks)) }
        for index in watches.indices {
            transitions += watches[index].check(at: now, isHidden: whole.isSilent, desk: &desk) { marks(routes[index]) }
        }
        return transitions
    }

    /// The marks of the instrument as a whole.
    func marks(_ marks: (Route) -> HoldMarks) -> HoldMarks { Self.common(routes.map(marks)) }

    /// Somebody works on the whole instrument when every factor of it says so.
    private static func common(_ marks: [HoldMarks]) -> HoldMarks {
        marks.contains([]) ? [] : marks.reduce([]) { $0.union($1) }
    }

    /// When ``check(at:desk:)`` will find something, if no data come; nil: never.
    func nextChange(at now: Moment, desk: AlarmDesk) -> WallInstant? {
        let hidden = whole.isSilent ? [] : watches.filter { $0.silence.lastGood < whole.silence.lastGood }
        return ([whole] + hidden).compactMap { $0.nextChange(at: now, desk: desk) }.min()
    }
}

/// A watch over silence and the place of its alarm.
struct PlacedSilence: Sendable {
    var silence: SilenceWatch
    let place: Int
    private(set) var isSilent = false

    init(silence: SilenceWatch, place: Int) {
        self.silence = silence
        self.place = place
    }

    /// Goes on where `earlier` is; the place of the alarm is its own.
    mutating func resume(_ earlier: PlacedSilence) {
        silence.resume(earlier.silence)
        isSilent = earlier.isSilent
    }

    mutating func good(at now: Moment, desk: inout AlarmDesk) -> [AlarmTransition] {
        silence.good(at: now.uptime)
        isSilent = false
        // Data come a thousand times for each silence that they end.
        return desk.isNormal(at: place) ? [] : desk.judge(.clear, at: place, now: now)
    }

    /// `marks`: asked for while it is silent.
    mutating func check(
        at now: Moment, isHidden: Bool, desk: inout AlarmDesk, marks: () -> HoldMarks = { [] }
    ) -> [AlarmTransition] {
        let verdict = isHidden ? .unknown : silence.verdict(at: now.uptime)
        guard case .holds = verdict else { return desk.judge(verdict, at: place, now: now) }
        isSilent = true
        return desk.judge(verdict, at: place, marks: marks(), now: now)
    }

    /// When the silence will be too long, or a pending alarm will have waited long enough.
    func nextChange(at now: Moment, desk: AlarmDesk) -> WallInstant? {
        if isSilent { return desk.remaining(at: place).map { now.wall + $0 } }
        return now.wall + max(.zero, silence.end - now.uptime)
    }
}
