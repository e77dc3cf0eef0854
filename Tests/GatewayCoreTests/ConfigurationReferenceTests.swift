import Emissions
import Foundation
import Testing

@testable import GatewayCore

/// Holds docs/configuration.md to the code: its keys, its defaults and its ranges.
@Suite struct ConfigurationReferenceTests {
    /// One line of a table of the reference.
    struct Row {
        var section: String
        var key: String
        /// As it is written in a configuration; nil when the cell is prose.
        var defaultValue: String?
        var range: (low: String, high: String)?
    }

    @Test("The reference has every key of every section, and no other")
    func keys() throws {
        let rows = try Self.rows
        for section in SectionKeys.all {
            let documented = rows.filter { $0.section == section.section }.map(\.key)
            #expect(documented.sorted() == section.keys.sorted(), "\(section.section)")
        }
        let sections = Set(rows.map(\.section))
        #expect(sections == Set(SectionKeys.all.map(\.section)))
    }

    @Test("Writing a documented default changes nothing")
    func defaults() throws {
        let expected = try #require(readConfiguration(Self.skeleton(setting: nil).utf8).configuration)
        let rows = try Self.rows.filter { $0.defaultValue != nil }
        #expect(rows.count >= 45)
        for row in rows {
            let value = try #require(row.defaultValue)
            let result = readConfiguration(Self.skeleton(setting: (row.section, row.key, value)).utf8)
            #expect(result.configuration == expected, "\(row.section) \(row.key): \(value) \(result.lines)")
        }
    }

    @Test("Both ends of a documented range are accepted, what lies beyond is not")
    func ranges() throws {
        let rows = try Self.rows.filter { $0.range != nil }
        #expect(rows.count >= 40)
        for row in rows {
            let range = try #require(row.range)
            for (value, isAllowed) in [
                (range.low, true), (range.high, true), (Self.changed(range.low, by: -1), false),
                (Self.changed(range.high, by: 1), false),
            ] {
                let result = readConfiguration(Self.skeleton(setting: (row.section, row.key, value)).utf8)
                #expect(result.errors.isEmpty == isAllowed, "\(row.section) \(row.key): \(value) \(result.lines)")
            }
        }
    }

