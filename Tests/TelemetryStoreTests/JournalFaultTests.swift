import CSQLite
import FaultyDisk
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import TelemetryStore

/// Disks that fail, hang and forget.
@Suite(.timeLimit(.minutes(1))) struct JournalFaultTests {
    let fixture = JournalFixture()

    private func withStore(_ body: (FaultyStore) throws -> Void) rethrows {
        let store = FaultyStore(fixture.path)
        defer { store.remove() }
        try body(store)
    }

    /// What was told to be durable, and the disk at that moment.
    private struct Moment: Sendable {
        var told: Int64
        var files: [String: FaultyStore.Image]
    }

    @Test(
        "R01: a power cut that loses or tears whatever was not synced loses nothing that was told",
        arguments: 0..<faultRounds(4))
    func powerCut(round: Int) throws {
        var generator = SeededGenerator()
        let moments = Mutex<[Moment]>([])
        try withStore { store in
            let journal = try fixture.open(.keeping(["raw": 1]), TestSurroundings())
            let told = Mutex<Int64>(0)
            let count = Mutex(0)
            journal.onCommit { head in
                told.withLock { $0 = head }
                moments.withLock { $0.append(Moment(told: head, files: store.images)) }
            }
            // Also in the middle of commits and of copying the log back.
            store.set { operation, _ in
                guard operation == FAULTY_WRITE else { return 0 }
                let number = count.withLock {
                    $0 += 1
                    return $0
                }
                if number % 23 == 0 {
                    let moment = Moment(told: told.withLock { $0 }, files: store.images)
                    moments.withLock { $0.append(moment) }
                }
                return 0
            }
            for _ in 0..<12 {
                for _ in 0..<Int.random(in: 1...150, using: &generator) {
                    journal.record(Bool.random(using: &generator) ? "raw" : "minute", padding: 3_000)
                }
                journal.flush(deadline: .seconds(20))
            }
            journal.close(deadline: .seconds(20))
        }
        let all = moments.withLock { $0 }
        #expect(all.count > 20)
        for moment in all.shuffled(using: &generator).prefix(12) {
            let copy = JournalFixture()
            for (name, image) in moment.files {
                var content = image.durable
                for change in image.pending { change.torn(using: &generator)?.apply(to: &content) }
                try Data(content).write(to: URL(fileURLWithPath: copy.directory.file(name)))
            }
            let journal = try copy.open()
            #expect(journal.opening.damagedFile == nil, "\(journal.opening) \(generator)")
            #expect(journal.committedHead >= moment.told, "\(generator)")
            let sequences = try journal.makeReader().sequences()
            #expect(sequences == (0..<sequences.count).map { Int64($0 + 1) }, "\(generator)")
            let finding = try copy.verify().finding
            #expect(finding == nil, "\(finding?.description ?? "") \(generator)")
        }
    }

    private static let failures:
        [(name: String, operation: faulty_operation, code: Int32, reason: JournalError.Reason)] = [
            ("ENOSPC", FAULTY_WRITE, SQLITE_FULL, .full), ("EIO on write", FAULTY_WRITE, DiskError.write, .failed),
            ("EIO on fsync", FAULTY_SYNC, DiskError.sync, .failed),
            ("EIO on read", FAULTY_READ, DiskError.read, .failed),
            ("read-only", FAULTY_WRITE, SQLITE_READONLY, .unwritable),
        ]

    @Test("R08: rows wait while the disk fails, each is there once when it works again", arguments: failures.indices)
    func failing(index: Int) throws {
        let failure = Self.failures[index]
        try withStore { store in
            let journal = try fixture.open()
            let troubles = Mutex<[JournalError.Reason?]>([])
            journal.onTrouble { error in troubles.withLock { $0.append(error?.reason) } }
            journal.records(100, padding: 500)
            journal.flush(deadline: .seconds(20))
            store.set { operation, _ in operation == failure.operation ? failure.code : 0 }
            // Reading is only needed when the log is copied back.
            let rows = failure.operation == FAULTY_READ ? 20_000 : 300
            for _ in 0..<(rows / 100) {
                journal.records(100, padding: 500)
                journal.flush(deadline: .milliseconds(5))
            }
            if failure.operation != FAULTY_READ {
                #expect(eventually { journal.statistics.failedCommits > 0 }, "\(failure.name)")
                #expect(journal.statistics.lastError?.reason == failure.reason, "\(failure.name)")
                #expect(journal.statistics.pendingRows == 300)
            }
            store.set(nil)
            #expect(journal.flush(deadline: .seconds(30)).pendingRows == 0)
            #expect(try journal.makeReader().sequences() == Array(1...Int64(100 + rows)))
            #expect(journal.statistics.dropped == 0)
            if failure.operation != FAULTY_READ { #expect(troubles.withLock { $0 } == [failure.reason, nil]) }
            #expect(try fixture.verify().finding == nil)
        }
    }

    @Test(
        "R08: operations that fail now and then lose nothing, double nothing and break no chain",
        arguments: 0..<faultRounds(4))
    func flaky(round: Int) throws {
        var generator = SeededGenerator()
        let random = Mutex(SeededGenerator())
        try withStore { store in
            let journal = try fixture.open()
            store.set { operation, _ in
                guard operation == FAULTY_WRITE || operation == FAULTY_SYNC else { return 0 }
                let dice = random.withLock { Int.random(in: 0..<100, using: &$0) }
                return dice > 0 ? 0 : operation == FAULTY_SYNC ? DiskError.sync : DiskError.write
            }
            for _ in 0..<40 {
                journal.records(Int.random(in: 1...40, using: &generator), padding: 300)
                journal.flush(deadline: .milliseconds(20))
            }
            store.set(nil)
            let last = try #require(journal.record())
            #expect(journal.flush(deadline: .seconds(30)).pendingRows == 0)
            #expect(try journal.makeReader().sequences() == Array(1...last), "\(generator)")
            #expect(journal.statistics.replacements == 0)
            let finding = try fixture.verify().finding
            #expect(finding == nil, "\(finding?.description ?? "") \(generator)")
        }
    }

    @Test("R08: while an fsync hangs, records are taken in and what is durable is read")
    func hangingSync() throws {
        try withStore { store in
            let journal = try fixture.open()
            journal.records(10)
            journal.flush(deadline: .seconds(20))
            let (entered, release) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
            let isFirst = Atomic(true)
            store.set { operation, _ in
                if operation == FAULTY_SYNC, isFirst.exchange(false, ordering: .relaxed) {
                    entered.signal()
                    release.wait()
                }
                return 0
            }
            journal.record()
            try #require(entered.wait(timeout: .now() + 20) == .success)
            journal.records(1_000)
            #expect(journal.statistics.pendingRows == 1_001)
            #expect(journal.committedHead == 10)
            #expect(try journal.makeReader().head() >= 10)
            release.signal()
            #expect(journal.flush(deadline: .seconds(20)).pendingRows == 0)
            #expect(try journal.makeReader().sequences() == Array(1...1_011))
            #expect(journal.statistics.failedCommits == 0)
        }
    }

    @Test("R08: deleting that fails is told, and tried again")
    func failingDeletion() throws {
        try withStore { store in
            let surroundings = TestSurroundings()
            let journal = try fixture.open(.keeping(["minute": 1]), surroundings)
            journal.records(2_000)
            journal.flush(deadline: .seconds(20))
            surroundings.day += 1
            let isFailing = Atomic(true)
            journal.record("hour")
            journal.flush(deadline: .seconds(20))
            store.set { operation, _ in
                operation == FAULTY_WRITE && isFailing.load(ordering: .relaxed) ? DiskError.write : 0
            }
            let isTold = eventually { journal.statistics.keepingError != nil || journal.statistics.expired == 2_000 }
            #expect(isTold)
            isFailing.store(false, ordering: .relaxed)
            #expect(eventually { journal.statistics.expired == 2_000 && journal.statistics.keepingError == nil })
            #expect(try fixture.verify().finding == nil)
        }
    }

    @Test("a reader that meets a bad sector says so, and reads on when it can")
    func badSector() throws {
        try withStore { store in
            let journal = try fixture.open()
            journal.records(2_000, padding: 1_000)
            journal.close(deadline: .seconds(20))
            let reader = try JournalReader(directory: fixture.path)
            #expect(try reader.head() == 2_000)
            store.set { operation, file in operation == FAULTY_READ && file == "journal.db" ? DiskError.read : 0 }
            let error = #expect(throws: JournalError.self) { try reader.sequences() }
            #expect(error?.reason == .failed)
            store.set(nil)
            #expect(try reader.sequences().count == 2_000)
        }
    }
}
