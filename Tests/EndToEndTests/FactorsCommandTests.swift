import Foundation
import TestSupport
import Testing

@Suite struct FactorsCommandTests {
    @Test("without a text all factors are listed, with one every match, in aligned columns")
    func list() throws {
        let all = try Program.run(["factors"])
        #expect(all.code == 0)
        #expect(all.output.split(separator: "\n").count == 477)
        let found = try Program.run(["factors", "COD", "dichromate"])
        #expect(
            found.output == """
                code    2005  unit  total  format  名称        name
                w01018  011   mg/L  kg     N5.1    化学需氧量  COD (chemical oxygen demand, dichromate)

                """)
    }

    @Test("temperatures are in °C for people, and in degC as the table has it in JSON")
    func temperature() throws {
        #expect(try Program.run(["factors", "a01012"]).output.contains("a01012  S03   °C    -"))
        #expect(try Program.run(["factors", "--json", "a01012"]).output.contains(#""unit":"degC""#))
        let directory = TemporaryDirectory()
        let frame = try directory.write(
            "##0111QN=20240123123950241;ST=31;CN=2011;PW=123456;MN=8;Flag=4;CP=&&DataTime=20240122081600;a01012-Rtd=63.0&&0000\r\n",
            to: "frame")
        for language in ["en", "zh"] {
            let explained = try Program.run(["decode", "--explain", "--language", language, frame])
            #expect(explained.output.contains("63.0 °C  "), "\(explained)")
        }
    }

    @Test("an edition's own formats", arguments: [("2005", "N5.2"), ("2017", "N4"), ("2025", "N4.1")])
    func edition(edition: String, format: String) throws {
        let result = try Program.run(["factors", "--json", "--edition", edition, "a34013"])
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: String])
        #expect(object["format"] == format)
        #expect(object["edition"] == edition)
        #expect(object["zh"] == "烟尘")
        #expect(object["legacyCode"] == "01")
    }

    @Test("nothing found is a failure that says so, an unknown edition wrong usage")
    func nothing() throws {
        let none = try Program.run(["factors", "moonlight"])
        #expect(none.code == 1)
        #expect(none.output.isEmpty)
        #expect(none.errors.contains("no factor matches 'moonlight'"))
        let wrong = try Program.run(["factors", "--edition", "2018"])
        #expect(wrong.code == 2)
        #expect(wrong.errors.contains("2005, 2017 and 2025"))
    }
}
