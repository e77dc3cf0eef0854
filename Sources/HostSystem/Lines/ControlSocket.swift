import Synchronization
package import Telemetry

/// The daemon's side of `gatewayd status`: at a socket file, takes one request line per connection and gives one reply.
///
/// Only the owner of the file may connect, eight at a time, each for five seconds at most.
package final class ControlSocket: Sendable {
    private let line: Line

    /// `answer` is called on the socket's thread with the line, without its end.
    package init(
        path: String, beat: (@Sendable () -> Void)? = nil, answer: @escaping @Sendable (_ request: String) -> [UInt8]
    ) {
        var limits = LineLimits()
        limits.connections = 8
        limits.lifetime = .seconds(5)
        limits.waitingBytes = ControlClient.longestReply
        line = Line(
            name: "control", endpoint: .localSocket(path: path), limits: limits, beat: beat,
            handler: ControlHandler(answer: answer))
    }

    /// Makes the file. Who connects is answered after ``start()``. Throws when the file cannot be made, EADDRINUSE when
    /// another program answers at it.
    package func bind() throws(SystemError) { try line.bind() }

    /// Answers, after ``bind()`` if that was not called.
    package func start() throws(SystemError) { try line.start() }

    /// Ends the thread and removes the file; false when an answer was still in the making at `deadline`.
    @discardableResult
    package func stop(until deadline: Uptime = .never) -> Bool {
        line.requestStop()
        return line.waitForEnd(until: deadline)
    }

    package var status: LineStatus { line.status }
}

private final class ControlHandler: LineHandler {
    private static let longestRequest = 65_536
    private let answer: @Sendable (String) -> [UInt8]
    private let partial = Mutex<[ConnectionID: [UInt8]]>([:])

    init(answer: @escaping @Sendable (String) -> [UInt8]) {
        self.answer = answer
    }

    func received(_ bytes: ArraySlice<UInt8>, on connection: ConnectionID, at now: Uptime) -> LineReply {
        let request: [UInt8] = partial.withLock { partial in
            partial[connection, default: []] += bytes
            return partial[connection] ?? []
        }
        guard let end = request.firstIndex(of: UInt8(ascii: "\n")) else {
            return request.count <= Self.longestRequest ? .nothing : .close(.init(verbatim: "request too long"))
        }
        let reply = answer(String(decoding: request[..<end], as: UTF8.self))
        guard reply.count <= ControlClient.longestReply else { return .close(.init(verbatim: "reply too long")) }
        return .close(.init(verbatim: "answered"), after: reply)
    }

    func closed(_ connection: ConnectionID, reason: BilingualText, at now: Uptime) {
        partial.withLock { $0[connection] = nil }
    }
}
