import Foundation
import Glibc
import TestSupport
import Testing

@testable import TelemetryStore

@Suite("Notes that are kept with records", .timeLimit(.minutes(1))) struct JournalNoteTests {
    let fixture = JournalFixture()

    private func append(_ journal: Journal, note: String) {
        journal.append(kind: "minute", lane: .ordinary, outlet: "o", timestamp: 1, note: ("outlet:o", note)) { _ in
            Array("{}".utf8)
        }
    }

    @Test("the latest note is there at once and after an orderly end")
    func orderly() throws {
        let journal = try fixture.open()
        #expect(journal.cursor(of: "outlet:o") == nil)
        append(journal, note: "one")
        append(journal, note: "two")
        #expect(journal.cursor(of: "outlet:o") == "two")
        journal.close(deadline: .seconds(20))
        #expect(try fixture.open().cursor(of: "outlet:o") == "two")
    }

    @Test("R01: after SIGKILL the note is that of the last record on disk, none newer and none older", arguments: 0..<4)
    func killed(round: Int) async throws {
        var generator = SeededGenerator()
        let path = fixture.path
        let pause = UInt32.random(in: 1_000...40_000, using: &generator)
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, pause = pause as UInt32] in
            let journal = try Journal(directory: path, settings: JournalSettings(commitInterval: .milliseconds(1)))
            let killer = Thread {
                usleep(pause)
                kill(getpid(), SIGKILL)
            }
            killer.start()
            var count = 0
            while true {
                count += 1
                let body = Array("{}".utf8)
                let note = (key: "outlet:o", text: String(count))
                if journal.append(
                    kind: "minute", lane: .ordinary, outlet: "o", timestamp: 1, note: note, body: { _ in body }) == nil
                {
                    count -= 1
                    usleep(1_000)
                }
            }
        }
        let journal = try fixture.open()
        let head = journal.committedHead
        #expect(journal.cursor(of: "outlet:o") == (head > 0 ? String(head) : nil), "\(generator)")
    }
}
