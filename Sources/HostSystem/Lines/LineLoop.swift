import Glibc
import Telemetry

/// The body of a line's thread: waits for bytes, connections, wishes and time, and tells the handler.
@safe
final class LineLoop {
    private let line: Line
    private let opener: any LineOpener
    private let admission: Admission
    private var connections: [ConnectionID: LineConnection] = [:]
    private var lastNumber: UInt64 = 0
    private var nextTick = Uptime.never
    private var lastTrouble: String?
    /// What was said of refused peers, each once. Whoever keeps trying from many addresses cannot fill it or the log.
    private var refusals: Set<String> = []
    private static let mostRefusals = 64
    private var buffer = [UInt8](repeating: 0, count: 4_096)

    init(_ line: Line, opener: any LineOpener) {
        self.line = line
        self.opener = opener
        admission = Admission(line.limits)
    }

    func run() {
        while !line.isStopping {
            let ready = waitForWork()
            let now = SystemClock.uptime
            line.beat?()
            for wish in line.takeWishes() { perform(wish.reply, on: wish.connection, at: now) }
            for (id, events) in ready.connections { serve(id, events, at: now) }
            open(ready: ready.opener, at: now)
            tickWhenDue(at: now)
            closeOverdue(at: now)
        }
        let now = SystemClock.uptime
        for id in connections.keys { finish(id, reason: .init("line stopped", zh: "线路已停止"), at: now) }
    }

    // MARK: Waiting

    private struct Ready {
        var opener = false
        var connections: [(ConnectionID, Int16)] = []
    }

    private func waitForWork() -> Ready {
        let ids = connections.keys.sorted { $0.number < $1.number }
        var entries = [pollfd(fd: line.wake.raw, events: Int16(POLLIN), revents: 0)]
        for id in ids {
            guard let connection = connections[id] else { continue }
            let wanted = connection.waitingBytes > 0 ? POLLIN | POLLOUT : POLLIN
            entries.append(pollfd(fd: connection.descriptor.raw, events: Int16(wanted), revents: 0))
        }
        let watched = opener.watched
        if let watched { entries.append(pollfd(fd: watched.descriptor, events: watched.events, revents: 0)) }
        let count = unsafe poll(&entries, nfds_t(entries.count), pollTimeout(until: deadline()))
        guard count > 0 else { return Ready() }
        if entries[0].revents != 0 { line.wake.clear() }
        var ready = Ready()
        for (index, id) in ids.enumerated() where entries[index + 1].revents != 0 {
            ready.connections.append((id, entries[index + 1].revents))
        }
        if watched != nil, let last = entries.last { ready.opener = last.revents != 0 }
        return ready
    }

    private func deadline() -> Uptime {
        var deadline = min(opener.deadline, nextTick)
        for connection in connections.values { deadline = min(deadline, expiry(of: connection).moment) }
        // A beat must come although nothing happens.
        if line.beat != nil { deadline = min(deadline, SystemClock.uptime + .seconds(1)) }
        return deadline
    }

    /// When `connection` has been silent or open for too long, and what is said then.
    private func expiry(of connection: LineConnection) -> (moment: Uptime, reason: BilingualText) {
        var expiry = (moment: Uptime.never, reason: BilingualText(verbatim: ""))
        if let idle = line.limits.idle, connection.medium == .network {
            let seconds = Int(idle.inSeconds.rounded())
            expiry = (connection.lastHeard + idle, .init("silent for \(seconds) s", zh: "\(seconds) 秒没有数据"))
        }
        if let limit = line.limits.firstByte, connection.medium == .network, !connection.hasHeard,
            connection.openedAt + limit < expiry.moment
        {
            let seconds = Int(limit.inSeconds.rounded())
            expiry = (connection.openedAt + limit, .init("said nothing for \(seconds) s", zh: "连接后 \(seconds) 秒没有数据"))
        }
        if let lifetime = line.limits.lifetime, connection.openedAt + lifetime < expiry.moment {
            let seconds = Int(lifetime.inSeconds.rounded())
            expiry = (connection.openedAt + lifetime, .init("open for \(seconds) s", zh: "连接已有 \(seconds) 秒"))
        }
        return expiry
    }

    // MARK: Serving

    private func serve(_ id: ConnectionID, _ events: Int16, at now: Uptime) {
        guard let connection = connections[id] else { return }
        if events & Int16(POLLOUT) != 0 { flush(id, connection, at: now) }
        guard connections[id] != nil, events & ~Int16(POLLOUT) != 0 else { return }
        switch connection.read(into: &buffer, at: now) {
        case .moved(0):
            return
        case .moved(let count):
            line.updateStatus { $0.count(in: count, out: 0, on: id) }
            // What comes after the decision to close is not looked at.
            guard connection.closing == nil else { return }
            perform(line.handler.received(buffer[..<count], on: id, at: now), on: id, at: now)
        case .ended(let reason):
            finish(id, reason: reason, at: now)
        }
    }

