import Foundation
import Synchronization
import Telemetry
import TestSupport

@testable import TelemetryStore

/// A folder for journals that are opened, closed, killed and copied.
struct JournalFixture {
    let directory = TemporaryDirectory()

    var path: String { directory.path }
    var database: String { directory.file("journal.db") }

    func open(_ settings: JournalSettings = .quick) throws -> Journal {
        try Journal(directory: path, settings: settings)
    }

    func open(_ settings: JournalSettings, _ surroundings: TestSurroundings) throws -> Journal {
        try Journal(directory: path, settings: settings, surroundings: surroundings.value)
    }

    /// What checking the file gives.
    func verify(_ claims: Set<ChainClaim> = []) throws -> ChainReport {
        try JournalInspector(directory: path).verify(claims: claims)
    }

    /// Files of the folder whose names begin with `prefix`.
    func files(_ prefix: String = "") -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).filter { $0.hasPrefix(prefix) }.sorted()
    }

    /// Overwrites bytes of a file in place.
    func overwrite(_ name: String, at offset: UInt64, with bytes: [UInt8]) throws {
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: directory.file(name)))
        try handle.seek(toOffset: offset)
        try handle.write(contentsOf: Data(bytes))
        try handle.close()
    }

    func truncate(_ name: String, to size: UInt64) throws {
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: directory.file(name)))
        try handle.truncate(atOffset: size)
        try handle.close()
    }

    /// What the `sqlite3` program prints for `sql`, as a technician would ask.
    func sqlite(_ sql: String, file: String? = nil) throws -> String {
        let process = try ChildProcess("sqlite3", [file ?? database, sql])
        process.wait()
        return process.output + process.errors
    }
}

/// A day and a free space that a test sets.
final class TestSurroundings: Sendable {
    private let state = Mutex<(day: Int64, free: Int64?)>((20_000, nil))

    var day: Int64 {
        get { state.withLock { $0.day } }
        set { state.withLock { $0.day = newValue } }
    }
    var freeBytes: Int64? {
        get { state.withLock { $0.free } }
        set { state.withLock { $0.free = newValue } }
    }

    var value: JournalSurroundings {
        JournalSurroundings(
            wall: { WallInstant(millisecondsSince1970: self.day * 86_400_000 + 5) }, freeBytes: { _ in self.freeBytes })
    }
}

extension JournalSettings {
    /// Commits as fast as the disk allows, so that tests need not wait.
    static let quick = JournalSettings(commitInterval: .milliseconds(1))

    /// Tidies up as soon as there is something to tidy.
    static func keeping(_ days: [String: Int] = [:], disk: DiskLimits = DiskLimits()) -> JournalSettings {
        var settings = JournalSettings.quick
        settings.retention = RetentionRules(days: days)
        settings.disk = disk
        settings.keepingInterval = .milliseconds(1)
        return settings
    }
}

extension Journal {
    /// Appends one record with a body like a real one.
    @discardableResult
    func record(
        _ kind: String = "minute", lane: RecordLane = .ordinary, outlet: String = "stack-1", padding: Int = 0
    ) -> Int64? {
        append(kind: kind, lane: lane, outlet: outlet, timestamp: 1_795_227_600_000) { sequence in
            let text = String(repeating: "x", count: padding)
            return Array(#"{"v":1,"gateway":"g","seq":\#(sequence),"kind":"\#(kind)","x":"\#(text)"}"#.utf8)
        }
    }

    func records(_ count: Int, padding: Int = 0) {
        for _ in 0..<count { record(padding: padding) }
    }
}

extension JournalReader {
    func sequences(_ kinds: KindFilter = .all) throws -> [Int64] {
        try read(after: 0, through: .max, kinds: kinds, limit: .max, maximumBytes: .max).rows.map(\.sequence)
    }
}
