import Telemetry

/// A simulated instrument: measures at its interval, uploads (2011 at the interval, 2051, 2061 and 2031 after their period),
/// asks for answers and repeats what gets none, and answers what the host asks of it.
/// Source: HJ 212-2017, 6.4 to 6.6 and appendix C; HJ/T 212-2005 and HJ 212-2025 where they differ.
struct InstrumentMachine: PeerMachine {
    /// A frame that waits for its answer.
    struct Pending: Sendable {
        let qn: String
        var frame: OutgoingFrame
        var sent: Uptime
        var repeats = 0
        /// Whether the host's request for history goes on with its answer.
        let isHistory: Bool
    }

    /// The host's request for history that is being answered.
    struct HistoryJob: Sendable {
        let request: IncomingFrame
        /// Packets that are still to be sent: command, items, and which of how many.
        var packets: ArraySlice<Packet>
    }

    /// One frame of an upload before it has a number.
    struct Packet: Sendable {
        let command: String
        let items: [[UInt8]]
        /// PNUM and PNO; nil: not split.
        var place: (count: Int, number: Int)?
    }

    static let pendingLimit = 16
    /// More is not made up for after a pause.
    private static let longestPause = Duration.seconds(86_400)

    let monitor: SimulatedMonitor
    private let moments: @Sendable (Uptime) -> PlantMoment
    var wire: PeerWire
    var memory = InstrumentMemory()
    var password: String
    var clockError: Duration
    var interval: Duration
    var sendsRealtime = true
    var sendsState = false
    var patience = Duration.seconds(5)
    var repeatLimit = 3
    /// What 3016 and 3021 set.
    var settings: [String: String] = [:]
    var pending: [Pending] = []
    var history: HistoryJob?
    private var next: Uptime?
    private var nextHeartbeat: Uptime?
    private var hasAskedForTime = false
    var lastNumber: Int64 = 0
    /// Uploads that were sent, repeats apart, and those of them that were answered or given up.
    var sent = 0
    var answered = 0
    var abandoned = 0
    /// Requests of the host, refused ones included.
    var requests = 0

    /// `moments`: what the plant is like at a time; without it, time passes and nothing happens.
    init(
        _ monitor: SimulatedMonitor,
        moments: @escaping @Sendable (Uptime) -> PlantMoment = {
            PlantMoment(seconds: ($0 - .zero).inSeconds, phase: 0)
        }
    ) {
        self.monitor = monitor
        self.moments = moments
        password = monitor.password
        clockError = monitor.clockError
        interval = monitor.interval
        let isAddressed = monitor.edition == .addressed
        wire = PeerWire(
            writer: FrameWriter(
                plan: FaultPlan(monitor.faults, seed: monitor.seed), address: isAddressed ? monitor.station : nil,
                key: monitor.key, encrypts: monitor.edition == .hj2025, form: monitor.cipherForm),
            cutter: FrameCutter(isAddressed: isAddressed, keys: monitor.key.map { [$0] } ?? []))
    }

    var pace: Duration {
        let isPaced = monitor.faults.contains { [.slow, .late].contains($0.kind) }
        return isPaced ? .milliseconds(20) : max(.milliseconds(10), min(monitor.interval / 4, .milliseconds(200)))
    }

    mutating func opened(at time: PeerTime) {
        wire.reset()
    }

    mutating func receive(_ bytes: ArraySlice<UInt8>, at time: PeerTime) {
        for (frame, bytes) in wire.receive(bytes, at: time.now) { handle(frame, bytes, at: time) }
    }

    mutating func tick(at time: PeerTime) {
        for (frame, bytes) in wire.expire(at: time.now) { handle(frame, bytes, at: time) }
        let news = measure(until: time)
        guard monitor.edition != .addressed, !isSilent(at: time) else { return }
        askForTime(at: time)
        repeatDue(at: time)
        for (kind, period) in news.over {
            upload(kind.rawValue, items: statistics(of: period), at: time)
        }
        beat(at: time)
        guard let newest = news.newest else { return }
        // With the time they were measured at: what is sent late must not have the time of the next.
        if sendsRealtime { upload("2011", items: realtime(newest.values, at: newest.time), at: time) }
        if sendsState { upload("2021", items: [dataTime(clock(time)), Array("SB1-RS=1".utf8)], at: time) }
    }

    private mutating func handle(_ frame: IncomingFrame, _ bytes: [UInt8], at time: PeerTime) {
        if monitor.edition == .addressed {
            answerPoll(frame, bytes, at: time)
        } else {
            handle(frame, at: time)
        }
    }

    /// Measures all that is due: the newest values, and what is over since the last but one.
    private mutating func measure(
        until time: PeerTime
    ) -> (
        newest: (values: [Double], time: PeerTime)?,
        over: [(kind: InstrumentMemory.Kind, period: InstrumentMemory.Period)]
    ) {
        var due = max(next ?? begin(at: time), time.now - Self.longestPause)
        var newest: (values: [Double], time: PeerTime)?
        var over: [(kind: InstrumentMemory.Kind, period: InstrumentMemory.Period)] = []
        while due <= time.now {
            let measured = self.values(at: due)
            let moment = PeerTime(due, time.wall - (time.now - due))
            over = memory.add(measured, at: clock(moment))
            newest = (measured, moment)
            due = due + interval
        }
        next = due
        // An hour or a day that it knows only in part is nothing to tell unasked.
        return (newest, over.filter { $0.kind == .minute || $0.period.isWhole })
    }

    /// Fills the memory with what was before the start, a measurement a minute.
    private mutating func begin(at time: PeerTime) -> Uptime {
        var ago = monitor.past
        while ago > .zero {
            _ = memory.add(values(at: time.now - ago), at: clock(time) - ago)
            ago = ago - .seconds(60)
        }
        return time.now
    }

    func values(at now: Uptime) -> [Double] {
        let moment = moments(now)
        return monitor.factors.map { $0.quantity.value(at: moment) }
    }

    private mutating func askForTime(at time: PeerTime) {
        guard monitor.asksForTime, !hasAskedForTime, monitor.edition != .hj2005 else { return }
        hasAskedForTime = true
        notify("1013", at: time)
    }

    private mutating func beat(at time: PeerTime) {
        guard monitor.edition.hasHeartbeat, time.now >= nextHeartbeat ?? time.now + monitor.heartbeat else {
            nextHeartbeat = nextHeartbeat ?? time.now + monitor.heartbeat
            return
        }
        nextHeartbeat = time.now + monitor.heartbeat
        notify("9015", at: time)
    }

    func isSilent(at time: PeerTime) -> Bool { monitor.silence?.contains(moments(time.now).phase) ?? false }

    /// What the instrument's own clock shows.
    func clock(_ time: PeerTime) -> WallInstant { time.wall + clockError }
}
