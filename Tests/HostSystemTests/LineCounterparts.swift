import Glibc
import HostSystem
import Synchronization
import Telemetry
import TestSupport

/// A handler that writes down what it is told and answers as the test says.
final class RecordingHandler: LineHandler {
    struct Record {
        var opened: [(id: ConnectionID, peer: String)] = []
        var received: [UInt8] = []
        var pieces = 0
        var ticks = 0
        var closed: [String] = []
        var troubles: [String] = []
        var crowded: [String] = []
    }

    private let state = Mutex(Record())
    private let greeting: [UInt8]
    private let answer: @Sendable (ArraySlice<UInt8>) -> LineReply
    private let onTick: @Sendable () -> LineReply

    init(
        greeting: [UInt8] = [], onTick: @escaping @Sendable () -> LineReply = { .nothing },
        answer: @escaping @Sendable (ArraySlice<UInt8>) -> LineReply = { _ in .nothing }
    ) {
        self.greeting = greeting
        self.onTick = onTick
        self.answer = answer
    }

    static func echo() -> RecordingHandler { RecordingHandler(answer: { .send(Array($0)) }) }

    var record: Record { state.withLock { $0 } }
    var text: String { String(decoding: record.received, as: UTF8.self) }

    func opened(_ connection: ConnectionID, peer: String, at now: Uptime) -> LineReply {
        state.withLock { $0.opened.append((connection, peer)) }
        return .send(greeting)
    }

    func received(_ bytes: ArraySlice<UInt8>, on connection: ConnectionID, at now: Uptime) -> LineReply {
        state.withLock {
            $0.received += bytes
            $0.pieces += 1
        }
        return answer(bytes)
    }

    func tick(_ connection: ConnectionID, at now: Uptime) -> LineReply {
        state.withLock { $0.ticks += 1 }
        return onTick()
    }

    func closed(_ connection: ConnectionID, reason: BilingualText, at now: Uptime) {
        state.withLock { $0.closed.append(reason.en) }
    }

    func crowded(host: String, at now: Uptime) {
        state.withLock { $0.crowded.append(host) }
    }

    func trouble(_ text: BilingualText, at now: Uptime) {
        state.withLock { $0.troubles.append(text.en) }
    }
}

/// The simplest peer: a blocking TCP client on loopback.
final class PlainClient {
    private let descriptor: Int32

    /// `source`: one of the addresses 127.0.0.0/8, which all are this machine's.
    init(port: UInt16, source: UInt32? = nil, receiveBuffer: Int32? = nil) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var size = receiveBuffer { setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, 4) }
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        if let source {
            var own = loopback(0, host: source)
            withUnsafePointer(to: &own) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    _ = bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
        var address = loopback(port)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        precondition(result == 0, "the line under test listens")
    }

    deinit { close(descriptor) }

    func send(_ text: String) { send(Array(text.utf8)) }
    func send(_ bytes: [UInt8]) { _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) }

    /// Up to `count` bytes, fewer when the other side closes or nothing comes for ten seconds.
    func receive(_ count: Int) -> [UInt8] {
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: max(1, count))
        while all.count < count {
            let read = recv(descriptor, &buffer, count - all.count, 0)
            if read <= 0 { break }
            all += buffer[..<read]
        }
        return all
    }

    func receiveText(_ count: Int) -> String { String(decoding: receive(count), as: UTF8.self) }

    /// Whether the other side has closed: nothing more to read, or the connection was reset.
    var isClosedByPeer: Bool {
        var byte: UInt8 = 0
        let count = recv(descriptor, &byte, 1, 0)
        return count == 0 || (count < 0 && errno == ECONNRESET)
    }
}

/// The simplest instrument that is connected to: accepts one connection after the other.
final class PlainServer {
    private var listener: Int32
    let port: UInt16

    init(port: UInt16 = freePort()) {
        self.port = port
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var on: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, 4)
        var address = loopback(port)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        precondition(result == 0 && listen(listener, 4) == 0)
    }

    deinit { close(listener) }

    /// Waits for the next connection.
    func accept() -> Int32 { Glibc.accept(listener, nil, nil) }
}

private func loopback(_ port: UInt16, host: UInt32 = 0x7F00_0001) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = host.bigEndian
    return address
}

/// A listening line on a port of the kernel's choice; stopped with the value.
final class RunningLine {
    let line: Line
    let handler: RecordingHandler

    init(_ endpoint: LineEndpoint, _ handler: RecordingHandler, limits: LineLimits = LineLimits()) throws {
        line = Line(name: "test", endpoint: endpoint, limits: limits, handler: handler)
        self.handler = handler
        try line.start()
    }

    convenience init(listeningWith handler: RecordingHandler, limits: LineLimits = LineLimits()) throws {
        try self.init(.listen(host: "127.0.0.1", port: 0), handler, limits: limits)
    }

    deinit { line.stop() }

    func client() throws -> PlainClient { PlainClient(port: line.port ?? 0) }
}