    private func perform(_ reply: LineReply, on id: ConnectionID, at now: Uptime) {
        guard reply != .nothing, let connection = connections[id] else { return }
        if reply.isProof { connection.isProven = true }
        if !reply.bytes.isEmpty, !connection.enqueue(reply.bytes, limit: line.limits.waitingBytes) {
            return finish(id, reason: .init("reads too slowly", zh: "对方接收过慢"), at: now)
        }
        if connection.closing == nil { connection.closing = reply.closing }
        flush(id, connection, at: now)
    }

    private func flush(_ id: ConnectionID, _ connection: LineConnection, at now: Uptime) {
        switch connection.flush() {
        case .moved(let count):
            if count > 0 { line.updateStatus { $0.count(in: 0, out: count, on: id) } }
            if let reason = connection.closing, connection.waitingBytes == 0 { finish(id, reason: reason, at: now) }
        case .ended(let reason):
            finish(id, reason: reason, at: now)
        }
    }

    private func open(ready: Bool, at now: Uptime) {
        guard ready || now >= opener.deadline else { return }
        for event in opener.proceed(ready: ready, open: connections.count, at: now) {
            switch event {
            case .opened(let connection): admit(connection, at: now)
            case .failed(let error): report(error, at: now)
            case .refused(let text): refuse(text, at: now)
            }
        }
    }

    private func tickWhenDue(at now: Uptime) {
        guard now >= nextTick else { return }
        nextTick = connections.isEmpty ? .never : now + line.limits.tick
        for id in connections.keys { perform(line.handler.tick(id, at: now), on: id, at: now) }
    }

    private func closeOverdue(at now: Uptime) {
        for (id, connection) in connections {
            let expiry = expiry(of: connection)
            if now >= expiry.moment { finish(id, reason: expiry.reason, at: now) }
        }
    }

    // MARK: Connections

    /// Gives a new connection a place, that of another one if it must be.
    private func admit(_ connection: LineConnection, at now: Uptime) {
        guard connections.count >= fewest else { return add(connection, at: now) }
        let seats = connections.sorted { $0.key.number < $1.key.number }.map {
            Admission.Seat($0.key, host: $0.value.host, isProven: $0.value.isProven)
        }
        switch admission.verdict(on: connection.host, among: seats) {
        case .welcome: add(connection, at: now)
        case .inPlace(let oldest):
            if let host = connections[oldest]?.host { line.handler.crowded(host: host, at: now) }
            finish(oldest, reason: .init("gave its place to another", zh: "位置已让给新连接"), at: now)
            add(connection, at: now)
        case .refused(let text):
            line.handler.crowded(host: connection.host, at: now)
            refuse(text, at: now)
        }
    }

    /// With fewer connections there is room for everybody.
    private var fewest: Int { min(line.limits.connections, line.limits.connectionsOfHost ?? .max) }

    private func add(_ connection: LineConnection, at now: Uptime) {
        lastNumber += 1
        let id = ConnectionID(number: lastNumber)
        connections[id] = connection
        lastTrouble = nil
        if nextTick == .never { nextTick = now + line.limits.tick }
        let wall = SystemClock.wall
        line.updateStatus { $0.add(id, peer: connection.peer, at: wall) }
        perform(line.handler.opened(id, peer: connection.peer, at: now), on: id, at: now)
    }

    private func finish(_ id: ConnectionID, reason: BilingualText, at now: Uptime) {
        guard let connection = connections.removeValue(forKey: id) else { return }
        let wall = SystemClock.wall
        line.updateStatus { $0.remove(id, at: wall) }
        opener.ended(hadTraffic: connection.hasHeard, at: now)
        line.handler.closed(id, reason: reason, at: now)
    }

    private func refuse(_ text: BilingualText, at now: Uptime) {
        line.updateStatus {
            $0.refused += 1
            $0.lastError = text.en
        }
        guard refusals.count < Self.mostRefusals, refusals.insert(text.en).inserted else { return }
        line.handler.trouble(text, at: now)
    }

    private func report(_ error: SystemError, at now: Uptime) {
        let text = error.text
        line.updateStatus { $0.lastError = text.en }
        guard text.en != lastTrouble else { return }
        lastTrouble = text.en
        line.handler.failed(error, at: now)
    }
}
