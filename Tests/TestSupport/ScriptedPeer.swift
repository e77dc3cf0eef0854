import Glibc
import HostSystem
import Synchronization

/// A TCP server on loopback whose every answer is written by the test, byte by byte if need be.
package final class ScriptedPeer: Sendable {
    /// One step of an answer.
    package enum Piece: Sendable {
        case send([UInt8])
        case pause(Duration)
        case hangUp
        /// Says that nothing more will be sent, and goes on listening.
        case halfClose
    }

    /// What came in: on which connection, as which request of all (both counted from 0).
    package struct Request: Sendable {
        package let connection: Int
        package let number: Int
        package let bytes: [UInt8]
    }

    private struct State {
        var connections = 0
        var requests: [Request] = []
        var answers = 0
        var open: Set<Int32> = []
        var isStopped = false
    }

    package let port: UInt16
    private let listener: Int32
    private let state = Mutex(State())
    private let answer: @Sendable (Request) -> [Piece]

    /// Starts it, on a free port unless one is given. `answer` is called for whatever one receive brings, on a thread of
    /// the connection. `receiveBuffer`: bytes that the kernel takes in before they are received; nil: its own choice.
    package init(
        port: UInt16 = freePort(), receiveBuffer: Int32? = nil, _ answer: @escaping @Sendable (Request) -> [Piece]
    ) {
        self.answer = answer
        self.port = port
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var one: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, 4)
        if var size = receiveBuffer { setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &size, 4) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        precondition(bound == 0 && listen(listener, 8) == 0, "cannot listen: \(SystemError.text(of: errno))")
        _ = NamedThread("peer") { self.acceptAll() }
    }

    package var connections: Int { state.withLock { $0.connections } }
    package var requests: [Request] { state.withLock { $0.requests } }
    /// Requests whose answer is on its way, to the last byte.
    package var answers: Int { state.withLock { $0.answers } }

    /// Ends it: every connection is closed, no new one is accepted.
    package func stop() {
        let open = state.withLock { state in
            state.isStopped = true
            return state.open
        }
        shutdown(listener, Int32(SHUT_RDWR))
        for descriptor in open { shutdown(descriptor, Int32(SHUT_RDWR)) }
    }

    private func acceptAll() {
        while true {
            let descriptor = accept(listener, nil, nil)
            guard descriptor >= 0 else { break }
            let number = state.withLock { state -> Int? in
                guard !state.isStopped else { return nil }
                state.open.insert(descriptor)
                state.connections += 1
                return state.connections - 1
            }
            guard let number else {
                close(descriptor)
                break
            }
            _ = NamedThread("peer-\(number)") { self.serve(descriptor, connection: number) }
        }
        close(listener)
    }

    private func serve(_ descriptor: Int32, connection: Int) {
        var buffer = [UInt8](repeating: 0, count: 512)
        conversation: while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            let request = state.withLock { state in
                let request = Request(
                    connection: connection, number: state.requests.count, bytes: Array(buffer.prefix(count)))
                state.requests.append(request)
                return request
            }
            defer { state.withLock { $0.answers += 1 } }
            for piece in answer(request) {
                switch piece {
                case .send(let bytes): _ = send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
                case .pause(let time): usleep(UInt32(time / .microseconds(1)))
                case .hangUp: break conversation
                case .halfClose: shutdown(descriptor, Int32(SHUT_WR))
                }
            }
        }
        _ = state.withLock { $0.open.remove(descriptor) }
        close(descriptor)
    }
}
