import Telemetry
import Testing

@Suite struct DisplayWidthTests {
    @Test(
        "Chinese characters take two columns, others one, combining marks none",
        arguments: [
            ("", 0), ("COD", 3), ("化学需氧量", 10), ("苯并[α]芘", 9), ("pH值", 4), ("，。（）", 8), ("e\u{301}", 1), ("·", 1),
        ])
    func width(text: String, columns: Int) {
        #expect(text.displayWidth == columns)
    }

    @Test("columns stand under one another also with Chinese text, without blanks at the end of a line")
    func table() {
        let lines = alignedLines([["a", "化学", "x"], ["bb", "pH值"], ["c", "", "y"]])
        #expect(lines == ["a   化学  x", "bb  pH值", "c         y"])
        #expect(alignedLines([]) == [])
        #expect(alignedLines([[], ["a", ""]]) == ["", "a"])
    }

    @Test("a report in both languages gives a text once that is the same in both")
    func languages() {
        let text = BilingualText(en: "dust", zh: "烟尘")
        #expect(ReportLanguage.allCases.map { $0(text) } == ["dust", "烟尘", "dust / 烟尘"])
        #expect(ReportLanguage.both(BilingualText(en: "pH", zh: "pH")) == "pH")
    }
}
