import Telemetry
import Testing

@Suite struct FactorTableTests {
    @Test("the table holds the collected list, line by line and field by field")
    func sameAsList() {
        #expect(FactorTable.entries.count == FactorCSV.rows.count)
        for (entry, row) in zip(Self.inOrderOfList, FactorCSV.rows) {
            let code = entry.anyCode
            #expect(entry.code ?? "" == row["code_2017"], "\(code)")
            #expect(entry.legacyCode ?? "" == row["code_2005"], "\(code)")
            #expect(entry.name.zh == row["name_zh"], "\(code)")
            #expect(entry.name.en == row["name_en"], "\(code)")
            #expect(entry.medium.rawValue == row["medium"], "\(code)")
            #expect(entry.unit ?? "" == row["unit_concentration"], "\(code)")
            #expect(entry.totalUnit ?? "" == row["unit_total"], "\(code)")
            #expect(entry.format?.notation ?? "" == row["format_concentration"], "\(code)")
            #expect(entry.totalFormat == nil && row["format_total"] == "", "\(code)")
            #expect(entry.source == row["source"], "\(code)")
        }
    }

    @Test("what the list notes about 2005 and 2025 is the form of that edition; the other notes stay")
    func editionsOfList() throws {
        let form2005 = /2005: (same code, )?(.*?) ?(N[0-9.]+)/
        let form2025 = /2025: (.*?) ?(N[0-9.]+), legacy (\w+)/
        var found = [0, 0]
        for (entry, row) in zip(Self.inOrderOfList, FactorCSV.rows) {
            var others: [Substring] = []
            for note in try #require(row["notes"]).split(separator: "; ") {
                if let match = note.wholeMatch(of: form2005) {
                    found[0] += 1
                    if match.1 != nil { others.append("2005: same code") }
                    #expect(entry.form2005?.format?.notation == String(match.3))
                    // A velocity in m3/h is a slip of the one transcription that has it.
                    if entry.code != "a01011" { #expect(entry.form2005?.unit ?? "" == String(match.2)) }
                } else if let match = note.wholeMatch(of: form2025) {
                    found[1] += 1
                    #expect(entry.form2025?.format?.notation == String(match.2))
                    #expect(entry.form2025?.unit == String(match.1))
                    #expect(entry.legacyCode == String(match.3))
                } else {
                    others.append(note)
                }
            }
            #expect(entry.notes == others.joined(separator: "; "), "\(entry.anyCode)")
        }
        #expect(found[0] == 87)
        #expect(found[1] == 9)
    }

    /// The table is ordered by medium, the list by source.
    private static var inOrderOfList: [FactorEntry] {
        let media = FactorCSV.rows.map { row in row["medium"] == "noise" ? "other" : row["medium"] ?? "" }
        var rest = Dictionary(grouping: FactorTable.entries) { entry in
            entry.medium == .noise ? "other" : entry.medium.rawValue
        }
        return media.compactMap { medium in
            guard rest[medium]?.isEmpty == false else { return nil }
            return rest[medium]?.removeFirst()
        }
    }

    @Test(
        "the formats that 2025 changed",
        arguments: [
            ("a34013", "N4", "N4.1"), ("a21002", "N5.1", "N4.2"), ("a19001", "N3.1", "N2.2"),
            ("a01011", "N5.2", "N2.2"), ("a01014", "N3.1", "N3.2"), ("a01013", "N5.3", "N2.3"),
            ("a00000", "N6.1", "N6.1"), ("a21026", "N5.2", "N5.2"), ("w01018", "N5.1", "N5.1"),
        ])
    func editions(code: String, in2017: String, in2025: String) throws {
        let entry = try #require(FactorTable.entry(code: code))
        #expect(entry.format(in: .hj2017)?.notation == in2017)
        #expect(entry.format(in: .hj2025)?.notation == in2025)
    }

