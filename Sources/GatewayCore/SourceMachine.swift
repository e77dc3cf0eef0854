import Protocol
import Telemetry

/// A device or instrument seen as a source of data: which factors it feeds, and whether it has fallen silent.
///
/// While the whole source is silent its single factors are not reported too.
struct SourceMachine: Sendable {
    /// Where the readings of one register or factor code go.
    struct Route: Equatable, Sendable {
        var outlet: Int
        var factor: Int
        /// Index into ``watches``.
        var watch: Int
    }

    struct Silence: Equatable, Sendable {
        /// Nil: the whole source.
        var factor: String?
        var outlet: Int?
        var transition: GapWatch.Transition
        /// When the last good data came.
        var since: WallInstant
        var length: Duration
    }

    let id: String
    private var watch: GapWatch
    private var watches: [(outlet: Int, code: String, watch: GapWatch)] = []
    private(set) var lastFailure: ReadFailure?

    init(id: String, gap: Duration, at now: Uptime, wall: WallInstant) {
        self.id = id
        watch = GapWatch(limit: gap, at: now, wall: wall)
    }

    var isSilent: Bool { watch.isActive }

    /// Adds a factor that this source feeds.
    mutating func addRoute(outlet: Int, factor: Int, code: String) -> Route {
        watches.append(
            (outlet, code, GapWatch(limit: watch.limit, at: watch.lastGood, wall: watch.lastGoodWall)))
        return Route(outlet: outlet, factor: factor, watch: watches.count - 1)
    }

    mutating func good(at now: Uptime, wall: WallInstant) -> Silence? {
        let since = (uptime: watch.lastGood, wall: watch.lastGoodWall)
        return watch.good(at: now, wall: wall).map {
            Silence(factor: nil, outlet: nil, transition: $0, since: since.wall, length: now - since.uptime)
        }
    }

    mutating func good(_ route: Route, at now: Uptime, wall: WallInstant) -> Silence? {
        let entry = watches[route.watch]
        return watches[route.watch].watch.good(at: now, wall: wall).map {
            Silence(
                factor: entry.code, outlet: entry.outlet, transition: $0, since: entry.watch.lastGoodWall,
                length: now - entry.watch.lastGood)
        }
    }

    mutating func failed(_ failure: ReadFailure) { lastFailure = failure }

    /// When ``check(at:)`` will find something, if no data come; nil: never.
    var nextGap: WallInstant? {
        guard !watch.isActive else { return nil }
        let overdue = watches.lazy.map(\.watch).filter { !$0.isActive && $0.lastGood < watch.lastGood }.map(\.end).min()
        return min(overdue ?? watch.end, watch.end)
    }

    /// What has fallen silent by `now`.
    mutating func check(at now: Uptime) -> [Silence] {
        if let transition = watch.check(at: now) {
            return [
                Silence(
                    factor: nil, outlet: nil, transition: transition, since: watch.lastGoodWall,
                    length: now - watch.lastGood)
            ]
        }
        guard !watch.isActive else { return [] }
        var silences: [Silence] = []
        for index in watches.indices where watches[index].watch.lastGood < watch.lastGood {
            guard let transition = watches[index].watch.check(at: now) else { continue }
            let entry = watches[index]
            silences.append(
                Silence(
                    factor: entry.code, outlet: entry.outlet, transition: transition,
                    since: entry.watch.lastGoodWall, length: now - entry.watch.lastGood))
        }
        return silences
    }
}
