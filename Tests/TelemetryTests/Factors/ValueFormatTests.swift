import Telemetry
import Testing

@Suite struct ValueFormatTests {
    @Test(
        "N and digits are a number format and are written the same way",
        arguments: [("N5.2", 5, 2), ("N4", 4, 0), ("N14.2", 14, 2), ("N1.6", 1, 6), ("N13", 13, 0)])
    func numbers(notation: String, integerDigits: Int, decimals: Int) {
        let format = NumberFormat(notation)
        #expect(format == NumberFormat(integerDigits: integerDigits, decimals: decimals))
        #expect(format?.notation == notation)
        #expect(ValueFormat(notation).number == format)
    }

    @Test(
        "anything else is kept as text",
        arguments: [
            "C890", "YYYYMMDDHHMMSS", "C24", "N", "N.2", "N5.", "N5.0", "N15", "N0", "N5.2.1", "n5.2", "N-5.2", "N5.-2",
            "N99999999999999999999", "N5.10", "", "N٥",
        ])
    func texts(notation: String) {
        #expect(NumberFormat(notation) == nil)
        #expect(ValueFormat(notation) == .other(notation))
        #expect(ValueFormat(notation).notation == notation)
        #expect(ValueFormat(notation).number == nil)
    }
}
