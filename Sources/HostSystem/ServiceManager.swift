import Glibc
import Telemetry

/// Tells systemd how the program is doing; does nothing where no service manager listens.
/// Source: sd_notify(3), sd_watchdog_enabled(3); the protocol is one datagram of `NAME=value` lines.
package struct ServiceManager: Sendable {
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

    // Each returns false when somebody should have listened and could not be told. Nothing waits.

    /// Start-up is over and the program works; `status` is one line for `systemctl status`.
    @discardableResult
    package func ready(status: String) -> Bool { notify("READY=1", Self.assignment(status: status)) }

    /// The program still works; to be sent at least every ``watchdogInterval``.
    @discardableResult
    package func alive() -> Bool { notify("WATCHDOG=1") }

    /// Another line for `systemctl status`.
    @discardableResult
    package func show(status: String) -> Bool { notify(Self.assignment(status: status)) }

    /// The configuration is being read again; to be followed by ``ready(status:)``, however that ends.
    /// Source: sd_notify(3), RELOADING=1, which counts by CLOCK_MONOTONIC.
    @discardableResult
    package func reloading() -> Bool {
        notify("RELOADING=1", "MONOTONIC_USEC=\(SystemClock.uptime.nanoseconds / 1_000)")
    }

    /// Shut-down has begun.
    @discardableResult
    package func stopping() -> Bool { notify("STOPPING=1") }

    private func notify(_ assignments: String...) -> Bool {
        guard let socketPath else { return true }
        guard let address = try? SocketAddress(path: socketPath),
            let descriptor = try? Sockets.open(for: address, kind: Sockets.datagramKind)
        else { return false }
        let message = Array(assignments.joined(separator: "\n").utf8)
        let sent = unsafe address.withPointer { pointer, length in
            unsafe sendto(descriptor.raw, message, message.count, Int32(MSG_NOSIGNAL), pointer, length)
        }
        return sent == message.count
    }

    /// A line break would begin another assignment.
    private static func assignment(status: String) -> String {
        "STATUS=" + String(status.map { $0.isNewline ? " " : $0 })
    }
}
