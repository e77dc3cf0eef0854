import Telemetry
import Testing

@Suite struct DataFlagTests {
    @Test(
        "one to four letters or digits are a flag and are written as they came",
        arguments: ["N", "Td", "0", "abcd", "B"])
    func good(text: String) {
        #expect(DataFlag(text)?.text == text)
    }

    @Test("anything else is none", arguments: ["", "ABCDE", "N ", "正", "N,"])
    func bad(text: String) {
        #expect(DataFlag(text) == nil)
    }

    @Test("only N is good")
    func onlyNormal() {
        #expect(DataFlag("N") == .normal)
        for flag in [
            DataFlag.maintenance, .calibration, .fault, .overRange, .noCommunication, .setByHand, .outOfService,
        ] {
            #expect(!flag.isGood)
        }
    }
}
