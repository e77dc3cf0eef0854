import Glibc
import TestSupport
import Testing

@testable import HostSystem

@Suite struct ServiceManagerTests {
    /// Stands in for systemd: a datagram socket that is read once.
    private func receive(at path: String, while body: () -> Void) throws -> String {
        let address = try SocketAddress(path: path)
        let socket = try Sockets.open(for: address, kind: Sockets.datagramKind)
        #expect(address.withPointer { bind(socket.raw, $0, $1) } == 0)
        body()
        var buffer = [UInt8](repeating: 0, count: 1_024)
        let count = recv(socket.raw, &buffer, buffer.count, 0)
        return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }

    private func manager(_ path: String?, microseconds: String? = nil, process: String? = nil) -> ServiceManager {
        ServiceManager(socketPath: path, watchdogMicroseconds: microseconds, watchdogProcess: process, process: 42)
    }

    @Test("Notices reach the manager's socket as one datagram, in files and abstract names")
    func notifies() throws {
        let directory = TemporaryDirectory()
        for path in [directory.file("notify"), "@gatewayd-test-\(getpid())"] {
            let text = try receive(at: path) {
                #expect(manager(path).ready(status: "2 buses\nup"))
            }
            #expect(text == "READY=1\nSTATUS=2 buses up")
        }
    }

    @Test("Each notice has its assignment")
    func namesNotices() throws {
        let path = TemporaryDirectory()
        let notices: [(ServiceManager) -> Bool] = [{ $0.alive() }, { $0.show(status: "busy") }, { $0.stopping() }]
        for (number, (notice, text)) in zip(notices, ["WATCHDOG=1", "STATUS=busy", "STOPPING=1"]).enumerated() {
            let socket = path.file("notify-\(number)")
            let received = try receive(at: socket) { _ = notice(manager(socket)) }
            #expect(received == text)
        }
    }

    @Test("A reload is told with the time at which it began")
    func reloading() throws {
        let directory = TemporaryDirectory()
        let before = SystemClock.uptime.nanoseconds / 1_000
        let socket = directory.file("notify")
        let text = try receive(at: socket) { #expect(manager(socket).reloading()) }
        let lines = text.split(separator: "\n")
        #expect(lines.first == "RELOADING=1" && lines.count == 2)
        let told = lines.last.flatMap { Int64($0.trimmingPrefix("MONOTONIC_USEC=")) }
        #expect((before...SystemClock.uptime.nanoseconds / 1_000).contains(told ?? 0))
    }

    @Test("Without a manager nothing is sent and nothing fails; with a dead one it says so")
    func copesWithout() {
        #expect(manager(nil).alive())
        #expect(!manager("/nonexistent/notify").alive())
    }

    @Test(
        "The watchdog's interval counts only when it is meant for us",
        arguments: [
            ("20000000", "42", Duration.seconds(20)), ("20000000", nil, .seconds(20)), ("20000000", "43", nil),
            ("0", nil, nil),
            ("soon", nil, nil), (nil, "42", nil), ("20000000", "x", nil),
        ] as [(String?, String?, Duration?)])
    func readsWatchdog(microseconds: String?, process: String?, expected: Duration?) {
        #expect(manager(nil, microseconds: microseconds, process: process).watchdogInterval == expected)
    }
}
