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
        state.withLock { $0.mind.opened(connection.number) }
        if !isListening { note(.connected, of: allDevices) }
        log.recovered(trouble)
        log.log(.info, "instrument connected", [LogField("line", endpoint), LogField("peer", peer)])
        return .nothing
    }

    func received(_ bytes: ArraySlice<UInt8>, on connection: ConnectionID, at now: Uptime) -> LineReply {
        log.debug(
            "HJ 212 bytes received",
            [LogField("line", endpoint), LogField("connection", connection), LogField("bytes", Self.shown(bytes))])
        return handle(
            state.withLock { $0.mind.receive(bytes, on: connection.number, at: now, civil: Self.civil) },
            on: connection)
    }

    func tick(_ connection: ConnectionID, at now: Uptime) -> LineReply {
        handle(state.withLock { $0.mind.tick(at: now, civil: Self.civil) }, on: connection)
    }

    func closed(_ connection: ConnectionID, reason: BilingualText, at now: Uptime) {
        let (devices, events) = state.withLock { state in
            let devices = state.mind.devices(on: connection.number, of: instruments.count)
            return (devices, state.mind.closed(connection.number, at: now, civil: Self.civil))
        }
        _ = handle(events, on: nil)
        note(.connectionEnded(reason), of: devices)
        log.log(.info, "instrument disconnected", [LogField("line", endpoint), LogField("reason", reason.en)])
    }

    func trouble(_ text: BilingualText, at now: Uptime) {
        // Who is turned away at a listener is a stranger, or one of those that are missing.
        note(text, of: isListening ? missingDevices : allDevices, isStrange: isListening)
        guard isListening else { return log.failed(trouble, because: text.en) }
        // Who listens is not down: somebody was turned away.
        log.log(.warning, "connection not taken", [LogField("line", endpoint), LogField("reason", text.en)])
    }

    private var isListening: Bool { if case .listen = endpoint { true } else { false } }

    private var trouble: LogTrouble {
        LogTrouble("instrument line is down", over: "instrument line is up", [LogField("line", endpoint)])
    }

    private func trouble(of device: Int) -> LogTrouble {
        LogTrouble("instrument does not answer", over: "instrument answers", [LogField("instrument", name(device))])
    }

    // MARK: Problems

    private var allDevices: [Int] { Array(instruments.indices) }

    /// Those that were not heard on a connection that is open.
    private var missingDevices: [Int] {
        state.withLock { state in instruments.indices.filter { !state.mind.isConnected(device: $0) } }
    }

    /// Says that nothing has come yet. To be called before the line starts.
    func beginSilent() { if isListening { note(.neverConnected(to: endpoint), of: allDevices) } }

    /// Notes why nothing usable comes from some devices: for `status`, and for the alarm of their silence.
    private func note(_ problem: BilingualText, of devices: [Int], isStrange: Bool = false) {
        let news = state.withLock { $0.problems.note(problem, of: devices, isStrange: isStrange) }
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
            case .frame(let bytes, let device):
                state.withLock { $0.problems.end(device) }
                passThrough(bytes, of: places[device])
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
        if state.withLock({ $0.troubled.remove(device) }) != nil { log.recovered(trouble(of: device)) }
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

    /// Data that are no measurements.
    private func take(_ command: CommandCode, of device: Int) {
        guard command.isData else { return }
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
        tell(level, message, of: device, [.init("reason", remark.text.en)])
    }

    private func take(_ information: [DeviceInformation], of place: CorePlace) {
        guard !information.isEmpty else { return }
        core.step { machine, now, wall in
            place.index.map { machine.told(instrument: $0, information, at: now, wall: wall) } ?? []
        }
    }

    private func passThrough(_ bytes: [UInt8], of place: CorePlace) {
        core.step { machine, _, wall in
            place.index.map { machine.receivedFrame(instrument: $0, bytes: bytes, wall: wall) } ?? []
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
            let device = state.withLock { $0.mind.device(on: connection) }
            note(.badBytes(defect), of: device.map { [$0] } ?? missingDevices, isStrange: device == nil)
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
        case .partial(let command, let missing, let device):
            let numbers = missing.map { String($0) }.joined(separator: ",")
            tell(
                .warning, "HJ 212 packets missing", of: device,
                [.init("command", command.rawValue), .init("packets", numbers)])
        case .unanswered(let device):
            note(.noAnswer, of: [device])
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

    private func tell(_ refusal: Refusal) {
        for device in refusal.device.map({ [$0] }) ?? missingDevices {
            note(.refused(refusal, expected: instruments[device].mn), of: [device])
        }
        // A healthy line has nobody for whom this could be meant.
        if refusal.device == nil { note(.refused(refusal, expected: nil), of: [], isStrange: true) }
        let isNews = state.withLock { $0.problems.isNews("\(refusal.reason.rawValue) \(refusal.mn)") }
        guard isNews else { return }
        log.log(
            .warning, "HJ 212 frame refused",
            [
                LogField("line", endpoint), LogField("reason", refusal.reason.rawValue), LogField("mn", refusal.mn),
            ])
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