    @Test("The Chinese page names every section")
    func chinese() throws {
        let page = try String(
            contentsOf: SourceTree.repository.appending(path: "docs/configuration.zh-CN.md"), encoding: .utf8)
        for key in RootKey.allCases {
            #expect(page.contains("| `\(key.rawValue)` |"), "\(key.rawValue)")
        }
        let explained = InstrumentKey.allCases.map(\.rawValue) + StackKey.allCases.map(\.rawValue)
        for key in explained { #expect(page.contains("`\(key)`"), "\(key)") }
        let shown = FactorKey.allCases.map(\.rawValue) + OutletKey.allCases.map(\.rawValue)
        for key in shown { #expect(page.contains("`\(key)"), "\(key)") }
    }

    @Test("The reference has the presets of the code, with their references and standards")
    func industries() throws {
        let page = try String(
            contentsOf: SourceTree.repository.appending(path: "docs/configuration.md"), encoding: .utf8)
        let start = try #require(page.firstRange(of: "### `industry`")).upperBound
        let table = page[start...].prefix(upTo: try #require(page[start...].firstRange(of: "\n## ")).lowerBound)
        let rows = table.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { line in
            line.split(separator: "|").prefix(3).map { $0.trimmingCharacters(in: .whitespaces) }
        }
        let expected = IndustryPreset.allCases.map { preset in
            let reference =
                switch preset.reference {
                case .oxygen(let percent): plain(percent) + " %"
                case .excessAir(let coefficient): "αs " + plain(coefficient)
                case .none: "none"
                }
            return ["`\(preset.rawValue)`", reference, preset.standard ?? "–"]
        }
        #expect(rows == expected)
    }

    // MARK: The reference

    static var rows: [Row] {
        get throws {
            let page = try String(
                contentsOf: SourceTree.repository.appending(path: "docs/configuration.md"), encoding: .utf8)
            var rows: [Row] = []
            var section = ""
            for line in page.split(separator: "\n") {
                if line.hasPrefix("## ") {
                    section = line.dropFirst(3).replacingOccurrences(of: "`", with: "")
                    if section == "Sections" { section = RootKey.section }
                }
                let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
                guard line.hasPrefix("| `"), cells.count == 5 else { continue }
                let ends =
                    cells[3].split(separator: ";")[safe: 0]?.components(separatedBy: " … ").map { literal($0) } ?? []
                rows.append(
                    Row(
                        section: section, key: literal(cells[0]) ?? "", defaultValue: literal(cells[2]),
                        range: ends.count == 2 ? ends[0].flatMap { low in ends[1].map { (low, $0) } } : nil))
            }
            return rows
        }
    }

    /// The text of a cell that is nothing but code.
    private static func literal(_ cell: String) -> String? {
        guard cell.count > 2, cell.hasPrefix("`"), cell.hasSuffix("`") else { return nil }
        let text = cell.dropFirst().dropLast()
        return text.contains("`") ? nil : String(text)
    }

    /// A number or duration that is one unit larger or smaller.
    private static func changed(_ text: String, by step: Int) -> String {
        let number = text.prefix { !$0.isLetter }
        return "\((Double(number) ?? 0) + Double(step))".replacingOccurrences(of: ".0", with: "")
            + text.dropFirst(number.count)
    }

    // MARK: A configuration with one setting more

    /// A small valid file with every section that has defaults, plus `key: value` in one of them.
    private static func skeleton(setting: (section: String, key: String, value: String)?) -> String {
        func here(_ section: String, _ indent: Int, only: [String]? = nil, not others: [String] = []) -> String {
            guard let setting, setting.section == section, !others.contains(setting.key) else { return "" }
            guard only?.contains(setting.key) ?? true else { return "" }
            return String(repeating: " ", count: indent) + "\(setting.key): \(setting.value)\n"
        }
        func unless(_ section: String, _ key: String, _ line: String) -> String {
            setting?.section == section && setting?.key == key ? "" : line + "\n"
        }
        let modulus = here("outlets[].factors[].meter", 10)
        let meter = modulus.isEmpty ? " true\n" : "\n" + modulus
        let lines: [String] = [
            "gateway:\n  id: g1\n", here("gateway", 2),
            unless("gateway", "retention", "  retention:"), here("gateway.retention", 4),
            "uplinks:\n  - id: u\n", here("uplinks[]", 4), "    mqtt:\n      url: mqtt://h\n",
            here("uplinks[].mqtt", 6),
            "buses:\n  - id: b\n    serial:\n      path: /dev/ttyS1\n", here("serial", 6), here("buses[]", 4),
            "    devices: [ { id: d0, unit: 1, registers: [ { name: r, coil: 1 } ] } ]\n",
            "  - id: c\n    tcp: 10.0.0.1:502\n    devices:\n      - id: d\n", here("buses[].devices[]", 8),
            unless("buses[].devices[]", "unit", "        unit: 1"),
            "        registers:\n          - name: r\n            holding: 1\n            type: uint16\n",
            here("registers[]", 12),
            "instruments:\n  - id: i\n    listen: 0.0.0.0:7212\n", here("instruments[]", 4, not: ["station"]),
            "  - id: j\n    connect: 10.0.0.2:7212\n", here("instruments[]", 4, only: ["station"]),
            "outlets:\n  - id: o\n    st: \"31\"\n", here("outlets[]", 4), "    stack:\n", here("outlets[].stack", 6),
            "    validity:\n", here("outlets[].validity", 6),
            "    factors:\n      - code: a21026\n        from: d.r\n", here("outlets[].factors[]", 8),
            "        limits:\n          - average: hour\n            max: 35\n",
            here("outlets[].factors[].limits[]", 12),
            "      - code: w00000\n        from: d.r\n        meter:", meter,
            "factors:\n  - code: x1\n", unless("factors[]", "unit", "    unit: kg"), here("factors[]", 4),
            "alarms:\n", here("alarms", 2),
            "  actions:\n    - id: x\n      exec: [/bin/true]\n", here("alarms.actions[]", 6),
            "    - id: y\n      coil:\n        device: d\n        address: 1\n", here("alarms.actions[].coil", 8),
        ]
        return lines.joined()
    }
}

extension Collection {
    fileprivate subscript(safe index: Index) -> Element? { indices.contains(index) ? self[index] : nil }
}
