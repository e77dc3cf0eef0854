import Telemetry

/// One connection of a simulated centre: acknowledges data (9014) and notifications (9013), counts them, and makes its
/// requests. Source: HJ 212-2017, 6.4 to 6.6; HJ/T 212-2005 and HJ 212-2025 where they differ.
struct CentreMachine: PeerMachine {
    /// A request that is not finished.
    private struct Outstanding: Sendable {
        let qn: String
        let command: String
        let frame: OutgoingFrame
        var moved: Uptime
        var repeats = 0
        /// Whether 9011 has come.
        var isAccepted = false
    }

    private static let outstandingLimit = 64

    private let centre: SimulatedCentre
    private let ledger: CentreLedger
    var wire: PeerWire
    /// The first field machine of the connection, in the form of its last frame.
    private var partner: IncomingFrame?
    /// When each request is due.
    private var due: [Uptime] = []
    private var outstanding: [Outstanding] = []
    private var lastNumber: Int64 = 0

    init(_ centre: SimulatedCentre, ledger: CentreLedger) {
        self.centre = centre
        self.ledger = ledger
        wire = PeerWire(
            writer: FrameWriter(plan: FaultPlan(centre.faults, seed: centre.seed)),
            cutter: FrameCutter(keys: centre.keys))
    }

    var pace: Duration { .milliseconds(20) }

    mutating func opened(at time: PeerTime) { wire.reset() }

    mutating func receive(_ bytes: ArraySlice<UInt8>, at time: PeerTime) {
        for (frame, _) in wire.receive(bytes, at: time.now) { handle(frame, at: time) }
    }

    mutating func tick(at time: PeerTime) {
        for (frame, _) in wire.expire(at: time.now) { handle(frame, at: time) }
        makeRequests(at: time)
        repeatRequests(at: time)
    }

    private mutating func handle(_ frame: IncomingFrame, at time: PeerTime) {
        let mn = frame["MN"] ?? ""
        if partner == nil { due = centre.requests.map { time.now + $0.after } }
        if partner == nil || partner?["MN"] == mn { partner = frame["ST"] == "91" ? partner ?? frame : frame }
        switch frame.command {
        case "9011", "9012": take(frame, mn: mn, at: time)
        case "9013", "9014", "": return
        case "9015", "1001", "1013", "2072": acknowledge(frame, by: "9013", at: time)
        // From a field machine this is the notice of its key; a response to a request of ours does not ask.
        case "1014" where frame.flag & 1 == 1: acknowledge(frame, by: "9013", at: time)
        case let command where command.hasPrefix("2") || command.hasPrefix("3"):
            _ = ledger.record(frame, mn: mn)
            touch(frame.qn, at: time)
            if frame.flag & 1 == 1 { acknowledge(frame, by: "9014", at: time) }
        default: touch(frame.qn, at: time)
        }
        // A clock that asks gets the time.
        if frame.command == "1013" { make(CentreRequest("1012"), at: time) }
    }

    // MARK: Answers

    /// In the edition of what is answered, which the version bits tell.
    private mutating func acknowledge(_ frame: IncomingFrame, by command: String, at time: PeerTime) {
        let common = [("ST", "91"), ("CN", command), ("PW", frame["PW"] ?? ""), ("MN", frame["MN"] ?? "")]
        let flag = ("Flag", "\(frame.flag & 0xFC)")
        guard frame.flag < 4 else {
            return wire.send(OutgoingFrame([("QN", frame.qn ?? "")] + common + [flag]), at: time.now)
        }
        // The 2005 edition names in the data area what is answered.
        var items = ["QN=\(frame.qn ?? "")"]
        if command == "9014" {
            items.append("CN=\(frame.command)")
            for name in ["PNUM", "PNO"] { if let value = frame[name] { items.append("\(name)=\(value)") } }
        }
        wire.send(OutgoingFrame(common + [flag], items: items), at: time.now)
    }

    // MARK: Requests

    private mutating func makeRequests(at time: PeerTime) {
        for (index, request) in centre.requests.enumerated() where index < due.count && time.now >= due[index] {
            due[index] = request.every.map { time.now + $0 } ?? .never
            make(request, at: time)
        }
    }

    private mutating func make(_ request: CentreRequest, at time: PeerTime) {
        guard let partner, outstanding.count < Self.outstandingLimit else { return }
        lastNumber = max(lastNumber + 1, time.wall.millisecondsSince1970)
        let qn = ZoneRules.china.civilTime(at: WallInstant(millisecondsSince1970: lastNumber)).compactWithMilliseconds
        // What a field machine sent in the 2005 edition may be without Flag.
        let version = partner["Flag"] == nil ? centre.edition.flag : partner.flag & 0xFC
        // Requests of the 2005 edition have both low bits set.
        let fields = [
            ("QN", qn), ("ST", partner["ST"] ?? "32"), ("CN", request.command), ("PW", centre.password),
            ("MN", partner["MN"] ?? ""), ("Flag", "\(version == 0 ? 3 : version | 1)"),
        ]
        let data = request.data(at: time.wall)
        let frame = OutgoingFrame(fields, items: data.isEmpty ? [] : [Array(data.utf8)])
        outstanding.append(Outstanding(qn: qn, command: request.command, frame: frame, moved: time.now))
        wire.send(frame, at: time.now)
    }

    /// Repeats what nobody took up; gives up what does not go on.
    private mutating func repeatRequests(at time: PeerTime) {
        for index in outstanding.indices where time.now - outstanding[index].moved >= centre.patience {
            outstanding[index].moved = time.now
            // What was taken up is not repeated, only missed.
            outstanding[index].repeats += outstanding[index].isAccepted ? centre.repeats + 1 : 1
            if outstanding[index].repeats <= centre.repeats { wire.send(outstanding[index].frame, at: time.now) }
        }
        let lost = outstanding.count { $0.repeats > centre.repeats }
        outstanding.removeAll { $0.repeats > centre.repeats }
        for _ in 0..<lost { ledger.note(executed: false, mn: partner?["MN"] ?? "") }
    }

    /// Something came that belongs to the request `qn`, or to the one that data is coming for.
    private mutating func touch(_ qn: String?, at time: PeerTime) {
        for index in outstanding.indices where outstanding[index].qn == qn || outstanding[index].isAccepted {
            outstanding[index].moved = time.now
        }
    }

    /// A field machine says that it will (9011) or that it has (9012).
    private mutating func take(_ frame: IncomingFrame, mn: String, at time: PeerTime) {
        guard let index = outstanding.firstIndex(where: { $0.qn == frame.qn }) else { return }
        outstanding[index].moved = time.now
        if frame.command == "9011", frame.value("QnRtn") == "1" {
            outstanding[index].isAccepted = true
            return
        }
        outstanding.remove(at: index)
        // No data is an answer, too.
        let result = frame.value("ExeRtn")
        ledger.note(executed: frame.command == "9012" && (result == "1" || result == "100"), mn: mn)
    }

    var summary: [String] { [] }
}
