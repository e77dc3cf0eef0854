import GatewayCore
import HostSystem
import Protocol
import Synchronization
import Telemetry

/// The HJ 212 instruments behind one address or serial port: a session for each connection.
final class InstrumentLine: LineHandler {
    private struct State {
        var sessions: [ConnectionID: InstrumentSession] = [:]
        /// Of connections that are gone.
        var frames = 0
        var defects = 0
        var lastError: String?
    }

    /// Indices into the configuration's instruments.
    let instruments: [Int]
    private let endpoint: LineEndpoint
    private let byMN: [String: Int]
    private let core: CoreHost
    private let log: LogSink
    private let state = Mutex(State())

    init(
        _ endpoint: LineEndpoint, instruments: [(index: Int, mn: String?)], core: CoreHost, log: LogSink
    ) {
        self.endpoint = endpoint
        self.instruments = instruments.map(\.index)
        byMN = Dictionary(
            instruments.compactMap { entry in entry.mn.map { ($0, entry.index) } },
            uniquingKeysWith: { first, _ in first })
        self.core = core
        self.log = log
    }

    /// Frames taken and defects found on all connections so far, and the last problem.
    var statistics: (frames: Int, defects: Int, lastError: String?) {
        state.withLock { state in
            let open = state.sessions.values.map(\.counters)
            return (
                open.reduce(state.frames) { $0 + $1.frames }, open.reduce(state.defects) { $0 + $1.allDefects },
                state.lastError
            )
        }
    }

    // MARK: LineHandler

    func opened(_ connection: ConnectionID, peer: String, at now: Uptime) -> LineReply {
        state.withLock { state in
            state.sessions[connection] = InstrumentSession(accepting: byMN.isEmpty ? nil : Set(byMN.keys))
            state.lastError = nil
        }
        log.log(.info, "instrument connected", [LogField("line", endpoint), LogField("peer", peer)])
        return .nothing
    }

    func received(_ bytes: ArraySlice<UInt8>, on connection: ConnectionID, at now: Uptime) -> LineReply {
        .send(handle(state.withLock { $0.sessions[connection]?.receive(bytes, at: now) ?? [] }))
    }

    func tick(_ connection: ConnectionID, at now: Uptime) -> LineReply {
        .send(handle(state.withLock { $0.sessions[connection]?.tick(at: now) ?? [] }))
    }

    func closed(_ connection: ConnectionID, reason: String, at now: Uptime) {
        state.withLock { state in
            if let counters = state.sessions.removeValue(forKey: connection)?.counters {
                state.frames += counters.frames
                state.defects += counters.allDefects
            }
            state.lastError = reason
        }
        log.log(.info, "instrument disconnected", [LogField("line", endpoint), LogField("reason", reason)])
    }

    func trouble(_ text: String, at now: Uptime) {
        state.withLock { $0.lastError = text }
        log.log(.warning, "instrument line is down", [LogField("line", endpoint), LogField("reason", text)])
    }

    // MARK: Events

    private func handle(_ events: [InstrumentSession.Event]) -> [UInt8] {
        var replies: [UInt8] = []
        for event in events {
            switch event {
            case .reply(let bytes): replies += bytes
            case .upload(let upload): take(upload)
            case .defect(let defect):
                log.log(
                    .warning, "HJ 212 bytes skipped",
                    [
                        LogField("line", endpoint), LogField("error", defect.kind.rawValue),
                        LogField("bytes", defect.length), LogField("detail", defect.detail),
                    ])
            case .tolerated, .duplicate, .other: break
            case .refused(let mn, _):
                log.log(
                    .warning, "HJ 212 frame of an unknown MN", [LogField("line", endpoint), LogField("mn", mn)])
            }
        }
        return replies
    }

    private func take(_ upload: HJ212Upload) {
        guard let instrument = byMN[upload.mn] ?? instruments.first else { return }
        core.step { machine, now, wall in machine.received(instrument: instrument, upload, at: now, wall: wall) }
    }
}

extension InstrumentSession.Counters {
    /// Everything that was no good frame of an expected device.
    fileprivate var allDefects: Int { defects.values.reduce(refused, +) }
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
