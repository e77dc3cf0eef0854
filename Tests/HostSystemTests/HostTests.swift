import Foundation
import Glibc
import Synchronization
import Telemetry
import TestSupport
import Testing

@testable import HostSystem

@Suite struct SignalListenerTests {
    @Test("Signals arrive as calls, in a thread that may do anything")
    func receives() throws {
        let received = Mutex<[ProcessSignal]>([])
        let listener = try SignalListener { signal in received.withLock { $0.append(signal) } }
        for (index, signal) in ProcessSignal.allCases.enumerated() {
            listener.deliver(signal)
            #expect(eventually { received.withLock { $0.count } == index + 1 })
        }
        listener.stop()
        #expect(received.withLock { $0 } == ProcessSignal.allCases)
    }

    @Test("The numbers are the system's")
    func hasNumbers() {
        #expect(ProcessSignal.allCases.map(\.rawValue) == [SIGHUP, SIGINT, SIGTERM])
    }
}

@Suite struct HeartbeatTests {
    @Test("Whoever has not beaten within its budget is named, until it beats")
    func namesTheOverdue() {
        let hearts = Heartbeats()
        let bus = hearts.add("bus-rack", budget: .seconds(5), at: .zero)
        let store = hearts.add("store", budget: .seconds(30), at: .zero)
        #expect(hearts.overdue(at: .zero + .seconds(5)).isEmpty)
        #expect(hearts.overdue(at: .zero + .seconds(6)) == ["bus-rack"])
        #expect(hearts.overdue(at: .zero + .seconds(31)) == ["bus-rack", "store"])
        store.beat(at: .zero + .seconds(31))
        #expect(hearts.overdue(at: .zero + .seconds(32)) == ["bus-rack"])
        bus.beat(at: .zero + .seconds(32))
        #expect(hearts.overdue(at: .zero + .seconds(32)).isEmpty)
    }

    @Test("A thread beats by calling its function")
    func beats() {
        let hearts = Heartbeats()
        let start = SystemClock.uptime
        let beat = hearts.register("line", budget: .seconds(1))
        #expect(hearts.overdue(at: start + .milliseconds(900)).isEmpty)
        #expect(hearts.overdue(at: .never) == ["line"])
        beat()
        #expect(hearts.overdue(at: SystemClock.uptime).isEmpty)
    }
}

@Suite struct MemoryUsageTests {
    @Test("A running program has between one megabyte and some gigabytes")
    func measures() throws {
        let bytes = try #require(MemoryUsage.residentBytes)
        #expect((1_000_000...16_000_000_000).contains(bytes))
    }

    @Test(
        "Only the second number counts, and nonsense is no number",
        arguments: [
            ("100 7 3 1 0 5 0\n", 28_672), ("100", nil), ("", nil), ("1 x 2", nil), ("1 9223372036854775807 1", nil),
        ] as [(String, Int?)])
    func parses(text: String, expected: Int?) {
        #expect(MemoryUsage.residentBytes(statm: Array(text.utf8), pageSize: 4_096) == expected)
    }
}

@Suite struct FilesTests {
    private let directory = TemporaryDirectory()

    @Test("What is written is read again, empty and large", arguments: [0, 1, 16_384, 100_000])
    func roundTrips(length: Int) throws {
        let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0) }
        let path = directory.file("file")
        try Files.writeSafely([1, 2, 3], to: path)
        try Files.writeSafely(bytes, to: path, mode: 0o600)
        #expect(try Files.read(path, limit: length) == bytes)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["file"])
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
    }

    @Test("A file beyond the limit, one that is missing and a directory are errors")
    func reportsErrors() throws {
        let path = try directory.write("four", to: "file")
        #expect(throws: SystemError("read", path, code: EFBIG)) { try Files.read(path, limit: 3) }
        #expect(throws: SystemError("open", path + "x", code: ENOENT)) { try Files.read(path + "x", limit: 3) }
        #expect(throws: SystemError("read", directory.path, code: EISDIR)) { try Files.read(directory.path, limit: 3) }
        #expect(throws: SystemError("read", "/dev/zero", code: EFBIG)) { try Files.read("/dev/zero", limit: 1_000) }
    }

    @Test("A write that fails leaves the old file and nothing else")
    func failsCleanly() throws {
        let target = directory.file("folder")
        try Files.makeDirectory(target + "/inner")
        #expect(throws: SystemError.self) { try Files.writeSafely([1], to: target) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["folder"])
    }

    @Test("Directories are made with those above, and it is no error to make them twice")
    func makesDirectories() throws {
        let path = directory.file("a/b/c")
        try Files.makeDirectory(path)
        try Files.makeDirectory(path + "/")
        #expect(Files.isDirectory(path))
        let file = try directory.write("", to: "file")
        #expect(throws: SystemError("make directory", file, code: ENOTDIR)) { try Files.makeDirectory(file) }
        #expect(throws: SystemError.self) { try Files.makeDirectory(file + "/below") }
    }

    @Test(
        "The directory of a path",
        arguments: [
            ("/a/b", "/a"), ("/a", "/"), ("/", "/"), ("a", "."), ("a/b/", "a"), ("", "."), ("/a//", "/"),
        ])
    func findsParent(path: String, parent: String) {
        #expect(Files.parent(of: path) == parent)
    }
}

@Suite struct ClockTests {
    @Test("The kernel's opinion of the clock can be had")
    func readsQuality() {
        #expect(ClockQuality.current.estimatedError >= .zero)
    }

    @Test("A variable that is not set or empty is nil")
    func readsEnvironment() {
        #expect(Environment.value("GATEWAYD_NO_SUCH_VARIABLE") == nil)
        #expect(Environment.value("PATH")?.isEmpty == false)
    }
}
