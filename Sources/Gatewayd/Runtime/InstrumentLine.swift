import GatewayCore
import HostSystem
import Protocol
import Synchronization
import Telemetry

/// The HJ 212 instruments behind one address or serial port: their host, and what it wants done.
final class InstrumentLine: LineHandler {
    private struct State {
        var mind: LineMind
        var problems = LineProblems()
        /// What keeps devices from being used, by device.
        var held: [Int: NamedFileFault]
        /// Devices that may be in trouble, so that nothing is looked up while all is well.
        var troubled: Set<Int>
        /// Devices whose last frame was refused.
        var refused: Set<Int> = []
        var intrusions = IntrusionWatch()
        /// Who waits for the end of an order.
        var waiting: [OrderID: @Sendable (OrderReport) -> Void] = [:]
    }

    /// The instruments of the line and where they stand; the mind counts its devices in the same order.
    let instruments: [InstrumentConfiguration]
    let places: [CorePlace]
    private let endpoint: LineEndpoint
    let core: CoreHost
    let log: LogSink
    private let state: Mutex<State>
    /// To send on other connections than the one that is being served; there while the line runs.
    private let line = Mutex<Line?>(nil)

    init(
        _ endpoint: LineEndpoint, _ group: InstrumentGroup, of all: [InstrumentConfiguration], core: CoreHost,
        log: LogSink
    ) {
        self.endpoint = endpoint
        instruments = group.members.map { all[$0] }
        places = group.members.map { CorePlace($0) }
        self.core = core
        self.log = log
        state = Mutex(State(mind: group.mind, held: group.held, troubled: Set(group.members.indices)))
    }

    /// What keeps instruments from being used.
    var held: [Int: NamedFileFault] { state.withLock { $0.held } }

    func hold(_ device: Int, because fault: NamedFileFault) { state.withLock { $0.held[device] = fault } }

    func release(_ device: Int, _ files: PartFiles) {
        state.withLock { state in
            state.held[device] = nil
            state.mind.release(device, password: files.secret, keys: files.keys ?? KeyRing())
        }
    }

    /// To be called before the line starts, and with nil after its end.
    func use(_ line: Line?) { self.line.withLock { $0 = line } }

    /// Good frames of a device, what was wrong with it so far, and its present problem.
    func statistics(ofDevice device: Int) -> (frames: Int, failures: Int, problem: BilingualText?) {
        state.withLock { state in
            let counters = state.mind.counters
            return (
                counters.framesOfDevice[device] ?? 0, counters.failuresOfDevice[device] ?? 0,
                state.held[device]?.words ?? state.problems[device]
            )
        }
    }

    /// What came on the line from nobody that is known, and the last of it in words.
    var strangers: (counters: InstrumentHost.Strangers, problem: BilingualText?) {
        state.withLock { ($0.mind.counters.strangers, $0.problems.ofStrangers) }
    }

    /// Frames and questions of the instruments of the line, and those of them that went wrong. What strangers send does not
    /// count.
    var requestCount: RequestCount {
        state.withLock { state in
            let counters = state.mind.counters
            let strangers = counters.strangers
            let failures = counters.defects.values.reduce(state.mind.unanswered - strangers.defects, +)
            let commonest = counters.defects.max { ($0.value, $0.key.rawValue) < ($1.value, $1.key.rawValue) }
            return RequestCount(
                requests: UInt64(max(0, counters.frames - strangers.frames + failures)),
                failures: UInt64(max(0, failures)), reason: commonest?.key.words)
        }
    }

    /// Who else than its instruments was seen at the line.
    func intrusions(at now: Uptime) -> [IntrusionWatch.Report] { state.withLock { $0.intrusions.reports(at: now) } }

    /// Where the line is.
    var address: String { "\(endpoint)" }

    /// Asks a device of the line for something; `end` is told how that ended, on some thread. False when too many orders
    /// wait already; nil when this line takes no orders.
    func order(
        _ request: HostRequest, device: Int, end: @escaping @Sendable (OrderReport) -> Void
    ) -> Bool? {
        let answer = state.withLock { state -> (isTaken: Bool?, events: [HostEvent]) in
            guard state.mind.host != nil else { return (nil, []) }
            let given = state.mind.host?.order(request, ofDevice: device, at: SystemClock.uptime, civil: Self.civil)
            guard let order = given else { return (false, []) }
            state.waiting[order.id] = end
            return (true, order.events)
        }
        _ = handle(answer.events, on: nil)
        return answer.isTaken
    }

