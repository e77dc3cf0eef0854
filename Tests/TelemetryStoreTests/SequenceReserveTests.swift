import Telemetry
import TestSupport
import Testing

@testable import TelemetryStore

@Suite struct SequenceReserveTests {
    @Test("what is saved is read back")
    func saved() throws {
        let directory = TemporaryDirectory()
        #expect(SequenceReserve.load(from: directory.path) == nil)
        for reserve in [
            SequenceReserve(reservedThrough: 200, closedAt: nil), SequenceReserve(reservedThrough: 900, closedAt: 731),
        ] {
            try reserve.save(in: directory.path)
            #expect(SequenceReserve.load(from: directory.path) == reserve)
        }
    }

    @Test(
        "a text that is none is refused",
        arguments: [
            "", "reserved", "reserved x", "closed 5", "reserved -1", "reserved 9223372036854775807", "reserved 1 2",
        ])
    func refused(text: String) {
        #expect(SequenceReserve(text: text) == nil)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let head: Int64?
        var reserved: Int64? = 200
        var closed: Int64?
        var told: Int64?
        var isUnreadable = false
        var hadJournal = false
        let expected: Int64
        var testDescription: String { name }
    }

    private static let now: Int64 = 1_795_227_600_000

    static let cases = [
        Case(name: "first start", head: nil, reserved: nil, expected: 0),
        Case(name: "first start, killed early before", head: 0, reserved: nil, told: 0, expected: 0),
        Case(name: "orderly end", head: 50, closed: 50, expected: 50),
        Case(name: "killed while closing", head: 50, closed: 50, told: 50, expected: 50),
        Case(name: "orderly end of an empty journal", head: 0, closed: 0, expected: 0),
        Case(name: "crash", head: 50, told: 50, expected: 50),
        Case(name: "crash before it was told", head: 50, told: 40, expected: 50),
        Case(name: "power cut, the mark not synchronised", head: 50, told: 0, expected: 50),
        Case(name: "crash just after a new block", head: 150, reserved: 500, told: 150, expected: 150),
        Case(name: "database lost after an orderly end", head: nil, closed: 50, expected: 200),
        Case(name: "database lost after a crash", head: nil, told: 50, expected: 200),
        Case(name: "older copy after an orderly end", head: 30, closed: 50, expected: 200),
        Case(name: "older copy after a crash", head: 30, reserved: 900, told: 800, expected: 900),
        Case(name: "older copies of both, after a crash", head: 30, closed: 30, told: 800, expected: 800),
        Case(name: "log damaged after a crash", head: 49, told: 50, expected: 200),
        Case(name: "mark lost after a crash", head: 50, expected: 200),
        Case(name: "side file older than the database", head: 500, told: 300, expected: 500),
        Case(name: "side file older, closed", head: 500, closed: 100, expected: 500),
        Case(name: "side file lost", head: 50, reserved: nil, expected: 50),
        Case(name: "side file and log lost", head: 50, reserved: nil, told: 51, expected: now),
        Case(name: "side file unreadable", head: 50, reserved: nil, isUnreadable: true, expected: now),
        Case(name: "all lost but a damaged file", head: nil, reserved: nil, hadJournal: true, expected: now),
        Case(
            name: "all lost, after numbers in the future", head: nil, reserved: nil, told: 2 * now, hadJournal: true,
            expected: 2 * now),
    ]

    @Test("R02: the last number in use is the database's, unless that is younger than it should be", arguments: cases)
    func lastUsed(row: Case) {
        let history = NumberHistory(
            reserve: row.reserved.map { SequenceReserve(reservedThrough: $0, closedAt: row.closed) },
            isReserveUnreadable: row.isUnreadable, told: row.told)
        let last = history.lastUsed(
            head: row.head, hadJournal: row.hadJournal, at: WallInstant(millisecondsSince1970: Self.now))
        #expect(last == row.expected)
    }

    @Test("a clock that is wrong by decades does not lead back to small numbers")
    func wrongClock() {
        let last = NumberHistory(isReserveUnreadable: true).lastUsed(
            head: nil, hadJournal: true, at: WallInstant(millisecondsSince1970: 5_000))
        #expect(last > 1_700_000_000_000)
    }

    @Test("a mark is read back as it was written last; what is none is none")
    func mark() throws {
        let directory = TemporaryDirectory()
        #expect(HeadMark.load(from: directory.path) == nil)
        var mark = try HeadMark(directory: directory.path, at: 1_795_227_600_000)
        #expect(HeadMark.load(from: directory.path) == 1_795_227_600_000)
        mark.move(to: 7)
        #expect(HeadMark.load(from: directory.path) == 7)
        for text in ["", "7", "0000000000000000007", "000000000000000000x\n", "-000000000000000007\n"] {
            try directory.write(text, to: "journal.head")
            #expect(HeadMark.load(from: directory.path) == nil, "\(text)")
        }
        HeadMark.remove(from: directory.path)
        #expect(!JournalFile.exists(HeadMark.path(in: directory.path)))
    }
}
