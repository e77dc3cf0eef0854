import Telemetry
import Testing

@testable import Protocol

@Suite("ReadReport")
struct ReadReportTests {
    private func cells(_ words: [UInt16]) -> [[String]] {
        report(words).lines(in: .en).map { $0.split(separator: " ").map(String.init) }
    }

    private func report(_ words: [UInt16], at address: UInt16 = 100) -> ReadReport {
        ReadReport(request: ReadRequest(table: .holding, address: address, count: words.count), words: words)
    }

    @Test("R27 registers are shown raw, as single numbers and as pairs under all four orders")
    func registers() {
        let cells = cells([0x41E4, 0x0000, 0xFF0B])
        #expect(cells[0].joined(separator: " ") == "address hex uint16 int16 bcd16 uint16 badc int16 badc bcd16 badc")
        #expect(cells[1] == ["100", "41E4", "16868", "16868", "-", "58433", "-7103", "-"])
        #expect(cells[3] == ["102", "FF0B", "65291", "-245", "-", "3071", "3071", "-"])
        #expect(cells[5] == ["address", "order", "float32", "int32", "uint32", "bcd32"])
        #expect(cells[6] == ["100", "abcd", "28.5", "1105461248", "1105461248", "-"])
        #expect(cells[7][...3] == ["100", "cdab", "2.3637e-41", "16868"])
        #expect(cells[8][3...4] == ["-465502208", "3829465088"])
        #expect(cells.count == 14)
    }

    @Test(
        "every type is shown in every word order",
        arguments: [
            (RegisterType.float32, 28.5), (.float64, 1234.5678), (.int32, -7), (.uint32, 4_000_000_000),
            (.bcd32, 87_654_321),
            (.int64, -123_456_789_012), (.uint64, 123_456_789_012), (.int16, -5), (.uint16, 50_000), (.bcd16, 1234),
        ] as [(RegisterType, Double)])
    func every(type: RegisterType, number: Double) throws {
        for order in WordOrder.allCases {
            let field = RegisterField(table: .holding, address: 0, type: type, order: order)
            let cells = cells(try #require(RegisterEncoder.words(for: number, as: field)))
            let expected = type == .float32 || type == .float64 ? "\(number)" : "\(Int(number))"
            if type.count == 1 {
                let column = try #require(["uint16", "int16", "bcd16"].firstIndex(of: type.rawValue)) + 2
                let isSwapped = order == .badc || order == .dcba
                #expect(cells[1][isSwapped ? column + 3 : column] == expected, "\(order)")
            } else {
                let heading = try #require(cells.last { $0.contains(type.rawValue) })
                let column = try #require(heading.firstIndex(of: type.rawValue))
                let row = try #require(cells.last { $0.starts(with: ["100", order.rawValue]) })
                #expect(row[column] == expected, "\(order)")
            }
        }
    }

    @Test("no line is wider than a terminal, whatever the registers hold, and columns stand below each other")
    func width() {
        var generator = SystemRandomNumberGenerator()
        let odd: [UInt16] = [0x8000, 0, 0, 1, 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFE, 0x7FC0, 0, 0x7F80, 0]
        let words = odd + (0..<100).map { _ in UInt16.random(in: .min ... .max, using: &generator) }
        for language in Language.allCases {
            let tables = report(words, at: 65_000).lines(in: language).split(separator: "")
            #expect(tables.count == 3)
            for table in tables {
                #expect(Set(table.map(\.displayWidth)).count == 1)
                #expect(table.allSatisfy { $0.displayWidth <= 80 })
            }
        }
        #expect(report(odd).lines(in: .en).joined().contains("nan"))
        #expect(report(odd).lines(in: .en).joined().contains("inf"))
        #expect(report(odd).lines(in: .en).joined().contains("18446744073709551614"))
    }

    @Test("bits are shown as 0 and 1")
    func bits() {
        let report = ReadReport(request: ReadRequest(table: .coil, address: 8, count: 3), words: [1, 0, 1])
        #expect(report.lines(in: .en) == ["address  coil", "      8     1", "      9     0", "     10     1"])
    }

    @Test("nothing read is a heading and nothing else")
    func nothing() {
        #expect(report([]).lines(in: .en).count == 1)
    }
}
