import Foundation
import Glibc
import HostSystem
import Telemetry
import TestSupport
import Testing

@Suite struct ControlSocketTests {
    private let directory = TemporaryDirectory()
    private var path: String { directory.file("control.sock") }

    private func text(_ request: String, timeout: Duration = .seconds(5)) throws -> String {
        String(decoding: try ControlClient.request(request, path: path, timeout: timeout), as: UTF8.self)
    }

    @Test("A request line gets its reply, whole, again and again")
    func answers() throws {
        let long = String(repeating: "x", count: 1_000_000)
        let control = ControlSocket(path: path) { Array("\($0):\(long)\n".utf8) }
        try control.start()
        defer { control.stop() }
        for request in ["status", "", "状态"] {
            #expect(try text(request) == "\(request):\(long)\n")
        }
        #expect(eventually { !control.status.isOpen })
    }

    @Test("Only the owner may connect")
    func isPrivate() throws {
        let control = ControlSocket(path: path) { _ in [] }
        try control.start()
        defer { control.stop() }
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test("The file goes with the daemon, and then asking says so")
    func leavesNothing() throws {
        let control = ControlSocket(path: path) { _ in [] }
        try control.start()
        control.stop()
        #expect(!FileManager.default.fileExists(atPath: path))
        #expect(throws: SystemError("connect to", path, code: ENOENT)) { _ = try text("status") }
    }

    @Test("A file that a killed daemon left is replaced")
    func replacesStale() throws {
        let stale = try Sockets.open(for: SocketAddress(path: path))
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(stale.raw, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        #expect(bound == 0)
        #expect(throws: SystemError("connect to", path, code: ECONNREFUSED)) { _ = try text("status") }
        let control = ControlSocket(path: path) { _ in Array("new".utf8) }
        try control.start()
        defer { control.stop() }
        #expect(try text("status") == "new")
    }

    @Test("A socket that somebody answers at is not taken over")
    func respectsOwner() throws {
        let first = ControlSocket(path: path) { _ in Array("first".utf8) }
        try first.start()
        defer { first.stop() }
        let second = ControlSocket(path: path) { _ in Array("second".utf8) }
        #expect(throws: SystemError("listen on", path, code: EADDRINUSE)) { try second.start() }
        #expect(try text("status") == "first")
    }

    @Test("A file that is no socket is left alone")
    func respectsFiles() throws {
        try directory.write("precious", to: "control.sock")
        let control = ControlSocket(path: path) { _ in [] }
        #expect(throws: SystemError("listen on", path, code: EADDRINUSE)) { try control.start() }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "precious")
    }

    @Test("A path that does not fit is an error")
    func refusesLongPath() {
        let long = "/tmp/" + String(repeating: "x", count: 108)
        let control = ControlSocket(path: long) { _ in [] }
        #expect(throws: SystemError("use the socket", long, code: ENAMETOOLONG)) { try control.start() }
    }

    @Test("A request that never ends is cut off")
    func boundsRequest() throws {
        let control = ControlSocket(path: path) { _ in Array("answer".utf8) }
        try control.start()
        defer { control.stop() }
        let endless = String(repeating: "x", count: 100_000)
        // Closed in the middle of the request: an end without an answer, or an error while sending.
        let reply = try? text(endless)
        #expect(reply == nil || reply == "")
    }

    @Test("A daemon that hangs is left after the time-out")
    func timesOut() throws {
        let release = DispatchSemaphore(value: 0)
        let control = ControlSocket(path: path) { _ in
            release.wait()
            return []
        }
        try control.start()
        #expect(throws: SystemError("ask", path, code: ETIMEDOUT)) {
            _ = try text("status", timeout: .milliseconds(50))
        }
        release.signal()
        control.stop()
    }
}
