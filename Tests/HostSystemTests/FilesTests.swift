import Foundation
import HostSystem
import Telemetry
import TestSupport
import Testing

@Suite struct FilesTests {
    @Test("a file is replaced as a whole and read back")
    func replace() throws {
        let path = TemporaryDirectory().file("deep/er/file")
        try Files.makeDirectory(String(path.dropLast("/file".count)))
        try Files.writeSafely(Array("one".utf8), to: path)
        try Files.writeSafely(Array("two".utf8), to: path)
        #expect(try Files.read(path, limit: 10) == Array("two".utf8))
        #expect(throws: SystemError.self) { _ = try Files.read(path, limit: 2) }
        try? FileManager.default.removeItem(atPath: path)
    }

    @Test("a fingerprint is SHA-256")
    func fingerprint() {
        #expect(
            Fingerprint.sha256(Array("abc".utf8)) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    @Test("the control socket answers its own user, replaces a stale file and refuses a second owner")
    func control() throws {
        let directory = TemporaryDirectory()
        let path = directory.file("control.sock")
        try directory.write("", to: "control.sock")
        let socket = try ControlSocket(path: path, alive: {}) { request in Array("you said \(request)".utf8) }
        socket.start()
        #expect(String(decoding: try ControlClient.request("hello", path: path), as: UTF8.self) == "you said hello")
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(throws: SystemError.self) { _ = try ControlSocket(path: path, alive: {}) { _ in [] } }
        socket.stop(until: SystemClock.uptime + .seconds(10))
        #expect(throws: SystemError.self) { _ = try ControlClient.request("hello", path: path) }
    }
}
