import Glibc
import Synchronization
package import Telemetry

/// A way by which bytes reach the gateway from instruments or local programs: a listening socket with its connections, a
/// connection that is kept up, or a serial port.
///
/// One thread, `line-<name>`, serves it with one `poll(2)` and calls the handler. ``bind()``, ``start()`` and ``stop()`` belong
/// to the owner; ``send(_:to:)``, ``close(_:reason:)`` and ``status`` may be used from any thread.
@safe
package final class Line: Sendable {
    package let name: String
    package let endpoint: LineEndpoint
    let limits: LineLimits
    let handler: any LineHandler
    let beat: (@Sendable () -> Void)?
    let wake = WakeDescriptor()
    private let ended = WakeDescriptor()
    private let shared = Mutex(Shared())

    /// What the line's thread and everybody else share.
    private struct Shared {
        var thread: NamedThread?
        var isStopping = false
        var status = LineStatus()
        var door: ListeningDoor?
        var wishes: [LineWish] = []
        var wishedBytes = 0
    }

    /// `beat`: called by the thread each time it comes round, once a second at least.
    package init(
        name: String, endpoint: LineEndpoint, limits: LineLimits = LineLimits(),
        beat: (@Sendable () -> Void)? = nil,
        handler: any LineHandler
    ) {
        self.name = name
        self.endpoint = endpoint
        self.limits = limits
        self.beat = beat
        self.handler = handler
    }

    /// Takes the port or the socket file, so that one in use is known before other parts start. Peers may connect from now
    /// on and are answered after ``start()``. Does nothing for a line that does not listen.
    package func bind() throws(SystemError) {
        guard shared.withLock({ $0.door == nil }) else { return }
        let door: ListeningDoor
        switch endpoint {
        case .listen(let host, let port): door = ListeningDoor(try Sockets.listen(host: host, port: port))
        case .localSocket(let path): door = ListeningDoor(try LocalSocket.listen(path: path))
        case .connect, .serial: return
        }
        shared.withLock { $0.door = door }
    }

    /// Takes over the port of `other`, which listens at the same endpoint and is to be stopped. No peer is turned away in
    /// between: whoever connects waits until this line is started. Does nothing where `other` has no port.
    package func bind(takingOver other: Line) {
        guard case .listen = endpoint, endpoint == other.endpoint, let door = other.shared.withLock({ $0.door }) else {
            return
        }
        shared.withLock { $0.door = door }
    }

    /// Starts the thread, after ``bind()`` if that was not called. What can heal (an instrument that is away, a missing
    /// port) is no error here but reported to the handler and tried again. `isPatient`: so is an address that cannot be listened
    /// on, as another program has it or the network is not up yet.
    package func start(isPatient: Bool = false) throws(SystemError) {
        if !isPatient { try bind() }
        shared.withLock { shared in
            precondition(shared.thread == nil, "line \(name) is started once")
            let door = shared.door
            shared.thread = NamedThread("line-\(name)") { [self] in
                LineLoop(self, opener: opener(door)).run()
                shutDoor()
                ended.wake()
            }
        }
    }

    /// Asks the thread to close everything and end. ``waitForEnd(until:)`` is to follow.
    package func requestStop() {
        shared.withLock { $0.isStopping = true }
        wake.wake()
    }

    /// Waits for the thread after ``requestStop()``; afterwards the handler is not called any more. False when it has not
    /// ended by `deadline`: it looks up a name, or its handler hangs.
    package func waitForEnd(until deadline: Uptime) -> Bool {
        guard shared.withLock({ $0.thread != nil }) else { return true }
        guard ended.wait(until: deadline) else { return false }
        let thread = shared.withLock { shared in
            defer { shared.thread = nil }
            return shared.thread
        }
        thread?.join()
        return true
    }

    /// Closes everything and waits for the thread. The handler is told of each connection.
    package func stop() {
        requestStop()
        while !waitForEnd(until: .never) {}
    }

    /// The port that is listened on, which the kernel chose when 0 was asked for; nil while there is none.
    package var port: UInt16? { shared.withLock { $0.door?.port } }

    package var status: LineStatus { shared.withLock { $0.status } }

    /// Sends `bytes` on `connection` soon. False, and nothing is sent, when as many bytes as a connection may hold
    /// already wait for the thread. A connection that is gone meanwhile swallows them.
    @discardableResult
    package func send(_ bytes: [UInt8], to connection: ConnectionID) -> Bool {
        let accepted = shared.withLock { shared in
            guard shared.wishedBytes + bytes.count <= limits.waitingBytes else { return false }
            shared.wishes.append(LineWish(connection: connection, reply: .send(bytes)))
            // Each wish costs something besides its bytes.
            shared.wishedBytes += bytes.count + 64
            return true
        }
        if accepted { wake.wake() }
        return accepted
    }

    /// Closes `connection` soon, after what waits on it is sent.
    package func close(_ connection: ConnectionID, reason: BilingualText) {
        shared.withLock { $0.wishes.append(LineWish(connection: connection, reply: .close(reason))) }
        wake.wake()
    }

    private func opener(_ door: ListeningDoor?) -> any LineOpener {
        switch endpoint {
        case .connect(let host, let port):
            return LineDialer(host: host, port: port, limits: limits)
        case .serial(let settings):
            return SerialOpener(settings, limits: limits)
        case .listen, .localSocket:
            return LineListener(door, limits: limits) { () throws(SystemError) -> ListeningDoor in try self.takeDoor() }
        }
    }

    private func takeDoor() throws(SystemError) -> ListeningDoor {
        try bind()
        guard let door = shared.withLock({ $0.door }) else { preconditionFailure("a line that listens has a door") }
        return door
    }

    private func shutDoor() {
        guard shared.withLock({ $0.door != nil }) else { return }
        if case .localSocket(let path) = endpoint { Files.remove(path) }
        shared.withLock { $0.door = nil }
    }

    // For the thread.

    var isStopping: Bool { shared.withLock { $0.isStopping } }

    func takeWishes() -> [LineWish] {
        shared.withLock { shared in
            defer {
                shared.wishes = []
                shared.wishedBytes = 0
            }
            return shared.wishes
        }
    }

    func updateStatus(_ change: (inout LineStatus) -> Void) {
        shared.withLock { change(&$0.status) }
    }
}

/// What another thread wants done with a connection.
struct LineWish {
    let connection: ConnectionID
    let reply: LineReply
}
