import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing

@testable import TelemetryStore

@Suite(.timeLimit(.minutes(1))) struct JournalCrashTests {
    let fixture = JournalFixture()

    @Test(
        "R01: after SIGKILL in the middle everything that was told to be durable is there",
        arguments: 0..<faultRounds(6))
    func killed(round: Int) async throws {
        var generator = SeededGenerator()
        let path = fixture.path
        let pause = UInt32.random(in: 1_000...40_000, using: &generator)
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, pause = pause as UInt32] in
            let journal = try Journal(directory: path, settings: JournalSettings(commitInterval: .milliseconds(1)))
            let witness = open(path + "/witness", O_WRONLY | O_CREAT | O_APPEND, 0o600)
            journal.onCommit { head in
                var head = head
                _ = write(witness, &head, 8)
            }
            let killer = Thread {
                usleep(pause)
                kill(getpid(), SIGKILL)
            }
            killer.start()
            while true {
                let body = Array(#"{"x":"\#(String(repeating: "x", count: 300))"}"#.utf8)
                if journal.append(kind: "raw", lane: .bulk, outlet: "d", timestamp: 1, body: { _ in body }) == nil {
                    usleep(1_000)
                }
            }
        }
        let told = (FileManager.default.contents(atPath: fixture.directory.file("witness")) ?? Data())
            .suffix(8).withUnsafeBytes { $0.count == 8 ? $0.loadUnaligned(as: Int64.self) : 0 }
        let journal = try fixture.open()
        #expect(journal.opening.damagedFile == nil, "\(generator)")
        let sequences = try journal.makeReader().sequences()
        #expect(journal.committedHead >= told, "\(generator)")
        #expect(sequences == (0..<sequences.count).map { Int64($0 + 1) }, "\(generator)")
        let head = journal.committedHead
        #expect(journal.record() == head + 1, "an ordinary crash leaves no gap, \(generator)")
    }

    @Test("R01: a power cut that tears the log's tail leaves a whole prefix", arguments: 0..<3)
    func tornLog(round: Int) throws {
        var generator = SeededGenerator()
        let images = Mutex<[(head: Int64, database: Data, log: Data)]>([])
        let journal = try fixture.open()
        let database = URL(fileURLWithPath: fixture.database)
        let log = URL(fileURLWithPath: fixture.database + "-wal")
        // The observer runs on the only thread that writes, so that what it copies is one moment of the disk.
        journal.onCommit { head in
            guard let database = try? Data(contentsOf: database), let log = try? Data(contentsOf: log) else { return }
            images.withLock { $0.append((head, database, log)) }
        }
        for _ in 0..<12 {
            journal.records(Int.random(in: 1...40, using: &generator), padding: 400)
            journal.flush(deadline: .seconds(20))
        }
        journal.close(deadline: .seconds(20))

        var heads: Set<Int64> = [0]
        for image in images.withLock({ $0 }) {
            heads.insert(image.head)
            for isTorn in [false, true] {
                let copy = JournalFixture()
                var log = image.log
                if isTorn { log = log.prefix(Int.random(in: 0...log.count, using: &generator)) }
                try image.database.write(to: URL(fileURLWithPath: copy.database))
                try log.write(to: URL(fileURLWithPath: copy.database + "-wal"))
                let opened = try copy.open()
                #expect(opened.opening.damagedFile == nil, "\(generator)")
                let sequences = try opened.makeReader().sequences()
                #expect(sequences == (0..<sequences.count).map { Int64($0 + 1) }, "\(generator)")
                #expect(heads.contains(opened.committedHead), "a commit is whole or absent, \(generator)")
                #expect(isTorn || opened.committedHead == image.head, "\(generator)")
            }
        }
        #expect(heads.count >= 10)
    }
}
