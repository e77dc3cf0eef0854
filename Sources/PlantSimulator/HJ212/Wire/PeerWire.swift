import Telemetry

/// The time of both clocks.
struct PeerTime: Equatable, Sendable {
    var now: Uptime
    var wall: WallInstant

    init(_ now: Uptime, _ wall: WallInstant) {
        self.now = now
        self.wall = wall
    }
}

/// What a simulated peer and the line exchange: frames go in and out, bytes wait for their moment, people are told.
struct PeerWire: Sendable {
    private struct Write {
        let bytes: [UInt8]
        let due: Uptime
        let closes: Bool
    }

    /// Between two bytes of a slow frame.
    private static let trickle = Duration.milliseconds(20)
    /// How late a late frame is.
    static let lateness = Duration.seconds(7)
    /// How long the rest of a frame is waited for.
    private static let patience = Duration.seconds(5)
    private static let logLimit = 1_000
    private static let waitingLimit = 20_000

    var writer: FrameWriter
    var cutter: FrameCutter
    /// Whether somebody reads ``takeLog()``.
    var isLogging = false
    private var waiting: [Write] = []
    private var lastDue = Uptime.zero
    private var lastHeard = Uptime.zero
    private var log: [String] = []
    /// Good frames that came, and pieces of anything else.
    private(set) var received = 0
    private(set) var refused = 0
    /// Frames that went, be they wrong.
    private(set) var sent = 0

    init(writer: FrameWriter, cutter: FrameCutter) {
        self.writer = writer
        self.cutter = cutter
    }

    /// Takes what came; the good frames in it with their bytes.
    mutating func receive(_ bytes: some Sequence<UInt8>, at now: Uptime) -> [(frame: IncomingFrame, bytes: [UInt8])] {
        lastHeard = now
        return taken(cutter.feed(bytes))
    }

    /// Gives up a frame whose rest does not come; the good frames behind its beginning.
    mutating func expire(at now: Uptime) -> [(frame: IncomingFrame, bytes: [UInt8])] {
        guard cutter.isWaiting, now - lastHeard >= Self.patience else { return [] }
        return taken(cutter.expire())
    }

    private mutating func taken(_ items: [FrameCutter.Item]) -> [(frame: IncomingFrame, bytes: [UInt8])] {
        items.compactMap { item in
            switch item {
            case .frame(let frame, let bytes):
                received += 1
                note("←", bytes, frame.isEncrypted ? ["encrypted"] : [])
                return (frame, bytes)
            case .junk(let bytes):
                refused += 1
                note("←", bytes, ["no good frame"])
                return nil
            }
        }
    }

    /// Writes `frame`, with its faults, as soon as what waits is written.
    mutating func send(_ frame: OutgoingFrame, at now: Uptime) {
        sent += 1
        let written = writer.write(frame)
        note("→", written.frame, written.struck.map(\.rawValue))
        guard waiting.count + written.writes.count <= Self.waitingLimit else { return }
        let isLate = written.isStruck(by: .late)
        var due = isLate ? now + Self.lateness : max(now, lastDue)
        for (index, bytes) in written.writes.enumerated() {
            if written.isStruck(by: .slow) { due = due + Self.trickle }
            let closes = written.isStruck(by: .close) && index == written.writes.count - 1
            waiting.append(Write(bytes: bytes, due: due, closes: closes))
        }
        if !isLate { lastDue = due }
    }

    /// What is to be written now, and whether the connection is to be closed afterwards.
    mutating func takeDue(at now: Uptime) -> (writes: [[UInt8]], closes: Bool) {
        let due = waiting.filter { $0.due <= now }
        waiting.removeAll { $0.due <= now }
        return (due.map(\.bytes), due.contains { $0.closes })
    }

    /// Forgets what belongs to a connection.
    mutating func reset() {
        waiting = []
        lastDue = .zero
        cutter = FrameCutter(isAddressed: cutter.isAddressed, keys: cutter.keys)
    }

    mutating func takeLog() -> [String] {
        defer { log = [] }
        return log
    }

    private mutating func note(_ arrow: String, _ bytes: [UInt8], _ remarks: [String]) {
        guard isLogging, log.count < Self.logLimit else { return }
        let remark = remarks.isEmpty ? "" : "[\(remarks.joined(separator: ", "))] "
        log.append("\(arrow) \(remark)\(FrameText.oneLine(bytes))")
    }
}
