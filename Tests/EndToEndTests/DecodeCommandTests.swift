import Foundation
import TestSupport
import Testing

@Suite struct DecodeCommandTests {
    private static let good =
        "##0101QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&1C80\r\n"

    private func run(_ bytes: String, _ options: String...) throws -> (code: Int32, output: String, errors: String) {
        let directory = TemporaryDirectory()
        return try Program.run(["decode"] + options + [try directory.write(bytes, to: "frames")])
    }

    @Test("--explain reads frames for people, in the language asked for, and fails on a defect")
    func explain() throws {
        let both = try run(Self.good, "--explain")
        #expect(both.code == 0)
        #expect(both.output.contains("set the realtime interval (from the host) / 设置实时数据上报间隔（上位机发出）"))
        let chinese = try run(Self.good.replacing("1C80", with: "1C81"), "--explain", "--language", "zh")
        #expect(chinese.code == 1)
        #expect(chinese.output.contains("^^^^\n  CRC计算值1C80，帧内为1C81\n  → "))
    }

    @Test(
        "--edition says how frames are read",
        arguments: [("2005", "2005"), ("2025", "2025"), ("surface-water", "surface-water")])
    func edition(name: String, edition: String) throws {
        let result = try run(Self.good, "--edition", name)
        #expect(result.output.contains(#""edition":"\#(edition)""#))
    }

    @Test("--tolerate allows everything, or what its list names")
    func tolerate() throws {
        let bytes = Self.good.replacing("##0101", with: "##0100") + Self.good.replacing("\r\n", with: "\n")
        #expect(try run(bytes).code == 1)
        #expect(try run(bytes, "--tolerate").code == 0)
        #expect(try run(bytes, "--tolerate=length,tail").code == 0)
        let onlyTail = try run(bytes, "--tolerate=tail")
        #expect(onlyTail.code == 1)
        #expect(onlyTail.output.split(separator: "\n").map { $0.hasPrefix(#"{"ok":true"#) } == [false, true])
    }

    @Test(
        "wrong usage says what there is",
        arguments: [
            (["--edition", "2018"], "there are 2005, 2017, 2025, surface-water"), (["--tolerate=crc"], "modbus-crc"),
            (["--tolerate="], "there are address"), (["--explain", "--language", "de"], "en, zh and both"),
            (["--language", "en"], "only with --explain"), (["--explane"], "did you mean --explain"),
        ])
    func usage(words: [String], hint: String) throws {
        let result = try Program.run(["decode"] + words + ["/dev/null"])
        #expect(result.code == 2)
        #expect(result.errors.contains(hint), "\(result.errors)")
    }
}
