import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct UpgradeTests {
    private let directory = TemporaryDirectory()

    /// A data directory of the version before, whose journal has one record.
    private func makeSecondVersion() throws -> String {
        try FileManager.default.createDirectory(atPath: directory.file("data"), withIntermediateDirectories: true)
        _ = try directory.write("reserved 1000\nclosed 1\n", to: "data/journal.seq")
        let sql = """
            CREATE TABLE record(seq INTEGER PRIMARY KEY, lane INTEGER NOT NULL, kind TEXT NOT NULL, outlet TEXT NOT NULL,
                ts INTEGER NOT NULL, body TEXT NOT NULL, hash BLOB);
            CREATE INDEX record_by_kind ON record(kind);
            CREATE TABLE cursor(uplink TEXT PRIMARY KEY, state TEXT NOT NULL) WITHOUT ROWID;
            CREATE TABLE chain(kind TEXT PRIMARY KEY, through INTEGER NOT NULL, hash BLOB NOT NULL, deleted INTEGER NOT NULL)
                WITHOUT ROWID;
            CREATE TABLE span(first INTEGER PRIMARY KEY, last INTEGER NOT NULL, reason TEXT NOT NULL);
            CREATE TABLE day(day INTEGER PRIMARY KEY, first INTEGER NOT NULL);
            INSERT INTO record VALUES(1, 0, 'audit', '_gateway', 5, '{"seq":1}', NULL);
            INSERT INTO span VALUES(1, 1, 'unchained');
            PRAGMA user_version = 2;
            """
        let database = try ChildProcess("sqlite3", [directory.file("data/journal.db"), sql])
        #expect(database.wait() == 0)
        return try directory.write(
            """
            gateway: { id: plant-01, data_directory: \(directory.file("data")), language: en }
            buses:
              - id: rack
                tcp: 127.0.0.1:1
                devices:
                  - { id: cems, unit: 1, registers: [ { name: so2, input: 0, type: float32 } ] }
            outlets:
              - { id: stack-1, st: "31", factors: [ { code: a21026, from: cems.so2 } ] }
            """, to: "gateway.yaml")
    }

    @Test("the daemon goes on with a data directory of the version before and tells of it once")
    func once() throws {
        let config = try makeSecondVersion()
        for _ in 0..<2 {
            let daemon = try Program.start(["run", "--config", config])
            #expect(eventually { daemon.errors.contains("gateway started") }, "\(daemon.errors)")
            daemon.signal(15)
            #expect(daemon.wait() == 0)
        }
        let events = try Program.run(["journal", "export", "--kinds", "audit", "--config", config]).output
            .split(separator: "\n")
        #expect(events.first == #"{"seq":1}"#)
        #expect(events.filter { $0.contains(#""name":"start""#) }.count == 2)
        let upgraded = events.filter { $0.contains(#""name":"upgraded""#) }
        #expect(upgraded.count == 1)
        let new = "unrounded amounts, results of batch analysers, what is due"
        #expect(upgraded.first?.contains(#""after":"1","new":"\#(new)""#) == true)
        #expect(try Program.run(["journal", "verify", "--config", config]).code == 0)
    }
}