    /// China Standard Time, in which HJ 212 counts.
    private static var civil: CivilTime { ZoneRules.china.civilTime(at: SystemClock.wall) }

    // MARK: LineHandler

    func opened(_ connection: ConnectionID, peer: String, at now: Uptime) -> LineReply {
        state.withLock { state in
            state.mind.opened(connection.number)
            state.problems.opened(connection.number, peer: peer, at: now)
        }
        // How a connection ended before says more than that there is one again.
        if !isListening { note(.absent, .connected, of: allDevices, over: [.absent, .closed, .unanswered]) }
        log.recovered(trouble)
        log.log(.info, "instrument connected", [LogField("line", endpoint), LogField("peer", peer)])
        return .nothing
    }

    func received(_ bytes: ArraySlice<UInt8>, on connection: ConnectionID, at now: Uptime) -> LineReply {
        log.debug(
            "HJ 212 bytes received",
            [LogField("line", endpoint), LogField("connection", connection), LogField("bytes", Self.shown(bytes))])
        let events = state.withLock { state in
            state.problems.received(on: connection.number, at: now)
            return state.mind.receive(bytes, on: connection.number, at: now, civil: Self.civil)
        }
        return handle(events, on: connection)
    }

    func tick(_ connection: ConnectionID, at now: Uptime) -> LineReply {
        let reply = handle(state.withLock { $0.mind.tick(at: now, civil: Self.civil) }, on: connection)
        noteSilence(on: connection.number, at: now)
        return reply
    }

    func closed(_ connection: ConnectionID, reason: BilingualText, at now: Uptime) {
        let (devices, events, wasHeard) = state.withLock { state in
            let devices = state.mind.devices(on: connection.number, of: instruments.count)
            let events = state.mind.closed(connection.number, at: now, civil: Self.civil)
            return (devices, events, state.problems.closed(connection.number))
        }
        _ = handle(events, on: nil)
        let text = BilingualText.connectionEnded(reason)
        if wasHeard {
            note(.ended, text, of: isListening ? devices : allDevices)
        } else {
            // Why it brought nothing says more than that it ended.
            let own: [LineProblems.Kind] = [.quiet(connection: connection.number)]
            note(
                .ended, text, of: isListening ? missingDevices : allDevices,
                over: isListening ? own : own + [.absent, .closed, .ended, .unanswered])
        }
        if !isListening { state.withLock { $0.problems.forgetHeard() } }
        log.log(.info, "instrument disconnected", [LogField("line", endpoint), LogField("reason", reason.en)])
    }

    func failed(_ error: SystemError, at now: Uptime) {
        let text = BilingualText.notOpen(error)
        note(.closed, text, of: isListening ? missingDevices : allDevices)
        if isListening { notTaken(text) } else { log.failed(trouble, because: text.en) }
    }

    func trouble(_ text: BilingualText, at now: Uptime) {
        // Who is turned away at a listener is a stranger, or one of those that are missing. The line is not down.
        note(.closed, text, of: missingDevices)
        notTaken(text)
    }

    func crowded(host: String, at now: Uptime) {
        state.withLock { $0.intrusions.note(.turnedAway, host: host, at: now) }
    }

    private func notTaken(_ reason: BilingualText) {
        state.withLock { $0.problems.note(ofStrangers: reason) }
        log.log(.warning, "connection not taken", [LogField("line", endpoint), LogField("reason", reason.en)])
    }

    private var isListening: Bool { if case .listen = endpoint { true } else { false } }

    private var trouble: LogTrouble {
        LogTrouble("instrument line is down", over: "instrument line is up", [LogField("line", endpoint)])
    }

    private func trouble(of device: Int) -> LogTrouble {
        LogTrouble("instrument does not answer", over: "instrument answers", [LogField("instrument", name(device))])
    }

