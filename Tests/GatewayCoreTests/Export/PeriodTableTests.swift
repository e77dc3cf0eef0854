import GatewayCore
import JSON
import Testing

@Suite struct PeriodTableTests {
    /// The text of a record with the given members of `data`.
    private static func record(_ data: String, dataTime: String = "20261121100000") -> [UInt8] {
        Array(
            #"{"v":1,"gateway":"g","seq":7,"outlet":"stack-1","kind":"hour","ts":1,"dataTime":"\#(dataTime)","data":{\#(data)}}"#
                .utf8)
    }

    /// Header and one line for each record.
    private static func table(_ codes: [String], _ records: [[UInt8]]) throws -> [String] {
        var table = PeriodTable(codes: codes)
        for record in records { try table.note(record) }
        return try [table.header] + records.map { try table.line([$0]) }
    }

    @Test("columns stand in the order of factors and fields, and only if they occur")
    func columns() throws {
        let lines = try Self.table(
            ["a34013", "a21026", "a19001"],
            [
                Self.record(#""a21026":{"Avg":12.31,"Flag":"N","Count":60}"#),
                Self.record(#""a21026":{"Max":20,"Cou":0.073,"Flag":"N"},"a34013":{"ZsAvg":1.5,"Flag":"D","Other":1}"#),
            ])
        #expect(
            lines == [
                "dataTime,a34013-ZsAvg,a34013-Flag,a21026-Avg,a21026-Max,a21026-Cou,a21026-Flag,a21026-Count\r\n",
                "20261121100000,,,12.31,,,N,60\r\n", "20261121100000,1.5,D,,20,0.073,N,\r\n",
            ])
    }

    @Test("every field has its column")
    func fields() throws {
        let members = PeriodTable.fields.map { field in
            switch field {
            case "Flag": #""Flag":"N""#
            case "Valid": #""Valid":false"#
            default: "\"\(field)\":1.50"
            }
        }
        let lines = try Self.table(
            ["w01018"], [Self.record("\"w01018\":{\(members.reversed().joined(separator: ","))}")])
        #expect(lines[0] == "dataTime," + PeriodTable.fields.map { "w01018-\($0)" }.joined(separator: ",") + "\r\n")
        #expect(lines[1] == "20261121100000,1.5,1.5,1.5,1.5,1.5,1.5,1.5,N,1.5,false\r\n")
    }

    @Test("where validity is a column, what says nothing is valid")
    func validity() throws {
        let lines = try Self.table(
            ["a21026"],
            [
                Self.record(#""a21026":{"Flag":"N"}"#), Self.record(#""a21026":{"Flag":"D","Valid":false}"#),
                Self.record(""),
            ])
        #expect(
            lines[1...].map { $0 } == [
                "20261121100000,N,true\r\n", "20261121100000,D,false\r\n", "20261121100000,,\r\n",
            ])
    }

    @Test("computed factors that are not configured come behind the others")
    func unlisted() throws {
        let lines = try Self.table(
            ["a21026"], [Self.record(#""a00000":{"Cou":5},"a21026":{"Flag":"N"}"#)])
        #expect(lines == ["dataTime,a21026-Flag,a00000-Cou\r\n", "20261121100000,N,5\r\n"])
    }

    @Test("numbers that came later complete the line of their period, factor by factor")
    func late() throws {
        let first = Self.record(#""a21026":{"Avg":1,"Flag":"N"},"a34013":{"Flag":"B"}"#)
        let later = Self.record(#""a34013":{"Avg":4.2,"Flag":"N"}"#)
        var table = PeriodTable(codes: ["a21026", "a34013"])
        try table.note(first)
        try table.note(later)
        #expect(try table.line([first, later]) == "20261121100000,1,N,4.2,N\r\n")
    }

    @Test("cells with separators are quoted, quotes doubled")
    func quoting() throws {
        let lines = try Self.table(
            ["a,b"], [Self.record(#""a,b":{"Flag":"x\"y"}"#), Self.record(#""a,b":{"Flag":"x\ny\r"}"#)])
        #expect(
            lines == [
                "dataTime,\"a,b-Flag\"\r\n", "20261121100000,\"x\"\"y\"\r\n", "20261121100000,\"x\ny\r\"\r\n",
            ])
    }

    @Test("numbers are written as in the record", arguments: ["12.31", "0.1", "100", "-3.5", "1e-07", "12345678.9"])
    func numbers(text: String) throws {
        let lines = try Self.table(["a21026"], [Self.record("\"a21026\":{\"Avg\":\(text)}")])
        #expect(lines[1] == "20261121100000,\(text)\r\n")
    }

    @Test("without records there is a header and nothing else; what is no record is an error")
    func edges() throws {
        #expect(PeriodTable(codes: ["a21026"]).header == "dataTime\r\n")
        var table = PeriodTable(codes: ["a21026"])
        #expect(throws: JSONError.self) { try table.note(Array("{".utf8)) }
        try table.note(Array(#"{"data":{"a21026":3}}"#.utf8))
        #expect(table.header == "dataTime\r\n")
    }
}
