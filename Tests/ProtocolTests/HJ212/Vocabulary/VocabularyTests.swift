import Telemetry
import Testing

@testable import Protocol

@Suite struct VocabularyTests {
    static let tables: [(String, TermTable, Int)] = [
        ("commands", Vocabulary.command, 73), ("system codes", Vocabulary.systemCode, 22),
        ("header", Vocabulary.header, 10), ("fields", Vocabulary.field, 36), ("suffixes", Vocabulary.suffix, 28),
        ("request answers", Vocabulary.requestAnswer, 11), ("execution results", Vocabulary.executionResult, 7),
        ("marks", Vocabulary.mark, 14), ("device states", Vocabulary.deviceState, 36),
    ]

    @Test("every line of a table is read, and has both languages", arguments: tables)
    func whole(name: String, table: TermTable, codes: Int) {
        #expect(table.codes.count == codes, "\(name)")
        for code in table.codes {
            for term in table.everywhere(code) {
                #expect(!term.text.en.isEmpty, "\(name) \(code)")
                #expect(term.text.zh.unicodeScalars.contains { $0.value >= 0x3000 }, "\(name) \(code)")
            }
        }
    }

    @Test("no code has two meanings for the same edition and sender")
    func unambiguous() {
        for (name, table, _) in Self.tables {
            for code in table.codes {
                for edition in Edition.named {
                    let senders = table.meanings(code, in: edition).map(\.sender)
                    #expect(Set(senders).count == senders.count, "\(name) \(code) \(edition.name)")
                }
            }
        }
    }

    @Test(
        "a command means what its edition and its data area say",
        arguments: [
            // Code, edition, data area, part of the meaning.
            ("1001", "2005", "WarnTime=5", "alarm"), ("1001", "2025", "i23005-Info=1", "hardware numbers"),
            ("1011", "2017", "PolId=w01018", "get the time"), ("1011", "2017", "SystemTime=1", "time of the field"),
            ("1014", "2025", "SKCreateTime=1", "ask for a new key"),
            ("1014", "2025", "SKCreateTime=1,NewSK=2", "set a new key"), ("1061", "2017", "", "get the realtime"),
            ("1061", "2017", "RtdInterval=30", "realtime interval"), ("1062", "2017", "RtdInterval=30", "set the"),
            ("2011", "2017", "", "start the upload"), ("2011", "2005", "DataTime=1;011-Rtd=1", "realtime data"),
            ("2011", "2025", "BeginTime=1;EndTime=2", "electricity history"),
            ("2013", "2017", "SB1-RS=1", "one vendor"),
            ("2013", "2025", "DataTime=1", "raw data of a periodic"),
            ("2031", "2017", "BeginTime=1,EndTime=2", "get day"),
            ("2041", "2005", "DataTime=1;SB1-RT=2", "running hours"), ("2062", "2025", "DataTime=1", "standard check"),
            ("2062", "surface-water", "DataTime=1", "surface-water"), ("2072", "2005", "AlarmTime=1", "alarm event"),
            ("2111", "2025", "DataTime=1;a01901-Avg=868", "furnace"), ("3013", "2005", "PolId=1", "operate"),
            ("3013", "2017", "PolId=1", "cleaning"), ("3014", "2005", "PolId=1,CTime=04", "hours of sampling"),
            ("3014", "2017", "PolId=1", "comparison"),
            ("3020", "2017", "PolId=1;InfoId=2;BeginTime=1,EndTime=2", "get"),
            ("3020", "2017", "DataTime=1;PolId=1;i12001-Info=1", "device information"),
            ("9011", "2017", "QnRtn=1", "request"),
            ("9015", "2017", "", "borrowed"), ("9015", "2025", "", "heartbeat"), ("9021", "2005", "", "login"),
            // Of another edition: still named.
            ("1021", "2017", "101-LowValue=1", "alarm limits"), ("2051", "surface-water", "DataTime=1", "minute data"),
        ])
    func commands(code: String, edition: String, area: String, meaning: String) throws {
        let segment = "ST=32;CN=\(code);PW=1;MN=2;CP=&&\(area)&&"
        let packet = Packet(segment: Array(segment.utf8)[...])
        let edition = try #require(Edition(name: edition))
        let term = Vocabulary.command(of: packet, in: edition)
        #expect(term?.text.en.contains(meaning) == true, "\(term?.text.en ?? "nothing")")
    }

    @Test("a command that no text defines has no meaning")
    func unknownCommand() {
        for segment in ["CN=4711;CP=&&&&", "ST=32;CP=&&&&", ""] {
            #expect(Vocabulary.command(of: Packet(segment: Array(segment.utf8)[...]), in: .hj2017) == nil)
        }
    }

    @Test("every command of the corpus has a name")
    func corpus() throws {
        var unnamed: Set<String> = []
        for line in CorpusFrame.good {
            let frame = try #require(scan(line.wire).first?.frame)
            let packet = Packet(segment: frame.segment)
            if Vocabulary.command(of: packet, in: packet.edition) == nil { unnamed.insert(packet["CN"]?.text ?? "") }
        }
        #expect(unnamed == [])
    }

    @Test(
        "what 2025 is not known to keep says so; what was read there does not",
        arguments: [("N", false), ("Td", false), ("T", false), ("F", true), ("S", true), ("B", true)])
    func unconfirmed(mark: String, isUnconfirmed: Bool) throws {
        let term = try #require(Vocabulary.mark.meaning(mark, in: .hj2025))
        #expect(term.holds(in: .hj2025))
        #expect(term.isUnconfirmed == isUnconfirmed)
    }

    @Test(
        "a code is looked up in its own edition, then in that of 2017, then in any",
        arguments: [
            ("9", Edition.surfaceWater, "busy"), ("9", .hj2017, "wrong CRC"), ("9", .hj2025, "wrong CRC"),
            ("99", .hj2017, "wrong CRC"), ("1", .hj2005, "ready to execute"),
        ])
    func fallback(code: String, edition: Edition, meaning: String) {
        #expect(Vocabulary.requestAnswer.meaning(code, in: edition)?.text.en == meaning)
        #expect(Vocabulary.requestAnswer.meaning("12", in: edition) == nil)
    }

    @Test("names are found in any case, as devices write them", arguments: ["Ctime", "CTime", "CTIME", "Overtime"])
    func spelling(name: String) {
        #expect(Vocabulary.field.meaning(name, in: .hj2017) != nil)
    }
}
