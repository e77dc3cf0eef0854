import Glibc
import Synchronization
package import Telemetry

/// Where bytes of instruments come from.
package enum LineEndpoint: Sendable {
    /// Instruments connect to us.
    case listen(host: String, port: UInt16)
    /// We connect to the instrument.
    case connect(host: String, port: UInt16)
    case serial(SerialSettings)
    /// The near end of a pseudo-terminal, for simulated instruments.
    case pseudoTerminal(PseudoTerminal)

    /// For messages.
    package var text: String {
        switch self {
        case .listen(let host, let port): "listen \(host):\(port)"
        case .connect(let host, let port): "\(host):\(port)"
        case .serial(let settings): settings.path
        case .pseudoTerminal(let terminal): terminal.path
        }
    }
}

/// One input for instruments that speak by themselves: one thread waits for all its connections and hands bytes on.
///
/// A line that breaks is opened again, with pauses of up to 5 s. At most 16 connections are open on a listening line; one
/// that is silent for 10 minutes is closed, since a dead peer cannot say goodbye.
package final class Line: Sendable {
    package static let longestSilence = Duration.seconds(600)
    package static let mostConnections = 16
    private static let reopenPauses: [Duration] = [
        .milliseconds(250), .milliseconds(500), .seconds(1), .seconds(2), .seconds(5),
    ]

    private let name: String
    private let endpoint: LineEndpoint
    private let handler: any LineHandler
    private let tickInterval: Duration
    /// The port of a listening line; 0 for another.
    package let port: UInt16
    /// Taken over by the thread, which closes it at its end.
    private let listener: Mutex<ListeningSocket?>
    private let thread = OnceBox<StoppableThread>()

    /// A listening line takes its port at once, so that a port in use is known before anything runs.
    /// Connections are ticked at least once every `tickInterval`.
    package init(
        _ endpoint: LineEndpoint, name: String, tickInterval: Duration = .seconds(1), handler: any LineHandler
    ) throws(SystemError) {
        self.tickInterval = tickInterval
        self.name = name
        self.endpoint = endpoint
        self.handler = handler
        if case .listen(let host, let port) = endpoint {
            let socket = ListeningSocket(try TCP.listen(host: host, port: port))
            self.port = socket.port
            listener = Mutex(socket)
        } else {
            port = 0
            listener = Mutex(nil)
        }
    }

    package func start() {
        let thread = StoppableThread("line-\(name)") { [self] in run($0) }
        self.thread.set(thread)
        thread.start()
    }

    package func requestStop() { thread.value?.requestStop() }

    /// False: the thread has not ended by `deadline`.
    package func waitForEnd(until deadline: Uptime) -> Bool { thread.value?.waitForEnd(until: deadline) ?? true }

    // MARK: The thread

    private func run(_ stopping: StopFlag) {
        let listener = listener.withLock { $0.take() }
        var connections: [LineConnection] = []
        var nextID = 0
        var attempts = 0
        var reopenAt = Uptime.zero
        while !stopping.isSet {
            let now = SystemClock.uptime
            handler.alive()
            if listener == nil, connections.isEmpty, now >= reopenAt {
                do {
                    let descriptor = try open()
                    nextID += 1
                    adopt(descriptor, id: nextID, peer: endpoint.text, to: &connections)
                    attempts = 0
                } catch {
                    handler.unavailable(reason: error.description)
                    reopenAt = now + Self.reopenPauses[min(attempts, Self.reopenPauses.count - 1)]
                    attempts += 1
                }
            }
            let before = connections.count
            wait(&connections, nextID: &nextID, listener, stopping)
            if listener == nil, connections.isEmpty, before > 0 {
                reopenAt = SystemClock.uptime + Self.reopenPauses[0]
            }
        }
        for connection in connections { handler.closed(connection.id, reason: "the gateway stops") }
    }

    private func open() throws(SystemError) -> FileDescriptor {
        switch endpoint {
        case .connect(let host, let port): try TCP.connect(host: host, port: port, timeout: .seconds(3))
        case .serial(let settings): try SerialPort.open(settings)
        case .pseudoTerminal(let terminal): try terminal.duplicate()
        case .listen: throw SystemError("open", endpoint.text, code: EINVAL)
        }
    }

    private func adopt(
        _ descriptor: consuming FileDescriptor, id: Int, peer: String, to connections: inout [LineConnection]
    ) {
        connections.append(LineConnection(id: id, descriptor: descriptor, at: SystemClock.uptime))
        handler.opened(id, peer: peer)
    }

    /// Waits for anything, no longer than until the next tick, and does it.
    private func wait(
        _ connections: inout [LineConnection], nextID: inout Int, _ listener: ListeningSocket?, _ stopping: StopFlag
    ) {
        var entries = [pollfd(fd: stopping.descriptor, events: Int16(POLLIN), revents: 0)]
        entries += connections.map {
            pollfd(
                fd: $0.descriptor.raw, events: Int16(POLLIN) | ($0.wantsToWrite ? Int16(POLLOUT) : 0), revents: 0)
        }
        if let listener { entries.append(pollfd(fd: listener.raw, events: Int16(POLLIN), revents: 0)) }
        let pause = Int32(clamping: tickInterval.wholeMilliseconds)
        _ = unsafe entries.withUnsafeMutableBufferPointer {
            unsafe poll($0.baseAddress, nfds_t($0.count), pause)
        }
        let now = SystemClock.uptime
        var ended: [(index: Int, reason: String)] = []
        for (index, connection) in connections.enumerated() {
            if let reason = serve(connection, events: entries[index + 1].revents, at: now) {
                ended.append((index, reason))
            }
        }
        for (index, reason) in ended.reversed() {
            let connection = connections.remove(at: index)
            handler.closed(connection.id, reason: reason)
        }
        if let listener, let entry = entries.last, entry.fd == listener.raw, entry.revents != 0 {
            accept(listener, to: &connections, nextID: &nextID)
        }
    }

    private func serve(_ connection: LineConnection, events: Int16, at now: Uptime) -> String? {
        if events & Int16(POLLIN | POLLHUP | POLLERR) != 0, let reason = connection.read(handler, at: now) {
            return reason
        }
        if events & Int16(POLLHUP | POLLERR | POLLNVAL) != 0 { return "hung up" }
        if let reason = connection.send(handler.tick(connection.id, at: now)) { return reason }
        if case .listen = endpoint, now - connection.lastReceived > Self.longestSilence {
            return "silent for \(Int(Self.longestSilence.inSeconds)) s"
        }
        return nil
    }

    private func accept(_ listener: ListeningSocket, to connections: inout [LineConnection], nextID: inout Int) {
        guard let (descriptor, peer) = listener.accept() else { return }
        let socket = FileDescriptor(owning: descriptor)
        guard connections.count < Self.mostConnections else {
            handler.unavailable(reason: "\(peer) turned away: \(Self.mostConnections) connections are open")
            return
        }
        nextID += 1
        adopt(socket, id: nextID, peer: peer, to: &connections)
    }
}