    private func refusal(of device: Int) -> LogTrouble {
        LogTrouble(
            "HJ 212 frames of an instrument refused", over: "HJ 212 frames of the instrument are taken",
            [LogField("line", endpoint), LogField("instrument", name(device))])
    }

    // MARK: Problems

    private var allDevices: [Int] { Array(instruments.indices) }

    /// Those that were not heard on a connection that is open.
    private var missingDevices: [Int] {
        state.withLock { state in
            instruments.indices.filter { device in
                // Behind a connection of our own, or a port, is who is heard there.
                isListening ? !state.mind.isConnected(device: device) : !state.problems.heard.contains(device)
            }
        }
    }

    /// Says that nothing has come yet. To be called before the line starts.
    func beginSilent() { if isListening { note(.absent, .neverConnected(to: endpoint), of: allDevices) } }

    /// Says of a connection that has long been open that nothing comes on it, or no frame.
    private func noteSilence(on connection: UInt64, at now: Uptime) {
        let found = state.withLock { state in
            state.problems.takeProblem(of: connection, at: now).map { ($0, state.mind.device(on: connection)) }
        }
        guard let (problem, device) = found else { return }
        let devices = device.map { [$0] } ?? missingDevices
        if problem.kind == .useless { return note(problem.kind, problem.text, of: devices) }
        // On a listener it may be of somebody else: what is known for certain stays.
        note(
            problem.kind, problem.text, of: devices,
            over: isListening ? [.absent, .ended] : [.absent, .closed, .ended, .useless])
    }

    /// Notes why nothing usable comes from some devices: for `status`, and for the alarm of their silence. `over`: only where
    /// no problem is known but one of these kinds.
    private func note(
        _ kind: LineProblems.Kind, _ problem: BilingualText, of devices: [Int], over: [LineProblems.Kind]? = nil
    ) {
        let news = state.withLock { state in
            let devices = over.map { kinds in devices.filter { state.problems.allows($0, kinds) } } ?? devices
            return state.problems.note(kind, problem, of: devices)
        }
        guard !news.isEmpty else { return }
        core.step { machine, _, _ in
            for device in news {
                if let index = places[device].index { machine.instrumentFailed(index, because: problem) }
            }
            return []
        }
    }

    // MARK: Events

    /// Does what the host wants; what concerns `connection` becomes the line's reply.
    private func handle(_ events: [HostEvent], on connection: ConnectionID?) -> LineReply {
        var reply = LineReply.nothing
        for event in events {
            switch event {
            case .send(let bytes, let number) where number == connection?.number:
                reply.bytes += bytes
                tellSent(bytes, on: number)
            case .send(let bytes, let number): send(bytes, to: ConnectionID(number: number))
            case .close(let number, let reason) where number == connection?.number: reply.closing = reason
            case .close(let number, let reason):
                running?.close(ConnectionID(number: number), reason: reason)
            case .upload(let upload, let device):
                isHeard(device)
                take(upload, of: device)
            case .done(let report):
                if report.succeeded { isHeard(report.device) }
                take(report.information, of: places[report.device])
                end(report)
            case .message(.deviceInformation(_, let told), let device):
                take(told, of: places[device])
                tell(event)
            case .duplicate(let command, let device): takeAgain(command, of: places[device])
            case .frame(let bytes, let command, let device):
                reply.isProof = true
                let absent = state.withLock { $0.problems.end(device, on: connection?.number) }
                note(.absent, isListening ? .neverConnected(to: endpoint) : .connected, of: absent)
                take(bytes, command, of: places[device])
            default: tell(event)
            }
        }
        return reply
    }

    private var running: Line? { line.withLock { $0 } }

    /// What is not sent now goes out with its repetition, if that can be sent.
    private func send(_ bytes: [UInt8], to connection: ConnectionID) {
        tellSent(bytes, on: connection.number)
        guard running?.send(bytes, to: connection) == false else { return }
        log.log(
            .warning, "HJ 212 frame not sent: too much waits for the instrument",
            [LogField("line", endpoint), LogField("bytes", bytes.count)])
    }

