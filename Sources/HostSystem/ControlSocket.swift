import Glibc
package import Telemetry

/// Where `gatewayd status` and `watch` reach the running daemon: one line in, one answer out, for the same user only.
package final class ControlSocket: Sendable {
    private static let patience = Duration.seconds(5)

    private let path: String
    private let descriptor: FileDescriptor
    private let answer: @Sendable (_ request: String) -> [UInt8]
    private let alive: @Sendable () -> Void
    private let thread = OnceBox<StoppableThread>()

    /// Listens at `path`. A socket that nobody answers on is left from an earlier run and replaced.
    package init(
        path: String, alive: @escaping @Sendable () -> Void, answer: @escaping @Sendable (_ request: String) -> [UInt8]
    ) throws(SystemError) {
        self.path = path
        self.answer = answer
        self.alive = alive
        guard let address = UnixAddress(path: path) else {
            throw SystemError("listen on", path, code: ENAMETOOLONG)
        }
        let raw = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard raw >= 0 else { throw SystemError("listen on", path, code: errno) }
        descriptor = FileDescriptor(owning: raw)
        if unsafe address.withPointer({ unsafe connect(raw, $0, $1) }) == 0 {
            throw SystemError("listen on", path, code: EADDRINUSE)
        }
        Files.remove(path)
        let mask = umask(0o177)
        let result = unsafe address.withPointer { unsafe bind(raw, $0, $1) }
        let code = errno
        umask(mask)
        guard result == 0, listen(raw, 8) == 0 else { throw SystemError("listen on", path, code: code) }
        TCP.setNonBlocking(raw, true)
    }

    package func start() {
        let thread = StoppableThread("control") { [self] in run($0) }
        self.thread.set(thread)
        thread.start()
    }

    /// Stops listening and removes the socket.
    package func stop(until deadline: Uptime) {
        thread.value?.requestStop()
        _ = thread.value?.waitForEnd(until: deadline)
        Files.remove(path)
    }

    private func run(_ stopping: StopFlag) {
        while !stopping.isSet {
            alive()
            var entries = [
                pollfd(fd: stopping.descriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: descriptor.raw, events: Int16(POLLIN), revents: 0),
            ]
            _ = unsafe entries.withUnsafeMutableBufferPointer { unsafe poll($0.baseAddress, 2, 1_000) }
            guard entries[1].revents != 0 else { continue }
            let raw = accept(descriptor.raw, nil, nil)
            if raw >= 0 { serve(FileDescriptor(owning: raw)) }
        }
    }

    private func serve(_ connection: consuming FileDescriptor) {
        UnixStream.limit(connection.raw, Self.patience)
        guard let request = try? UnixStream.readLine(connection.raw, limit: 1_024) else { return }
        UnixStream.writeAll(answer(request), to: connection.raw)
    }
}

/// The other end of ``ControlSocket``.
package enum ControlClient {
    /// Sends one line and returns the whole answer.
    package static func request(_ line: String, path: String) throws(SystemError) -> [UInt8] {
        guard let address = UnixAddress(path: path) else {
            throw SystemError("connect to", path, code: ENAMETOOLONG)
        }
        let raw = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard raw >= 0 else { throw SystemError("connect to", path, code: errno) }
        let connection = FileDescriptor(owning: raw)
        UnixStream.limit(raw, .seconds(5))
        guard unsafe address.withPointer({ unsafe connect(raw, $0, $1) }) == 0 else {
            throw SystemError("connect to", path, code: errno)
        }
        UnixStream.writeAll(Array("\(line)\n".utf8), to: raw)
        var answer: [UInt8] = []
        while true {
            let chunk = try readChunk(of: connection.raw, limit: 65_536, name: path)
            if chunk.isEmpty { return answer }
            answer += chunk
        }
    }
}

/// Small exchanges over a stream socket.
enum UnixStream {
    /// Reading and writing give up after `duration`.
    static func limit(_ descriptor: Int32, _ duration: Duration) {
        var time = timeval(tv_sec: Int(duration.wholeMilliseconds / 1_000), tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, size)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, size)
    }

    static func readLine(_ descriptor: Int32, limit: Int) throws(SystemError) -> String? {
        var line: [UInt8] = []
        while line.count < limit {
            let chunk = try readChunk(of: descriptor, limit: limit, name: "control socket")
            if chunk.isEmpty { return nil }
            line += chunk
            if let end = line.firstIndex(of: 0x0A) { return String(decoding: line[..<end], as: UTF8.self) }
        }
        return nil
    }

    static func writeAll(_ bytes: [UInt8], to descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = unsafe rest.withUnsafeBytes { buffer in
                retryingOnInterrupt {
                    unsafe send(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_NOSIGNAL))
                }
            }
            guard written > 0 else { return }
            rest = rest.dropFirst(written)
        }
    }
}