    @Test(
        "units that changed with 2017",
        arguments: [
            ("w20111", "mg/L", "ug/L"), ("w20117", "mg/L", "ug/L"), ("w20113", "mg/L", "ng/L"),
            ("a21001", "mg/m3", "ng/m3"), ("a01011", "m/s", "m/s"), ("w01018", "mg/L", "mg/L"),
        ])
    func units(code: String, in2005: String, in2017: String) throws {
        let entry = try #require(FactorTable.entry(code: code))
        #expect(entry.unit(in: .hj2005) == in2005)
        #expect(entry.unit(in: .hj2017) == in2017)
        #expect(entry.unit(in: .hj2025) == in2017)
    }

    @Test(
        "a code is found in any case, with the number of a device, by its legacy form",
        arguments: [
            ("w01018", "w01018"), ("W01018", "w01018"), ("laeq", nil), ("leq", "Leq"), ("LEQ", "Leq"),
            ("011", "w01018"),
            ("01", "a34013"), ("001", "w01001"), ("b02", "a00000"), ("S01", "a19001"), ("e10101", "e101xx"),
            ("E10199", "e101xx"), ("e101xx", "e101xx"), ("i33310", "i3331x"), ("i33319", "i3331x"),
            ("i33400", "i33400"),
            ("I33400", "i33400"), ("16", "16"), ("e1010a", nil), ("e101", nil), ("w0101", nil), ("", nil), ("xx", nil),
            ("w01018-Rtd", nil), ("化学需氧量", nil),
        ])
    func lookUp(text: String, code: String?) {
        #expect(FactorTable.entry(code: text)?.anyCode == code)
    }

    @Test(
        "a code is known as the old one only where it is not the current one too",
        arguments: [("011", "011", true), ("011", "w01018", false), ("Leq", "leq", false), ("16", "16", true)])
    func legacy(key: String, code: String, isLegacy: Bool) throws {
        let entry = try #require(FactorTable.entry(code: key))
        #expect(entry.isLegacy(code) == isLegacy)
    }

    @Test("every entry is found by each of its codes")
    func everyCode() {
        for entry in FactorTable.entries {
            if let code = entry.code {
                #expect(FactorTable.entries(code: code).contains(entry))
                #expect(FactorTable.entries(code: code.uppercased()).contains(entry))
            }
            if let legacy = entry.legacyCode { #expect(FactorTable.entry(legacyCode: legacy) == entry) }
        }
    }

    @Test("only the codes that the standard prints twice have two meanings, and no legacy code has")
    func duplicates() {
        let doubled = FactorTable.entries.filter { FactorTable.entries(code: $0.anyCode).count > 1 }
        #expect(Set(doubled.map(\.anyCode)) == ["e701xx", "g119xx"])
        #expect(FactorTable.entries(code: "g11901").map(\.name.zh) == ["脱硫率", "入口二氧化硫SO2"])
        let legacy = FactorTable.entries.compactMap { $0.legacyCode?.lowercased() }
        #expect(Set(legacy).count == legacy.count)
        // A text is a current code or a legacy one, never both with different meanings.
        for entry in FactorTable.entries {
            guard let legacy = entry.legacyCode else { continue }
            #expect(FactorTable.entry(code: legacy) == entry)
        }
    }

    @Test(
        "a search wants every word, in code or name, in any case",
        arguments: [
            ("cod", ["w01018", "w01019", "e102xx", "e202xx", "i12003"]), ("COD dichromate", ["w01018"]),
            ("化学需氧量", ["w01018"]), ("w01018", ["w01018"]), ("  sulfur   DIOXIDE ", ["a21026"]), ("a21026 ozone", []),
            ("e10203", ["e102xx"]), ("i33325", ["i3332x"]), ("no such thing", []), ("b02", ["a00000"]),
        ])
    func search(text: String, codes: [String]) {
        #expect(FactorTable.matching(text).map(\.anyCode) == codes)
    }

    @Test("a search without words gives everything")
    func everything() {
        #expect(FactorTable.matching("").count == 476)
        #expect(FactorTable.matching(" \t").count == 476)
    }
}
