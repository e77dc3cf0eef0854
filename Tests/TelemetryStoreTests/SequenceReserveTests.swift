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
        let reserved: Int64
        let closed: Int64?
        let log: Bool
        let expected: Int64
        var testDescription: String { name }
    }

    static let cases = [
        Case(name: "first start", head: nil, reserved: 0, closed: nil, log: false, expected: 0),
        Case(name: "orderly end", head: 50, reserved: 200, closed: 50, log: false, expected: 50),
        Case(name: "orderly end of an empty journal", head: 0, reserved: 200, closed: 0, log: false, expected: 0),
        Case(name: "crash", head: 50, reserved: 200, closed: nil, log: true, expected: 50),
        Case(name: "crash just after a new block", head: 150, reserved: 500, closed: nil, log: true, expected: 150),
        Case(
            name: "database lost after an orderly end", head: nil, reserved: 200, closed: 50, log: false, expected: 200),
        Case(name: "database lost after a crash", head: nil, reserved: 200, closed: nil, log: false, expected: 200),
        Case(name: "older copy after an orderly end", head: 30, reserved: 200, closed: 50, log: false, expected: 200),
        Case(name: "much older copy after a crash", head: 30, reserved: 900, closed: nil, log: true, expected: 900),
        Case(name: "log lost after a crash", head: 50, reserved: 200, closed: nil, log: false, expected: 200),
        Case(
            name: "side file older than the database", head: 500, reserved: 200, closed: nil, log: false, expected: 500),
        Case(name: "side file older, closed", head: 500, reserved: 200, closed: 100, log: false, expected: 500),
    ]

    @Test("the last number in use is the database's, unless that is younger than it should be", arguments: cases)
    func lastUsed(row: Case) {
        let reserve = SequenceReserve(reservedThrough: row.reserved, closedAt: row.closed)
        #expect(reserve.lastUsed(head: row.head, hasWriteAheadLog: row.log, block: 200) == row.expected)
    }
}