    /// A device has said something of use.
    private func isHeard(_ device: Int) {
        let (answers, isTaken) = state.withLock { state in
            (state.troubled.remove(device) != nil, state.refused.remove(device) != nil)
        }
        if answers { log.recovered(trouble(of: device)) }
        if isTaken { log.recovered(refusal(of: device)) }
    }

    private func tellSent(_ bytes: [UInt8], on connection: UInt64) {
        log.debug(
            "HJ 212 bytes sent",
            [
                LogField("line", endpoint), LogField("connection", ConnectionID(number: connection)),
                LogField("bytes", Self.shown(bytes[...])),
            ])
    }

    /// As text, without passwords.
    private static func shown(_ bytes: ArraySlice<UInt8>) -> String {
        EvidenceText.withoutPassword(ReadableText.of(bytes))
    }

    private func take(_ upload: HJ212Upload, of device: Int) {
        var remarks: [IntakeRemark] = []
        core.step { machine, now, wall in
            guard let index = places[device].index else { return [] }
            defer { remarks = machine.takeNewRemarks(ofInstrument: index) }
            return machine.received(instrument: index, upload, at: now, wall: wall)
        }
        for remark in remarks { tell(remark, of: device) }
    }

    /// What is no measurement.
    private func take(_ command: CommandCode, of device: Int) {
        // Of use are calls for the time and registrations, and parameters where they are compared; an answer that comes too
        // late is none of the instrument's doing.
        let isOfUse: Bool =
            switch command {
            case .askForCalibration, .askForKey, .reportHardware: true
            case .deviceInformation: !instruments[device].registered.isEmpty
            default: command.isAnswer
            }
        guard !isOfUse else { return }
        var remarks: [IntakeRemark] = []
        core.step { machine, _, wall in
            guard let index = places[device].index else { return [] }
            machine.receivedCommand(command, instrument: index, wall: wall)
            remarks = machine.takeNewRemarks(ofInstrument: index)
            return []
        }
        for remark in remarks { tell(remark, of: device) }
    }

    private func tell(_ remark: IntakeRemark, of device: Int) {
        let (level, message): (LogLevel, String) =
            switch remark.kind {
            case .unused: (.warning, "instrument data not used")
            case .hint: (.notice, "instrument data taken with a remark")
            case .clock: (.warning, "instrument clock is off")
            }
        // Each remark is news by itself, though it differ from another by a code only.
        log.log(
            level, message, [.init("instrument", name(device)), .init("reason", remark.text.en)], isRepeated: false)
    }

    private func take(_ information: [DeviceInformation], of place: CorePlace) {
        guard !information.isEmpty else { return }
        core.step { machine, now, wall in
            place.index.map { machine.told(instrument: $0, information, at: now, wall: wall) } ?? []
        }
    }

    private func take(_ frame: [UInt8], _ command: CommandCode?, of place: CorePlace) {
        core.step { machine, now, wall in
            guard let index = place.index else { return [] }
            machine.heard(command, from: index, at: now)
            return machine.receivedFrame(instrument: index, bytes: frame, wall: wall)
        }
    }

    private func takeAgain(_ command: CommandCode, of place: CorePlace) {
        core.step { machine, _, _ in
            if let index = place.index { machine.receivedAgain(command, instrument: index) }
            return []
        }
    }

    private func end(_ report: OrderReport) {
        let end = state.withLock { $0.waiting.removeValue(forKey: report.id) }
        end?(report)
    }

