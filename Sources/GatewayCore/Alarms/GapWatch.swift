import Telemetry

/// Watches for silence: raised when nothing good has come for `limit`, cleared by the next good thing.
struct GapWatch: Equatable, Sendable {
    enum Transition: Equatable, Sendable {
        case raised, cleared
    }

    let limit: Duration
    /// When the last good thing came; the start of the daemon before the first.
    private(set) var lastGood: Uptime
    private(set) var lastGoodWall: WallInstant
    private(set) var isActive = false

    init(limit: Duration, at now: Uptime, wall: WallInstant) {
        self.limit = limit
        lastGood = now
        lastGoodWall = wall
    }

    mutating func good(at now: Uptime, wall: WallInstant) -> Transition? {
        lastGood = now
        lastGoodWall = wall
        guard isActive else { return nil }
        isActive = false
        return .cleared
    }

    /// When the silence will have lasted too long, if nothing good comes.
    var end: WallInstant { lastGoodWall + limit }

    mutating func check(at now: Uptime) -> Transition? {
        guard !isActive, now - lastGood >= limit else { return nil }
        isActive = true
        return .raised
    }
}
