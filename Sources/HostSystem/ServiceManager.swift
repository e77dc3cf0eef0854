import Glibc
import Telemetry

/// Tells systemd how the program is doing; does nothing where no service manager listens.
/// Source: sd_notify(3), sd_watchdog_enabled(3); the protocol is one datagram of `NAME=value` lines.
package struct ServiceManager: Sendable {
    /// What can be told.
    package enum Notice: Equatable, Sendable {
        /// Start-up is over and the program works.
        case ready
        /// The program still works; to be sent at least every ``watchdogInterval``.
        case alive
        /// Shut-down has begun.
        case stopping
        /// One line for `systemctl status`.
        case status(String)
    }

    /// nil: nobody listens.
    private let socketPath: String?
    /// A sign of life is expected within this time; half of it is a good pace. Nil: no watchdog.
    package let watchdogInterval: Duration?

    /// The service manager that started this process, as its environment says.
    package init() {
        self.init(
            socketPath: Environment.value("NOTIFY_SOCKET"), watchdogMicroseconds: Environment.value("WATCHDOG_USEC"),
            watchdogProcess: Environment.value("WATCHDOG_PID"), process: getpid())
    }

    /// The parts of the environment as text. The watchdog is off when it is meant for another process than `process`.
    init(socketPath: String?, watchdogMicroseconds: String?, watchdogProcess: String?, process: Int32) {
        self.socketPath = socketPath
        let isOurs = watchdogProcess.map { Int32($0) == process } ?? true
        let microseconds = watchdogMicroseconds.flatMap { Int64($0) }
        watchdogInterval = isOurs ? microseconds.flatMap { $0 > 0 ? .microseconds($0) : nil } : nil
    }

    /// Sends `notices` as one datagram, without waiting. False when somebody should have listened and could not be told.
    @discardableResult
    package func notify(_ notices: Notice...) -> Bool {
        guard let socketPath else { return true }
        guard let address = try? SocketAddress(path: socketPath),
            let descriptor = try? Sockets.open(for: address, kind: Sockets.datagramKind)
        else { return false }
        let message = Array(Self.datagram(notices).utf8)
        let sent = unsafe address.withPointer { pointer, length in
            unsafe sendto(descriptor.raw, message, message.count, Int32(MSG_NOSIGNAL), pointer, length)
        }
        return sent == message.count
    }

    static func datagram(_ notices: [Notice]) -> String {
        notices.map { notice in
            switch notice {
            case .ready: "READY=1"
            case .alive: "WATCHDOG=1"
            case .stopping: "STOPPING=1"
            // A line break would begin another assignment.
            case .status(let text): "STATUS=" + String(text.map { $0.isNewline ? " " : $0 })
            }
        }.joined(separator: "\n")
    }
}