    /// What people should know of.
    private func tell(_ event: HostEvent) {
        switch event {
        case .defect(let defect, let connection):
            let device = state.withLock { state in
                state.problems.refused(on: connection)
                return state.mind.device(on: connection)
            }
            let problem = BilingualText.badBytes(defect.faults.first ?? .garbage(sample: []))
            note(.useless, problem, of: device.map { [$0] } ?? missingDevices)
            if device == nil { state.withLock { $0.problems.note(ofStrangers: problem) } }
            log.log(
                .warning, "HJ 212 bytes skipped",
                [
                    LogField("line", endpoint), LogField("error", defect.kind.rawValue),
                    LogField("bytes", defect.length), LogField("detail", defect.detail),
                ])
        case .tolerated(let defect, _) where defect.frame != nil:
            log.log(
                .info, "HJ 212 frame repaired", [LogField("line", endpoint), LogField("detail", defect.detail)])
        case .refused(let refusal): tell(refusal)
        case .rival(let device, let connection, let earlier): tell(ofRival: device, on: connection, besides: earlier)
        case .partial(let command, let missing, let device):
            let numbers = missing.map { String($0) }.joined(separator: ",")
            tell(
                .warning, "HJ 212 packets missing", of: device,
                [.init("command", command.rawValue), .init("packets", numbers)])
        case .unanswered(let device):
            // Something that cannot be used is another trouble than silence.
            if state.withLock({ $0.problems.unanswered() }) {
                note(
                    .useless, .badBytes(.garbage(sample: [])), of: [device],
                    over: [.absent, .closed, .ended, .unanswered])
            } else {
                note(.unanswered, .noAnswer, of: [device])
            }
            state.withLock { _ = $0.troubled.insert(device) }
            log.failed(trouble(of: device), because: "no answer in time")
        case .other(let packet, let device):
            if let command = packet.cn { take(command, of: device) }
            tell(
                .info, "HJ 212 packet not understood", of: device,
                [.init("command", packet.cn.map { String($0.rawValue) } ?? "-")])
        case .message(let message, let device) where message != .heartbeat:
            take(message.command, of: device)
            let text = ReadableText.of(message.area(edition: .hj2017).bytes, limit: 1_000)
            tell(
                .info, "instrument reports", of: device,
                [.init("command", message.command.rawValue), .init("data", text)])
        default: break
        }
    }

    /// A device speaks on two connections. From one address that is a connection that ended unseen; from two it may be two.
    private func tell(ofRival device: Int, on connection: UInt64, besides earlier: UInt64) {
        state.withLock { state in
            guard let host = state.problems.host(of: connection), host != state.problems.host(of: earlier) else {
                return
            }
            state.intrusions.note(.secondPeer, host: host, mn: instruments[device].mn, at: SystemClock.uptime)
        }
    }

    private func tell(_ refusal: Refusal) {
        state.withLock { state in
            state.problems.refused(on: refusal.connection)
            guard isListening, refusal.reason != .held, let host = state.problems.host(of: refusal.connection)
            else { return }
            state.intrusions.note(.refused, host: host, mn: refusal.mn, at: SystemClock.uptime)
        }
        // An MN that nobody has may be that of one that is missing. Any other is known, and of nobody else.
        let meant = refusal.reason == .unknownMN ? missingDevices : []
        for device in refusal.device.map({ [$0] }) ?? meant {
            note(.useless, .refused(refusal, wanted: instruments[device]), of: [device])
        }
        if refusal.device == nil {
            state.withLock { $0.problems.note(ofStrangers: .refused(refusal, wanted: nil)) }
        }
        // What bears the MN of a device is the trouble of that device, however many strangers there are.
        let known = instruments.firstIndex { refusal.reason != .unknownMN && $0.mn == refusal.mn }
        if let device = refusal.device ?? known {
            state.withLock { _ = $0.refused.insert(device) }
            return log.failed(
                self.refusal(of: device), because: refusal.reason.rawValue, [LogField("mn", refusal.mn)])
        }
        let isNews = state.withLock { $0.problems.isNews("\(refusal.reason.rawValue) \(refusal.mn)") }
        guard isNews else { return }
        log.log(
            .warning, "HJ 212 frame refused",
            [
                LogField("line", endpoint), LogField("reason", refusal.reason.rawValue), LogField("mn", refusal.mn),
            ], isRepeated: false)
    }

    private func tell(_ level: LogLevel, _ text: String, of device: Int, _ fields: [LogField]) {
        log.log(level, text, [LogField("instrument", name(device))] + fields)
    }

    private func name(_ device: Int) -> String { instruments[device].id }
}

extension LineEndpoint {
    init(_ transport: InstrumentTransport) {
        switch transport {
        case .listen(let host, let port): self = .listen(host: host, port: port)
        case .connect(let host, let port): self = .connect(host: host, port: port)
        case .serial(let settings): self = .serial(settings)
        }
    }
}
