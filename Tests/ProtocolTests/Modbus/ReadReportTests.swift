import Testing

@testable import Protocol

@Suite("ReadReport")
struct ReadReportTests {
    @Test("R27 registers are shown raw and under all four orders")
    func registers() {
        let report = ReadReport(
            request: ReadRequest(table: .holding, address: 100, count: 3), words: [0x41E4, 0x0000, 0xFF0B])
        #expect(
            report.lines[0].split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
                == "address hex uint16 int16 float32 abcd float32 cdab float32 badc float32 dcba"
                + " int32 abcd int32 cdab int32 badc int32 dcba")
        let cells = report.lines.map { $0.split(separator: " ").map(String.init) }
        #expect(cells.count == 4)
        #expect(cells[1][0...4] == ["100", "41E4", "16868", "16868", "28.5"])
        #expect(cells[1][8...11] == ["1105461248", "16868", "-465502208", "58433"])
        #expect(cells[2][0...3] == ["101", "0000", "0", "0"])
        #expect(cells[3] == ["102", "FF0B", "65291", "-245"] + Array(repeating: "-", count: 8))
    }

    @Test("all lines are equally long, so that columns stand below each other")
    func aligned() {
        let words: [UInt16] = [0, 1, 0xFFFF, 0x7FC0, 0, 0x7F80, 0]
        let lines = ReadReport(request: ReadRequest(table: .input, address: 9_998, count: 7), words: words).lines
        #expect(Set(lines.map(\.utf8.count)).count == 1)
        #expect(lines.joined().contains("nan"))
        #expect(lines.joined().contains("inf"))
    }

    @Test("bits are shown as 0 and 1")
    func bits() {
        let report = ReadReport(request: ReadRequest(table: .coil, address: 8, count: 3), words: [1, 0, 1])
        #expect(report.lines == ["address  coil", "      8     1", "      9     0", "     10     1"])
    }

    @Test("nothing read is a heading and nothing else")
    func nothing() {
        #expect(ReadReport(request: ReadRequest(table: .input, address: 0, count: 0), words: []).lines.count == 1)
    }
}
