import Glibc
import Telemetry

/// What systemd is told: started, alive, stopping. Does nothing when the program was not started by it.
/// Source: sd_notify(3), the protocol over NOTIFY_SOCKET.
package struct ServiceManager: Sendable {
    private let socketPath: String?
    /// How often the service manager wants to hear that we are alive; nil when it does not.
    package let watchdogInterval: Duration?

    package init() {
        socketPath = Self.environment("NOTIFY_SOCKET")
        let isForUs = Self.environment("WATCHDOG_PID").map { $0 == String(getpid()) } ?? true
        let microseconds = isForUs ? Self.environment("WATCHDOG_USEC").flatMap { Int64($0) } : nil
        watchdogInterval = microseconds.map { .microseconds($0) }
    }

    package func ready(status: String) { send("READY=1\nSTATUS=\(status)") }
    package func alive() { send("WATCHDOG=1") }
    package func stopping() { send("STOPPING=1") }

    private func send(_ message: String) {
        guard let socketPath else { return }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let bytes = Array(message.utf8)
        unsafe UnixAddress(path: socketPath)?.withPointer { address, length in
            unsafe _ = sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL), address, length)
        }
    }

    /// An environment variable.
    package static func environment(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }
}
